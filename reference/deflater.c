/* SPDX-License-Identifier: MIT */
/* Compresses the messages of one direction (RFC 7692 7.2.1) with zlib: the window, whether it is taken over,
 * flushes that end at an octet, and the tail that is removed. Knows nothing of frames. */
#include "reference/ws.h"
#include "reference/zlib_step.h"

#include <stdlib.h>
#include <string.h>

/* zlib makes no windows smaller than 2^9. With that one its distances are 250 at most, 512 less
 * MIN_LOOKAHEAD (262), and so within the 256 octets of a window of 2^8. */
enum { ZLIB_BITS_MIN = 9, MEMORY_LEVEL = 8 };

/* An empty stored block behind up to 7 bits that wait: 3 bits, padding, LEN and NLEN. */
enum { MARK_MAX = 16, TAIL_SIZE = 4 };

enum phase {
    INPUT, /* all the input goes in */
    BLOCK, /* the block that was begun is ended */
    MARK   /* the empty stored block goes out, from `mark` */
};

struct ws_deflater {
    z_stream z;
    bool takeover;
    bool fresh;    /* nothing has gone in since the last mark, or ever */
    uint8_t phase; /* enum phase */
    uint8_t mark[MARK_MAX];
    uint8_t mark_size, mark_taken;
};

struct ws_deflater *ws_deflater_new(uint8_t window_bits, bool takeover, uint8_t level)
{
    struct ws_deflater *deflater = calloc(1, sizeof *deflater);
    if (deflater == NULL)
        return NULL;
    int bits = window_bits < ZLIB_BITS_MIN ? ZLIB_BITS_MIN : window_bits;
    int zlib_level = level == 0 ? Z_DEFAULT_COMPRESSION : level;
    if (deflateInit2(&deflater->z, zlib_level, Z_DEFLATED, -bits, MEMORY_LEVEL, Z_DEFAULT_STRATEGY) != Z_OK) {
        free(deflater);
        return NULL;
    }
    deflater->takeover = takeover;
    deflater->fresh = true;
    return deflater;
}

void ws_deflater_free(struct ws_deflater *deflater)
{
    if (deflater == NULL)
        return;
    (void)deflateEnd(&deflater->z);
    free(deflater);
}

size_t ws_deflater_bound(struct ws_deflater *deflater, size_t size)
{
    return deflateBound(&deflater->z, size) + MARK_MAX;
}

/* zlib takes and writes what it can. True when there was room for everything. */
static bool deflate_some(z_stream *z, int flush, struct zlib_flow *flow)
{
    do
        (void)zlib_step(z, deflate, flush, flow);
    while (flow->room > 0 && flow->size > 0);
    return flow->size == 0 && flow->room > 0;
}

/* The mark that ends what was told so far, at an octet's end: an empty block with no compression. */
static void make_mark(struct ws_deflater *deflater, enum ws_deflate_flush flush)
{
    static const uint8_t alone[5] = {0x00, 0x00, 0x00, 0xFF, 0xFF};
    deflater->mark_taken = 0;
    deflater->mark_size = 0;
    if (!deflater->fresh) {
        struct zlib_flow flow = {.out = deflater->mark, .room = MARK_MAX};
        (void)deflate_some(&deflater->z, Z_SYNC_FLUSH, &flow);
        deflater->mark_size = (uint8_t)(MARK_MAX - flow.room);
    } else if (flush == WS_DEFLATE_MESSAGE) {
        /* zlib makes no second mark; the last one ended at an octet's end (RFC 7692 7.2.3.6). */
        memcpy(deflater->mark, alone, sizeof alone);
        deflater->mark_size = sizeof alone;
    }
    if (flush == WS_DEFLATE_MESSAGE)
        deflater->mark_size -= TAIL_SIZE; /* RFC 7692 7.2.1, step 3 */
    deflater->fresh = true;
}

/* Returns whether the whole mark is out. */
static bool put_mark(struct ws_deflater *deflater, struct zlib_flow *flow)
{
    size_t part = (size_t)deflater->mark_size - deflater->mark_taken;
    if (part > flow->room)
        part = flow->room;
    if (part > 0) {
        memcpy(flow->out, deflater->mark + deflater->mark_taken, part);
        flow->out += part;
    }
    flow->room -= part;
    deflater->mark_taken = (uint8_t)(deflater->mark_taken + part);
    return deflater->mark_taken == deflater->mark_size;
}

bool ws_deflater_put(struct ws_deflater *deflater, const uint8_t *octets, size_t size, size_t *taken,
                     enum ws_deflate_flush flush, uint8_t *out, size_t room, size_t *written)
{
    struct zlib_flow flow = {.octets = octets, .size = size, .room = room};
    flow.out = out;
    bool done = false;
    if (deflater->phase == INPUT) {
        if (size > 0)
            deflater->fresh = false;
        done = size == 0 || deflate_some(&deflater->z, Z_NO_FLUSH, &flow);
        if (flow.size == 0 && flush != WS_DEFLATE_MORE) {
            deflater->phase = BLOCK;
            done = false;
        }
    }
    if (deflater->phase == BLOCK && (deflater->fresh || deflate_some(&deflater->z, Z_BLOCK, &flow))) {
        make_mark(deflater, flush);
        deflater->phase = MARK;
    }
    if (deflater->phase == MARK && put_mark(deflater, &flow)) {
        deflater->phase = INPUT;
        done = true;
        if (flush == WS_DEFLATE_MESSAGE && !deflater->takeover)
            (void)deflateReset(&deflater->z); /* the next message has an empty window (RFC 7692 7.2.1) */
    }
    *taken = size - flow.size;
    *written = room - flow.room;
    return done;
}
