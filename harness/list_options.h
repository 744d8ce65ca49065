/* SPDX-License-Identifier: MIT */
/* list_options.h: the command line that `wringer list`, `wringer explain` and `wringer coverage` share. Owns
 * what was asked for. */
#ifndef HARNESS_LIST_OPTIONS_H
#define HARNESS_LIST_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/plan.h"

#define LIST_WORDS_MAX 256

struct list_options {
    const char *cases;   /* --cases DIR, or NULL */
    bool instances;      /* --instances, of list alone */
    bool sections;       /* --sections, of coverage alone */
    enum ws_fault fault; /* --fault NAME, of explain alone, none of TLS; 0: none */
    const char *words[LIST_WORDS_MAX];
    size_t word_count;
};

/* Reads `[--cases DIR] [--instances] [--sections] [--fault NAME] WORD...`; argv[0] is the command's name.
 * Returns -1 to go on, or the exit code: of --help, which prints `help`, or of a word that is wrong, which is
 * told. */
int list_options_parse(struct list_options *options, int argc, char **argv, const char *help);

/* Tells what is wrong, and where to read more. Returns the exit code. `text` NULL: out of memory. */
int list_options_complain(const char *command, const char *text);

/* Is some member of the case selected? `*members` gets how many. */
bool list_is_selected(const struct plan *plan, const struct case_definition *definition, size_t *members);

#endif
