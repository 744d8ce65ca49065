/* SPDX-License-Identifier: MIT */
/* recorder.c: from a run's verdict to a line of the journal. */
#include "harness/recorder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "harness/conversation.h"
#include "harness/expected_events.h"
#include "reports/autobahn.h"

enum { SCRATCH_MAX = 4 << 20, REQUIREMENTS_MAX = 64, OCTETS_OF_A_PASS = 32, LINES_OF_A_PASS = 24 };

bool recorder_init(struct recorder *recorder, struct journal *journal, const struct plan *plan,
                   const struct test_options *options, struct console *console)
{
    *recorder = (struct recorder){.journal = journal, .plan = plan, .options = options, .console = console};
    recorder->case_written = calloc(plan->definition_count + 1, sizeof *recorder->case_written);
    recorder->requirement_written =
        calloc(plan->requirements.count + 1, sizeof *recorder->requirement_written);
    return recorder->case_written != NULL && recorder->requirement_written != NULL;
}

void recorder_free(struct recorder *recorder)
{
    free(recorder->case_written);
    free(recorder->requirement_written);
    *recorder = (struct recorder){0};
}

static bool write_requirement(struct recorder *recorder, const char *id)
{
    const struct requirement *row = requirement_find(&recorder->plan->requirements, id);
    if (row == NULL)
        return true;
    size_t index = (size_t)(row - recorder->plan->requirements.rows);
    if (recorder->requirement_written[index])
        return true;
    recorder->requirement_written[index] = true;
    /* The reason of a row that is covered is why it is not, for clients. */
    bool covered = strcmp(row->status, "covered") == 0;
    bool untestable = covered && row->reason[0] != '\0' && recorder->plan->role == WS_CLIENT;
    struct journal_requirement line = {.id = row->id,
                                       .rfc = row->rfc,
                                       .section = row->section,
                                       .level = row->level,
                                       .subject = row->subject,
                                       .rule = row->rule,
                                       .quote = row->quote,
                                       .status = untestable ? "untestable" : row->status,
                                       .reason = covered && !untestable ? "" : row->reason};
    return journal_write_requirement(recorder->journal, &line);
}

/* Every MUST and SHOULD on the side that is under test, once: a report tells of those that were not tested,
 * too. */
static bool write_catalogue(struct recorder *recorder)
{
    const struct requirement_catalogue *catalogue = &recorder->plan->requirements;
    bool done = true;
    for (size_t i = 0; i < catalogue->count && !recorder->catalogue_written && done; i++) {
        const struct requirement *row = &catalogue->rows[i];
        if (requirement_counts(row, recorder->plan->role))
            done = write_requirement(recorder, row->id);
    }
    recorder->catalogue_written = true;
    return done;
}

static const char *case_id(struct arena *arena, const struct case_definition *definition)
{
    struct text_buffer text = {.cap = 1024};
    text_print(&text, "%s/%s", definition->suite, definition->id);
    const char *copy = text.text == NULL ? NULL : arena_text(arena, text.text, text.size);
    text_free(&text);
    return copy == NULL ? "" : copy;
}

static bool write_case(struct recorder *recorder, struct arena *arena,
                       const struct case_definition *definition)
{
    size_t index = 0;
    while (index < recorder->plan->definition_count && recorder->plan->definitions[index] != definition)
        index++;
    if (recorder->case_written[index])
        return true;
    recorder->case_written[index] = true;
    static const char *const severities[] = {"", "security", "resource", "interop", "cosmetic"};
    const char *requirements[REQUIREMENTS_MAX];
    size_t count = 0;
    for (const struct case_word *word = definition->requirements; word != NULL && count < REQUIREMENTS_MAX;
         word = word->next) {
        if (!plan_binds_target(recorder->plan, word->text))
            continue;
        requirements[count++] = word->text;
        if (!write_requirement(recorder, word->text))
            return false;
    }
    struct text_buffer text = {.cap = SCRATCH_MAX};
    case_print_definition(&text, definition);
    struct journal_case line = {.id = case_id(arena, definition),
                                .title = definition->title,
                                .file = definition->place.file,
                                .line = definition->place.line,
                                .requirements = requirements,
                                .requirement_count = count,
                                .level = plan_level_word(plan_level(recorder->plan, definition)),
                                .derived = definition->derived,
                                .severity = severities[definition->severity],
                                .text = text.text == NULL ? "" : text.text};
    bool done = journal_write_case(recorder->journal, &line);
    text_free(&text);
    return done;
}

/* The alternatives of the expect that was not met, else of the last one. */
static const char *expected_text(struct arena *arena, const struct recorded_run *run)
{
    const struct case_step *expect = run->verdict->failed_step;
    for (const struct case_step *s = run->instance->definition->steps;
         s != NULL && run->verdict->failed_step == NULL; s = s->next)
        expect = s->kind == STEP_EXPECT ? s : expect;
    if (expect == NULL)
        return "";
    struct text_buffer text = {.cap = SCRATCH_MAX};
    for (const struct alternative *a = expect->alternatives; a != NULL; a = a->next) {
        if (a != expect->alternatives)
            text_print(&text, "\n");
        case_print_alternative(&text, a);
    }
    const char *copy = text.text == NULL ? NULL : arena_text(arena, text.text, text.size);
    text_free(&text);
    return copy == NULL ? "" : copy;
}

static const char *rerun_text(struct arena *arena, const struct recorder *recorder,
                              const struct recorded_run *run)
{
    struct text_buffer text = {.cap = SCRATCH_MAX};
    test_options_print_rerun(&text, recorder->options, run->target);
    text_print(&text, " '%s' -v", run->instance->id);
    const char *copy = text.text == NULL ? NULL : arena_text(arena, text.text, text.size);
    text_free(&text);
    return copy == NULL ? "" : copy;
}

static bool is_pass(const struct run_verdict *verdict)
{
    return verdict->verdict == VERDICT_OK || verdict->verdict == VERDICT_INFORMATIONAL ||
           verdict->verdict == VERDICT_SKIP;
}

/* Thousands of passes are written, few are ever read: the beginning and the end of the conversation are
 * enough of them. */
static void shorten_pass(struct journal_line *lines, size_t *count)
{
    const size_t kept = LINES_OF_A_PASS - 1, end = LINES_OF_A_PASS / 4;
    if (*count > LINES_OF_A_PASS) {
        size_t begin = kept - end;
        lines[begin] = (struct journal_line){
            .at_us = lines[begin].at_us, .direction = "note", .text = "lines left out of a pass"};
        memmove(&lines[begin + 1], &lines[*count - end], end * sizeof *lines);
        *count = LINES_OF_A_PASS;
    }
    for (size_t i = 0; i < *count; i++) {
        if (lines[i].octet_count > OCTETS_OF_A_PASS)
            lines[i].octet_count = OCTETS_OF_A_PASS;
    }
}

/* When something began that took place on conversation_now's clock. */
static void print_time(char *out, size_t size, run_time began)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    uint64_t us =
        (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000 - (conversation_now() - began);
    time_t seconds = (time_t)(us / 1000000);
    struct tm utc;
    char text[32];
    gmtime_r(&seconds, &utc);
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(out, size, "%s.%03uZ", text, (unsigned)(us / 1000 % 1000));
}

static bool write_result(struct recorder *recorder, const struct recorded_run *run,
                         const struct tally_judgement *judgement, bool unstable, struct arena *arena)
{
    const struct run_verdict *verdict = run->verdict;
    const struct case_definition *definition = run->instance->definition;
    struct journal_violation violations[RUN_VIOLATIONS_MAX];
    for (size_t i = 0; i < verdict->violation_count; i++) {
        const struct run_violation *v = &verdict->violations[i];
        size_t line = run->transcript == NULL ? 0 : transcript_index(run->transcript, v->line);
        violations[i] = (struct journal_violation){v->name, v->requirement, v->sentence, line};
        if (!write_requirement(recorder, v->requirement))
            return false;
    }
    for (size_t i = 0; i < verdict->passed_count; i++) {
        if (!write_requirement(recorder, verdict->passed[i]))
            return false;
    }
    size_t line_count = 0;
    struct journal_line *lines =
        run->transcript == NULL ? NULL : transcript_lines(run->transcript, arena, &line_count);
    bool full = recorder->numbers != NULL;
    if (!judgement->deviates && !recorder->options->verbose && !full)
        shorten_pass(lines, &line_count);
    char started[64] = "";
    struct journal_wire wire = verdict->wire;
    if (full && wire.request != NULL) {
        expected_events(run->instance, &wire.expected);
        print_time(started, sizeof started, verdict->began);
        wire.started = started;
    }
    char provisional_reason[RUN_TEXT_MAX];
    snprintf(provisional_reason, sizeof provisional_reason, "%.370s (not confirmed)", verdict->reason);
    struct journal_result result = {.provisional = run->provisional,
                                    .target = run->target_index,
                                    .id = run->instance->id,
                                    .case_id = case_id(arena, definition),
                                    .value = run->instance->value,
                                    .delivery = run->instance->delivery == DELIVER_OCTET ? "octet" : "whole",
                                    .wstest = run->instance->wstest,
                                    .verdict = verdict->verdict,
                                    .derived = definition->derived && verdict->verdict == VERDICT_FAILED,
                                    .reason = run->provisional ? provisional_reason : verdict->reason,
                                    .closing = verdict->closing,
                                    .closing_reason = verdict->closing_reason,
                                    .expected = expected_text(arena, run),
                                    .observed = verdict->observed,
                                    .duration_us = verdict->duration,
                                    .unstable = unstable,
                                    .first_verdict = run->first_verdict,
                                    .known = judgement->known[0] == '\0' ? NULL : judgement->known,
                                    .unexpected = judgement->unexpected,
                                    .violations = violations,
                                    .violation_count = verdict->violation_count,
                                    .passed_requirements = verdict->passed,
                                    .passed_requirement_count = verdict->passed_count,
                                    .lines = lines,
                                    .line_count = line_count,
                                    .wire = full && wire.request != NULL ? &wire : NULL,
                                    .rerun = rerun_text(arena, recorder, run)};
    if (full && run->instance->wstest != NULL)
        result.wstest_index = (unsigned)wstest_numbers_index(recorder->numbers, run->instance->wstest);
    if (!journal_write_result(recorder->journal, &result))
        return false;
    if (result.wstest_index > 0)
        recorder->behavior = autobahn_behavior(&result, run->instance->role == WS_CLIENT);
    if (recorder->watch != NULL && recorder->watch->result != NULL && !run->provisional)
        recorder->watch->result(recorder->watch->context, &result);
    bool show =
        !run->provisional && (recorder->options->verbose ||
                              (judgement->unexpected && recorder->console->shown < CONSOLE_SHOWN_MAX));
    if (show)
        console_result(recorder->console, recorder->plan, definition, &result, judgement->surprise);
    return true;
}

bool recorder_write_target(struct recorder *recorder, const struct journal_target *target)
{
    if (!journal_write_target(recorder->journal, target))
        return false;
    if (recorder->watch != NULL && recorder->watch->target != NULL)
        recorder->watch->target(recorder->watch->context, target);
    return true;
}

bool recorder_write(struct recorder *recorder, const struct recorded_run *run, struct baseline *baseline,
                    struct tally *tally)
{
    struct tally_judgement judgement;
    tally_judge(&judgement, run->instance->id, run->verdict, baseline, &recorder->plan->requirements,
                recorder->options->fail_on_should);
    bool unstable = run->confirmed && (run->first_verdict != run->verdict->verdict ||
                                       run->first_closing != run->verdict->closing);
    struct arena arena = {.cap = SCRATCH_MAX};
    bool done = write_catalogue(recorder) && write_case(recorder, &arena, run->instance->definition) &&
                write_result(recorder, run, &judgement, unstable, &arena);
    arena_free(&arena);
    if (run->provisional)
        return done;
    tally_count(tally, run->verdict, &judgement, unstable);
    console_progress(recorder->console, !is_pass(run->verdict), conversation_now());
    return done;
}
