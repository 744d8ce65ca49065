/* SPDX-License-Identifier: MIT */
/* list_options.c: reads the command line of list and explain. */
#include "harness/list_options.h"

#include <stdio.h>
#include <string.h>

#include "harness/command.h"

int list_options_complain(const char *command, const char *text)
{
    fprintf(stderr, "%s", text == NULL ? "out of memory\n" : text);
    fprintf(stderr, "wringer %s --help says more\n", command);
    return EXIT_USAGE;
}

int list_options_parse(struct list_options *options, int argc, char **argv, const char *help)
{
    *options = (struct list_options){0};
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
            fputs(help, stdout);
            return EXIT_AS_EXPECTED;
        }
        if (strcmp(argv[i], "--cases") == 0 && i + 1 < argc) {
            options->cases = argv[++i];
        } else if (strcmp(argv[i], "--instances") == 0 && strcmp(argv[0], "list") == 0) {
            options->instances = true;
        } else if (strcmp(argv[i], "--sections") == 0 && strcmp(argv[0], "coverage") == 0) {
            options->sections = true;
        } else if (strcmp(argv[i], "--fault") == 0 && strcmp(argv[0], "explain") == 0 && i + 1 < argc) {
            options->fault = ws_fault_find(argv[++i]);
            if (options->fault == WS_NO_FAULT) {
                fprintf(stderr,
                        "wringer explain: there is no fault '%s'; wringer echo --fault help lists them\n",
                        argv[i]);
                return EXIT_USAGE;
            }
            if (ws_fault_is_of_tls(options->fault)) {
                fprintf(stderr,
                        "wringer explain: %s is a fault of TLS, which the reference in memory has not; "
                        "wringer echo --cert FILE --key FILE --fault %s is a server that has it\n",
                        argv[i], argv[i]);
                return EXIT_USAGE;
            }
        } else if (argv[i][0] == '-') {
            fprintf(stderr, "wringer %s: unknown option '%s', or its value is missing\n", argv[0], argv[i]);
            return EXIT_USAGE;
        } else if (options->word_count == sizeof options->words / sizeof options->words[0]) {
            fprintf(stderr, "wringer %s: more than %d words; a '*' in one stands for anything\n", argv[0],
                    LIST_WORDS_MAX);
            return EXIT_USAGE;
        } else {
            options->words[options->word_count++] = argv[i];
        }
    }
    return -1;
}

bool list_is_selected(const struct plan *plan, const struct case_definition *definition, size_t *members)
{
    bool any = false;
    *members = 0;
    for (size_t k = 0; k < plan->instance_count; k++) {
        if (plan->instances[k].definition != definition)
            continue;
        any = any || plan->selected[k];
        *members += plan->selected[k];
    }
    return any;
}
