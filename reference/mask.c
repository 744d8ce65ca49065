/* SPDX-License-Identifier: MIT */
/* Masking (RFC 6455 5.3): XOR with a 4-octet key, in place or copying. Keys are made by the endpoint. */
#include "reference/ws.h"

#include <string.h>

void ws_mask(uint8_t *to, const uint8_t *from, size_t size, const uint8_t key[4], uint64_t offset)
{
    /* The key as it falls on this run: rotated to where the run begins and written out over a word. Words
     * are loaded and stored through memcpy, which any alignment allows and compilers make one instruction. */
    uint8_t pattern[8];
    for (size_t i = 0; i < sizeof pattern; i++)
        pattern[i] = key[(offset + i) % 4];
    uint64_t word;
    memcpy(&word, pattern, sizeof word);

    size_t i = 0;
    for (; size - i >= 4 * sizeof word; i += 4 * sizeof word) {
        uint64_t block[4];
        memcpy(block, from + i, sizeof block);
        block[0] ^= word;
        block[1] ^= word;
        block[2] ^= word;
        block[3] ^= word;
        memcpy(to + i, block, sizeof block);
    }
    /* 4 divides every step so far: the pattern still fits. */
    for (; i < size; i++)
        to[i] = from[i] ^ pattern[i % sizeof pattern];
}
