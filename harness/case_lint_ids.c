/* SPDX-License-Identifier: MIT */
/* case_lint_ids.c: holds the ids of cases in several sources against each other. */
#include <stdlib.h>
#include <string.h>

#include "harness/case_lint.h"

/* A name of a case: its id, or one that it had. */
struct known_name {
    const char *suite, *id;
    size_t suite_size;
    const struct case_definition *definition;
    struct case_place place;
    size_t source; /* index */
    bool former;   /* from `was` */
};

struct names {
    struct known_name *rows;
    size_t count;
};

static struct known_name name_of(const struct case_definition *definition, const char *text)
{
    const char *slash = strchr(text, '/');
    struct known_name name = {.definition = definition, .place = definition->place};
    name.suite = slash == NULL ? definition->suite : text;
    name.suite_size = slash == NULL ? strlen(definition->suite) : (size_t)(slash - text);
    name.id = slash == NULL ? text : slash + 1;
    return name;
}

static int compare_names(const struct known_name *a, const struct known_name *b)
{
    size_t shorter = a->suite_size < b->suite_size ? a->suite_size : b->suite_size;
    int order = memcmp(a->suite, b->suite, shorter);
    if (order == 0 && a->suite_size != b->suite_size)
        order = a->suite_size < b->suite_size ? -1 : 1;
    return order != 0 ? order : strcmp(a->id, b->id);
}

/* By name, then what is a case of today first, then in the order of the sources. */
static int compare_rows(const void *left, const void *right)
{
    const struct known_name *a = left, *b = right;
    int order = compare_names(a, b);
    if (order == 0)
        order = (int)a->former - (int)b->former;
    if (order == 0)
        order = a->source < b->source ? -1 : a->source > b->source;
    if (order == 0)
        order = a->place.line < b->place.line ? -1 : a->place.line > b->place.line;
    return order;
}

static size_t collect(struct names *names, const struct case_source *sources, size_t known)
{
    size_t count = 0;
    for (size_t i = 0; i < known; i++) {
        for (const struct case_definition *at = sources[i].file->cases; at != NULL; at = at->next) {
            struct known_name name = name_of(at, at->id);
            name.source = i;
            if (names->rows != NULL)
                names->rows[count] = name;
            count++;
            for (const struct case_word *word = at->was; word != NULL; word = word->next, count++) {
                if (names->rows == NULL)
                    continue;
                names->rows[count] = name_of(at, word->text);
                names->rows[count].source = i;
                names->rows[count].place = word->place;
                names->rows[count].former = true;
            }
        }
    }
    return count;
}

static bool is_known(const struct names *names, const struct known_name *wanted)
{
    for (size_t low = 0, high = names->count; low < high;) {
        size_t middle = low + (high - low) / 2;
        int order = compare_names(&names->rows[middle], wanted);
        if (order == 0)
            return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static size_t lint_after(struct text_buffer *out, struct case_source *source, const struct names *names)
{
    size_t found = 0;
    for (const struct case_definition *at = source->file->cases; at != NULL; at = at->next) {
        for (const struct case_word *word = at->after; word != NULL; word = word->next) {
            struct known_name wanted = name_of(at, word->text);
            if (!is_known(names, &wanted))
                found += case_lint_report(out, source, word->place, "no case is called %s", word->text);
        }
    }
    return found;
}

/* Two rows of one name: in one file the parser tells, unless one of them is a former id. */
static size_t lint_pair(struct text_buffer *out, struct case_source *sources, const struct known_name *first,
                        const struct known_name *second)
{
    if (compare_names(first, second) != 0)
        return 0;
    if (second->former)
        return case_lint_report(out, &sources[second->source], second->place,
                                "the former id %.*s/%s is also that of the case at %s:%u",
                                (int)second->suite_size, second->suite, second->id,
                                first->definition->place.file, first->definition->place.line);
    if (first->source == second->source)
        return 0;
    return case_lint_report(out, &sources[second->source], second->place,
                            "the case %s/%s already stands in %s:%u", second->suite, second->id,
                            first->place.file, first->place.line);
}

size_t case_lint_ids(struct text_buffer *out, struct case_source *sources, size_t count, size_t known)
{
    struct names names = {0};
    names.count = collect(&names, sources, known);
    names.rows = calloc(names.count + 1, sizeof *names.rows);
    if (names.rows == NULL) {
        out->failed = true;
        return 0;
    }
    collect(&names, sources, known);
    qsort(names.rows, names.count, sizeof *names.rows, compare_rows);
    size_t found = 0;
    const struct known_name *before = NULL; /* in the sources to look at */
    for (size_t i = 0; i < names.count; i++) {
        if (names.rows[i].source >= count)
            continue;
        if (before != NULL)
            found += lint_pair(out, sources, before, &names.rows[i]);
        before = &names.rows[i];
    }
    for (size_t i = 0; i < count; i++)
        found += lint_after(out, &sources[i], &names);
    free(names.rows);
    return found;
}
