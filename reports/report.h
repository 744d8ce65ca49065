/* SPDX-License-Identifier: MIT */
/* report.h: journals side by side: their requirements, cases and targets under one numbering, and the results
 * grouped by case and target. Owns the numbering and the journals; does not own what any of it means. */
#ifndef REPORTS_REPORT_H
#define REPORTS_REPORT_H

#include "reports/journal_reader.h"

struct report_case {
    const struct journal_case *definition;
    const size_t
        *requirements; /* indices into report.requirements, as many as definition->requirement_count */
};

struct report_target {
    const struct journal_target *target;
    const struct journal_contents *journal; /* where it comes from */
};

/* The results of one case against one target, by value (as numbers where there are digits), then delivery
 * (whole first): journals have them in the order in which they ended. */
struct report_group {
    const struct journal_result **results;
    size_t count;
};

struct report {
    struct journal_contents **journals;
    size_t journal_count;
    /* Each id once, RFC 6455 first, by section (5.2 before 5.10) and id. What is cited without a line of its
     * own has only an id. */
    const struct journal_requirement **requirements;
    size_t requirement_count;
    struct report_case *cases; /* each id once, the cases of a file together, in order of appearance */
    size_t case_count;
    size_t differing_cases; /* ids that two journals define differently: the first definition stands */
    struct report_target
        *targets; /* of all journals, in order; no two have one name: the second is "ws (2)" */
    size_t target_count;
    struct report_group *groups; /* case_count * target_count of them: see report_group_of */
    struct journal_memory *memory;
    struct json_t *requirement_index; /* id to index */
};

/* Takes the journals over on success. NULL when memory is out: the journals stay the caller's then. A result
 * whose case has no line of its own gets a case that has only an id. */
struct report *report_new(struct journal_contents **journals, size_t journal_count);

/* Reads the journals and puts them side by side. NULL on failure: `error` says what and where, and
 * `*bad_journal` whether a journal is at fault (it cannot be read) or memory. */
struct report *report_read(const char *const *paths, size_t count, bool *bad_journal, char *error,
                           size_t error_size);

/* Writes DIRECTORY/index.html (html_page.c). False on failure: `error` says why, and what was there stays. */
bool report_write_page(const struct report *report, const char *directory, char *error, size_t error_size);
void report_free(struct report *report);

const struct report_group *report_group_of(const struct report *report, size_t case_index,
                                           size_t target_index);

/* Index of a requirement, or SIZE_MAX. */
size_t report_requirement_index(const struct report *report, const char *id);

#endif
