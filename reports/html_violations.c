/* SPDX-License-Identifier: MIT */
/* html_violations.c: what the monitors saw broken in the octets of any case. */
#include "reports/html.h"

#include <string.h>

enum { KINDS = 64, CASES_SHOWN = 8 };

/* One rule and where it was broken. */
struct kind {
    const struct journal_violation *violation;
    size_t target, times, cases;
    size_t first_cases[CASES_SHOWN];
};

static struct kind *kind_of(struct kind kinds[KINDS], size_t *count,
                            const struct journal_violation *violation, size_t target)
{
    for (size_t i = 0; i < *count; i++) {
        if (kinds[i].target == target && strcmp(kinds[i].violation->name, violation->name) == 0 &&
            strcmp(kinds[i].violation->requirement, violation->requirement) == 0)
            return &kinds[i];
    }
    if (*count == KINDS)
        return NULL;
    kinds[*count] = (struct kind){.violation = violation, .target = target};
    return &kinds[(*count)++];
}

/* Returns how many violations found no place among the kinds. */
static size_t collect(const struct page *page, size_t target, struct kind kinds[KINDS], size_t *count)
{
    size_t left_out = 0;
    for (size_t i = 0; i < page->report->case_count; i++) {
        const struct report_group *group = report_group_of(page->report, i, target);
        for (size_t j = 0; j < group->count; j++) {
            const struct journal_result *result = group->results[j];
            for (size_t k = 0; k < result->violation_count && result->verdict != VERDICT_ERROR; k++) {
                struct kind *kind = kind_of(kinds, count, &result->violations[k], target);
                if (kind == NULL) {
                    left_out++;
                    continue;
                }
                kind->times++;
                size_t last = kind->cases < CASES_SHOWN ? kind->cases : CASES_SHOWN;
                if (last > 0 && kind->first_cases[last - 1] == i)
                    continue;
                if (kind->cases < CASES_SHOWN)
                    kind->first_cases[kind->cases] = i;
                kind->cases++;
            }
        }
    }
    return left_out;
}

static void put_kind(struct page *page, const struct kind *kind)
{
    FILE *out = page->out;
    size_t requirement = report_requirement_index(page->report, kind->violation->requirement);
    fputs("<li><p><b>", out);
    html_text(out, kind->violation->sentence);
    fputs("</b> ", out);
    html_requirement_link(out, kind->violation->requirement);
    fprintf(out, " <span class=n>%zu %s</span></p>", kind->times, kind->times == 1 ? "time" : "times");
    html_quote(out, page->report->requirements[requirement]);
    fputs("<p class=where>in ", out);
    size_t shown = kind->cases < CASES_SHOWN ? kind->cases : CASES_SHOWN;
    for (size_t i = 0; i < shown; i++) {
        fputs(i > 0 ? ", " : "", out);
        html_case_link(out, page->report->cases[kind->first_cases[i]].definition);
    }
    fputs(kind->cases > shown ? " and others" : "", out);
    fputs("</p></li>\n", out);
}

void html_violations(struct page *page)
{
    const struct report *report = page->report;
    FILE *out = page->out;
    size_t total = 0;
    for (size_t i = 0; i < report->target_count; i++)
        total += page->scores[i]->violations;
    if (total == 0)
        return;
    fputs("<section id=seen><h2>Seen along the way</h2>\n<p class=lead>Every octet that a target sends is "
          "watched, "
          "whatever a case is about. These rules were broken in what it sent.</p>\n",
          out);
    for (size_t i = 0; i < report->target_count; i++) {
        struct kind kinds[KINDS];
        size_t count = 0, left_out = collect(page, i, kinds, &count);
        if (count == 0)
            continue;
        if (report->target_count > 1) {
            fputs("<h3>", out);
            html_text(out, report->targets[i].target->name);
            fputs("</h3>", out);
        }
        fputs("<ul class=seen>\n", out);
        for (size_t j = 0; j < count; j++)
            put_kind(page, &kinds[j]);
        fputs("</ul>\n", out);
        if (left_out > 0)
            fprintf(out, "<p class=none>%zu more of other kinds are in the journal.</p>\n", left_out);
    }
    fputs("</section>\n", out);
}
