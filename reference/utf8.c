/* SPDX-License-Identifier: MIT */
/* UTF-8 (RFC 3629), incremental: is what came so far still the beginning of something valid. Decodes nothing.
 *
 * A deterministic automaton over octets, written as shifts: `rows[octet]` holds, for each state, the next
 * state in the six bits that begin at bit number `state`. So a step is one load and one shift, and the load
 * does not wait for the step before it. ASCII is skipped 16 octets at a time. */
#include "reference/ws.h"

#include <string.h>

/* States, each the bit number of its place in a row. What is still wanted: */
enum {
    BORDER = 0,    /* nothing: a code point may begin here */
    BAD = 6,       /* nothing helps any more */
    TAIL_1 = 12,   /* one octet 80-BF */
    TAIL_2 = 18,   /* two of them */
    TAIL_3 = 24,   /* three of them */
    AFTER_E0 = 30, /* A0-BF, then one: anything less is overlong (RFC 3629 3) */
    AFTER_ED = 36, /* 80-9F, then one: anything more is a surrogate (RFC 3629 3) */
    AFTER_F0 = 42, /* 90-BF, then two: anything less is overlong */
    AFTER_F4 = 48  /* 80-8F, then two: anything more is above U+10FFFF */
};

/* All states go to BAD; then what differs is turned by XOR from BAD to the state it should be. */
#define TO(state, next) ((uint64_t)((next) ^ BAD) << (state))
#define ALL_BAD                                                                                           \
    ((uint64_t)BAD << BORDER | (uint64_t)BAD << BAD | (uint64_t)BAD << TAIL_1 | (uint64_t)BAD << TAIL_2 | \
     (uint64_t)BAD << TAIL_3 | (uint64_t)BAD << AFTER_E0 | (uint64_t)BAD << AFTER_ED |                    \
     (uint64_t)BAD << AFTER_F0 | (uint64_t)BAD << AFTER_F4)
#define LEAD(next) (ALL_BAD ^ TO(BORDER, next))
#define TAIL       (ALL_BAD ^ TO(TAIL_1, BORDER) ^ TO(TAIL_2, TAIL_1) ^ TO(TAIL_3, TAIL_2))
#define TAIL_80    (TAIL ^ TO(AFTER_ED, TAIL_1) ^ TO(AFTER_F4, TAIL_2))
#define TAIL_90    (TAIL ^ TO(AFTER_ED, TAIL_1) ^ TO(AFTER_F0, TAIL_2))
#define TAIL_A0    (TAIL ^ TO(AFTER_E0, TAIL_1) ^ TO(AFTER_F0, TAIL_2))

#define TIMES_2(row)  row, row
#define TIMES_3(row)  row, row, row
#define TIMES_4(row)  TIMES_2(row), TIMES_2(row)
#define TIMES_16(row) TIMES_4(row), TIMES_4(row), TIMES_4(row), TIMES_4(row)
#define TIMES_64(row) TIMES_16(row), TIMES_16(row), TIMES_16(row), TIMES_16(row)

static const uint64_t rows[] = {
    TIMES_64(LEAD(BORDER)), TIMES_64(LEAD(BORDER)),                        /* 00-7F */
    TIMES_16(TAIL_80),      TIMES_16(TAIL_90),      TIMES_16(TAIL_A0),     /* 80-AF */
    TIMES_16(TAIL_A0),                                                     /* B0-BF */
    TIMES_2(ALL_BAD),                                                      /* C0, C1: overlong */
    TIMES_2(LEAD(TAIL_1)),  TIMES_4(LEAD(TAIL_1)),  TIMES_4(LEAD(TAIL_1)), /* C2-CB */
    TIMES_4(LEAD(TAIL_1)),  TIMES_16(LEAD(TAIL_1)),                        /* CC-DF */
    LEAD(AFTER_E0),         TIMES_4(LEAD(TAIL_2)),  TIMES_4(LEAD(TAIL_2)), /* E0-E8 */
    TIMES_4(LEAD(TAIL_2)),  LEAD(AFTER_ED),         TIMES_2(LEAD(TAIL_2)), /* E9-EF */
    LEAD(AFTER_F0),         TIMES_3(LEAD(TAIL_3)),  LEAD(AFTER_F4),        /* F0-F4 */
    TIMES_3(ALL_BAD),       TIMES_4(ALL_BAD),       TIMES_4(ALL_BAD) /* F5-FF: above U+10FFFF, or no lead */
};
_Static_assert(sizeof rows == 256 * sizeof rows[0], "one row for every octet");

/* Only the low six bits of a state mean anything while it is stepped. */
static uint64_t step(uint64_t state, uint8_t octet)
{
    return rows[octet] >> (state & 63);
}

bool ws_utf8_take(struct ws_utf8 *utf8, const uint8_t *octets, size_t size, size_t *bad)
{
    uint64_t state = utf8->state;
    size_t i = 0;
    enum { BLOCK = 16 };
    for (; size - i >= BLOCK; i += BLOCK) {
        uint64_t words[2];
        memcpy(words, octets + i, sizeof words);
        if (state == BORDER && ((words[0] | words[1]) & UINT64_C(0x8080808080808080)) == 0)
            continue;
        uint64_t ahead = state;
        for (size_t j = 0; j < BLOCK; j++)
            ahead = step(ahead, octets[i + j]);
        ahead &= 63;
        if (ahead == BAD) /* the loop below finds the place */
            break;
        state = ahead;
    }
    for (; i < size && state != BAD; i++) {
        state = step(state, octets[i]) & 63;
        if (state == BAD)
            break;
    }
    utf8->state = (uint8_t)state;
    if (state != BAD)
        return true;
    if (bad != NULL)
        *bad = i;
    return false;
}

bool ws_utf8_complete(const struct ws_utf8 *utf8)
{
    return utf8->state == BORDER;
}
