/* SPDX-License-Identifier: MIT */
/* octets_memo.h: keeps what deflate(), flushed(), fixed() and final() made while an instance is run, so that
 * any piece of it can be read any number of times. Owns those octets; does not own the compression
 * (compress.h). */
#ifndef HARNESS_OCTETS_MEMO_H
#define HARNESS_OCTETS_MEMO_H

#include "harness/case.h"

/* NULL when memory is out. */
struct octets_memo *octets_memo_new(void);
void octets_memo_free(struct octets_memo *memo);

/* Something could not be made: it would be longer than CASE_DEFLATED_MAX, or memory was out. It stands as no
 * octets. */
bool octets_memo_failed(const struct octets_memo *memo);

/* True for the functions whose octets have to be made whole. */
bool octets_is_made(const struct octets_atom *atom);

/* What such a function stands for. Without a memo it is the caller's own, to be freed. */
struct octets_made {
    struct ws_octets octets;
    bool owned;
};
struct octets_made octets_made(const struct octets_atom *atom, const struct case_instance *instance);
void octets_made_free(struct octets_made *made);

#endif
