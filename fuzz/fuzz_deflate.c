/* SPDX-License-Identifier: MIT */
/* fuzz_deflate.c: DEFLATE data and messages (RFC 7692 7.2). The input as compressed messages: the inflater
 * tells what zlib alone tells, up to where it finds a fault, in any pieces. The input as messages: what is
 * compressed inflates to them again, within the window. The first octet decides on window and takeover; each
 * message is the octet of its size, and as many octets. */
#include "fuzz/oracle.h"
#include "reference/ws.h"

#define ZLIB_CONST
#include <zlib.h>

enum { OUTPUT_MAX = 1 << 16 }; /* what inflates to more is compared as far as that */

struct output {
    uint8_t *at;
    size_t size;
    bool right;
    enum ws_deflate_fault fault;
};

/* All the messages, one behind the other, until one is not right. */
static struct output inflate_messages(const uint8_t *data, size_t size, uint8_t bits, bool takeover,
                                      uint32_t seed)
{
    struct output out = {.at = malloc(OUTPUT_MAX), .right = true};
    struct ws_inflater *inflater = ws_inflater_new(bits, takeover);
    must(out.at != NULL && inflater != NULL, "there is memory");
    for (size_t at = 0; at < size && out.right;) {
        size_t left = data[at] < size - at - 1 ? data[at] : size - at - 1;
        at++;
        enum ws_inflate_progress progress;
        do {
            const size_t piece = seed == 0 || left == 0 ? left : next_piece(&seed, left);
            uint8_t *copy = exact_copy(data + at, piece);
            size_t given = 0;
            do {
                size_t room = OUTPUT_MAX - out.size, taken, written;
                if (seed != 0 && room > 300)
                    room = 1 + next_number(&seed) % 300;
                progress = ws_inflater_take(inflater, copy + given, piece - given, &taken, piece == left,
                                            out.at + out.size, room, &written);
                must(taken <= piece - given && written <= room, "no more than there is");
                must(progress != WS_INFLATE_NEED_INPUT || given + taken == piece, "all is taken");
                given += taken;
                out.size += written;
            } while (progress == WS_INFLATE_OUTPUT_FULL && out.size < OUTPUT_MAX);
            free(copy);
            at += piece;
            left -= piece;
        } while (progress == WS_INFLATE_NEED_INPUT);
        out.right = progress == WS_INFLATE_END;
        must(out.right == (left == 0 && progress == WS_INFLATE_END), "a message ends with its last octet");
    }
    out.fault = ws_inflater_fault(inflater);
    ws_inflater_free(inflater);
    return out;
}

/* What zlib alone makes of them with the largest window, of which none is too far. */
static struct output inflate_with_zlib(const uint8_t *data, size_t size, bool takeover)
{
    static const uint8_t tail[4] = {0x00, 0x00, 0xFF, 0xFF};
    struct output out = {.at = malloc(OUTPUT_MAX), .right = true};
    z_stream z = {0};
    must(out.at != NULL && inflateInit2(&z, -15) == Z_OK, "there is memory");
    for (size_t at = 0; at < size && out.right;) {
        const size_t left = data[at] < size - at - 1 ? data[at] : size - at - 1;
        const uint8_t *message = data + at + 1;
        at += 1 + left;
        for (int part = 0; part < 2 && out.right; part++) {
            z.next_in = part == 0 ? message : tail;
            z.avail_in = part == 0 ? (uInt)left : sizeof tail;
            do {
                z.next_out = out.at + out.size;
                z.avail_out = (uInt)(OUTPUT_MAX - out.size);
                int result = inflate(&z, Z_BLOCK);
                out.size = OUTPUT_MAX - z.avail_out;
                if (result == Z_STREAM_END)
                    result = inflateResetKeep(&z);
                out.right = (result == Z_OK || result == Z_BUF_ERROR) && out.size < OUTPUT_MAX;
            } while (out.right && z.avail_in > 0);
        }
        out.right = out.right && (z.data_type & 128) != 0 && (z.data_type & 7) == 0;
        if (!takeover)
            must(inflateReset(&z) == Z_OK, "zlib begins again");
    }
    (void)inflateEnd(&z);
    return out;
}

static void check_inflating(const uint8_t *data, size_t size, uint8_t bits, bool takeover)
{
    struct output whole = inflate_messages(data, size, bits, takeover, 0);
    struct output expected = inflate_with_zlib(data, size, takeover);
    must(whole.size <= expected.size && memcmp(whole.at, expected.at, whole.size) == 0, "what zlib tells");
    if (whole.fault != WS_DEFLATE_DISTANCE_BEYOND_WINDOW && expected.size < OUTPUT_MAX)
        must(whole.size == expected.size && whole.right == expected.right, "all of it, and the same end");
    must(whole.right || whole.size == OUTPUT_MAX || whole.fault != WS_DEFLATE_FINE, "a fault is named");
    for (uint32_t seed = 1; seed <= 3 && whole.size < OUTPUT_MAX; seed++) {
        struct output pieces = inflate_messages(data, size, bits, takeover, seed * (uint32_t)size);
        must(pieces.size == whole.size && memcmp(pieces.at, whole.at, whole.size) == 0, "the same in pieces");
        must(pieces.fault == whole.fault, "the same fault");
        free(pieces.at);
    }
    free(whole.at);
    free(expected.at);
}

static size_t compress_message(struct ws_deflater *deflater, const uint8_t *data, size_t size, uint8_t *out,
                               size_t room, uint32_t seed)
{
    size_t used = 0;
    bool done;
    do {
        const size_t piece = seed == 0 || size == 0 ? size : next_piece(&seed, size);
        size_t space = room - used, taken, written;
        if (seed != 0 && space > 40)
            space = 1 + next_number(&seed) % 40;
        done = ws_deflater_put(deflater, data, piece, &taken,
                               piece == size ? WS_DEFLATE_MESSAGE : WS_DEFLATE_MORE, out + used, space,
                               &written);
        must(taken <= piece && written <= space, "no more than there is");
        used += written;
        data += taken;
        size -= taken;
        done = done && piece == taken + size;
        must(done || used < room, "the bound holds");
    } while (!done);
    return used;
}

static void check_compressing(const uint8_t *data, size_t size, uint8_t bits, bool takeover)
{
    struct ws_deflater *whole = ws_deflater_new(bits, takeover, 0);
    struct ws_deflater *pieces = ws_deflater_new(bits, takeover, 0);
    struct ws_inflater *inflater = ws_inflater_new(bits, takeover);
    must(whole != NULL && pieces != NULL && inflater != NULL, "there is memory");
    for (size_t at = 0; at < size;) {
        const size_t left = data[at] < size - at - 1 ? data[at] : size - at - 1;
        uint8_t payload[600], again[600], message[256];
        must(ws_deflater_bound(whole, left) <= sizeof payload, "the bound is near");
        const size_t payload_size =
            compress_message(whole, data + at + 1, left, payload, ws_deflater_bound(whole, left), 0);
        const size_t again_size =
            compress_message(pieces, data + at + 1, left, again, sizeof again, (uint32_t)size);
        must(payload_size == again_size && memcmp(payload, again, again_size) == 0, "the same in pieces");
        size_t taken, written;
        must(ws_inflater_take(inflater, payload, payload_size, &taken, true, message, sizeof message,
                              &written) == WS_INFLATE_END,
             "what was compressed is right, and within the window");
        must(taken == payload_size && written == left && memcmp(message, data + at + 1, left) == 0,
             "and is the message");
        at += 1 + left;
    }
    ws_deflater_free(whole);
    ws_deflater_free(pieces);
    ws_inflater_free(inflater);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 2048)
        return 0;
    const uint8_t bits = (uint8_t)(8 + (data[0] & 7));
    const bool takeover = (data[0] & 8) != 0;
    check_inflating(data + 1, size - 1, bits, takeover);
    check_compressing(data + 1, size - 1, bits, takeover);
    return 0;
}
