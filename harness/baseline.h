/* SPDX-License-Identifier: MIT */
/* baseline.h: deviations of a target that are known, each with its reason. Owns the file's lines; does not
 * own what counts as a deviation.
 *
 * A file has lines `PATTERN WHAT reason...`; `#` begins a comment. PATTERN is an instance id in which `*`
 * stands for any octets. WHAT is a verdict word (FAILED, NON-STRICT, ..), or `closing=WORD`
 * (closing=wrong-side), or `violation=NAME` (of a monitor, violation=SERVER_FRAME_MASKED). An instance that a
 * line names must deviate in just that way: when it does not, the line is out of date and the run fails.
 * With a `?` behind WHAT (`FAILED?`) it may or may not: for a target whose behaviour hangs on how octets
 * happen to arrive. */
#ifndef HARNESS_BASELINE_H
#define HARNESS_BASELINE_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/arena.h"
#include "harness/text_buffer.h"

struct baseline_line {
    const char *pattern, *what, *reason;
    bool sometimes; /* WHAT had a `?`, which is not part of what */
    unsigned line;
    size_t matched; /* instances that ran and that the pattern names */
};

struct baseline {
    const char *path;
    struct baseline_line *lines;
    size_t count;
};

/* Reads a file; false with all errors as file:line: text in `errors`. `baseline` may be used when it has no
 * lines. */
bool baseline_load(struct baseline *baseline, const char *path, struct arena *arena,
                   struct text_buffer *errors);

/* The first line that names the instance and says `what`, or NULL. */
const struct baseline_line *baseline_find(const struct baseline *baseline, const char *id, const char *what);

/* Walks the lines that name an instance, whatever they say: begin with *index 0; NULL at the end. Counts them
 * as matched. */
const struct baseline_line *baseline_next(struct baseline *baseline, const char *id, size_t *index);

#endif
