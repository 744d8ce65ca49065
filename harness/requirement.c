/* SPDX-License-Identifier: MIT */
/* requirement.c: reads the tab-separated catalogue: a header line, then id, rfc, section, level, subject,
 * rule, quote, duty, status, reason. */
#include "harness/requirement.h"

#include <string.h>

#include "harness/embedded.h"

enum { COLUMNS = 10, COLUMNS_NEEDED = 9, LINE_WIDTH = 100 };

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
        const char *c[COLUMNS] = {[COLUMNS - 1] = ""}; /* editors cut a tab at the end of a line */
        if (cut_at_tabs(start, c) >= COLUMNS_NEEDED)
            catalogue->rows[catalogue->count++] = (struct requirement){
                c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8], c[9],
            };
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

/* Appends text, with a new line in place of each blank behind which the next word would go over the edge. */
static void append_folded(struct text_buffer *out, const char *text, unsigned indent)
{
    size_t column = LINE_WIDTH;
    for (const char *word = text; *word != '\0'; word += strspn(word, " ")) {
        size_t size = strcspn(word, " ");
        if (word == text || column + 1 + size > LINE_WIDTH) {
            text_print(out, "%s%*s", word == text ? "" : "\n", (int)indent, "");
            column = indent;
        } else {
            text_append(out, " ", 1);
            column++;
        }
        text_append(out, word, size);
        column += size;
        word += size;
    }
    text_append(out, "\n", 1);
}

void requirement_print_quote(struct text_buffer *text, const struct requirement *requirement, unsigned indent)
{
    if (requirement->quote[0] == '\0')
        return;
    struct text_buffer line = {.cap = text->cap};
    const char *number = strncmp(requirement->rfc, "RFC", 3) == 0 ? requirement->rfc + 3 : requirement->rfc;
    text_print(&line, "\"%s\" (RFC %s, section %s)", requirement->quote, number, requirement->section);
    if (line.text != NULL)
        append_folded(text, line.text, indent);
    text_free(&line);
}

int requirement_gravity(const char *level)
{
    if (strcmp(level, "MUST") == 0)
        return 3;
    if (strcmp(level, "SHOULD") == 0)
        return 2;
    return strcmp(level, "MAY") == 0 ? 1 : 0;
}

bool requirement_binds(const struct requirement *requirement, enum ws_role role)
{
    return strcmp(requirement->subject, role == WS_SERVER ? "server" : "client") == 0 ||
           strcmp(requirement->subject, "both") == 0;
}

bool requirement_counts(const struct requirement *requirement, enum ws_role role)
{
    bool breakable =
        strcmp(requirement->status, "covered") == 0 || strcmp(requirement->status, "untestable") == 0;
    return requirement_binds(requirement, role) && breakable && requirement_gravity(requirement->level) >= 2;
}
