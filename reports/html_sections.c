/* SPDX-License-Identifier: MIT */
/* html_sections.c: the score by section of the RFC. */
#include "reports/html.h"

static void put_share(FILE *out, const struct score_count *count)
{
    size_t exercised = score_exercised(count);
    if (exercised == 0) {
        fputs(count->untested == 0 ? "<td></td>" : "<td class=na>untested</td>", out);
        return;
    }
    const char *kind = count->violated > 0 ? "bad" : count->violated_derived > 0 ? "soft" : "good";
    fprintf(out, "<td class=%s><span class=sh>%zu/%zu</span><span class=bar aria-hidden=true>", kind,
            count->satisfied, exercised);
    if (count->satisfied > 0)
        fprintf(out, "<i class=bs style=\"flex:%zu\"></i>", count->satisfied);
    if (count->violated_derived > 0)
        fprintf(out, "<i class=bd style=\"flex:%zu\"></i>", count->violated_derived);
    if (count->violated > 0)
        fprintf(out, "<i class=bv style=\"flex:%zu\"></i>", count->violated);
    fputs("</span></td>", out);
}

static void put_head(struct page *page)
{
    const struct report *report = page->report;
    FILE *out = page->out;
    fputs("<thead>", out);
    if (report->target_count > 1) {
        fputs("<tr><td></td>", out);
        for (size_t i = 0; i < report->target_count; i++) {
            fputs("<th colspan=2 scope=colgroup>", out);
            html_text(out, report->targets[i].target->name);
            fputs("</th>", out);
        }
        fputs("</tr>", out);
    }
    fputs("<tr><th scope=col>Section</th>", out);
    for (size_t i = 0; i < report->target_count; i++)
        fputs("<th scope=col>MUST</th><th scope=col>SHOULD</th>", out);
    fputs("</tr></thead>\n", out);
}

/* A MUST or SHOULD of the section was exercised on some target. */
static bool is_scored(const struct page *page, size_t first)
{
    struct score_count levels[REQUIREMENT_LEVELS];
    size_t count = 0, next;
    for (size_t i = 0; i < page->report->target_count; i++) {
        score_section(page->report, page->scores[i], first, &next, levels);
        count += score_exercised(&levels[REQUIREMENT_MUST]) + score_exercised(&levels[REQUIREMENT_SHOULD]);
    }
    return count > 0;
}

void html_sections(struct page *page)
{
    const struct report *report = page->report;
    FILE *out = page->out;
    struct score_count levels[REQUIREMENT_LEVELS];
    fputs("<section id=sections><h2>By RFC section</h2>\n<p class=lead>Requirements satisfied of those "
          "exercised. "
          "Sections in which no MUST or SHOULD was exercised are left out.</p>\n"
          "<div class=scroll tabindex=0 role=region aria-label=\"Score by section\"><table class=sx>",
          out);
    put_head(page);
    fputs("<tbody>\n", out);
    for (size_t first = 0, next = 0; first < report->requirement_count; first = next) {
        const struct journal_requirement *head = report->requirements[first];
        score_section(report, page->scores[0], first, &next, levels);
        if (!is_scored(page, first))
            continue;
        fprintf(out, "<tr><th scope=row><a href=\"#sec-%zu\">", first);
        html_section(out, head->rfc, head->section);
        fputs("</a> ", out);
        html_text(out, rfc_section_title(head->rfc, head->section));
        fputs("</th>", out);
        for (size_t i = 0; i < report->target_count; i++) {
            score_section(report, page->scores[i], first, &next, levels);
            put_share(out, &levels[REQUIREMENT_MUST]);
            put_share(out, &levels[REQUIREMENT_SHOULD]);
        }
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div></section>\n", out);
}
