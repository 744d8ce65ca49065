/* SPDX-License-Identifier: MIT */
/* text_buffer.h: a growing text with a stated cap. Owns its memory. */
#ifndef HARNESS_TEXT_BUFFER_H
#define HARNESS_TEXT_BUFFER_H

#include <stdbool.h>
#include <stddef.h>

/* Begin with {.cap = most octets}. `text` is NULL or NUL-terminated. Once memory or the cap is exhausted
 * `failed` is set, the text ends where it was, and further appends do nothing. */
struct text_buffer {
    size_t cap;
    char *text;
    size_t size;
    size_t room;
    bool failed;
};

void text_append(struct text_buffer *buffer, const char *text, size_t size);
void text_print(struct text_buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Frees the memory; the buffer is empty and usable again. */
void text_free(struct text_buffer *buffer);

#endif
