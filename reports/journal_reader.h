/* SPDX-License-Identifier: MIT */
/* journal_reader.h: results.jsonl back into the structures it was written from. Owns what it read; does not
 * own the file, nor what the results mean. */
#ifndef REPORTS_JOURNAL_READER_H
#define REPORTS_JOURNAL_READER_H

#include "reports/journal.h"

#define JOURNAL_RECORDS_MAX ((size_t)1024 * 1024)        /* lines of a journal that is read */
#define JOURNAL_MEMORY_MAX  ((size_t)1024 * 1024 * 1024) /* octets that one journal may take when read */
#define JOURNAL_TARGETS_MAX 256                          /* of one journal */
#define JOURNAL_BAD_KEPT    16                           /* bad lines of which the reason is kept */

/* A line that is not as journal.h says. */
struct journal_bad_line {
    size_t number; /* in the file, from 1 */
    const char *why;
};

/* One journal. Every string and array lives as long as it. Strings are never NULL except where journal.h says
 * that they may be. */
struct journal_contents {
    const char *path;
    bool has_run;           /* false: its line was bad */
    struct journal_run run; /* its strings are empty then */
    struct journal_requirement *requirements;
    size_t requirement_count;
    struct journal_case *cases;
    size_t case_count;
    struct journal_target *targets; /* one whose line was bad has only a name that says so */
    size_t target_count;
    struct journal_result
        *results; /* `target` is below target_count; `case_id` need not be among the cases */
    size_t result_count;
    bool has_end; /* false: the run was killed, or is still going on */
    struct journal_end end;
    size_t cut_line; /* number of the last line when it was cut and left out; 0: it was whole */
    size_t
        bad_count; /* lines left out because they are bad: the first JOURNAL_BAD_KEPT of them are in `bad` */
    struct journal_bad_line bad[JOURNAL_BAD_KEPT];
    struct journal_memory *memory;
};

/* A last line without its line feed that is not JSON is a write that was cut short: it is left out and told
 * in `cut_line`. Any other line that is not as journal.h says is left out and told in `bad`; all others are
 * read. NULL on failure: `error` is then "path:line: why". A failure is a file that cannot be read, one with
 * no good line, one that begins with a good line that is not its run, two runs in one file, and what needs
 * more memory or lines than the caps. */
struct journal_contents *journal_read(const char *path, char *error, size_t error_size);
void journal_contents_free(struct journal_contents *contents);

#endif
