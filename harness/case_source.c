/* SPDX-License-Identifier: MIT */
/* case_source.c: reads case files, and finds lines in them. */
#include "harness/case_source.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/case_data.h"

enum { LINE_MAX_OCTETS = 4096 };
#define TREE_CAP  ((size_t)1 << 30)
#define PRINT_CAP (2 * (size_t)CASE_FILE_MAX)

/* All octets of the file and one more than is allowed, so that the parser can tell. False if it cannot be
 * read. */
static bool read_text(struct case_source *source)
{
    FILE *file = fopen(source->name, "rb");
    if (file == NULL)
        return false;
    size_t room = 0;
    int error = 0;
    while (error == 0 && !feof(file) && source->size <= CASE_FILE_MAX) {
        if (source->size == room) {
            room = room == 0 ? BUFSIZ : room * 2;
            char *larger = realloc(source->text, room);
            if (larger == NULL) {
                error = ENOMEM;
                break;
            }
            source->text = larger;
        }
        source->size += fread(source->text + source->size, 1, room - source->size, file);
        if (ferror(file))
            error = errno == 0 ? EIO : errno;
    }
    (void)fclose(file); /* nothing was written */
    errno = error;
    return error == 0;
}

static bool parse_text(struct case_source *source, struct text_buffer *errors)
{
    source->file = case_parse(&source->arena, source->name, source->text, source->size, &source->diagnostics);
    if (source->file == NULL)
        text_print(errors, "%s: out of memory\n", source->name);
    return source->file != NULL;
}

bool case_source_read(struct case_source *source, const char *name, struct text_buffer *errors)
{
    *source = (struct case_source){.name = name, .arena = {.cap = TREE_CAP}};
    errno = 0;
    if (!read_text(source)) {
        text_print(errors, "%s: %s\n", name, strerror(errno));
        return false;
    }
    return parse_text(source, errors);
}

bool case_source_read_embedded(struct case_source *source, const struct embedded_file *file,
                               struct text_buffer *errors)
{
    *source = (struct case_source){.name = file->name, .arena = {.cap = TREE_CAP}};
    source->text = malloc(file->size + 1);
    if (source->text == NULL) {
        text_print(errors, "%s: out of memory\n", file->name);
        return false;
    }
    memcpy(source->text, file->octets, file->size);
    source->size = file->size;
    return parse_text(source, errors);
}

size_t case_source_load_data(struct case_source *source, struct text_buffer *errors)
{
    const char *slash = strrchr(source->name, '/');
    char *directory = slash == NULL
                          ? arena_text(&source->arena, ".", 1)
                          : arena_text(&source->arena, source->name, (size_t)(slash - source->name));
    if (directory != NULL)
        return case_data_load(&source->arena, source->file, directory, errors);
    text_print(errors, "%s: out of memory\n", source->name);
    return 1;
}

void case_source_free(struct case_source *source)
{
    free(source->text);
    arena_free(&source->arena);
    *source = (struct case_source){0};
}

const char *case_source_line(struct arena *arena, const char *text, size_t size, unsigned line)
{
    size_t at = 0;
    for (unsigned i = 1; i < line && at < size; i++) {
        const char *end = memchr(text + at, '\n', size - at);
        at = end == NULL ? size : (size_t)(end - text) + 1;
    }
    const char *end = at < size ? memchr(text + at, '\n', size - at) : NULL;
    size_t length = (end == NULL ? size : (size_t)(end - text)) - at;
    if (length > 0 && text[at + length - 1] == '\r')
        length--;
    if (length > LINE_MAX_OCTETS)
        length = LINE_MAX_OCTETS;
    char *copy = arena_text(arena, length == 0 ? "" : text + at, length);
    for (size_t i = 0; copy != NULL && i < length; i++) {
        if (copy[i] == '\0')
            copy[i] = '?';
    }
    return copy;
}

bool case_source_print(const struct case_source *source, struct text_buffer *out)
{
    *out = (struct text_buffer){.cap = PRINT_CAP};
    case_print_file(out, source->file, source->text, source->size);
    return !out->failed;
}

bool case_source_equals(const struct case_source *source, const struct text_buffer *canonical)
{
    return canonical->size == source->size &&
           (source->size == 0 || memcmp(canonical->text, source->text, source->size) == 0);
}
