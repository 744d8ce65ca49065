/* SPDX-License-Identifier: MIT */
/* wstest_numbers.h: the cases that Autobahn|Testsuite numbers, each number once, and the patterns by which
 * its spec files choose among them. Owns the list and the rules of the patterns; does not own the cases. */
#ifndef HARNESS_WSTEST_NUMBERS_H
#define HARNESS_WSTEST_NUMBERS_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/plan.h"
#include "harness/text_buffer.h"

#define WSTEST_NUMBER_COUNT 517 /* what "*" means; no other case is ever added to it */

struct wstest_number {
    const char *number; /* "7.9.1"; lives as long as the plan */
    size_t instance;    /* the one of the plan that stands for it: delivered whole where there is a choice */
    bool wanted;
};

struct wstest_numbers {
    struct wstest_number *rows; /* in numeric order: 2.1 before 10.1 */
    size_t count;
    size_t wanted;
};

/* Nothing is wanted at first. False when memory is out. Free with wstest_numbers_free either way. */
bool wstest_numbers_init(struct wstest_numbers *numbers, const struct plan *plan);
void wstest_numbers_free(struct wstest_numbers *numbers);

/* Does a pattern of "cases" or "exclude-cases" match? With `*` in it, `*` is any text, everything else means
 * itself, and what follows the match may be anything ("1.1*" is 1.1.1 as well); without, it is one number.
 * The patterns of "exclude-agent-cases", for agents and cases, match the whole text instead: plan_matches. */
bool wstest_case_matches(const char *pattern, const char *number);

/* Wants what a list of patterns matches and a list of excludes does not. False with the reasons in `errors`,
 * each with `place` before it, when a pattern without `*` is no number of a case, or nothing is left. An
 * exclude may match nothing. */
bool wstest_numbers_choose(struct wstest_numbers *numbers, const char *const *cases, size_t case_count,
                           const char *const *excludes, size_t exclude_count, const char *place,
                           struct text_buffer *errors);

/* Position of a number in the whole list, from 1; 0 if it is none. */
size_t wstest_numbers_index(const struct wstest_numbers *numbers, const char *number);

#endif
