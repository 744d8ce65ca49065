/* SPDX-License-Identifier: MIT */
/* html_first.c: the few gravest failures of each target, each in a sentence, with what follows from it. */
#include "reports/html.h"

#include <string.h>

enum { SHOWN = 5 };

/* What a failure means to people who use the target. */
static const char *consequence(const struct journal_case *definition, const struct journal_result *result)
{
    if (result->verdict == VERDICT_CRASH)
        return "Whoever can connect can take it down.";
    if (strcmp(definition->severity, "security") == 0)
        return "The rule is there to stop an attack.";
    if (strcmp(definition->severity, "resource") == 0)
        return "One peer can use up its memory or time.";
    if (strcmp(definition->severity, "interop") == 0)
        return "Conforming peers may not get along with it.";
    if (strcmp(definition->severity, "cosmetic") == 0)
        return "Little follows from it in practice.";
    if (result->derived)
        return "The RFC binds only the sender; that the receiver must object is inferred.";
    return "A conforming peer may rely on it.";
}

/* The gravest result of a group: the first of the gravest verdict, explicit before derived. */
static const struct journal_result *gravest(const struct report_group *group)
{
    const struct journal_result *found = NULL;
    for (size_t i = 0; i < group->count; i++) {
        const struct journal_result *result = group->results[i];
        if (found == NULL || result->verdict > found->verdict ||
            (result->verdict == found->verdict && found->derived && !result->derived))
            found = result;
    }
    return found;
}

static void put_rule(struct page *page, const struct report_case *definition)
{
    FILE *out = page->out;
    if (definition->definition->requirement_count == 0)
        return;
    const struct journal_requirement *requirement = page->report->requirements[definition->requirements[0]];
    fputs("<p class=rule>", out);
    html_requirement_link(out, requirement->id);
    fputs(" <span class=sec>", out);
    html_section(out, requirement->rfc, requirement->section);
    fputs(" ", out);
    html_text(out, requirement->level);
    fputs("</span> ", out);
    html_text(out, requirement->rule);
    fputs("</p>", out);
    html_quote(out, requirement);
}

static void put_failure(struct page *page, size_t case_index, size_t target_index)
{
    const struct report_case *definition = &page->report->cases[case_index];
    const struct report_group *group = report_group_of(page->report, case_index, target_index);
    const struct journal_result *result = gravest(group);
    FILE *out = page->out;
    fputs("<li>", out);
    html_verdict(out, result->verdict, result->verdict == VERDICT_FAILED && result->derived);
    fputs("<div><p class=what><b>", out);
    html_text(out, definition->definition->title[0] == '\0' ? definition->definition->id
                                                            : definition->definition->title);
    fputs(":</b> <bdi>", out);
    html_text(out, result->reason);
    fprintf(out, "</bdi>. <span class=so>%s</span></p>", consequence(definition->definition, result));
    put_rule(page, definition);
    fputs("<p class=where>", out);
    html_case_link(out, definition->definition);
    fputs(" <span class=fam>", out);
    html_family(page, group);
    fputs("</span></p>", out);
    if (result->rerun[0] != '\0') {
        fputs("<p class=rr><span>rerun</span> <code>", out);
        html_text(out, result->rerun);
        fputs("</code></p>", out);
    }
    fputs("</div></li>\n", out);
}

/* The indices of the gravest cases, gravest first; equal ones in the order of the cases. */
static size_t find_gravest(const struct page *page, size_t target_index, size_t found[SHOWN], size_t *failing)
{
    unsigned gravity[SHOWN];
    size_t count = 0;
    *failing = 0;
    for (size_t i = 0; i < page->report->case_count; i++) {
        unsigned its = group_gravity(&page->report->cases[i], report_group_of(page->report, i, target_index));
        if (its == 0)
            continue;
        ++*failing;
        size_t place = count;
        while (place > 0 && gravity[place - 1] < its)
            place--;
        if (place == SHOWN)
            continue;
        if (count < SHOWN)
            count++;
        memmove(gravity + place + 1, gravity + place, (count - 1 - place) * sizeof gravity[0]);
        memmove(found + place + 1, found + place, (count - 1 - place) * sizeof found[0]);
        gravity[place] = its;
        found[place] = i;
    }
    return count;
}

static void put_target(struct page *page, size_t target_index)
{
    const struct score *score = page->scores[target_index];
    FILE *out = page->out;
    size_t found[SHOWN], failing;
    size_t count = find_gravest(page, target_index, found, &failing);
    if (page->report->target_count > 1) {
        fputs("<h3>", out);
        html_text(out, page->report->targets[target_index].target->name);
        fputs("</h3>", out);
    }
    if (count == 0) {
        fputs("<p class=none>Nothing failed", out);
        if (score->verdicts[VERDICT_NON_STRICT] > 0) {
            fputs("; ", out);
            html_count(out, score->verdicts[VERDICT_NON_STRICT], "result");
            fprintf(out, " %s %s", score->verdicts[VERDICT_NON_STRICT] == 1 ? "is" : "are",
                    verdict_word(VERDICT_NON_STRICT));
        }
        fputs(".</p>\n", out);
        return;
    }
    fputs("<ol class=first>\n", out);
    for (size_t i = 0; i < count; i++)
        put_failure(page, found[i], target_index);
    fputs("</ol>\n", out);
    if (failing > count) {
        fputs("<p class=none><a href=\"#cases\">And ", out);
        html_count(out, failing - count, "more case");
        fputs(" that failed</a></p>\n", out);
    }
}

void html_first_failures(struct page *page)
{
    fputs("<section id=first><h2>What failed first</h2>\n", page->out);
    for (size_t i = 0; i < page->report->target_count; i++)
        put_target(page, i);
    fputs("</section>\n", page->out);
}
