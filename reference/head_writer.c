/* SPDX-License-Identifier: MIT */
/* head_writer.c: octets into a buffer of fixed size. Knows nothing of what a head must hold. */
#include "reference/head_writer.h"

#include <string.h>

struct ws_head_writer ws_head_writer_to(uint8_t *out, size_t size)
{
    return (struct ws_head_writer){.out = out, .size = size};
}

void ws_head_write(struct ws_head_writer *writer, const char *text)
{
    const size_t size = strlen(text);
    if (writer->full || size > writer->size - writer->used) {
        writer->full = true;
        return;
    }
    if (size != 0) {
        memcpy(writer->out + writer->used, text, size);
        writer->used += size;
    }
}

void ws_head_write_field(struct ws_head_writer *writer, const char *name, const char *value)
{
    ws_head_write(writer, name);
    ws_head_write(writer, ": ");
    ws_head_write(writer, value);
    ws_head_write(writer, "\r\n");
}

size_t ws_head_written(const struct ws_head_writer *writer)
{
    return writer->full ? 0 : writer->used;
}
