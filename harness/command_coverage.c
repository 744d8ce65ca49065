/* SPDX-License-Identifier: MIT */
/* command_coverage.c: `wringer coverage` tells which requirements the cases cover, on servers and on clients.
 */
#include <stdio.h>
#include <string.h>

#include "harness/command.h"
#include "harness/coverage.h"
#include "harness/list_options.h"

enum { TEXT_MAX = 4 << 20 };

/* The rows of a status that are a MUST or a SHOULD on the role, and that nothing cites for it. */
static void print_rows(struct text_buffer *out, const struct coverage *coverage, enum ws_role role,
                       const char *status, const char *title)
{
    bool any = false;
    for (size_t i = 0; i < coverage->catalogue->count; i++) {
        const struct requirement *row = &coverage->catalogue->rows[i];
        if (!requirement_binds(row, role) || strcmp(row->status, status) != 0 ||
            requirement_gravity(row->level) < 2 || coverage_has(coverage, i, role))
            continue;
        text_print(out, "%s  %-16s %-6s  %s\n", any ? "" : title, row->id, row->level, row->rule);
        if (row->reason[0] != '\0')
            text_print(out, "                            %s\n", row->reason);
        any = true;
    }
}

static void print(struct text_buffer *out, const struct coverage *coverage, enum ws_role role, bool sections)
{
    text_print(out, "Requirements on %s, and how many of them cases or monitors cover:\n\n",
               role == WS_SERVER ? "servers" : "clients");
    coverage_print(out, coverage, role, sections);
    text_print(out, "\n%zu of them have no case but a monitor, which looks at every run.\n",
               coverage_monitored_only(coverage, role));
    print_rows(out, coverage, role, "covered",
               role == WS_SERVER ? "\nNot covered yet:\n" : "\nCovered for servers alone:\n");
    print_rows(out, coverage, role, "untestable", "\nNot to be seen on the wire:\n");
    print_rows(out, coverage, role, "open", "\nMUST and SHOULD that ask nothing of their own:\n");
}

int command_coverage(int argc, char **argv)
{
    static const char help[] = "usage: wringer coverage [--cases DIR] [--sections]\n\n"
                               "Counts the requirements on servers, and those on clients, that a case or a "
                               "monitor cites, by RFC or, with\n"
                               "--sections, by section, and lists those that cannot be seen on the wire, "
                               "each with the reason. wringer explain ID\n"
                               "says more of one.\n";
    struct list_options options;
    int done = list_options_parse(&options, argc, argv, help);
    if (done >= 0)
        return done;
    if (options.word_count > 0)
        return list_options_complain("coverage", "wringer coverage: takes no selection\n");
    struct plan plan;
    struct coverage coverage = {0};
    struct text_buffer errors = {.cap = TEXT_MAX}, out = {.cap = TEXT_MAX};
    int exit_code = EXIT_AS_EXPECTED;
    if (!plan_load(&plan, options.cases, WS_SERVER, &errors)) {
        exit_code = list_options_complain("coverage", errors.text);
    } else if (!coverage_begin(&coverage, &plan.requirements)) {
        exit_code = list_options_complain("coverage", NULL);
    } else {
        for (size_t i = 0; i < plan.definition_count; i++)
            coverage_cite(&coverage, plan.definitions[i]);
        print(&out, &coverage, WS_SERVER, options.sections);
        text_print(&out, "\n");
        print(&out, &coverage, WS_CLIENT, options.sections);
        fputs(out.text, stdout);
    }
    coverage_free(&coverage);
    plan_free(&plan);
    text_free(&errors);
    text_free(&out);
    return exit_code;
}
