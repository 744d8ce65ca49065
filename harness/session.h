/* SPDX-License-Identifier: MIT */
/* session.h: the test of one target from beginning to end: start it, probe it, run everything, confirm alone
 * what is not a pass, find out which case killed it, stop it. Owns the order of things; does not own the runs
 * (run.h) or their carrying (runner.h). */
#ifndef HARNESS_SESSION_H
#define HARNESS_SESSION_H

#include "harness/baseline.h"
#include "harness/recorder.h"
#include "harness/runner.h"
#include "harness/tally.h"
#include "harness/test_options.h"

#define SESSION_TEXT_MAX 512

/* How a session ended. */
enum session_end {
    SESSION_DONE,
    SESSION_UNREACHABLE, /* never came to be, or died and could not be had back: `text` says why */
    SESSION_FAULT        /* ours: out of memory, the journal cannot be written: `text` says why */
};

struct session_result {
    enum session_end end;
    char text[SESSION_TEXT_MAX];
    char url[SESSION_TEXT_MAX]; /* with {port} replaced */
    struct tally tally;
    /* The target died so many times without a case that kills it reliably: too many connections, say, or a
     * race. */
    size_t unexplained_deaths;
};

/* Tests target number `index` of the options. Runs the loop until it is done. */
void session_run(struct session_result *result, uv_loop_t *loop, const struct test_options *options,
                 unsigned index, struct recorder *recorder, struct baseline *baseline);

#endif
