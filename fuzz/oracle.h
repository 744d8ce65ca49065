/* SPDX-License-Identifier: MIT */
/* oracle.h: what every fuzz target needs: to say which expectation failed before it dies of it, copies that
 * end where their allocation ends, and cuts of the input that the input itself decides. */
#ifndef FUZZ_ORACLE_H
#define FUZZ_ORACLE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The entry point that libFuzzer and fuzz/standalone.c call. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static inline void must(bool holds, const char *expectation)
{
    if (!holds) {
        (void)fprintf(stderr, "does not hold: %s\n", expectation);
        abort();
    }
}

/* A copy of its own allocation, so that AddressSanitizer sees a read behind it. Free it. */
static inline uint8_t *exact_copy(const uint8_t *octets, size_t size)
{
    uint8_t *copy = malloc(size == 0 ? 1 : size);
    must(copy != NULL, "there is memory");
    if (size != 0) {
        memcpy(copy, octets, size);
    }
    return copy;
}

/* A sequence of numbers out of a seed: the same for the same input. */
static inline uint32_t next_number(uint32_t *seed)
{
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

/* The size of the next piece when `left` octets are left: mostly a few octets, sometimes most of them. */
static inline size_t next_piece(uint32_t *seed, size_t left)
{
    const uint32_t number = next_number(seed);
    const size_t most = number % 4 == 0 ? left : 9;
    const size_t piece = 1 + (number >> 2) % (most < left ? most : left);
    return piece;
}

#endif
