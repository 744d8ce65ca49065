/* SPDX-License-Identifier: MIT */
/* command_lint.c: `wringer lint`: reports what is wrong or doubtful in case files, each alone and together,
 * and in what the requirements say of the cases. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/case_lint.h"
#include "harness/command.h"
#include "harness/coverage.h"

enum { MESSAGES_CAP = 16 << 20 };
#define CATALOGUE_CAP ((size_t)64 << 20)

/* Files that were read: those to look at come first, behind them those that they may name. */
struct sources {
    struct case_source *rows;
    size_t count, known;
};

/* Parsed files are looked at one by one. */
static size_t lint_source(struct text_buffer *out, struct case_source *source,
                          const struct requirement_catalogue *catalogue)
{
    size_t found = 0;
    for (const struct case_diagnostic *at = source->diagnostics; at != NULL; at = at->next, found++)
        case_diagnostic_print(out, at);
    found += case_source_load_data(source, out);
    return source->diagnostics == NULL ? found + case_lint(out, source, catalogue) : found;
}

static bool is_case_file(const struct embedded_file *file)
{
    size_t size = strlen(file->name);
    return size > 5 && strcmp(file->name + size - 5, ".case") == 0;
}

static size_t count_embedded(void)
{
    size_t count = 0;
    for (const struct embedded_file *file = embedded_files; file->name != NULL; file++)
        count += is_case_file(file);
    return count;
}

/* False when a file cannot be read; what can be is read nonetheless. */
static bool read_sources(struct sources *sources, char **names, size_t count, struct text_buffer *out)
{
    bool all = true;
    for (size_t i = 0; i < count; i++) {
        struct case_source *source = &sources->rows[sources->known];
        if (case_source_read(source, names[i], out)) {
            sources->known++;
        } else {
            case_source_free(source);
            all = false;
        }
    }
    sources->count = sources->known;
    for (const struct embedded_file *file = embedded_files; file->name != NULL; file++) {
        struct case_source *source = &sources->rows[sources->known];
        if (is_case_file(file) && case_source_read_embedded(source, file, out))
            sources->known++;
    }
    if (count == 0)
        sources->count = sources->known;
    return all;
}

/* The catalogue against all the cases that the program carries. */
static size_t lint_coverage(struct text_buffer *out, const struct sources *sources,
                            const struct requirement_catalogue *catalogue)
{
    struct coverage coverage;
    size_t found = 0;
    if (!coverage_begin(&coverage, catalogue)) {
        out->failed = true;
    } else {
        for (size_t i = 0; i < sources->count; i++) {
            for (const struct case_definition *at = sources->rows[i].file->cases; at != NULL; at = at->next)
                coverage_cite(&coverage, at);
        }
        found = coverage_lint(out, &coverage);
    }
    coverage_free(&coverage);
    return found;
}

int command_lint(int argc, char **argv)
{
    if (argc > 1 && argv[1][0] == '-' && argv[1][1] != '\0') {
        bool help = strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0;
        fputs(
            "usage: wringer lint [FILE...]\n\nTells what is wrong or doubtful in case files. Without one: in "
            "those that the program carries, and in\nwhat their requirements say of them.\n",
            help ? stdout : stderr);
        return help ? EXIT_AS_EXPECTED : EXIT_USAGE;
    }
    size_t count = (size_t)argc - 1, found = 0;
    struct arena arena = {.cap = CATALOGUE_CAP};
    struct requirement_catalogue catalogue;
    struct text_buffer out = {.cap = MESSAGES_CAP};
    struct sources sources = {.rows = calloc(count + count_embedded() + 1, sizeof *sources.rows)};
    bool memory = sources.rows != NULL && requirement_catalogue_load(&catalogue, &arena) == 0;
    bool readable = memory && read_sources(&sources, argv + 1, count, &out);
    for (size_t i = 0; i < sources.count && memory; i++)
        found += lint_source(&out, &sources.rows[i], &catalogue);
    if (memory)
        found += case_lint_ids(&out, sources.rows, sources.count, sources.known);
    if (memory && count == 0)
        found += lint_coverage(&out, &sources, &catalogue);
    fputs(out.text == NULL ? "" : out.text, stderr);
    memory = memory && !out.failed;
    if (!memory)
        fputs("wringer lint: out of memory, or too much to report\n", stderr);
    for (size_t i = 0; i < sources.known; i++)
        case_source_free(&sources.rows[i]);
    free(sources.rows);
    text_free(&out);
    arena_free(&arena);
    if (!memory || !readable)
        return EXIT_USAGE;
    return found > 0 ? EXIT_UNEXPECTED : EXIT_AS_EXPECTED;
}
