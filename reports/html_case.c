/* SPDX-License-Identifier: MIT */
/* html_case.c: every case, grouped by file: one row a case, and unfolded what it is about and how it went
 * against each target. */
#include "reports/html.h"

#include <string.h>

static enum verdict worst_of_case(const struct page *page, size_t case_index, bool *derived)
{
    enum verdict worst = VERDICT_SKIP;
    *derived = true;
    for (size_t i = 0; i < page->report->target_count; i++) {
        const struct report_group *group = report_group_of(page->report, case_index, i);
        size_t count;
        enum verdict verdict = group_verdict(group, &count);
        if (verdict > worst)
            worst = verdict;
        if (verdict == VERDICT_FAILED && !group_derived(group))
            *derived = false;
    }
    *derived = *derived && worst == VERDICT_FAILED;
    return worst;
}

/* ---- One case ---- */

/* For the filter: a letter a target, '.' where it was not run. */
static void put_verdict_letters(struct page *page, size_t case_index)
{
    for (size_t i = 0; i < page->report->target_count; i++) {
        const struct report_group *group = report_group_of(page->report, case_index, i);
        size_t count;
        fputc(group->count == 0 ? '.' : verdict_letter(group_verdict(group, &count)), page->out);
    }
}

/* Behind the title: one target says how much of the family passes; of several, those that do not pass say so.
 */
static void put_families(struct page *page, size_t case_index)
{
    FILE *out = page->out;
    fputs("<span class=fam>", out);
    for (size_t i = 0; i < page->report->target_count; i++) {
        const struct report_group *group = report_group_of(page->report, case_index, i);
        size_t count;
        enum verdict verdict = group_verdict(group, &count);
        if (page->report->target_count == 1) {
            html_family(page, group);
        } else if (verdict > VERDICT_INFORMATIONAL) {
            fprintf(out, "<span class=\"w w%c\">", verdict_letter(verdict));
            html_text(out, page->report->targets[i].target->name);
            fprintf(out, " %zu/%zu</span> ", count, group->count);
        }
    }
    fputs("</span>", out);
}

/* What a case cites. The sentences of the RFC would make the page large if they stood where all passed. */
static void put_requirements(struct page *page, const struct report_case *definition, bool all_passed)
{
    FILE *out = page->out;
    if (definition->definition->requirement_count == 0)
        return;
    fputs("<ul class=rq>", out);
    for (size_t i = 0; i < definition->definition->requirement_count; i++) {
        const struct journal_requirement *requirement =
            page->report->requirements[definition->requirements[i]];
        fputs("<li>", out);
        html_requirement_link(out, requirement->id);
        fputs(" <span class=sec>", out);
        html_section(out, requirement->rfc, requirement->section);
        fputs(" ", out);
        html_text(out, requirement->level);
        fputs("</span> ", out);
        html_text(out, requirement->rule);
        if (!all_passed)
            html_quote(out, requirement);
        fputs("</li>", out);
    }
    fputs("</ul>\n", out);
}

static void put_definition(struct page *page, const struct journal_case *definition)
{
    FILE *out = page->out;
    if (definition->text[0] == '\0')
        return;
    fputs("<details class=src><summary>The case, ", out);
    html_text(out, definition->file);
    fprintf(out, ":%u%s", definition->line, definition->derived ? ", basis derived" : "");
    if (definition->severity[0] != '\0') {
        fputs(", severity ", out);
        html_text(out, definition->severity);
    }
    fputs("</summary><pre>", out);
    html_block(out, definition->text);
    fputs("</pre></details>\n", out);
}

static void put_case(struct page *page, size_t case_index)
{
    const struct report_case *definition = &page->report->cases[case_index];
    FILE *out = page->out;
    bool derived;
    enum verdict worst = worst_of_case(page, case_index, &derived);
    const char *id = definition->definition->id;
    fputs("<details class=case id=\"case-", out);
    html_anchor(out, id);
    fputs("\" data-v=\"", out);
    put_verdict_letters(page, case_index);
    fputs("\"><summary>", out);
    html_verdict(out, worst, derived);
    fputs("<span class=ti><b>", out);
    html_text(out, definition->definition->title[0] == '\0' ? id : definition->definition->title);
    fputs("</b> <code>", out);
    html_text(out, id);
    fputs("</code></span>", out);
    put_families(page, case_index);
    fputs("<span class=lv>", out);
    html_text(out, definition->definition->level);
    fputs("</span></summary>\n<div class=body>", out);
    put_requirements(page, definition, worst <= VERDICT_INFORMATIONAL);
    put_definition(page, definition->definition);
    for (size_t i = 0; i < page->report->target_count; i++)
        html_group(page, case_index, i);
    fputs("</div></details>\n", out);
}

/* ---- Suites ---- */

/* "cases/framing.case" is the suite "framing". */
static void put_suite_name(FILE *out, const struct journal_case *definition)
{
    char name[128];
    const char *file = definition->file, *slash = strrchr(file, '/');
    size_t size = strcspn(slash == NULL ? file : slash + 1, ".");
    if (size >= sizeof name)
        size = sizeof name - 1;
    memcpy(name, slash == NULL ? file : slash + 1, size);
    name[size] = '\0';
    for (size_t i = 0; i < size; i++) {
        if (name[i] == '_')
            name[i] = ' ';
    }
    html_text(out, size == 0 ? "other" : name);
}

static void put_suite(struct page *page, size_t first, size_t end)
{
    FILE *out = page->out;
    size_t counts[VERDICT_COUNT] = {0};
    bool derived, open = false;
    for (size_t i = first; i < end; i++) {
        enum verdict worst = worst_of_case(page, i, &derived);
        counts[worst]++;
        open = open || worst >= VERDICT_NON_STRICT;
    }
    fprintf(out, "<details class=suite%s><summary><h3>", open ? " open" : "");
    put_suite_name(out, page->report->cases[first].definition);
    fputs("</h3> <span class=n>", out);
    html_count(out, end - first, "case");
    fputs("</span> <span class=cnt>", out);
    for (int verdict = VERDICT_ERROR; verdict >= VERDICT_SKIP; verdict--) {
        if (counts[verdict] > 0)
            fprintf(out, "<span class=\"v v%c\">%s&nbsp;%zu</span> ", verdict_letter((enum verdict)verdict),
                    verdict_word((enum verdict)verdict), counts[verdict]);
    }
    fputs("</span></summary>\n", out);
    for (size_t i = first; i < end; i++)
        put_case(page, i);
    fputs("</details>\n", out);
}

static void put_filter(struct page *page)
{
    FILE *out = page->out;
    fputs("<form id=filter hidden role=search><input type=search name=q placeholder=\"Search cases, "
          "requirements, "
          "reasons\" aria-label=\"Search cases, requirements, reasons\">\n",
          out);
    if (page->report->target_count > 1) {
        fputs("<select name=t aria-label=\"Target\"><option value=\"\">any target</option>", out);
        for (size_t i = 0; i < page->report->target_count; i++) {
            fprintf(out, "<option value=%zu>", i);
            html_text(out, page->report->targets[i].target->name);
            fputs("</option>", out);
        }
        fputs("</select>\n", out);
    }
    fputs("<span class=vs role=group aria-label=\"Verdicts\">", out);
    for (int verdict = VERDICT_ERROR; verdict >= VERDICT_SKIP; verdict--) {
        size_t count = 0;
        for (size_t i = 0; i < page->report->target_count; i++)
            count += page->scores[i]->verdicts[verdict];
        if (count > 0)
            fprintf(out, "<button type=button aria-pressed=false value=%c class=\"v v%c\">%s</button> ",
                    verdict_letter((enum verdict)verdict), verdict_letter((enum verdict)verdict),
                    verdict_word((enum verdict)verdict));
    }
    fputs("</span><output aria-live=polite></output></form>\n", out);
}

void html_cases(struct page *page)
{
    const struct report *report = page->report;
    FILE *out = page->out;
    fputs("<section id=cases><h2>Every case</h2>\n<p class=lead>A row is a case; it unfolds to its "
          "requirements, its "
          "text, and what happened. Values are members of its family, each sent whole and octet by octet. To "
          "keep "
          "the page small, full transcripts are here for the first OK of each case and the first five "
          "failures; all "
          "others are in the journal, and every one can be run again.</p>\n",
          out);
    put_filter(page);
    for (size_t first = 0, end; first < report->case_count; first = end) {
        const char *file = report->cases[first].definition->file;
        for (end = first; end < report->case_count && strcmp(report->cases[end].definition->file, file) == 0;)
            end++;
        put_suite(page, first, end);
    }
    fputs("</section>\n", out);
}
