/* SPDX-License-Identifier: MIT */
/* zlib_step.h: one step of zlib's deflate or inflate over octets of any size, which zlib counts in 32 bits.
 * Private to deflater.c and inflater.c. Owns nothing. */
#ifndef REFERENCE_ZLIB_STEP_H
#define REFERENCE_ZLIB_STEP_H

#include <stddef.h>
#include <stdint.h>
#define ZLIB_CONST
#include <zlib.h>

/* `size` octets that are to go in, and `room` octets for what comes out. Either may be none, and NULL. */
struct zlib_flow {
    const uint8_t *octets;
    size_t size;
    uint8_t *out;
    size_t room;
};

/* `step` is deflate or inflate: takes and writes what it can; the flow moves on. Returns zlib's result, of
 * which Z_BUF_ERROR says only that there was nothing to do. */
static inline int zlib_step(z_stream *z, int (*step)(z_stream *z, int flush), int flush,
                            struct zlib_flow *flow)
{
    uint8_t nowhere[1]; /* zlib takes no NULL for room, even for none */
    uInt in = flow->size > UINT32_MAX ? UINT32_MAX : (uInt)flow->size;
    uInt room = flow->room > UINT32_MAX ? UINT32_MAX : (uInt)flow->room;
    z->next_in = flow->octets;
    z->avail_in = in;
    z->next_out = room > 0 ? flow->out : nowhere;
    z->avail_out = room;
    int result = step(z, flush);
    if (in > 0)
        flow->octets += in - z->avail_in;
    flow->size -= in - z->avail_in;
    if (room > 0)
        flow->out += room - z->avail_out;
    flow->room -= room - z->avail_out;
    return result;
}

#endif
