/* SPDX-License-Identifier: MIT */
/* score.h: what the results of one target say about each requirement, and the grade. Pure: the same report
 * gives the same score. Owns the rules of the score; does not own how they are shown.
 *
 * The rules:
 * - A requirement is violated when a case that cites it is FAILED or CRASH, or when a monitor saw it broken
 * in the octets of any case; a SHOULD also when a case that cites it is NON-STRICT. Inferred only
 * ("derived"): all that violates it are cases whose basis is derived.
 * - It is satisfied when it is not violated and a case that cites it is OK or NON-STRICT (for MAY and INFO
 * also INFORMATIONAL), or a monitor watched it and saw nothing.
 * - It is untested otherwise. SKIP, SETUP, ERROR and UNIMPLEMENTED say nothing about it. What no case can
 * show is untestable, and counted apart.
 * - Known deviations and unstable results count like all others.
 */
#ifndef REPORTS_SCORE_H
#define REPORTS_SCORE_H

#include "reports/report.h"

enum requirement_status {
    REQUIREMENT_UNTESTABLE,
    REQUIREMENT_UNTESTED,
    REQUIREMENT_SATISFIED,
    REQUIREMENT_VIOLATED_DERIVED,
    REQUIREMENT_VIOLATED
};

/* "untestable", "untested", "satisfied", "violated (derived)", "violated" */
const char *requirement_status_word(enum requirement_status status);

enum requirement_level {
    REQUIREMENT_MUST,
    REQUIREMENT_SHOULD,
    REQUIREMENT_MAY,
    REQUIREMENT_INFO /* and whatever has no level */
};
#define REQUIREMENT_LEVELS 4

enum requirement_level requirement_level_of(const struct journal_requirement *requirement);

/* Requirements of one level. */
struct score_count {
    size_t satisfied, violated_derived, violated, untested, untestable;
};

/* Satisfied or violated. */
size_t score_exercised(const struct score_count *count);

#define VERDICT_COUNT (VERDICT_ERROR + 1)
#define CLOSING_COUNT (CLOSING_NOT_JUDGED + 1)

/* The shares of the exercised MUST that may be violated (not counting derived): B, C and D; above is E. */
#define SCORE_B_PERCENT 5
#define SCORE_C_PERCENT 15
#define SCORE_D_PERCENT 30

enum score_grade {
    SCORE_NONE,   /* nothing was judged */
    SCORE_A_PLUS, /* no requirement violated, every case OK, every closing clean */
    SCORE_A,      /* no MUST violated; derived ones are not held against it */
    SCORE_B,
    SCORE_C, /* at best, when a case of severity security is FAILED and not derived */
    SCORE_D,
    SCORE_E,
    SCORE_F /* a CRASH, or no opening handshake succeeded */
};

/* "A+", or "\u2013" for none */
const char *grade_word(enum score_grade grade);

struct score {
    enum requirement_status *status;               /* of each requirement of the report */
    struct score_count levels[REQUIREMENT_LEVELS]; /* by enum requirement_level */
    size_t verdicts[VERDICT_COUNT];                /* results by verdict */
    size_t closings[CLOSING_COUNT];                /* results by closing */
    size_t results, derived, unstable, known, unexpected;
    size_t violations; /* seen by monitors */
    uint64_t duration_us;
    bool security; /* an explicit failure of severity security */
    enum score_grade grade;
    char why[160]; /* the grade in one sentence */
};

/* NULL when memory is out. */
struct score *score_new(const struct report *report, size_t target_index);
void score_free(struct score *score);

/* Requirements of one RFC and section for one target: `first` is the index of the first of them, `*next` is
 * set to the index after the last. Counted by level. */
void score_section(const struct report *report, const struct score *score, size_t first, size_t *next,
                   struct score_count levels[REQUIREMENT_LEVELS]);

/* The gravest verdict of a group, and how many of it. SKIP when the group is empty. */
enum verdict group_verdict(const struct report_group *group, size_t *count);

/* How grave a group is, for "what failed first": greater is graver; 0 when nothing in it is FAILED or CRASH.
 */
unsigned group_gravity(const struct report_case *definition, const struct report_group *group);

#endif
