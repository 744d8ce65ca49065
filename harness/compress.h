/* SPDX-License-Identifier: MIT */
/* compress.h: DEFLATE streams that a case sends (RFC 7692 7.2.1, RFC 1951), made with zlib from an expression
 * and the octets that went before. Owns no state between calls; what is kept is kept by octets_memo.h and
 * prepared.h. */
#ifndef HARNESS_COMPRESS_H
#define HARNESS_COMPRESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/case.h"

enum {
    DEFLATE_BITS_MIN = 8, /* RFC 7692 7.1.2: log2 of the window */
    DEFLATE_BITS_MAX = 15,
    DEFLATE_WINDOW_MAX = 1 << DEFLATE_BITS_MAX,
    STORED_HEADER = 5,  /* octets before the content of a stored block that begins at an octet's border */
    STORED_MAX = 65535, /* octets that a stored block holds */
};

/* How a stream ends, and of what it is made. */
enum compress_form {
    COMPRESS_CUT,     /* flushed, without the last 00 00 ff ff: a whole message, or its last frame */
    COMPRESS_FLUSHED, /* flushed, with it: a frame that is not the last */
    COMPRESS_FIXED,   /* CUT, with fixed Huffman codes or stored, never with dynamic ones */
    COMPRESS_FINAL    /* the last block has BFINAL set */
};

/* Compresses the octets of an expression with a window of 2^bits octets that holds `window` at first (its
 * last octets, if it is longer). The result is from malloc, at most `cap` octets. False when memory is out or
 * it would be longer; `out` is empty then. zlib has no window of 256 octets, but in one of 512 its distances
 * stay below 251, so 8 is kept as well. */
bool compress_octets(struct ws_octets *out, size_t cap, enum compress_form form, unsigned bits,
                     struct ws_octets window, const struct octets_atom *octets,
                     const struct case_instance *instance);

/* At least what compress_octets makes of so many octets. */
uint64_t deflate_length_at_most(uint64_t length);

/* What they are as stored blocks. Nothing is one empty block. */
uint64_t stored_length(uint64_t length);

#endif
