/* SPDX-License-Identifier: MIT */
/* Inflates the messages of one direction (RFC 7692 7.2.2). zlib makes the octets; the scanner goes ahead of
 * it, says how many of them are right, and finds every fault. Knows nothing of frames. */
#include "reference/ws.h"
#include "reference/zlib_step.h"

#include <stdlib.h>

struct ws_inflater {
    z_stream z;
    struct ws_deflate_scanner scanner;
    enum ws_deflate_fault fault;
    bool in_message;
    size_t ahead;  /* octets that the scanner has taken and zlib has not: they come again */
    uint8_t tail;  /* octets of the tail that zlib has taken */
    bool ended;    /* the scanner has taken the tail */
    uint64_t told; /* octets written so far */
};

/* RFC 7692 7.2.2: appended to the payload of the message. */
static const uint8_t tail_octets[4] = {0x00, 0x00, 0xFF, 0xFF};

struct ws_inflater *ws_inflater_new(uint8_t window_bits, bool takeover)
{
    struct ws_inflater *inflater = calloc(1, sizeof *inflater);
    if (inflater == NULL)
        return NULL;
    if (inflateInit2(&inflater->z, -(int)window_bits) != Z_OK) { /* negative: no zlib header (RFC 7692 7) */
        free(inflater);
        return NULL;
    }
    ws_deflate_scanner_init(&inflater->scanner, window_bits, takeover);
    return inflater;
}

void ws_inflater_free(struct ws_inflater *inflater)
{
    if (inflater == NULL)
        return;
    (void)inflateEnd(&inflater->z);
    free(inflater);
}

enum ws_deflate_fault ws_inflater_fault(const struct ws_inflater *inflater)
{
    return inflater->fault;
}

/* zlib's window stays as it is: without takeover, the scanner lets no distance reach into it (RFC 7692
 * 7.2.2). */
static void begin(struct ws_inflater *inflater)
{
    ws_deflate_scanner_begin(&inflater->scanner);
    inflater->in_message = true;
    inflater->ended = false;
    inflater->tail = 0;
}

/* The scanner takes what it has not seen. */
static void scan(struct ws_inflater *inflater, const uint8_t *octets, size_t size, bool last)
{
    if (size > inflater->ahead) {
        (void)ws_deflate_scan(&inflater->scanner, octets + inflater->ahead, size - inflater->ahead);
        inflater->ahead = size;
    }
    if (last && !inflater->ended) {
        (void)ws_deflate_scanner_end(&inflater->scanner);
        inflater->ended = true;
    }
}

/* Output that the scanner vouches for and that is not written. */
static uint64_t owed(const struct ws_inflater *inflater)
{
    return inflater->scanner.produced - inflater->told;
}

/* zlib takes and writes what it can. False if it cannot go on. */
static bool inflate_some(struct ws_inflater *inflater, struct zlib_flow *flow)
{
    size_t room = flow->room;
    int result = zlib_step(&inflater->z, inflate, Z_NO_FLUSH, flow);
    inflater->told += room - flow->room;
    /* Behind a block with BFINAL the next one follows at the next octet, and the window stays (RFC 7692
     * 7.2.1): the reset that keeps it. */
    if (result == Z_STREAM_END)
        result = inflateResetKeep(&inflater->z);
    if (result == Z_MEM_ERROR)
        inflater->fault = WS_DEFLATE_NO_MEMORY;
    return result == Z_OK || result == Z_BUF_ERROR;
}

/* zlib goes on until the input is taken or the room is full. */
static bool inflate_all(struct ws_inflater *inflater, struct zlib_flow *flow)
{
    size_t before;
    do {
        before = flow->size + flow->room;
        if (!inflate_some(inflater, flow))
            return false;
    } while (before != flow->size + flow->room);
    return true;
}

static enum ws_inflate_progress spoilt(struct ws_inflater *inflater, enum ws_deflate_fault fault)
{
    inflater->fault = fault;
    return WS_INFLATE_BAD;
}

enum ws_inflate_progress ws_inflater_take(struct ws_inflater *inflater, const uint8_t *octets, size_t size,
                                          size_t *taken, bool last, uint8_t *out, size_t room,
                                          size_t *written)
{
    *taken = 0;
    *written = 0;
    if (inflater->fault != WS_DEFLATE_FINE)
        return WS_INFLATE_BAD;
    if (!inflater->in_message)
        begin(inflater);
    scan(inflater, octets, size, last);
    if (room > owed(inflater)) /* beyond that, zlib might write what a fault makes worthless */
        room = (size_t)owed(inflater);
    struct zlib_flow flow = {.octets = octets, .size = size, .room = room};
    flow.out = out;
    bool right = inflate_all(inflater, &flow);
    *taken = size - flow.size;
    inflater->ahead -= *taken;
    if (right && flow.size == 0 && inflater->ended) {
        flow.octets = tail_octets + inflater->tail;
        flow.size = sizeof tail_octets - inflater->tail;
        right = inflate_all(inflater, &flow);
        inflater->tail = (uint8_t)(sizeof tail_octets - flow.size);
    }
    *written = room - flow.room;
    if (inflater->fault != WS_DEFLATE_FINE)
        return WS_INFLATE_BAD;
    if (right && owed(inflater) > 0 && flow.room == 0)
        return WS_INFLATE_OUTPUT_FULL;
    if (inflater->scanner.fault != WS_DEFLATE_FINE)
        return spoilt(inflater, inflater->scanner.fault);
    if (!right || owed(inflater) > 0) /* zlib refuses what the scanner lets pass: that should not be */
        return spoilt(inflater, WS_DEFLATE_SYMBOL);
    inflater->in_message = !inflater->ended;
    return inflater->ended ? WS_INFLATE_END : WS_INFLATE_NEED_INPUT;
}
