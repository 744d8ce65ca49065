/* SPDX-License-Identifier: MIT */
/* tally.h: what became of each result: whether it deviates, whether that was known, and the counts of a
 * target. Owns the rule of the exit code; does not own verdicts. */
#ifndef HARNESS_TALLY_H
#define HARNESS_TALLY_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/baseline.h"
#include "harness/requirement.h"
#include "harness/run.h"

#define TALLY_VERDICTS (VERDICT_ERROR + 1)

struct tally {
    size_t verdicts[TALLY_VERDICTS];
    size_t results;
    size_t closings_not_clean; /* judged and not clean */
    size_t violations;         /* results in which a monitor saw a rule broken */
    size_t known;              /* results whose every deviation is listed in the baseline */
    size_t unexpected;         /* results that make the exit code 1 */
    size_t unstable;
};

struct tally_judgement {
    bool unexpected;
    bool deviates;               /* in any way, counted or not */
    char known[RUN_TEXT_MAX];    /* reasons of the baseline; "" when nothing is listed */
    char surprise[RUN_TEXT_MAX]; /* what is not as the baseline says; "" */
};

/* Judges one result against the baseline (which may have no lines). With `should`, deviations from SHOULD
 * count as well. */
void tally_judge(struct tally_judgement *judgement, const char *id, const struct run_verdict *verdict,
                 struct baseline *baseline, const struct requirement_catalogue *requirements, bool should);

/* Is the result one that wants confirmation: anything but a pass in every respect? */
bool tally_wants_confirmation(const struct run_verdict *verdict);

void tally_count(struct tally *tally, const struct run_verdict *verdict,
                 const struct tally_judgement *judgement, bool unstable);

/* Counts what `now` has instead of what `before` had, of both of which `total` is the sum: the results of
 * what was run again. */
void tally_replace(struct tally *total, const struct tally *before, const struct tally *now);

/* "3120 cases: 3100 OK, 20 NON-STRICT; ..", without a newline. */
void tally_print(struct text_buffer *out, const struct tally *tally);

#endif
