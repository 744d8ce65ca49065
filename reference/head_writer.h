/* SPDX-License-Identifier: MIT */
/* head_writer.h: writes heads into a buffer of fixed size. What does not fit is dropped, and said at the end.
 * Only for reference/. */
#ifndef REFERENCE_HEAD_WRITER_H
#define REFERENCE_HEAD_WRITER_H

#include "reference/ws.h"

struct ws_head_writer {
    uint8_t *out;
    size_t size, used;
    bool full;
};

struct ws_head_writer ws_head_writer_to(uint8_t *out, size_t size);

void ws_head_write(struct ws_head_writer *writer, const char *text);

/* "name: value" and CR LF. */
void ws_head_write_field(struct ws_head_writer *writer, const char *name, const char *value);

/* The octets written, or 0 if something did not fit. */
size_t ws_head_written(const struct ws_head_writer *writer);

#endif
