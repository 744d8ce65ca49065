/* SPDX-License-Identifier: MIT */
/* recorder.h: puts ended runs into the journal and shows them on the console. Owns which case and requirement
 * lines have been written already; does not own verdicts. */
#ifndef HARNESS_RECORDER_H
#define HARNESS_RECORDER_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/console.h"
#include "harness/plan.h"
#include "harness/run.h"
#include "harness/tally.h"
#include "harness/test_options.h"
#include "harness/wstest_numbers.h"
#include "reports/journal.h"

/* Who wants to know what is recorded, as it is recorded; either may be NULL. */
struct recorder_watch {
    void *context;
    void (*target)(void *context, const struct journal_target *target);
    void (*result)(void *context, const struct journal_result *result); /* not when it is provisional */
};

struct recorder {
    struct journal *journal;
    const struct plan *plan;
    const struct test_options *options;
    struct console *console;
    bool *case_written;        /* by definition */
    bool *requirement_written; /* by row of the catalogue */
    /* Set where reports want to show connections in full: then results have `wire` and `wstest_index`, and
     * passes all their lines. NULL at first, as `watch`. */
    const struct wstest_numbers *numbers;
    const char *behavior; /* of the result written last, where there are `numbers`: Autobahn's word */
    const struct recorder_watch *watch;
    bool catalogue_written; /* all that a report is to name, whether a case of the run cites it or not */
};

/* One ended run. */
struct recorded_run {
    unsigned target_index;
    const struct test_target *target;
    const struct case_instance *instance;
    const struct run_verdict *verdict;
    const struct transcript *transcript; /* NULL: none */
    bool provisional;                    /* it has ended, but is to be confirmed, or may be blamed yet */
    bool confirmed;                      /* it was run alone after a first run */
    enum verdict first_verdict;          /* of the first run, when confirmed */
    enum closing first_closing;
};

/* False when memory is out. */
bool recorder_init(struct recorder *recorder, struct journal *journal, const struct plan *plan,
                   const struct test_options *options, struct console *console);
void recorder_free(struct recorder *recorder);

/* Writes a target's line. False when the journal cannot be written: journal_error says why. */
bool recorder_write_target(struct recorder *recorder, const struct journal_target *target);

/* Judges, counts, writes and shows one run; one that is provisional is only written, so that a killed run has
 * it. False when the journal cannot be written: journal_error says why.
 */
bool recorder_write(struct recorder *recorder, const struct recorded_run *run, struct baseline *baseline,
                    struct tally *tally);

#endif
