/* SPDX-License-Identifier: MIT */
/* testing.h: what `wringer test` and `wringer serve` have in common: options and cases at the beginning,
 * journal and report at the end. Owns those; does not own the testing in between. */
#ifndef HARNESS_TESTING_H
#define HARNESS_TESTING_H

#include <stdbool.h>
#include <stdint.h>

#include "harness/baseline.h"
#include "harness/recorder.h"

struct testing {
    struct test_options options;
    struct plan plan;
    struct baseline baselines[TEST_TARGETS_MAX];
    struct console console;
    struct journal *journal;
    struct recorder recorder;
    struct text_buffer errors; /* of the command line and the files that it names */
    struct arena arena;        /* of the baselines */
    int argc;
    char **argv;
    uint64_t began;
};

/* Reads the command line, argv[0] being the command's name, loads the cases and selects, reads the baselines.
 * NULL, with the exit code in *exit_code, when there is nothing to do: help was asked for, memory is out.
 * What is wrong stands in `errors`, to which the caller adds what it finds itself. */
struct testing *testing_new(enum ws_role tests, int argc, char **argv, int *exit_code);

/* Tells what is wrong, if anything is; else opens the journal. Returns the exit code. */
int testing_begin(struct testing *testing);

/* The exit code that the results of a target ask for which was tested to the end; says why where the counts
 * do not. */
int testing_sum_up(struct testing *testing, const char *name, const struct tally *tally,
                   const struct baseline *baseline);

/* Prints the counts of a target, if there are any. */
void testing_print_tally(struct testing *testing, const char *name, const struct tally *tally);

/* Writes the report from what the journal has so far. False when that failed, which has been told then. */
bool testing_report(struct testing *testing);

/* Ends the journal with this exit code, writes the report, names it. Returns the exit code. */
int testing_end(struct testing *testing, int exit_code);

void testing_free(struct testing *testing);

#endif
