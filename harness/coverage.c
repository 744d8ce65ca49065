/* SPDX-License-Identifier: MIT */
/* coverage.c: counts who cites a requirement, and holds the counts against the statuses of the catalogue. */
#include "harness/coverage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/run_monitors.h"

static bool begin_role(struct coverage *coverage, enum ws_role role)
{
    const struct requirement_catalogue *catalogue = coverage->catalogue;
    size_t *cases = calloc(catalogue->count + 1, sizeof *cases);
    bool *monitored = calloc(catalogue->count + 1, sizeof *monitored);
    coverage->of[role].cases = cases;
    coverage->of[role].monitored = monitored;
    if (cases == NULL || monitored == NULL)
        return false;
    struct run_monitor monitor;
    for (size_t i = 0; run_monitor(role, i, &monitor); i++) {
        const struct requirement *row = requirement_find(catalogue, monitor.requirement);
        if (row != NULL)
            monitored[row - catalogue->rows] = true;
    }
    return true;
}

bool coverage_begin(struct coverage *coverage, const struct requirement_catalogue *catalogue)
{
    *coverage = (struct coverage){.catalogue = catalogue};
    return begin_role(coverage, WS_SERVER) && begin_role(coverage, WS_CLIENT);
}

void coverage_free(struct coverage *coverage)
{
    for (size_t i = 0; i < 2; i++) {
        free(coverage->of[i].cases);
        free(coverage->of[i].monitored);
    }
    *coverage = (struct coverage){0};
}

void coverage_cite(struct coverage *coverage, const struct case_definition *definition)
{
    for (const struct case_word *word = definition->requirements; word != NULL; word = word->next) {
        const struct requirement *row = requirement_find(coverage->catalogue, word->text);
        if (row == NULL)
            continue;
        if ((definition->roles & CASE_TESTS_SERVER) != 0)
            coverage->of[WS_SERVER].cases[row - coverage->catalogue->rows]++;
        if ((definition->roles & CASE_TESTS_CLIENT) != 0)
            coverage->of[WS_CLIENT].cases[row - coverage->catalogue->rows]++;
    }
}

bool coverage_has(const struct coverage *coverage, size_t row, enum ws_role role)
{
    return coverage->of[role].cases[row] > 0 || coverage->of[role].monitored[row];
}

/* What is wrong with the status; `servers` and `clients`: it is cited for targets of the role. */
static const char *wrong_with(const struct requirement *row, bool servers, bool clients)
{
    bool binds_servers = requirement_binds(row, WS_SERVER), binds_clients = requirement_binds(row, WS_CLIENT);
    bool cited = (servers && (binds_servers || !binds_clients)) || (clients && binds_clients);
    bool reason = row->reason[0] != '\0';
    if (strcmp(row->status, "covered") == 0) {
        if (!cited || (binds_servers && !servers))
            return binds_servers ? "is `covered`, but no case for servers and no monitor cites it"
                                 : "is `covered`, but no case for clients and no monitor cites it";
        bool owed = binds_servers && binds_clients && requirement_gravity(row->level) >= 2;
        if (owed && !clients && !reason)
            return "is `covered` for servers, but no case for clients and no monitor cites it, without a "
                   "reason";
        return owed && clients && reason ? "has a reason not to be covered for clients, but is" : NULL;
    }
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
        const char *wrong =
            wrong_with(row, coverage_has(coverage, i, WS_SERVER), coverage_has(coverage, i, WS_CLIENT));
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

static void count_row(struct count *count, const struct requirement *row, enum ws_role role, bool cited)
{
    bool for_clients = role == WS_CLIENT && row->reason[0] != '\0'; /* of one that is covered for servers */
    bool untestable = strcmp(row->status, "untestable") == 0 || (!cited && for_clients);
    count->all++;
    count->covered += !untestable && cited;
    count->untestable += untestable;
}

static bool is_among(const struct requirement *row, const struct requirement *line, bool sections)
{
    size_t size = line == NULL ? 0 : strcspn(line->rfc, " "); /* behind that: erratum */
    return line == NULL || (strncmp(row->rfc, line->rfc, size) == 0 && strcspn(row->rfc, " ") == size &&
                            (!sections || strcmp(row->section, line->section) == 0));
}

/* A line of the table: of what `line` stands for, or (NULL) of all. Nothing where nothing is asked of
 * the role. */
static void print_line(struct text_buffer *out, const struct coverage *coverage,
                       const struct requirement *line, enum ws_role role, bool sections)
{
    struct count must = {0}, should = {0};
    for (size_t i = 0; i < coverage->catalogue->count; i++) {
        const struct requirement *row = &coverage->catalogue->rows[i];
        if (requirement_counts(row, role) && is_among(row, line, sections))
            count_row(requirement_gravity(row->level) == 3 ? &must : &should, row, role,
                      coverage_has(coverage, i, role));
    }
    if (must.all + should.all == 0)
        return;
    char name[48] = "all";
    if (line != NULL)
        snprintf(name, sizeof name, "RFC %.*s%s%s", (int)strcspn(line->rfc + strspn(line->rfc, "RFC"), " "),
                 line->rfc + strspn(line->rfc, "RFC"), sections ? ", " : "", sections ? line->section : "");
    text_print(out, "| %-*s | %4zu | %7zu | %10zu | %6zu | %7zu | %10zu |\n", sections ? 18 : 9, name,
               must.all, must.covered, must.untestable, should.all, should.covered, should.untestable);
}

void coverage_print(struct text_buffer *out, const struct coverage *coverage, enum ws_role role,
                    bool sections)
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
            print_line(out, coverage, &catalogue->rows[i], role, sections);
    }
    print_line(out, coverage, NULL, role, sections);
}

size_t coverage_monitored_only(const struct coverage *coverage, enum ws_role role)
{
    size_t count = 0;
    for (size_t i = 0; i < coverage->catalogue->count; i++)
        count += requirement_counts(&coverage->catalogue->rows[i], role) && coverage->of[role].monitored[i] &&
                 coverage->of[role].cases[i] == 0;
    return count;
}
