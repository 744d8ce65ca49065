/* SPDX-License-Identifier: MIT */
/* html_requirements.c: every requirement that the journals name, by section: its status for each target, why
 * it was not tested if it was not, and the cases that cite it. */
#include "reports/html.h"

#include <stdlib.h>
#include <string.h>

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

static const char *why_not(enum verdict verdict)
{
    switch (verdict) {
    case VERDICT_SKIP:
        return "skipped";
    case VERDICT_UNIMPLEMENTED:
        return "not implemented";
    case VERDICT_SETUP:
        return "no opening handshake";
    case VERDICT_ERROR:
        return "could not be judged";
    case VERDICT_INFORMATIONAL:
        return "only informational results";
    case VERDICT_OK:
    case VERDICT_NON_STRICT:
    case VERDICT_FAILED:
    case VERDICT_CRASH:
        break; /* these say something: the requirement is not untested */
    }
    return "";
}

/* Of a requirement that no result says anything about: what became of the cases that cite it. */
static void put_why(struct page *page, const struct citations *citations, size_t index, size_t target)
{
    FILE *out = page->out;
    const struct journal_result *result = NULL;
    size_t first = citations->start[index], end = citations->start[index + 1];
    for (size_t i = first; i < end && result == NULL; i++) {
        const struct report_group *group = report_group_of(page->report, citations->cases[i], target);
        result = group->count == 0 ? NULL : group->results[0];
    }
    fputs("<span class=why>", out);
    if (result != NULL) {
        const char *kind = why_not(result->verdict);
        html_text(out, kind);
        if (result->verdict == VERDICT_SKIP && result->reason[0] != '\0') {
            fputs(": ", out);
            html_text(out, result->reason);
        }
    } else {
        fputs(first == end ? "nothing in this run showed it" : "not run", out);
    }
    fputs("</span>", out);
}

static void put_status(struct page *page, const struct citations *citations, size_t index, size_t target)
{
    static const char classes[] = {[REQUIREMENT_UNTESTABLE] = 'S',
                                   [REQUIREMENT_UNTESTED] = 'S',
                                   [REQUIREMENT_SATISFIED] = 'K',
                                   [REQUIREMENT_VIOLATED_DERIVED] = 'N',
                                   [REQUIREMENT_VIOLATED] = 'F'};
    enum requirement_status status = page->scores[target]->status[index];
    fprintf(page->out, "<td><span class=\"v v%c\">%s</span>", classes[status],
            requirement_status_word(status));
    if (status == REQUIREMENT_UNTESTED)
        put_why(page, citations, index, target);
    fputs("</td>", page->out);
}

static void put_requirement(struct page *page, const struct citations *citations, size_t index)
{
    const struct journal_requirement *requirement = page->report->requirements[index];
    FILE *out = page->out;
    fputs("<tr id=\"req-", out);
    html_anchor(out, requirement->id);
    fputs("\"><th scope=row>", out);
    html_text(out, requirement->id);
    fputs("<span class=rw>", out);
    html_text(out, requirement->level);
    fputs("</span></th><td class=rl>", out);
    html_text(out, requirement->rule);
    html_quote(out, requirement);
    if (requirement->reason[0] != '\0') {
        fputs("<span class=by>No case can show it: ", out);
        html_text(out, requirement->reason);
        fputs("</span>", out);
    }
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
        put_status(page, citations, index, i);
    fputs("</tr>\n", out);
}

/* The requirement behind the last of the section that begins with `first`. */
static size_t section_end(const struct report *report, size_t first)
{
    const struct journal_requirement *head = report->requirements[first];
    size_t end = first + 1;
    while (end < report->requirement_count && strcmp(report->requirements[end]->rfc, head->rfc) == 0 &&
           strcmp(report->requirements[end]->section, head->section) == 0)
        end++;
    return end;
}

static void put_summary(struct page *page, size_t first, size_t end)
{
    const struct journal_requirement *head = page->report->requirements[first];
    FILE *out = page->out;
    size_t violated = 0, untested = 0, untestable = 0;
    for (size_t i = first; i < end; i++) {
        enum requirement_status gravest = REQUIREMENT_UNTESTABLE;
        for (size_t j = 0; j < page->report->target_count; j++) {
            if (page->scores[j]->status[i] > gravest)
                gravest = page->scores[j]->status[i];
        }
        violated += gravest >= REQUIREMENT_VIOLATED_DERIVED;
        untested += gravest == REQUIREMENT_UNTESTED;
        untestable += gravest == REQUIREMENT_UNTESTABLE;
    }
    fprintf(out, "<details class=rs id=sec-%zu><summary><b>", first);
    html_section(out, head->rfc, head->section);
    fputs("</b> ", out);
    html_text(out, rfc_section_title(head->rfc, head->section));
    fputs(" <span class=n>", out);
    html_count(out, end - first, "requirement");
    if (violated > 0)
        fprintf(out, ", <em class=bad>%zu violated</em>", violated);
    if (untested > 0)
        fprintf(out, ", %zu untested", untested);
    if (untestable > 0)
        fprintf(out, ", %zu untestable", untestable);
    fputs("</span></summary>\n", out);
}

static void put_section(struct page *page, const struct citations *citations, size_t first)
{
    const struct report *report = page->report;
    FILE *out = page->out;
    size_t end = section_end(report, first);
    put_summary(page, first, end);
    fputs("<div class=scroll><table class=rt><thead><tr><th scope=col>Requirement</th>"
          "<th scope=col>Rule</th>",
          out);
    for (size_t i = 0; i < report->target_count; i++) {
        fputs("<th scope=col>", out);
        html_text(out, report->target_count == 1 ? "Status" : report->targets[i].target->name);
        fputs("</th>", out);
    }
    fputs("</tr></thead><tbody>\n", out);
    for (size_t i = first; i < end; i++)
        put_requirement(page, citations, i);
    fputs("</tbody></table></div></details>\n", out);
}

/* Something of the section was satisfied or violated by some target. */
static bool is_exercised(const struct page *page, size_t first)
{
    bool exercised = false;
    for (size_t i = first; i < section_end(page->report, first); i++) {
        for (size_t k = 0; k < page->report->target_count; k++)
            exercised = exercised || page->scores[k]->status[i] > REQUIREMENT_UNTESTED;
    }
    return exercised;
}

/* What a run of a few cases says nothing about is folded away. */
static void put_sections(struct page *page, const struct citations *citations)
{
    const struct report *report = page->report;
    FILE *out = page->out;
    size_t silent = 0;
    for (size_t first = 0; first < report->requirement_count; first = section_end(report, first)) {
        if (is_exercised(page, first))
            put_section(page, citations, first);
        else
            silent++;
    }
    if (silent == 0)
        return;
    fputs("<details class=rs><summary><b>Nothing was tested of ", out);
    html_count(out, silent, "section");
    fputs("</b></summary>\n", out);
    for (size_t first = 0; first < report->requirement_count; first = section_end(report, first)) {
        if (!is_exercised(page, first))
            put_section(page, citations, first);
    }
    fputs("</details>\n", out);
}

void html_requirements(struct page *page)
{
    FILE *out = page->out;
    struct citations citations = {0};
    if (collect(page->report, &citations)) {
        fputs(
            "<section id=requirements><h2>Requirements</h2>\n<p class=lead>Every MUST and SHOULD on what "
            "was tested, and what else its cases cite: in our words, in those of the RFC, and the cases. "
            "Untested is what no case of this run could judge, with the reason; untestable is what shows on "
            "no wire.</p>\n",
            out);
        put_sections(page, &citations);
        fputs("</section>\n", out);
    } else {
        page->failed = true;
    }
    free(citations.start);
    free(citations.cases);
}
