/* SPDX-License-Identifier: MIT */
/* requirement.c: reads the tab-separated catalogue: a header line, then id, rfc, section, level, subject,
 * rule. */
#include "harness/requirement.h"

#include <string.h>

#include "harness/embedded.h"

enum { COLUMNS = 6 };

static size_t count_lines(const struct embedded_file *file)
{
    size_t lines = 1;
    for (size_t i = 0; i < file->size; i++)
        lines += file->octets[i] == '\n';
    return lines;
}

/* Cuts a writable line at its tabs. */
static size_t cut_at_tabs(char *line, const char *columns[COLUMNS])
{
    size_t count = 0;
    while (line != NULL && count < COLUMNS) {
        columns[count++] = line;
        line = strchr(line, '\t');
        if (line != NULL)
            *line++ = '\0';
    }
    return count;
}

int requirement_catalogue_load(struct requirement_catalogue *catalogue, struct arena *arena)
{
    *catalogue = (struct requirement_catalogue){0};
    const struct embedded_file *file = embedded_find("cases/requirements.tsv");
    if (file == NULL)
        return 0;
    char *text = arena_text(arena, file->octets, file->size);
    catalogue->rows = arena_alloc(arena, count_lines(file) * sizeof *catalogue->rows);
    if (text == NULL || catalogue->rows == NULL)
        return -1;
    char *line = strchr(text, '\n');
    while (line != NULL && line[1] != '\0') {
        char *start = line + 1;
        line = strchr(start, '\n');
        if (line != NULL)
            *line = '\0';
        const char *c[COLUMNS];
        if (cut_at_tabs(start, c) == COLUMNS)
            catalogue->rows[catalogue->count++] = (struct requirement){c[0], c[1], c[2], c[3], c[4], c[5]};
    }
    return 0;
}

const struct requirement *requirement_find(const struct requirement_catalogue *catalogue, const char *id)
{
    for (size_t i = 0; i < catalogue->count; i++) {
        if (strcmp(catalogue->rows[i].id, id) == 0)
            return &catalogue->rows[i];
    }
    return NULL;
}

int requirement_gravity(const char *level)
{
    if (strcmp(level, "MUST") == 0)
        return 3;
    if (strcmp(level, "SHOULD") == 0)
        return 2;
    return strcmp(level, "MAY") == 0 ? 1 : 0;
}
