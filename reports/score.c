/* SPDX-License-Identifier: MIT */
/* score.c: results to requirement statuses to a grade. The rules are in score.h, and in words on the page. */
#include "reports/score.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *requirement_status_word(enum requirement_status status)
{
    switch (status) {
    case REQUIREMENT_UNTESTABLE:
        return "untestable";
    case REQUIREMENT_UNTESTED:
        return "untested";
    case REQUIREMENT_SATISFIED:
        return "satisfied";
    case REQUIREMENT_VIOLATED_DERIVED:
        return "violated (derived)";
    case REQUIREMENT_VIOLATED:
        return "violated";
    }
    return "?";
}

const char *grade_word(enum score_grade grade)
{
    switch (grade) {
    case SCORE_NONE:
        return "\u2013";
    case SCORE_A_PLUS:
        return "A+";
    case SCORE_A:
        return "A";
    case SCORE_B:
        return "B";
    case SCORE_C:
        return "C";
    case SCORE_D:
        return "D";
    case SCORE_E:
        return "E";
    case SCORE_F:
        return "F";
    }
    return "?";
}

enum requirement_level requirement_level_of(const struct journal_requirement *requirement)
{
    if (strcmp(requirement->level, "MUST") == 0)
        return REQUIREMENT_MUST;
    if (strcmp(requirement->level, "SHOULD") == 0)
        return REQUIREMENT_SHOULD;
    if (strcmp(requirement->level, "MAY") == 0)
        return REQUIREMENT_MAY;
    return REQUIREMENT_INFO;
}

size_t score_exercised(const struct score_count *count)
{
    return count->satisfied + count->violated_derived + count->violated;
}

/* ---- Requirements ---- */

/* What a verdict says about a requirement that its case cites. */
static enum requirement_status status_from(const struct journal_result *result, enum requirement_level level)
{
    enum requirement_status violated = result->derived ? REQUIREMENT_VIOLATED_DERIVED : REQUIREMENT_VIOLATED;
    switch (result->verdict) {
    case VERDICT_OK:
        return REQUIREMENT_SATISFIED;
    case VERDICT_INFORMATIONAL:
        return level == REQUIREMENT_MAY || level == REQUIREMENT_INFO ? REQUIREMENT_SATISFIED
                                                                     : REQUIREMENT_UNTESTED;
    case VERDICT_NON_STRICT:
        return level == REQUIREMENT_SHOULD ? violated : REQUIREMENT_SATISFIED;
    case VERDICT_FAILED:
        return violated;
    case VERDICT_CRASH:
        return REQUIREMENT_VIOLATED;
    case VERDICT_SKIP:
    case VERDICT_UNIMPLEMENTED:
    case VERDICT_SETUP:
    case VERDICT_ERROR:
        return REQUIREMENT_UNTESTED;
    }
    return REQUIREMENT_UNTESTED;
}

/* The stronger statement stays: the enumerators of a status rise in strength. */
static void state(struct score *score, size_t requirement, enum requirement_status status)
{
    if (requirement != SIZE_MAX && status > score->status[requirement])
        score->status[requirement] = status;
}

static void count_result(const struct report *report, struct score *score,
                         const struct report_case *definition, const struct journal_result *result)
{
    score->results++;
    score->verdicts[result->verdict]++;
    score->closings[result->closing]++;
    score->duration_us += result->duration_us;
    score->unstable += result->unstable;
    score->known += result->known != NULL;
    score->unexpected += result->unexpected;
    score->derived += result->verdict == VERDICT_FAILED && result->derived;
    if (result->verdict == VERDICT_FAILED && !result->derived &&
        strcmp(definition->definition->severity, "security") == 0)
        score->security = true;
    for (size_t i = 0; i < definition->definition->requirement_count; i++) {
        size_t index = definition->requirements[i];
        state(score, index, status_from(result, requirement_level_of(report->requirements[index])));
    }
    if (result->verdict ==
        VERDICT_ERROR) /* our own fault: what the monitors saw is not to be trusted either */
        return;
    score->violations += result->violation_count;
    for (size_t i = 0; i < result->violation_count; i++)
        state(score, report_requirement_index(report, result->violations[i].requirement),
              REQUIREMENT_VIOLATED);
    for (size_t i = 0; i < result->passed_requirement_count; i++)
        state(score, report_requirement_index(report, result->passed_requirements[i]), REQUIREMENT_SATISFIED);
}

static void count_status(struct score_count *count, enum requirement_status status)
{
    switch (status) {
    case REQUIREMENT_UNTESTABLE:
        count->untestable++;
        break;
    case REQUIREMENT_UNTESTED:
        count->untested++;
        break;
    case REQUIREMENT_SATISFIED:
        count->satisfied++;
        break;
    case REQUIREMENT_VIOLATED_DERIVED:
        count->violated_derived++;
        break;
    case REQUIREMENT_VIOLATED:
        count->violated++;
        break;
    }
}

void score_section(const struct report *report, const struct score *score, size_t first, size_t *next,
                   struct score_count levels[REQUIREMENT_LEVELS])
{
    memset(levels, 0, REQUIREMENT_LEVELS * sizeof levels[0]);
    const struct journal_requirement *head = report->requirements[first];
    size_t i = first;
    for (; i < report->requirement_count; i++) {
        const struct journal_requirement *requirement = report->requirements[i];
        if (strcmp(requirement->rfc, head->rfc) != 0 || strcmp(requirement->section, head->section) != 0)
            break;
        count_status(&levels[requirement_level_of(requirement)], score->status[i]);
    }
    *next = i;
}

/* ---- The grade ---- */

static size_t judged(const struct score *score)
{
    return score->results - score->verdicts[VERDICT_SKIP] - score->verdicts[VERDICT_SETUP] -
           score->verdicts[VERDICT_ERROR];
}

static enum score_grade grade_from_share(size_t violated, size_t exercised)
{
    if (violated * 100 <= exercised * SCORE_B_PERCENT)
        return SCORE_B;
    if (violated * 100 <= exercised * SCORE_C_PERCENT)
        return SCORE_C;
    return violated * 100 <= exercised * SCORE_D_PERCENT ? SCORE_D : SCORE_E;
}

static bool nothing_to_remark(const struct score *score)
{
    const struct score_count *must = &score->levels[REQUIREMENT_MUST],
                             *should = &score->levels[REQUIREMENT_SHOULD];
    return must->violated + must->violated_derived + should->violated + should->violated_derived == 0 &&
           score->verdicts[VERDICT_FAILED] + score->verdicts[VERDICT_NON_STRICT] == 0 &&
           score->violations == 0 &&
           score->closings[CLOSING_CLEAN] + score->closings[CLOSING_NOT_JUDGED] == score->results;
}

static void grade(struct score *score)
{
    const struct score_count *must = &score->levels[REQUIREMENT_MUST];
    size_t exercised = score_exercised(must), size = sizeof score->why;
    char *why = score->why;
    if (score->verdicts[VERDICT_CRASH] > 0) {
        score->grade = SCORE_F;
        snprintf(why, size, "it died or hung %zu %s", score->verdicts[VERDICT_CRASH],
                 score->verdicts[VERDICT_CRASH] == 1 ? "time" : "times");
    } else if (judged(score) == 0 && score->verdicts[VERDICT_SETUP] > 0) {
        score->grade = SCORE_F;
        snprintf(why, size, "no case got through the opening handshake");
    } else if (judged(score) == 0) {
        score->grade = SCORE_NONE;
        snprintf(why, size, "no case could be judged");
    } else if (nothing_to_remark(score)) {
        score->grade = SCORE_A_PLUS;
        size_t passed = score->verdicts[VERDICT_OK] + score->verdicts[VERDICT_INFORMATIONAL];
        snprintf(why, size, "every case%s is OK and every closing clean",
                 passed == score->results ? "" : " that could be judged");
    } else if (must->violated == 0) {
        score->grade = SCORE_A;
        snprintf(why, size, "no MUST of %zu is violated", exercised);
        if (must->violated_derived > 0)
            snprintf(why, size, "of %zu MUST none is violated outright, %zu by inference", exercised,
                     must->violated_derived);
    } else {
        score->grade = grade_from_share(must->violated, exercised);
        snprintf(why, size, "%zu of %zu MUST violated", must->violated, exercised);
    }
    if (score->security && score->grade < SCORE_C) {
        size_t used = strlen(why);
        snprintf(why + used, size - used, "; a case that matters to security failed, which is a C at best");
        score->grade = SCORE_C;
    }
}

/* ---- The public functions ---- */

struct score *score_new(const struct report *report, size_t target_index)
{
    struct score *score = calloc(1, sizeof *score);
    if (score == NULL)
        return NULL;
    score->status = calloc(report->requirement_count + 1, sizeof *score->status);
    if (score->status == NULL) {
        free(score);
        return NULL;
    }
    for (size_t i = 0; i < report->requirement_count; i++)
        score->status[i] = strcmp(report->requirements[i]->status, "untestable") == 0 ? REQUIREMENT_UNTESTABLE
                                                                                      : REQUIREMENT_UNTESTED;
    for (size_t i = 0; i < report->case_count; i++) {
        const struct report_group *group = report_group_of(report, i, target_index);
        for (size_t j = 0; j < group->count; j++)
            count_result(report, score, &report->cases[i], group->results[j]);
    }
    for (size_t i = 0; i < report->requirement_count; i++)
        count_status(&score->levels[requirement_level_of(report->requirements[i])], score->status[i]);
    grade(score);
    return score;
}

void score_free(struct score *score)
{
    if (score == NULL)
        return;
    free(score->status);
    free(score);
}

enum verdict group_verdict(const struct report_group *group, size_t *count)
{
    enum verdict worst = VERDICT_SKIP;
    *count = 0;
    for (size_t i = 0; i < group->count; i++) {
        if (group->results[i]->verdict > worst) {
            worst = group->results[i]->verdict;
            *count = 0;
        }
        *count += group->results[i]->verdict == worst;
    }
    return worst;
}

unsigned group_gravity(const struct report_case *definition, const struct report_group *group)
{
    static const char *const severities[] = {"cosmetic", "", "interop", "resource", "security"};
    enum { CRASHED = 100, EXPLICIT = 10 };
    unsigned severity = 1, gravest = 0;
    for (unsigned i = 0; i < sizeof severities / sizeof severities[0]; i++) {
        if (strcmp(definition->definition->severity, severities[i]) == 0)
            severity = i;
    }
    bool must = strcmp(definition->definition->level, "MUST") == 0;
    for (size_t i = 0; i < group->count; i++) {
        const struct journal_result *result = group->results[i];
        unsigned gravity = 0;
        if (result->verdict == VERDICT_CRASH)
            gravity = CRASHED + severity;
        else if (result->verdict == VERDICT_FAILED)
            gravity = 1 + severity + (result->derived || !must ? 0 : EXPLICIT);
        if (gravity > gravest)
            gravest = gravity;
    }
    return gravest;
}
