/* SPDX-License-Identifier: MIT */
/* coverage.c: counts who cites a requirement, and holds the counts against the statuses of the catalogue. */
#include "harness/coverage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/run_monitors.h"

bool coverage_begin(struct coverage *coverage, const struct requirement_catalogue *catalogue)
{
    *coverage = (struct coverage){.catalogue = catalogue,
                                  .cases = calloc(catalogue->count + 1, sizeof *coverage->cases),
                                  .monitored = calloc(catalogue->count + 1, sizeof *coverage->monitored)};
    if (coverage->cases == NULL || coverage->monitored == NULL)
        return false;
    struct run_monitor monitor;
    for (size_t i = 0; run_monitor(i, &monitor); i++) {
        const struct requirement *row = requirement_find(catalogue, monitor.requirement);
        if (row != NULL)
            coverage->monitored[row - catalogue->rows] = true;
    }
    return true;
}

void coverage_free(struct coverage *coverage)
{
    free(coverage->cases);
    free(coverage->monitored);
    *coverage = (struct coverage){0};
}

void coverage_cite(struct coverage *coverage, const struct case_definition *definition)
{
    if (!(definition->roles & CASE_TESTS_SERVER))
        return;
    for (const struct case_word *word = definition->requirements; word != NULL; word = word->next) {
        const struct requirement *row = requirement_find(coverage->catalogue, word->text);
        if (row != NULL)
            coverage->cases[row - coverage->catalogue->rows]++;
    }
}

bool coverage_has(const struct coverage *coverage, size_t row)
{
    return coverage->cases[row] > 0 || coverage->monitored[row];
}

static const char *wrong_with(const struct requirement *row, bool cited)
{
    bool reason = row->reason[0] != '\0';
    if (strcmp(row->status, "covered") == 0)
        return cited ? NULL : "is `covered`, but no case for servers and no monitor cites it";
    if (strcmp(row->status, "untestable") == 0) {
        if (cited)
            return "is `untestable`, but a case or a monitor cites it";
        return reason ? NULL : "is `untestable` without a reason";
    }
    if (strcmp(row->status, "open") == 0) {
        if (cited)
            return "is `open`, but a case or a monitor cites it: then it is `covered`";
        return reason || requirement_gravity(row->level) < 2 ? NULL : "is `open` without a reason";
    }
    return strcmp(row->status, "http2") == 0 && cited ? "is `http2`, but a case cites it" : NULL;
}

size_t coverage_lint(struct text_buffer *out, const struct coverage *coverage)
{
    size_t found = 0;
    for (size_t i = 0; i < coverage->catalogue->count; i++) {
        const struct requirement *row = &coverage->catalogue->rows[i];
        const char *wrong = wrong_with(row, coverage_has(coverage, i));
        if (wrong == NULL)
            continue;
        found++;
        text_print(out, "cases/requirements.tsv: %s (%s) %s\n    %s\n", row->id, row->level, wrong,
                   row->rule);
    }
    return found;
}

/* Rows of one level. */
struct count {
    size_t all, covered, untestable;
};

static void count_row(struct count *count, const struct requirement *row, bool cited)
{
    bool untestable = strcmp(row->status, "untestable") == 0;
    count->all++;
    count->covered += !untestable && cited;
    count->untestable += untestable;
}

static bool is_among(const struct requirement *row, const struct requirement *line, bool sections)
{
    return line == NULL ||
           (strcmp(row->rfc, line->rfc) == 0 && (!sections || strcmp(row->section, line->section) == 0));
}

/* A line of the table: of what `line` stands for, or (NULL) of all. Nothing where nothing is asked of
 * servers. */
static void print_line(struct text_buffer *out, const struct coverage *coverage,
                       const struct requirement *line, bool sections)
{
    struct count must = {0}, should = {0};
    for (size_t i = 0; i < coverage->catalogue->count; i++) {
        const struct requirement *row = &coverage->catalogue->rows[i];
        if (requirement_counts(row) && is_among(row, line, sections))
            count_row(requirement_gravity(row->level) == 3 ? &must : &should, row, coverage_has(coverage, i));
    }
    if (must.all + should.all == 0)
        return;
    char name[48] = "all";
    if (line != NULL)
        snprintf(name, sizeof name, "RFC %s%s%s", line->rfc + strspn(line->rfc, "RFC"), sections ? ", " : "",
                 sections ? line->section : "");
    text_print(out, "| %-*s | %4zu | %7zu | %10zu | %6zu | %7zu | %10zu |\n", sections ? 18 : 9, name,
               must.all, must.covered, must.untestable, should.all, should.covered, should.untestable);
}

void coverage_print(struct text_buffer *out, const struct coverage *coverage, bool sections)
{
    static const char line[] = "-------------------";
    int width = sections ? 19 : 10;
    text_print(out, "| %*s| MUST | covered | untestable | SHOULD | covered | untestable |\n", width, "");
    text_print(out, "|%.*s-|-----:|--------:|-----------:|-------:|--------:|-----------:|\n", width, line);
    const struct requirement_catalogue *catalogue = coverage->catalogue;
    for (size_t i = 0; i < catalogue->count; i++) {
        bool seen = false;
        for (size_t j = 0; j < i && !seen; j++)
            seen = is_among(&catalogue->rows[j], &catalogue->rows[i], sections);
        if (!seen)
            print_line(out, coverage, &catalogue->rows[i], sections);
    }
    print_line(out, coverage, NULL, sections);
}

size_t coverage_monitored_only(const struct coverage *coverage)
{
    size_t count = 0;
    for (size_t i = 0; i < coverage->catalogue->count; i++)
        count += requirement_counts(&coverage->catalogue->rows[i]) && coverage->monitored[i] &&
                 coverage->cases[i] == 0;
    return count;
}
