/* SPDX-License-Identifier: MIT */
/* compress.c: zlib's raw deflate, fed piece by piece. */
#include "harness/compress.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
    PIECE_SIZE = 64 * 1024,
    ROOM_FIRST = 1024,
    TAIL_SIZE = 4, /* 00 00 ff ff */
    BITS_OF_ZLIB_MIN = 9,
    MEMORY_LEVEL = 8,
    FEW_OCTETS = 64 /* headers of the last blocks */
};

uint64_t stored_length(uint64_t length)
{
    uint64_t blocks = length == 0 ? 1 : (length - 1) / STORED_MAX + 1;
    return length > UINT64_MAX / 2 ? length : length + blocks * STORED_HEADER;
}

uint64_t deflate_length_at_most(uint64_t length)
{
    if (length > UINT64_MAX / 2)
        return length;
    /* A small window keeps zlib from storing what it cannot compress: a literal has 9 bits at most then. */
    return length + length / 4 + FEW_OCTETS;
}

/* What has been made so far. */
struct result {
    uint8_t *at;
    size_t size, room, cap;
};

static bool make_room(struct result *result)
{
    if (result->size < result->room)
        return true;
    size_t room = result->room == 0 ? ROOM_FIRST : result->room * 2;
    room = room < result->cap ? room : result->cap;
    uint8_t *larger = room > result->room ? realloc(result->at, room) : NULL;
    if (larger == NULL)
        return false;
    result->at = larger;
    result->room = room;
    return true;
}

/* Takes all the input, or with a flush all that is inside. */
static bool run_zlib(z_stream *stream, struct result *result, int flush)
{
    int status;
    do {
        if (!make_room(result))
            return false;
        size_t room = result->room - result->size;
        stream->next_out = result->at + result->size;
        stream->avail_out = (uInt)room;
        status = deflate(stream, flush);
        result->size += room - stream->avail_out;
        if (status != Z_OK && status != Z_STREAM_END && status != Z_BUF_ERROR)
            return false;
    } while (status != Z_STREAM_END && (stream->avail_in > 0 || stream->avail_out == 0));
    return true;
}

static bool compress_pieces(z_stream *stream, struct result *result, bool final,
                            const struct octets_atom *octets, const struct case_instance *instance)
{
    uint8_t *piece = malloc(PIECE_SIZE);
    uint64_t length = octets_length(octets, instance);
    bool done = piece != NULL;
    for (uint64_t at = 0; done && at < length;) {
        size_t size = length - at < PIECE_SIZE ? (size_t)(length - at) : PIECE_SIZE;
        octets_read(octets, instance, at, piece, size);
        stream->next_in = piece;
        stream->avail_in = (uInt)size;
        done = run_zlib(stream, result, Z_NO_FLUSH);
        at += size;
    }
    free(piece);
    return done && run_zlib(stream, result, final ? Z_FINISH : Z_SYNC_FLUSH);
}

bool compress_octets(struct ws_octets *out, size_t cap, enum compress_form form, unsigned bits,
                     struct ws_octets window, const struct octets_atom *octets,
                     const struct case_instance *instance)
{
    *out = (struct ws_octets){0};
    z_stream stream = {0};
    int zlib_bits = bits < BITS_OF_ZLIB_MIN ? BITS_OF_ZLIB_MIN : (int)bits;
    if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -zlib_bits, MEMORY_LEVEL,
                     form == COMPRESS_FIXED ? Z_FIXED : Z_DEFAULT_STRATEGY) != Z_OK)
        return false;
    size_t reach = (size_t)1 << bits;
    size_t skip = window.size > reach ? window.size - reach : 0;
    bool cut = form == COMPRESS_CUT || form == COMPRESS_FIXED;
    struct result result = {.cap = cap + TAIL_SIZE};
    bool done = true;
    if (window.size > 0)
        done = deflateSetDictionary(&stream, window.at + skip, (uInt)(window.size - skip)) == Z_OK;
    done = done && compress_pieces(&stream, &result, form == COMPRESS_FINAL, octets, instance);
    deflateEnd(&stream);
    if (done && cut && result.size >= TAIL_SIZE)
        result.size -= TAIL_SIZE;
    if (!done || result.size > cap) {
        free(result.at);
        return false;
    }
    *out = (struct ws_octets){result.at, result.size};
    return true;
}
