/* SPDX-License-Identifier: MIT */
/* command_list.c: `wringer list` names the cases of a selection. */
#include <stdio.h>

#include "harness/command.h"
#include "harness/list_options.h"

enum { ERRORS_MAX = 1 << 20 };

static void list(const struct plan *plan, bool instances)
{
    size_t cases = 0;
    for (size_t i = 0; i < plan->definition_count; i++) {
        const struct case_definition *definition = plan->definitions[i];
        size_t members;
        if (!list_is_selected(plan, definition, &members))
            continue;
        cases++;
        if (!instances) {
            printf("%s/%s  %s%s", definition->suite, definition->id, definition->title,
                   members > 1 ? "" : "\n");
            if (members > 1)
                printf(" (%zu)\n", members);
            continue;
        }
        for (size_t k = 0; k < plan->instance_count; k++) {
            const struct case_instance *instance = &plan->instances[k];
            if (instance->definition == definition && plan->selected[k])
                printf("%s%s%s\n", instance->id, instance->wstest != NULL ? "  " : "",
                       instance->wstest != NULL ? instance->wstest : "");
        }
    }
    size_t surveys = 0;
    for (size_t k = 0; k < plan->instance_count; k++)
        surveys += plan->selected[k] && (plan->instances[k].definition->needs & NEEDS_SURVEY);
    printf("%zu cases, %zu instances", cases, plan->selected_count - surveys);
    if (surveys > 0)
        printf(" and %zu that run only with --survey", surveys);
    printf("\n");
}

int command_list(int argc, char **argv)
{
    static const char help[] =
        "usage: wringer list [--cases DIR] [--instances] [SELECTOR]...\n\n"
        "Lists the cases that a selection names, with the number of their instances in brackets.\n"
        "Selectors are those of wringer test; without one, every case is listed.\n";
    struct list_options options;
    int done = list_options_parse(&options, argc, argv, help);
    if (done >= 0)
        return done;
    struct plan plan;
    struct text_buffer errors = {.cap = ERRORS_MAX};
    int exit_code = EXIT_AS_EXPECTED;
    if (plan_load(&plan, options.cases, WS_SERVER, &errors) &&
        plan_select(&plan, options.words, options.word_count, &errors))
        list(&plan, options.instances);
    else
        exit_code = list_options_complain("list", errors.text);
    plan_free(&plan);
    text_free(&errors);
    return exit_code;
}
