/* SPDX-License-Identifier: MIT */
/* head_edit.h: edits of the head of an opening handshake, as a case writes them behind `open`. Works on text
 * that ends with an empty line; owns nothing, and does not know whether it is a request or a response. */
#ifndef HARNESS_HEAD_EDIT_H
#define HARNESS_HEAD_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/text_buffer.h"

/* The end of the line that begins at `line`: its CR LF, or `end` when there is none. A CR alone is part of a
 * line. */
const char *head_line_end(const char *line, const char *end);

/* Does the line [line, stop) begin with this field name, in whatever case, and a colon? */
bool head_line_has_name(const char *line, const char *stop, const char *name, size_t name_size);

/* Drops the lines named `name`, or replaces the first of them by "name: value" and drops the others; with
 * `always_add`, or when there was none, the line is added at the end. `value` NULL: only drops. Failures show
 * in head->failed. */
void head_set_field(struct text_buffer *head, const char *name, size_t name_size, const char *value,
                    size_t value_size, bool always_add);

/* The first line becomes `before`, `line` (`size` octets) and `after`. */
void head_set_first_line(struct text_buffer *head, const char *before, const char *line, size_t size,
                         const char *after);

#endif
