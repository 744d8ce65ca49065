/* SPDX-License-Identifier: MIT */
/* html_matrix.c: case x target, if there are several targets. What is OK with every target is folded away. */
#include "reports/html.h"

#include <string.h>

static bool passes_everywhere(const struct page *page, size_t case_index)
{
    for (size_t i = 0; i < page->report->target_count; i++) {
        const struct report_group *group = report_group_of(page->report, case_index, i);
        size_t count;
        enum verdict verdict = group_verdict(group, &count);
        if (group->count == 0 || (verdict != VERDICT_OK && verdict != VERDICT_INFORMATIONAL))
            return false;
    }
    return true;
}

static void put_cell(struct page *page, size_t case_index, size_t target_index)
{
    const struct report_group *group = report_group_of(page->report, case_index, target_index);
    FILE *out = page->out;
    if (group->count == 0) {
        fputs("<td class=na>not run</td>", out);
        return;
    }
    size_t count;
    enum verdict verdict = group_verdict(group, &count);
    fputs("<td><a href=\"#case-", out);
    html_anchor(out, page->report->cases[case_index].definition->id);
    fprintf(out, "-t%zu\"><span class=\"v v%c\">%s</span>", target_index, verdict_letter(verdict),
            verdict_word(verdict));
    if (group_derived(group))
        fputs(" <small>derived</small>", out);
    if (count < group->count)
        fprintf(out, " <small>%zu/%zu</small>", count, group->count);
    fputs("</a></td>", out);
}

static void put_table(struct page *page, bool passing)
{
    const struct report *report = page->report;
    FILE *out = page->out;
    const char *file = NULL;
    fputs(
        "<div class=scroll tabindex=0 role=region aria-label=\"Cases by target\"><table class=mx><thead><tr>"
        "<th scope=col>Case</th>",
        out);
    for (size_t i = 0; i < report->target_count; i++) {
        fprintf(out, "<th scope=col><a href=\"#target-%zu\">", i);
        html_text(out, report->targets[i].target->name);
        fputs("</a></th>", out);
    }
    fputs("</tr></thead><tbody>\n", out);
    for (size_t i = 0; i < report->case_count; i++) {
        const struct journal_case *definition = report->cases[i].definition;
        if (passes_everywhere(page, i) != passing)
            continue;
        fprintf(out, "<tr%s><th scope=row>",
                file == NULL || strcmp(file, definition->file) == 0 ? "" : " class=new");
        file = definition->file;
        html_case_link(out, definition);
        fputs("</th>", out);
        for (size_t j = 0; j < report->target_count; j++)
            put_cell(page, i, j);
        fputs("</tr>\n", out);
    }
    fputs("</tbody></table></div>\n", out);
}

void html_matrix(struct page *page)
{
    const struct report *report = page->report;
    FILE *out = page->out;
    if (report->target_count < 2)
        return;
    size_t passing = 0;
    for (size_t i = 0; i < report->case_count; i++)
        passing += passes_everywhere(page, i);
    fputs("<section id=matrix><h2>Side by side</h2>\n<p class=lead>The gravest verdict of each case; 3/24 "
          "means that "
          "three of the 24 members of its family have it.</p>\n",
          out);
    if (passing < report->case_count)
        put_table(page, false);
    if (passing > 0) {
        fputs("<details class=same><summary>", out);
        html_count(out, passing, "case");
        fprintf(out, " pass%s with every target</summary>", passing == 1 ? "es" : "");
        put_table(page, true);
        fputs("</details>\n", out);
    }
    fputs("</section>\n", out);
}
