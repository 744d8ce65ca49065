/* SPDX-License-Identifier: MIT */
/* tally.c: deviations, the baseline, and counts. */
#include "harness/tally.h"

#include <stdio.h>
#include <string.h>

enum { DEVIATIONS_MAX = RUN_VIOLATIONS_MAX + 2, WHAT_MAX = 64 };

struct deviation {
    char what[WHAT_MAX]; /* as a baseline names it */
    bool counts;
};

static bool is_closing(const struct run_violation *violation)
{
    return violation->violation == WS_NO_VIOLATION;
}

static bool binds(const struct requirement_catalogue *requirements, const char *id, bool should)
{
    const struct requirement *requirement = requirement_find(requirements, id);
    return requirement == NULL || requirement_gravity(requirement->level) >= (should ? 2 : 3);
}

static bool verdict_counts(enum verdict verdict, bool should)
{
    switch (verdict) {
    case VERDICT_FAILED:
    case VERDICT_CRASH:
    case VERDICT_ERROR:
    case VERDICT_SETUP:
        return true;
    case VERDICT_NON_STRICT:
        return should;
    case VERDICT_SKIP:
    case VERDICT_OK:
    case VERDICT_INFORMATIONAL:
    case VERDICT_UNIMPLEMENTED:
        break;
    }
    return false;
}

static bool closing_deviates(enum closing closing)
{
    return closing != CLOSING_CLEAN && closing != CLOSING_NOT_JUDGED;
}

static size_t collect(struct deviation out[DEVIATIONS_MAX], const struct run_verdict *verdict,
                      const struct requirement_catalogue *requirements, bool should)
{
    size_t count = 0;
    if (verdict->verdict != VERDICT_OK && verdict->verdict != VERDICT_INFORMATIONAL &&
        verdict->verdict != VERDICT_SKIP) {
        snprintf(out[count].what, WHAT_MAX, "%s", verdict_word(verdict->verdict));
        out[count++].counts = verdict_counts(verdict->verdict, should);
    }
    bool closing_counts = false;
    for (size_t i = 0; i < verdict->violation_count; i++) {
        const struct run_violation *violation = &verdict->violations[i];
        bool counts = binds(requirements, violation->requirement, should);
        if (is_closing(violation)) {
            closing_counts = counts;
            continue;
        }
        snprintf(out[count].what, WHAT_MAX, "violation=%s", violation->name);
        out[count++].counts = counts;
    }
    if (closing_deviates(verdict->closing)) {
        snprintf(out[count].what, WHAT_MAX, "closing=%s", closing_word(verdict->closing));
        out[count++].counts = closing_counts || should;
    }
    return count;
}

static void add_text(char *out, size_t size, const char *format, const char *a, const char *b)
{
    size_t used = strlen(out);
    if (used > 0 && used + 2 < size) {
        memcpy(out + used, "; ", 3);
        used += 2;
    }
    snprintf(out + used, size - used, format, a, b);
}

void tally_judge(struct tally_judgement *judgement, const char *id, const struct run_verdict *verdict,
                 struct baseline *baseline, const struct requirement_catalogue *requirements, bool should)
{
    *judgement = (struct tally_judgement){0};
    struct deviation deviations[DEVIATIONS_MAX];
    size_t count = collect(deviations, verdict, requirements, should);
    judgement->deviates = count > 0;
    for (size_t i = 0; i < count; i++) {
        const struct baseline_line *line = baseline_find(baseline, id, deviations[i].what);
        if (line != NULL)
            add_text(judgement->known, sizeof judgement->known, "%s: %s", line->what, line->reason);
        else if (deviations[i].counts)
            judgement->unexpected = true;
    }
    size_t index = 0;
    const struct baseline_line *line;
    while ((line = baseline_next(baseline, id, &index)) != NULL) {
        bool seen = line->sometimes;
        for (size_t i = 0; i < count; i++)
            seen = seen || strcmp(deviations[i].what, line->what) == 0;
        if (seen || verdict->verdict == VERDICT_SKIP)
            continue;
        judgement->unexpected = true;
        char place[32];
        snprintf(place, sizeof place, "%u", line->line);
        add_text(judgement->surprise, sizeof judgement->surprise,
                 "line %s of the baseline lists %s, which is gone", place, line->what);
    }
}

bool tally_wants_confirmation(const struct run_verdict *verdict)
{
    bool pass = verdict->verdict == VERDICT_OK || verdict->verdict == VERDICT_SKIP;
    return !pass || closing_deviates(verdict->closing) || verdict->violation_count > 0;
}

void tally_count(struct tally *tally, const struct run_verdict *verdict,
                 const struct tally_judgement *judgement, bool unstable)
{
    tally->results++;
    tally->verdicts[verdict->verdict]++;
    tally->closings_not_clean += closing_deviates(verdict->closing);
    bool violated = false;
    for (size_t i = 0; i < verdict->violation_count; i++)
        violated = violated || !is_closing(&verdict->violations[i]);
    tally->violations += violated;
    tally->unexpected += judgement->unexpected;
    tally->known += !judgement->unexpected && judgement->known[0] != '\0';
    tally->unstable += unstable;
}

void tally_replace(struct tally *total, const struct tally *before, const struct tally *now)
{
    for (size_t i = 0; i < TALLY_VERDICTS; i++)
        total->verdicts[i] = total->verdicts[i] + now->verdicts[i] - before->verdicts[i];
    total->results = total->results + now->results - before->results;
    total->closings_not_clean =
        total->closings_not_clean + now->closings_not_clean - before->closings_not_clean;
    total->violations = total->violations + now->violations - before->violations;
    total->known = total->known + now->known - before->known;
    total->unexpected = total->unexpected + now->unexpected - before->unexpected;
    total->unstable = total->unstable + now->unstable - before->unstable;
}

void tally_print(struct text_buffer *out, const struct tally *tally)
{
    text_print(out, "%zu results:", tally->results);
    static const enum verdict order[] = {
        VERDICT_OK,    VERDICT_NON_STRICT, VERDICT_INFORMATIONAL, VERDICT_UNIMPLEMENTED, VERDICT_FAILED,
        VERDICT_CRASH, VERDICT_SETUP,      VERDICT_ERROR,         VERDICT_SKIP};
    const char *separator = " ";
    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (tally->verdicts[order[i]] == 0)
            continue;
        text_print(out, "%s%zu %s", separator, tally->verdicts[order[i]], verdict_word(order[i]));
        separator = ", ";
    }
    if (tally->violations > 0)
        text_print(out, "; rules broken along the way in %zu", tally->violations);
    if (tally->closings_not_clean > 0)
        text_print(out, "; %zu closed not cleanly", tally->closings_not_clean);
    if (tally->known > 0)
        text_print(out, "; %zu known", tally->known);
    if (tally->unstable > 0)
        text_print(out, "; %zu unstable", tally->unstable);
    text_print(out, "; %zu unexpected", tally->unexpected);
}
