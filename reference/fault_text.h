/* SPDX-License-Identifier: MIT */
/* fault_text.h: heads as text, to be changed in place by the faults of the opening handshake. Owns nothing:
 * the octets are the caller's. Private to the files fault_*.c. */
#ifndef REFERENCE_FAULT_TEXT_H
#define REFERENCE_FAULT_TEXT_H

#include "reference/ws.h"

/* `size` octets that stand in `room`. Once something did not fit, `failed` is set and nothing changes. */
struct fault_text {
    uint8_t *at;
    size_t size, room;
    bool failed;
};

/* The place of `wanted` from `from` on, or SIZE_MAX. */
size_t fault_text_find(const struct fault_text *text, size_t from, const char *wanted);

/* Puts `with` in the place of `size` octets at `place`. */
void fault_text_put(struct fault_text *text, size_t place, size_t size, struct ws_octets with);

/* The first `what` becomes `with`. */
void fault_text_replace(struct fault_text *text, const char *what, const char *with);

/* The first line that begins with `what`, line end included, becomes `with`. */
void fault_text_replace_line(struct fault_text *text, const char *what, const char *with);

/* The place behind the first line, of the response that counts if a 100 response stands before it; SIZE_MAX
 * if there is none. */
size_t fault_text_line_behind_status(const struct fault_text *text);

/* Puts a line there. */
void fault_text_add_line(struct fault_text *text, const char *line);

#endif
