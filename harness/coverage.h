/* SPDX-License-Identifier: MIT */
/* coverage.h: which requirements the cases and monitors cover, on servers and on clients. Owns the counts;
 * does not own the requirements (requirement.h), nor what a monitor sees (run_monitors.h). */
#ifndef HARNESS_COVERAGE_H
#define HARNESS_COVERAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/case.h"
#include "harness/requirement.h"
#include "harness/text_buffer.h"

struct coverage {
    const struct requirement_catalogue *catalogue; /* not owned */
    struct {
        size_t *cases;   /* by row: how many cases for targets of the role cite it */
        bool *monitored; /* by row: every run against one watches it */
    } of[2];             /* by enum ws_role: who is under test */
};

/* Counts the monitors and no case yet. False when memory is out. To be freed either way. */
bool coverage_begin(struct coverage *coverage, const struct requirement_catalogue *catalogue);
void coverage_free(struct coverage *coverage);

/* Counts what a case cites, for each role that it is for. */
void coverage_cite(struct coverage *coverage, const struct case_definition *definition);

/* Does a case for targets of the role, or a monitor, cite the row? */
bool coverage_has(const struct coverage *coverage, size_t row, enum ws_role role);

/* Appends a line for each row whose status is not borne out: covered though nothing cites it for a role that
 * it binds (for clients, besides servers, a reason will do); open or untestable though something does;
 * untestable, or open though it is a MUST or SHOULD, without a reason. Returns how many. */
size_t coverage_lint(struct text_buffer *out, const struct coverage *coverage);

/* Appends the numbers as a table in Markdown: a line for each RFC, or each section of it, that has a MUST or
 * SHOULD on endpoints of the role, and one for all. Rows that are open say nothing that an endpoint could
 * break, and are not in it. */
void coverage_print(struct text_buffer *out, const struct coverage *coverage, enum ws_role role,
                    bool sections);

/* How many of the covered MUST and SHOULD on them have a monitor and no case. */
size_t coverage_monitored_only(const struct coverage *coverage, enum ws_role role);

#endif
