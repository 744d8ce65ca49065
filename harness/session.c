/* SPDX-License-Identifier: MIT */
/* session.c: the order of a target's test: probe, everything at once, what is not a pass once more alone, and
 * blame. */
#include "harness/session_state.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void session_fail(struct session *session, enum session_end end, const char *format, ...)
{
    if (session->failed)
        return;
    session->failed = true;
    session->result->end = end;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(session->result->text, sizeof session->result->text, format, arguments);
    va_end(arguments);
    runner_halt(session->runner);
}

/* The user wants an end: what ended before is written, the rest is not run. True if it is so. */
bool session_interrupted(struct session *session)
{
    if (!session_target_interrupted(&session->target))
        return false;
    session_fail(session, SESSION_FAULT, "interrupted; %zu of %zu results are written",
                 session->result->tally.results + session->held_count, session->plan->selected_count);
    return true;
}

/* Runs items; returns how many were begun. */
size_t session_batch(struct session *session, const struct run_settings *settings,
                     const struct runner_item *items, size_t count, unsigned jobs, runner_ended *ended,
                     void *context)
{
    size_t begun = runner_batch(session->runner, &session->target.runner_target, settings, items, count, jobs,
                                ended, context);
    session_interrupted(session);
    return begun;
}

/* What a failed expect of the case means here. */
enum case_level session_level(const struct session *session, const struct case_definition *definition)
{
    enum case_level level = plan_level(session->plan, definition);
    bool soft = definition->derived && session->options->derived_non_strict && level == LEVEL_MUST;
    return soft ? LEVEL_SHOULD : level;
}

/* ---- Writing results ---- */

/* A result as the recorder takes it; what is special about it is the caller's to add. */
static struct recorded_run record_of(const struct session *session, size_t instance,
                                     const struct run_verdict *verdict, const struct transcript *transcript)
{
    return (struct recorded_run){.target_index = session->index,
                                 .target = &session->options->targets[session->index],
                                 .instance = &session->plan->instances[instance],
                                 .verdict = verdict,
                                 .transcript = transcript};
}

static void write_record(struct session *session, const struct recorded_run *record)
{
    if (!recorder_write(session->recorder, record, session->baseline, &session->result->tally))
        session_fail(session, SESSION_FAULT, "%s", journal_error(session->recorder->journal));
}

void session_write_result(struct session *session, size_t instance, const struct run_verdict *verdict,
                          const struct transcript *transcript, const struct unconfirmed *first)
{
    bool comparable = first != NULL && !first->cut_off;
    struct recorded_run record = record_of(session, instance, verdict, transcript);
    record.confirmed = first != NULL;
    record.first_verdict = comparable ? first->verdict : verdict->verdict;
    record.first_closing = comparable ? first->closing : verdict->closing;
    write_record(session, &record);
}

/* A result that no run gave. */
void session_write_words(struct session *session, size_t instance, enum verdict verdict, const char *reason)
{
    struct run_verdict words = {.verdict = verdict, .closing = CLOSING_NOT_JUDGED};
    snprintf(words.reason, sizeof words.reason, "%s", reason);
    session_write_result(session, instance, &words, NULL, NULL);
}

/* The same for what was to come when the target went for good; after an end of another kind there is nothing
 * to tell. */
void session_write_gone(struct session *session, size_t instance)
{
    if (session->result->end == SESSION_UNREACHABLE)
        session_write_words(session, instance, VERDICT_SETUP, "the target is gone");
}

void session_write_run(struct session *session, size_t instance, const struct run *run,
                       const struct unconfirmed *first)
{
    session_write_result(session, instance, run_verdict(run), run_transcript(run), first);
}

/* ---- Proof of life ---- */

/* Writes the held passes that ended before the newest proof. */
static void release_held(struct session *session)
{
    size_t kept = 0;
    for (size_t i = 0; i < session->held_count; i++) {
        struct held_run held = session->held[i];
        if (held.ended_at > session->proof) {
            session->held[kept++] = held;
            continue;
        }
        session_write_run(session, held.instance, held.run, NULL);
        run_free(held.run);
    }
    session->held_count = kept;
}

static void add_unconfirmed(struct session *session, size_t instance, const struct run_verdict *verdict)
{
    bool silent = verdict->duration >= session->settings.patience;
    session->silent_in_a_row += silent;
    session->unconfirmed[session->unconfirmed_count++] =
        (struct unconfirmed){instance, verdict->verdict, verdict->closing, silent, .cut_off = false};
}

/* The target may have died: what was about to be called a pass has to be run again, alone. */
void session_suspect_held(struct session *session)
{
    for (size_t i = 0; i < session->held_count; i++) {
        add_unconfirmed(session, session->held[i].instance, run_verdict(session->held[i].run));
        run_free(session->held[i].run);
    }
    session->held_count = 0;
}

/* Writes down what a run gave as soon as it has ended: a killed run still has it. Of a pass, the words are
 * enough. */
static void write_provisional(struct session *session, size_t instance, const struct run *run, bool pass)
{
    struct recorded_run record =
        record_of(session, instance, run_verdict(run), pass ? NULL : run_transcript(run));
    record.provisional = true;
    write_record(session, &record);
}

static void on_ended(void *context, size_t index, struct run *run, run_time connected_at, run_time now)
{
    struct session *session = context;
    size_t instance = session->item_instances[index];
    if (run == NULL) {
        session_fail(session, SESSION_FAULT, "out of memory");
        return;
    }
    const struct run_verdict *verdict = run_verdict(run);
    if (verdict->switched && connected_at > session->proof) {
        session->proof = connected_at;
        release_held(session);
    }
    if (!verdict->connected || (verdict->verdict == VERDICT_SETUP && !verdict->switched) ||
        session_target_died(&session->target)) {
        session->suspicious = true;
        runner_halt(session->runner);
    }
    bool pass = !tally_wants_confirmation(verdict);
    write_provisional(session, instance, run, pass);
    if (!pass || session->held_count == HELD_MAX) {
        add_unconfirmed(session, instance, verdict);
        run_free(run);
        if (session->unconfirmed_count >= CONFIRM_AT || session->silent_in_a_row >= SILENCES_MAX)
            runner_halt(session->runner);
    } else {
        /* A silence that is right here, or makes the case meaningless, shows no life. */
        if (verdict->duration < session->settings.patience)
            session->silent_in_a_row = 0;
        session->held[session->held_count++] = (struct held_run){instance, run, now};
    }
}

/* ---- Everything ---- */

/* Where the record is to show connections in full, it shows how the target declines permessage-deflate. */
static void write_skipped(struct session *session, size_t instance, const char *why)
{
    unsigned lacking = session->plan->instances[instance].definition->needs & ~session->settings.can;
    bool declined = session->recorder->numbers != NULL && (lacking & NEEDS_DEFLATE) != 0;
    struct run *run =
        declined ? session_run_alone(session, session_find_probe(session->plan, "deflate")) : NULL;
    if (run == NULL) {
        session_write_words(session, instance, VERDICT_SKIP, why);
        return;
    }
    struct run_verdict verdict = *run_verdict(run);
    verdict.verdict = VERDICT_SKIP;
    snprintf(verdict.reason, sizeof verdict.reason, "%s", why);
    session_write_result(session, instance, &verdict, run_transcript(run), NULL);
    run_free(run);
}

/* Has the target stopped reacting? Asked after many silences in a row: a target that ignores what is illegal
 * has such rows too, but answers what is legal. */
static bool is_mute(struct session *session)
{
    if (session->failed || session->silent_in_a_row < SILENCES_MAX)
        return false;
    session->silent_in_a_row = 0;
    struct run *run = session_run_alone(session, session_find_probe(session->plan, "reacts"));
    session->mute = run != NULL && run_verdict(run)->verdict != VERDICT_OK;
    run_free(run);
    return session->mute;
}

/* What is measured is never run among others: what remains of each is what would be confirmed anyway. */
static void run_measured_cases(struct session *session)
{
    for (size_t i = 0; i < session->plan->instance_count; i++) {
        const struct case_instance *instance = &session->plan->instances[i];
        if (!session->plan->selected[i] || instance->definition->memory == 0 ||
            run_lacks(&session->settings, instance) != NULL)
            continue;
        if (session->failed)
            session_write_gone(session, i);
        else if (session->mute)
            session_write_words(session, i, VERDICT_SETUP, "the target reacts to nothing any more");
        else
            session->unconfirmed[session->unconfirmed_count++] =
                (struct unconfirmed){.instance = i, .cut_off = true};
    }
    if (session->unconfirmed_count > 0)
        session_confirm_all(session);
}

/* Can the target's memory be measured? What the user has not asked for is not missed. */
static bool can_measure(struct session *session)
{
    struct target_memory memory;
    struct target_processes processes = session_target_processes(&session->target);
    if (processes.pid == 0)
        return false;
    if (target_memory_begin(&memory, processes)) {
        session->memory_fresh = target_memory_before(&memory);
        return true;
    }
    console_line(session->recorder->console, "the memory of process %ld cannot be measured: %s",
                 (long)processes.pid, strerror(errno));
    return false;
}

static void run_everything(struct session *session)
{
    size_t count = 0, measured = 0;
    for (size_t i = 0; i < session->plan->instance_count && !session->failed; i++) {
        const struct case_instance *instance = &session->plan->instances[i];
        if (!session->plan->selected[i])
            continue;
        const struct case_step *first = instance->definition->steps;
        if (session->unopened && (first == NULL || first->kind != STEP_OPEN)) {
            session_write_words(session, i, VERDICT_SKIP,
                                "the target does not open a connection as it should");
            continue;
        }
        const char *why = run_lacks(&session->settings, instance);
        if (why != NULL) {
            write_skipped(session, i, why);
            continue;
        }
        if (instance->definition->memory > 0 && session->settings.measures) {
            measured++;
            continue;
        }
        session->items[count] = (struct runner_item){instance, session_level(session, instance->definition)};
        session->item_instances[count++] = i;
    }
    struct runner_item *items = session->items;
    size_t *instances = session->item_instances;
    for (size_t next = 0; next < count && !session->failed;) {
        session->items = items + next;
        session->item_instances = instances + next;
        next += session_batch(session, &session->settings, session->items, count - next,
                              session->options->jobs, on_ended, session);
        const char *given_up = session->crashes > CRASHES_MAX ? "the target crashed too often to go on"
                               : is_mute(session)             ? "the target reacts to nothing any more"
                                                              : NULL;
        for (; given_up != NULL && next < count; next++)
            session_write_words(session, instances[next], VERDICT_SETUP, given_up);
        if (session->unconfirmed_count > 0 || session->suspicious)
            session_confirm_all(session);
        for (; session->failed && next < count; next++)
            session_write_gone(session, instances[next]);
    }
    if (measured > 0)
        run_measured_cases(session);
    /* The last passes have no later connection that could prove the target alive. */
    char why[RUN_TEXT_MAX] = "";
    if (!session->failed && session->held_count > 0 && !session_is_alive(session, why, sizeof why)) {
        session->suspicious = true;
        session_confirm_all(session);
    }
    session->proof = RUN_NEVER;
    release_held(session);
    session->items = items;
    session->item_instances = instances;
}

/* Says so when the target holds more descriptors than before the cases; so many connections as were open at
 * once may be in their closing still. */
static void tell_descriptors(const struct session *session, size_t before)
{
    size_t after = 0;
    if (target_descriptors(session_target_processes(&session->target), &after) &&
        after > before + session->options->jobs)
        console_line(session->recorder->console,
                     "%s: %zu more file descriptors are open than before the cases: it may not close its "
                     "connections",
                     session->target.url_text, after - before);
}

static void secure_random(void *context, uint8_t *out, size_t size)
{
    (void)context;
    session_target_random(out, size);
}

static bool prepare(struct session *session, uv_loop_t *loop)
{
    const struct test_options *options = session->options;
    char error[SESSION_TEXT_MAX];
    session->runner = runner_new(loop);
    session->items = calloc(session->plan->instance_count + 1, sizeof *session->items);
    session->item_instances = calloc(session->plan->instance_count + 1, sizeof *session->item_instances);
    session->unconfirmed = calloc(session->plan->instance_count + HELD_MAX, sizeof *session->unconfirmed);
    session->prepared = prepared_store_new();
    if (session->runner == NULL || session->prepared == NULL || session->items == NULL ||
        session->item_instances == NULL || session->unconfirmed == NULL) {
        session->failed = true;
        session->result->end = SESSION_FAULT;
        snprintf(session->result->text, sizeof session->result->text, "out of memory");
        return false;
    }
    if (!session_target_start(&session->target, loop, options, session->index, error, sizeof error)) {
        if (!session_interrupted(session))
            session_fail(session, SESSION_UNREACHABLE, "%s", error);
        return false;
    }
    session->settings = (struct run_settings){
        .request = {.host = session->target.url.authority,
                    .target = session->target.url.target,
                    .origin = options->origin,
                    .fields = options->field_count > 0 ? options->fields : NULL},
        .subprotocols = options->subprotocol_count > 0 ? options->subprotocols : NULL,
        .can = NEEDS_ECHO | NEEDS_PONG | (session->target.url.secure ? NEEDS_TLS : NEEDS_PLAIN) |
               (options->survey ? NEEDS_SURVEY : 0U),
        .patience = (run_time)options->patience_ms * 1000,
        .grace = GRACE_US,
        .longest = LONGEST_US,
        .prepared = session->prepared,
        .random = secure_random,
        .measures = can_measure(session),
    };
    return true;
}

void session_run(struct session_result *result, uv_loop_t *loop, const struct test_options *options,
                 unsigned index, struct recorder *recorder, struct baseline *baseline)
{
    *result = (struct session_result){.end = SESSION_DONE};
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL) {
        result->end = SESSION_FAULT;
        snprintf(result->text, sizeof result->text, "out of memory");
        return;
    }
    session->result = result;
    session->options = options;
    session->index = index;
    session->recorder = recorder;
    session->plan = recorder->plan;
    session->baseline = baseline;
    console_begin(recorder->console, session->plan->selected_count, conversation_now());
    if (prepare(session, loop)) {
        session_probe(session);
        if (!session->failed) {
            size_t before = 0;
            bool counted = target_descriptors(session_target_processes(&session->target), &before);
            run_everything(session);
            if (counted)
                tell_descriptors(session, before);
        }
    } else {
        session_write_target(session, NULL, false, false);
    }
    for (size_t i = 0; i < session->held_count; i++)
        run_free(session->held[i].run);
    runner_free(session->runner);
    snprintf(result->url, sizeof result->url, "%.500s", session->target.url_text);
    session_target_stop(&session->target);
    prepared_store_free(session->prepared);
    free(session->items);
    free(session->item_instances);
    free(session->unconfirmed);
    free(session);
}
