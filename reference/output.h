/* SPDX-License-Identifier: MIT */
/* output.h: the octets of one endpoint that wait to go to the peer. A buffer that grows at its end and is
 * taken from its front; it owns its memory and knows nothing of frames. Private to reference/. */
#ifndef REFERENCE_OUTPUT_H
#define REFERENCE_OUTPUT_H

#include "reference/ws.h"

/* Octets [start, end) of `at` wait. Begin with {0}. */
struct ws_output {
    uint8_t *at;
    size_t start, end, capacity;
};

/* Octets that wait. */
size_t ws_output_size(const struct ws_output *output);

/* Makes room for `size` octets behind those that wait and sets `*room` to it. ERROR_OUTPUT_FULL if then more
 * than `limit` would wait; ERROR_MEMORY. The capacity grows to at most twice what then waits (1 KiB at
 * least). */
enum ws_error ws_output_reserve(struct ws_output *output, size_t size, size_t limit, uint8_t **room);

/* The first `size` octets of the room that was made are written: they wait now. */
void ws_output_commit(struct ws_output *output, size_t size);

/* Nothing waits: `at`, from malloc, becomes the buffer, and its octets [start, end) wait. Takes `at` over. */
void ws_output_adopt(struct ws_output *output, uint8_t *at, size_t capacity, size_t start, size_t end);

/* `size` octets have gone, at most those that wait. */
void ws_output_take(struct ws_output *output, size_t size);

/* Nothing waits any more; the memory is given back. */
void ws_output_discard(struct ws_output *output);

#endif
