/* SPDX-License-Identifier: MIT */
/* journal_reader.h: results.jsonl back into the structures it was written from. Owns what it read; does not
 * own the file, nor what the results mean. */
#ifndef REPORTS_JOURNAL_READER_H
#define REPORTS_JOURNAL_READER_H

#include "reports/journal.h"

#define JOURNAL_RECORDS_MAX ((size_t)1024 * 1024)        /* lines of a journal that is read */
#define JOURNAL_MEMORY_MAX  ((size_t)1024 * 1024 * 1024) /* octets that one journal may take when read */

/* One journal. Every string and array lives as long as it. Strings are never NULL except where journal.h says
 * that they may be. */
struct journal_contents {
    const char *path;
    struct journal_run run;
    struct journal_requirement *requirements;
    size_t requirement_count;
    struct journal_case *cases;
    size_t case_count;
    struct journal_target *targets;
    size_t target_count;
    struct journal_result
        *results; /* `target` is below target_count; `case_id` need not be among the cases */
    size_t result_count;
    bool has_end; /* false: the run was killed, or is still going on */
    struct journal_end end;
    size_t cut_line; /* number of the last line when it was cut and left out; 0: it was whole */
    struct journal_memory *memory;
};

/* NULL on failure: `error` is then "path:line: why". A last line without its line feed that is not JSON is a
 * write that was cut short: it is left out and told in `cut_line`. Anything else that is not as journal.h
 * says is a failure. */
struct journal_contents *journal_read(const char *path, char *error, size_t error_size);
void journal_contents_free(struct journal_contents *contents);

#endif
