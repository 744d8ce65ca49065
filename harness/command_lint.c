/* SPDX-License-Identifier: MIT */
/* command_lint.c: `wringer lint`: reports what is wrong or doubtful in case files, each alone and together.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/case_lint.h"
#include "harness/command.h"

enum { MESSAGES_CAP = 16 << 20 };
#define CATALOGUE_CAP ((size_t)64 << 20)

/* A case and where it comes from. */
struct known_case {
    const struct case_definition *definition;
    struct case_source *source;
    size_t number; /* in the order of the command line */
};

static int compare_known(const void *left, const void *right)
{
    const struct known_case *a = left;
    const struct known_case *b = right;
    int order = strcmp(a->definition->suite, b->definition->suite);
    if (order == 0)
        order = strcmp(a->definition->id, b->definition->id);
    if (order != 0)
        return order;
    return a->number < b->number ? -1 : a->number > b->number;
}

/* Ids that stand in two of the files: in one file the parser tells. */
static size_t lint_ids(struct text_buffer *out, struct case_source *sources, size_t count)
{
    size_t cases = 0, found = 0;
    for (size_t i = 0; i < count; i++) {
        for (const struct case_definition *at = sources[i].file->cases; at != NULL; at = at->next)
            cases++;
    }
    struct known_case *known = calloc(cases + 1, sizeof *known);
    if (known == NULL) {
        out->failed = true;
        return 0;
    }
    cases = 0;
    for (size_t i = 0; i < count; i++) {
        for (const struct case_definition *at = sources[i].file->cases; at != NULL; at = at->next, cases++)
            known[cases] = (struct known_case){at, &sources[i], cases};
    }
    qsort(known, cases, sizeof *known, compare_known);
    for (size_t i = 1; i < cases; i++) {
        const struct case_definition *a = known[i - 1].definition;
        const struct case_definition *b = known[i].definition;
        if (known[i - 1].source != known[i].source && strcmp(a->suite, b->suite) == 0 &&
            strcmp(a->id, b->id) == 0)
            found +=
                case_lint_report(out, known[i].source, b->place, "the case %s/%s already stands in %s:%u",
                                 b->suite, b->id, a->place.file, a->place.line);
    }
    free(known);
    return found;
}

/* Parsed files are looked at; `*readable` tells how many there are, at the front of `sources`. */
static size_t lint_files(struct text_buffer *out, char **names, size_t count, struct case_source *sources,
                         size_t *readable, const struct requirement_catalogue *catalogue)
{
    size_t found = 0;
    *readable = 0;
    for (size_t i = 0; i < count; i++) {
        struct case_source *source = &sources[*readable];
        if (!case_source_read(source, names[i], out)) {
            case_source_free(source);
            continue;
        }
        ++*readable;
        for (const struct case_diagnostic *at = source->diagnostics; at != NULL; at = at->next, found++)
            case_diagnostic_print(out, at);
        if (source->diagnostics == NULL)
            found += case_lint(out, source, catalogue);
    }
    return found + lint_ids(out, sources, *readable);
}

int command_lint(int argc, char **argv)
{
    if (argc < 2 || (argv[1][0] == '-' && argv[1][1] != '\0')) {
        fputs("usage: wringer lint FILE...\n", stderr);
        return 2;
    }
    size_t count = (size_t)argc - 1, readable = 0, found = 0;
    struct arena arena = {.cap = CATALOGUE_CAP};
    struct requirement_catalogue catalogue;
    struct text_buffer out = {.cap = MESSAGES_CAP};
    struct case_source *sources = calloc(count, sizeof *sources);
    bool memory = sources != NULL && requirement_catalogue_load(&catalogue, &arena) == 0;
    if (memory)
        found = lint_files(&out, argv + 1, count, sources, &readable, &catalogue);
    fputs(out.text == NULL ? "" : out.text, stderr);
    if (!memory || out.failed)
        fputs("wringer lint: out of memory, or too much to report\n", stderr);
    memory = memory && !out.failed;
    for (size_t i = 0; i < readable; i++)
        case_source_free(&sources[i]);
    free(sources);
    text_free(&out);
    arena_free(&arena);
    if (!memory || readable < count)
        return 2;
    return found > 0 ? 1 : 0;
}
