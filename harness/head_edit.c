/* SPDX-License-Identifier: MIT */
/* head_edit.c: the lines of a head, dropped, replaced and added. */
#include "harness/head_edit.h"

#include <string.h>
#include <strings.h>

const char *head_line_end(const char *line, const char *end)
{
    const char *stop = memmem(line, (size_t)(end - line), "\r\n", 2);
    return stop == NULL ? end : stop;
}

bool head_line_has_name(const char *line, const char *stop, const char *name, size_t name_size)
{
    return (size_t)(stop - line) > name_size && line[name_size] == ':' &&
           strncasecmp(line, name, name_size) == 0;
}

void head_set_field(struct text_buffer *head, const char *name, size_t name_size, const char *value,
                    size_t value_size, bool always_add)
{
    struct text_buffer out = {.cap = head->cap};
    const char *at = head->text, *end = at + head->size - 2; /* before the empty line */
    const char *stop = head_line_end(at, end);
    text_append(&out, at, (size_t)(stop - at));
    text_append(&out, "\r\n", 2);
    bool placed = false;
    for (at = stop + 2; at < end; at = stop + 2) {
        stop = head_line_end(at, end);
        bool hit = !always_add && head_line_has_name(at, stop, name, name_size);
        if (hit && (value == NULL || placed))
            continue;
        if (hit) {
            text_append(&out, name, name_size);
            text_append(&out, ": ", 2);
            text_append(&out, value, value_size);
            placed = true;
        } else {
            text_append(&out, at, (size_t)(stop - at));
        }
        text_append(&out, "\r\n", 2);
    }
    if (value != NULL && !placed) {
        text_append(&out, name, name_size);
        text_append(&out, ": ", 2);
        text_append(&out, value, value_size);
        text_append(&out, "\r\n", 2);
    }
    text_append(&out, "\r\n", 2);
    text_free(head);
    *head = out;
}

void head_set_first_line(struct text_buffer *head, const char *before, const char *line, size_t size,
                         const char *after)
{
    struct text_buffer out = {.cap = head->cap};
    const char *end = head->text + head->size;
    const char *stop = head_line_end(head->text, end);
    text_append(&out, before, strlen(before));
    text_append(&out, line, size);
    text_append(&out, after, strlen(after));
    text_append(&out, stop, (size_t)(end - stop));
    text_free(head);
    *head = out;
}
