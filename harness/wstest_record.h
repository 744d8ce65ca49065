/* SPDX-License-Identifier: MIT */
/* wstest_record.h: what the fuzzing modes of wstest have in common: the cases of a spec at the beginning, the
 * journal and Autobahn's reports at the end. Owns those; does not own the testing in between. What goes wrong
 * is printed to stdout. */
#ifndef HARNESS_WSTEST_RECORD_H
#define HARNESS_WSTEST_RECORD_H

#include "harness/recorder.h"
#include "harness/wstest_options.h"
#include "harness/wstest_spec.h"

struct wstest_record {
    const struct wstest_options *asked;
    const struct wstest_spec *spec;
    struct test_options options;
    struct plan plan;
    struct wstest_numbers numbers;
    struct console console;
    struct journal *journal;
    struct recorder recorder;
    run_time began;
    int exit_code; /* 0 at first */
};

/* Loads the cases for a role and chooses those of the spec; the plan has none selected yet. False with the
 * reason in `errors`. Free with wstest_record_free either way. */
bool wstest_record_init(struct wstest_record *record, const struct wstest_options *asked,
                        const struct wstest_spec *spec, enum ws_role tests, struct text_buffer *errors);
void wstest_record_free(struct wstest_record *record);

/* Opens the journal in the spec's directory and makes the recorder ready; `argv` is for the journal. `watch`,
 * NULL for none, must outlive the record. False when that failed. */
bool wstest_record_open(struct wstest_record *record, const struct recorder_watch *watch, int argc,
                        char **argv);

/* Selects in the plan what is wanted, without what the spec excludes for an agent; NULL is no agent. What is
 * excluded is named if `tells`. */
void wstest_record_select(struct wstest_record *record, const char *agent, bool tells);

/* Does the spec exclude a case for an agent? */
bool wstest_record_excludes(const struct wstest_record *record, const char *agent, const char *number);

/* "Cases = ['1.1.1', ..." */
void wstest_record_print_cases(const struct wstest_record *record);
void wstest_record_print_list(const char *name, const char *const *texts, size_t count);

/* Writes the reports of what the journal has so far. False when that failed. */
bool wstest_record_report(struct wstest_record *record);

/* Ends the journal, and writes the reports. Returns the exit code: with --fail it is 1 when a case failed, or
 * not everybody was `reached`. */
int wstest_record_end(struct wstest_record *record, bool reached);

#endif
