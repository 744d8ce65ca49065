/* SPDX-License-Identifier: MIT */
/* text_buffer.c: a growing text with a cap; the first failure stays. */
#include "harness/text_buffer.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Makes room for `more` octets and a NUL. */
static bool text_reserve(struct text_buffer *buffer, size_t more)
{
    if (buffer->failed)
        return false;
    if (more > buffer->cap || buffer->size > buffer->cap - more) {
        buffer->failed = true;
        return false;
    }
    size_t need = buffer->size + more + 1;
    if (need <= buffer->room)
        return true;
    size_t room = buffer->room < 256 ? 256 : buffer->room * 2;
    if (room < need)
        room = need;
    char *text = realloc(buffer->text, room);
    if (text == NULL) {
        buffer->failed = true;
        return false;
    }
    buffer->text = text;
    buffer->room = room;
    return true;
}

void text_append(struct text_buffer *buffer, const char *text, size_t size)
{
    if (!text_reserve(buffer, size))
        return;
    if (size > 0)
        memcpy(buffer->text + buffer->size, text, size);
    buffer->size += size;
    buffer->text[buffer->size] = '\0';
}

void text_print(struct text_buffer *buffer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    if (size < 0) {
        buffer->failed = true;
        return;
    }
    if (!text_reserve(buffer, (size_t)size))
        return;
    va_start(arguments, format);
    vsnprintf(buffer->text + buffer->size, (size_t)size + 1, format, arguments);
    va_end(arguments);
    buffer->size += (size_t)size;
}

void text_free(struct text_buffer *buffer)
{
    free(buffer->text);
    *buffer = (struct text_buffer){.cap = buffer->cap};
}
