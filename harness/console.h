/* SPDX-License-Identifier: MIT */
/* console.h: what a person sees while tests run: one progress line on a terminal, failures with their
 * transcript. Owns the terminal's state; no colour and no cursor codes go anywhere but to a terminal, and
 * none with NO_COLOR. */
#ifndef HARNESS_CONSOLE_H
#define HARNESS_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/plan.h"
#include "reports/journal.h"

struct console {
    bool terminal, colour;
    bool quiet; /* says nothing at all: somebody else speaks */
    bool progress_shown;
    size_t done, total, failed;
    uint64_t started_us, last_progress_us;
    size_t shown; /* results shown in full so far */
};

#define CONSOLE_SHOWN_MAX 20 /* results shown in full without --verbose; the report has all */

void console_init(struct console *console);

/* Starts the counts of one target. */
void console_begin(struct console *console, size_t total, uint64_t now_us);

/* One more has ended; draws the progress line now and then. */
void console_progress(struct console *console, bool failed, uint64_t now_us);

/* Takes the progress line away, before anything else is printed. */
void console_clear(struct console *console);

/* A line of text. */
void console_line(struct console *console, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* The lines of a transcript, the last of them if there are many. */
void console_transcript(const struct console *console, const struct journal_line *lines, size_t count);

/* One result with its transcript. `surprise` is what is not as the baseline says, or "". */
void console_result(struct console *console, const struct plan *plan,
                    const struct case_definition *definition, const struct journal_result *result,
                    const char *surprise);

#endif
