/* SPDX-License-Identifier: MIT */
/* deflate_data.h: what the tests of compression share: growing runs of octets, driving a deflater and an
 * inflater by pieces of any size, messages to compress, and zlib as the second opinion. For tests only. */
#ifndef REFERENCE_TESTS_DEFLATE_DATA_H
#define REFERENCE_TESTS_DEFLATE_DATA_H

#include "reference/tests/guarded.h"
#include "reference/ws.h"

#include <check.h>
#define ZLIB_CONST
#include <zlib.h>

struct octets {
    uint8_t *at;
    size_t size, capacity;
};

static inline uint8_t *octets_room(struct octets *octets, size_t more)
{
    if (octets->capacity - octets->size < more) {
        octets->capacity = 2 * octets->capacity + more;
        octets->at = realloc(octets->at, octets->capacity);
        ck_assert_ptr_nonnull(octets->at);
    }
    return octets->at + octets->size;
}

static inline void must_equal(const void *at, size_t size, const void *expected, size_t expected_size)
{
    ck_assert_uint_eq(size, expected_size);
    ck_assert(size == 0 || memcmp(at, expected, size) == 0);
}

/* Compresses by pieces, into room of a size at a time; the flush comes with the last piece. */
static inline void deflate_pieces(struct ws_deflater *deflater, const uint8_t *at, size_t size, size_t piece,
                                  enum ws_deflate_flush flush, size_t room, struct octets *out)
{
    bool done;
    do {
        size_t part = size < piece ? size : piece, taken, written;
        uint8_t *to = octets_room(out, room);
        done = ws_deflater_put(deflater, at, part, &taken, part == size ? flush : WS_DEFLATE_MORE, to, room,
                               &written);
        ck_assert(taken <= part && written <= room && (taken > 0 || written > 0 || done));
        out->size += written;
        at += taken;
        size -= taken;
        done = done && part == size + taken;
    } while (!done);
}

struct inflated {
    uint8_t *at;
    size_t size, capacity;
    enum ws_inflate_progress end;
};

static inline void inflate_piece(struct ws_inflater *inflater, const uint8_t *at, size_t size, bool last,
                                 size_t room, struct inflated *result)
{
    do {
        struct octets out = {result->at, result->size, result->capacity};
        size_t taken, written;
        uint8_t *to = octets_room(&out, room);
        result->end = ws_inflater_take(inflater, at, size, &taken, last, to, room, &written);
        ck_assert(taken <= size && written <= room);
        at += taken;
        size -= taken;
        result->at = out.at;
        result->capacity = out.capacity;
        result->size += written;
    } while (result->end == WS_INFLATE_OUTPUT_FULL);
}

/* Inflates a message in two pieces. */
static inline void inflate_cut(struct ws_inflater *inflater, const uint8_t *at, size_t size, size_t cut,
                               size_t room, struct inflated *result)
{
    inflate_piece(inflater, at, cut, false, room, result);
    if (result->end != WS_INFLATE_BAD) {
        ck_assert_int_eq(result->end, WS_INFLATE_NEED_INPUT);
        inflate_piece(inflater, at + cut, size - cut, true, room, result);
    }
    ck_assert(result->end == WS_INFLATE_END || result->end == WS_INFLATE_BAD);
}

/* Two texts, repeats that are 250 octets apart, others that are 3000 apart, zeros, noise. */
enum { DATA_KINDS = 6 };

static inline struct octets data_make(unsigned kind, size_t size)
{
    static const char *const words[] = {"frame ", "opcode ",  "mask ",     "window ", "the ",    "of ",
                                        "a ",     "message ", "distance ", "block ",  "length ", "\xc3\xa9 "};
    struct octets data = {malloc(size + 16), 0, size + 16};
    uint32_t seed = kind + 1;
    while (data.size < size) {
        seed = seed * 1664525U + 1013904223U;
        size_t period = kind == 2 ? 250 : 3000;
        if (kind < 2) {
            const char *word = words[(seed >> 16) % (sizeof words / sizeof words[0])];
            memcpy(data.at + data.size, word, strlen(word));
            data.size += strlen(word);
        } else if (kind < 4 && data.size >= period) {
            data.at[data.size] = data.at[data.size - period];
            data.size++;
        } else {
            data.at[data.size++] = kind == 4 ? 0 : (uint8_t)(seed >> 16);
        }
    }
    data.size = size;
    return data;
}

/* A payload: a stored block of `distance` octets, then a fixed block with one match of 3 octets at that
 * distance. */
static inline struct octets with_distance(uint32_t distance)
{
    struct octets data = {calloc(1, distance + 32), 0, distance + 32};
    uint8_t stored[5] = {0x00, (uint8_t)distance, (uint8_t)(distance >> 8), (uint8_t)~distance,
                         (uint8_t)(~distance >> 8)};
    memcpy(data.at, stored, sizeof stored);
    for (uint32_t i = 0; i < distance; i++)
        data.at[5 + i] = (uint8_t)(i * 31 + i / 256);
    data.size = 5 + distance;
    unsigned symbol = 0, extra = 0, base = 1; /* RFC 1951 3.2.5 */
    while (symbol < 29 && distance >= base + (1U << extra)) {
        base += 1U << extra;
        symbol++;
        extra = symbol < 4 ? 0 : symbol / 2 - 1;
    }
    uint64_t bits = 0x2; /* BFINAL 0, fixed codes */
    unsigned have = 3;
    bits |= UINT64_C(0x40) << have; /* length symbol 257, 7 bits 0000001 from the highest on */
    have += 7;
    for (unsigned i = 0; i < 5; i++)
        bits |= (uint64_t)(symbol >> (4 - i) & 1) << have++;
    bits |= (uint64_t)(distance - base) << have;
    have += extra + 7 + 3; /* end of block, header of the stored block whose rest is the tail */
    for (unsigned at = 0; at < have; at += 8)
        data.at[data.size++] = (uint8_t)(bits >> at);
    return data;
}

/* What zlib alone makes of a message: BFINAL is passed over as RFC 7692 7.2.1 says. */
static inline bool zlib_inflates(const uint8_t *at, size_t size, struct octets *out)
{
    static const uint8_t tail[4] = {0x00, 0x00, 0xFF, 0xFF};
    z_stream z = {0};
    ck_assert_int_eq(inflateInit2(&z, -15), Z_OK);
    bool right = true;
    for (int part = 0; part < 2 && right; part++) {
        z.next_in = part == 0 ? at : tail;
        z.avail_in = part == 0 ? (uInt)size : sizeof tail;
        do {
            z.next_out = octets_room(out, 4096);
            z.avail_out = 4096;
            int result = inflate(&z, Z_BLOCK);
            out->size += 4096 - z.avail_out;
            if (result == Z_STREAM_END)
                result = inflateResetKeep(&z);
            right = result == Z_OK || result == Z_BUF_ERROR;
        } while (right && (z.avail_in > 0 || z.avail_out == 0));
    }
    right = right && (z.data_type & 128) != 0 && (z.data_type & 7) == 0;
    (void)inflateEnd(&z);
    return right;
}

static inline void must_agree_with_zlib(const uint8_t *at, size_t size)
{
    struct ws_inflater *inflater = ws_inflater_new(15, true);
    struct inflated result = {0};
    struct octets expected = {0};
    bool right = zlib_inflates(at, size, &expected);
    inflate_cut(inflater, at, size, size / 2, 300, &result);
    ck_assert_int_eq(right, result.end == WS_INFLATE_END);
    must_equal(result.at, result.size, expected.at, expected.size);
    free(result.at);
    free(expected.at);
    ws_inflater_free(inflater);
}

#endif
