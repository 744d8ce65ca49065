/* SPDX-License-Identifier: MIT */
/* html_requirements.c: every requirement that the journals name, by section: its status for each target, and
 * the cases that cite it. */
#include "reports/html.h"

#include <stdlib.h>

enum { CASES_SHOWN = 6 };

/* The cases that cite each requirement: of requirement i, cases[start[i]] up to cases[start[i + 1]]. */
struct citations {
    size_t *start, *cases;
};

static bool collect(const struct report *report, struct citations *citations)
{
    size_t total = 0;
    for (size_t i = 0; i < report->case_count; i++)
        total += report->cases[i].definition->requirement_count;
    citations->start = calloc(report->requirement_count + 2, sizeof *citations->start);
    citations->cases = calloc(total + 1, sizeof *citations->cases);
    if (citations->start == NULL || citations->cases == NULL)
        return false;
    /* one further on than it belongs: filling moves each start to where the next begins */
    for (size_t i = 0; i < report->case_count; i++) {
        for (size_t j = 0; j < report->cases[i].definition->requirement_count; j++)
            citations->start[report->cases[i].requirements[j] + 2]++;
    }
    for (size_t i = 1; i < report->requirement_count + 2; i++)
        citations->start[i] += citations->start[i - 1];
    for (size_t i = 0; i < report->case_count; i++) {
        for (size_t j = 0; j < report->cases[i].definition->requirement_count; j++)
            citations->cases[citations->start[report->cases[i].requirements[j] + 1]++] = i;
    }
    return true;
}

static void put_status(FILE *out, enum requirement_status status)
{
    static const char classes[] = {[REQUIREMENT_UNTESTED] = 'S',
                                   [REQUIREMENT_SATISFIED] = 'K',
                                   [REQUIREMENT_VIOLATED_DERIVED] = 'N',
                                   [REQUIREMENT_VIOLATED] = 'F'};
    fprintf(out, "<td><span class=\"v v%c\">%s</span></td>", classes[status],
            requirement_status_word(status));
}

static void put_requirement(struct page *page, const struct citations *citations, size_t index)
{
    const struct journal_requirement *requirement = page->report->requirements[index];
    FILE *out = page->out;
    fputs("<tr id=\"req-", out);
    html_anchor(out, requirement->id);
    fputs("\"><th scope=row>", out);
    html_text(out, requirement->id);
    fputs("</th><td>", out);
    html_text(out, requirement->level);
    fputs("</td><td class=rl>", out);
    html_text(out, requirement->rule);
    html_quote(out, requirement);
    fputs("<span class=by>", out);
    size_t first = citations->start[index], end = citations->start[index + 1];
    for (size_t i = first; i < end && i < first + CASES_SHOWN; i++) {
        fputs(i > first ? ", " : "", out);
        html_case_link(out, page->report->cases[citations->cases[i]].definition);
    }
    if (end - first > CASES_SHOWN)
        fprintf(out, " and %zu more", end - first - CASES_SHOWN);
    fputs("</span></td>", out);
    for (size_t i = 0; i < page->report->target_count; i++)
        put_status(out, page->scores[i]->status[index]);
    fputs("</tr>\n", out);
}

static void put_summary(struct page *page, size_t first, size_t *next)
{
    const struct journal_requirement *head = page->report->requirements[first];
    struct score_count levels[REQUIREMENT_LEVELS];
    FILE *out = page->out;
    size_t violated = 0, untested = 0;
    score_section(page->report, page->scores[0], first, next, levels);
    for (size_t i = first; i < *next; i++) {
        enum requirement_status gravest = REQUIREMENT_UNTESTED;
        for (size_t j = 0; j < page->report->target_count; j++) {
            if (page->scores[j]->status[i] > gravest)
                gravest = page->scores[j]->status[i];
        }
        violated += gravest >= REQUIREMENT_VIOLATED_DERIVED;
        untested += gravest == REQUIREMENT_UNTESTED;
    }
    fprintf(out, "<details class=rs id=sec-%zu><summary><b>", first);
    html_section(out, head->rfc, head->section);
    fputs("</b> ", out);
    html_text(out, rfc_section_title(head->rfc, head->section));
    fputs(" <span class=n>", out);
    html_count(out, *next - first, "requirement");
    if (violated > 0)
        fprintf(out, ", <em class=bad>%zu violated</em>", violated);
    if (untested > 0)
        fprintf(out, ", %zu untested", untested);
    fputs("</span></summary>\n", out);
}

void html_requirements(struct page *page)
{
    const struct report *report = page->report;
    FILE *out = page->out;
    struct citations citations = {0};
    if (!collect(report, &citations)) {
        page->failed = true;
        free(citations.start);
        free(citations.cases);
        return;
    }
    fputs("<section id=requirements><h2>Requirements</h2>\n<p class=lead>Every requirement that this run "
          "names: in our words, in those of the RFC, and the cases that cite it. Untested is what no case "
          "could judge: skipped, or stopped "
          "before it "
          "came to it.</p>\n",
          out);
    for (size_t first = 0, next = 0; first < report->requirement_count; first = next) {
        put_summary(page, first, &next);
        fputs("<div class=scroll><table class=rt><thead><tr><th scope=col>Requirement</th><th "
              "scope=col>Level</th>"
              "<th scope=col>Rule</th>",
              out);
        for (size_t i = 0; i < report->target_count; i++) {
            fputs("<th scope=col>", out);
            html_text(out, report->target_count == 1 ? "Status" : report->targets[i].target->name);
            fputs("</th>", out);
        }
        fputs("</tr></thead><tbody>\n", out);
        for (size_t i = first; i < next; i++)
            put_requirement(page, &citations, i);
        fputs("</tbody></table></div></details>\n", out);
    }
    fputs("</section>\n", out);
    free(citations.start);
    free(citations.cases);
}
