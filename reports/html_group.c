/* SPDX-License-Identifier: MIT */
/* html_group.c: the results of one case against one target: a few in full, the others by their values and
 * reasons, so that thousands of results keep the page small. */
#include "reports/html.h"

#include <string.h>

enum {
    REASONS_SHOWN = 8,
    /* page->marks while a group is written */
    MARK_OTHER = 0, /* of another verdict, or done */
    MARK_REST = 1,  /* of this verdict, still to be written */
    MARK_NOW = 2    /* being written */
};

/* How many results of a verdict are shown in full. */
static size_t shown_in_full(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_FAILED:
    case VERDICT_CRASH:
    case VERDICT_ERROR:
        return 5;
    case VERDICT_NON_STRICT:
    case VERDICT_UNIMPLEMENTED:
    case VERDICT_SETUP:
        return 2;
    case VERDICT_OK:
    case VERDICT_INFORMATIONAL:
        return 1;
    case VERDICT_SKIP:
        return 0;
    }
    return 0;
}

/* Two deliveries of the same value with the same outcome are worth one transcript. */
static bool says_the_same(const struct journal_result *left, const struct journal_result *right)
{
    return strcmp(left->value, right->value) == 0 && strcmp(left->reason, right->reason) == 0 &&
           left->violation_count == right->violation_count && !left->unstable && !right->unstable;
}

static bool must_be_seen(const struct journal_result *result)
{
    return result->violation_count > 0 || result->unstable;
}

/* Writes results in full and unmarks them. */
static void write_in_full(struct page *page, const struct report_group *group, enum verdict verdict,
                          bool first)
{
    size_t budget = shown_in_full(verdict), seen_budget = 3;
    const struct journal_result *last = NULL;
    for (size_t i = 0; i < group->count; i++) {
        const struct journal_result *result = group->results[i];
        if (page->marks[i] != MARK_REST || (last != NULL && says_the_same(last, result)))
            continue;
        if (budget > 0)
            budget--;
        else if (seen_budget > 0 && must_be_seen(result))
            seen_budget--;
        else
            continue;
        page->marks[i] = MARK_OTHER;
        html_instance(page->out, result,
                      first && last == NULL && verdict != VERDICT_OK && verdict != VERDICT_INFORMATIONAL);
        last = result;
    }
}

/* What tells results of one verdict apart: the reason, or what was observed where nothing is judged. */
static const char *told_by(const struct journal_result *result)
{
    return result->verdict == VERDICT_INFORMATIONAL && result->observed[0] != '\0' ? result->observed
                                                                                   : result->reason;
}

/* Marks the first result that is left and all that say the same; with `all`, everything that is left. Returns
 * how many. */
static size_t mark_alike(struct page *page, const struct report_group *group, bool all, const char **told)
{
    size_t count = 0;
    *told = NULL;
    for (size_t i = 0; i < group->count; i++) {
        if (page->marks[i] != MARK_REST)
            continue;
        if (*told == NULL)
            *told = told_by(group->results[i]);
        if (all || strcmp(*told, told_by(group->results[i])) == 0) {
            page->marks[i] = MARK_NOW;
            count++;
        }
    }
    return count;
}

static void write_rest(struct page *page, const struct report_group *group, enum verdict verdict)
{
    for (size_t reasons = 0;; reasons++) {
        const char *told;
        bool all = verdict == VERDICT_OK || reasons == REASONS_SHOWN;
        size_t count = mark_alike(page, group, all, &told);
        if (count == 0)
            return;
        fputs("<p class=rest>", page->out);
        html_verdict(page->out, verdict, false);
        fprintf(page->out, " <b>%zu</b> <code>", count);
        html_values(page, group, MARK_NOW);
        fputs("</code> ", page->out);
        if (!all)
            html_text(page->out, told);
        fputs("</p>\n", page->out);
        for (size_t i = 0; i < group->count; i++) {
            if (page->marks[i] == MARK_NOW)
                page->marks[i] = MARK_OTHER;
        }
    }
}

void html_group(struct page *page, size_t case_index, size_t target_index)
{
    const struct report_group *group = report_group_of(page->report, case_index, target_index);
    FILE *out = page->out;
    if (group->count == 0)
        return;
    size_t count;
    enum verdict worst = group_verdict(group, &count);
    if (page->report->target_count > 1) {
        fputs("<section class=tg id=\"case-", out);
        html_anchor(out, page->report->cases[case_index].definition->id);
        fprintf(out, "-t%zu\"><h4>", target_index);
        html_verdict(out, worst, group_derived(group));
        fputs(" ", out);
        html_text(out, page->report->targets[target_index].target->name);
        fputs(" <span class=fam>", out);
        html_family(page, group);
        fputs("</span></h4>\n", out);
    }
    for (int verdict = (int)worst; verdict >= VERDICT_SKIP; verdict--) {
        for (size_t i = 0; i < group->count; i++)
            page->marks[i] = (int)group->results[i]->verdict == verdict ? MARK_REST : MARK_OTHER;
        write_in_full(page, group, (enum verdict)verdict, verdict == (int)worst);
        write_rest(page, group, (enum verdict)verdict);
    }
    if (page->report->target_count > 1)
        fputs("</section>\n", out);
}
