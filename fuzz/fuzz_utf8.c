/* SPDX-License-Identifier: MIT */
/* fuzz_utf8.c: the automaton of ws_utf8_take against a decoder that computes code points (RFC 3629 3), whole
 * and in pieces. The first octet decides on the pieces. */
#include "fuzz/oracle.h"
#include "reference/ws.h"

/* Octets of the code point at the start, 0 if there is none that is whole and valid. */
static size_t code_point_size(const uint8_t *octets, size_t size)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    const uint8_t lead = octets[0];
    const size_t length = lead < 0x80       ? 1
                          : lead >> 5 == 6  ? 2
                          : lead >> 4 == 14 ? 3
                          : lead >> 3 == 30 ? 4
                                            : 0;
    if (length == 0 || length > size) {
        return 0;
    }
    uint32_t value = length == 1 ? lead : lead & (0x7FU >> length);
    for (size_t i = 1; i < length; i++) {
        if (octets[i] >> 6 != 2) {
            return 0;
        }
        value = value << 6 | (octets[i] & 0x3FU);
    }
    const bool surrogate = value >= 0xD800 && value <= 0xDFFF;
    return value >= least[length] && value <= 0x10FFFF && !surrogate ? length : 0;
}

/* Whether the octets, of which there are 1 to 3, begin some code point: tries every continuation there is. */
static bool begins_code_point(const uint8_t *octets, size_t size)
{
    uint8_t text[4] = {0};
    memcpy(text, octets, size);
    for (size_t length = size + 1; length <= 4; length++) {
        /* Borders are in the second octet only; a third or fourth may be any continuation octet. */
        for (unsigned second = size > 1 ? text[1] : 0x80; second <= (size > 1 ? text[1] : 0xBFU); second++) {
            text[1] = (uint8_t)second;
            for (size_t i = size < 2 ? 2 : size; i < length; i++) {
                text[i] = 0x80;
            }
            if (code_point_size(text, length) == length) {
                return true;
            }
        }
    }
    return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) {
        return 0;
    }
    uint32_t seed = data[0];
    const uint8_t *text = data + 1;
    size--;

    size_t valid = 0;
    for (size_t one = 1; valid < size && one != 0; valid += one) {
        one = code_point_size(text + valid, size - valid);
    }
    size_t bad_expected = size;
    if (valid < size) {
        for (bad_expected = valid; bad_expected < size; bad_expected++) {
            if (bad_expected - valid == 3 || !begins_code_point(text + valid, bad_expected - valid + 1)) {
                break;
            }
        }
    }

    struct ws_utf8 whole = {0}, pieces = {0};
    size_t bad = size;
    const bool fine = ws_utf8_take(&whole, text, size, &bad);
    must(fine == (bad_expected == size), "text can become valid exactly when the naive decoder says so");
    must(fine || bad == bad_expected, "the first impossible octet is the naive decoder's");
    must(!fine || ws_utf8_complete(&whole) == (valid == size), "complete on a code point's border only");

    bool pieces_fine = true;
    for (size_t at = 0; at < size && pieces_fine;) {
        const size_t piece = next_piece(&seed, size - at);
        uint8_t *copy = exact_copy(text + at, piece);
        size_t bad_here = 0;
        pieces_fine = ws_utf8_take(&pieces, copy, piece, &bad_here);
        must(pieces_fine || at + bad_here == bad_expected, "pieces are told bad at the same octet");
        free(copy);
        at += piece;
    }
    must(pieces_fine == fine, "pieces give what the whole gives");
    must(!fine || ws_utf8_complete(&pieces) == ws_utf8_complete(&whole), "pieces end as the whole ends");
    return 0;
}
