/* SPDX-License-Identifier: MIT */
/* session_confirm.c: runs alone what was not a pass, and blames the case that killed the target. Owns
 * confirmation; does not own the order of the rest. */
#include "harness/session_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAP_LEFT_OVER = 4 }; /* of what a case allows, this part may be left over from those before */

/* ---- One run alone ---- */

static void on_alone_ended(void *context, size_t index, struct run *run, run_time connected_at, run_time now)
{
    struct session *session = context;
    (void)index;
    (void)connected_at;
    (void)now;
    session->alone = run;
    if (run == NULL)
        session_fail(session, SESSION_FAULT, "out of memory");
}

static struct run *run_once(struct session *session, const struct case_instance *instance)
{
    struct run_settings patient = session->settings;
    patient.grace = GRACE_ALONE_US;
    struct runner_item item = {instance, session_level(session, instance->definition)};
    session->alone = NULL;
    session_batch(session, &patient, &item, 1, 1, on_alone_ended, session);
    return session->alone;
}

/* Begins to measure. What the cases before have made the heap of the target grow to would be room for this
 * one, or not, as chance has it: a target of ours that has come far from where it began starts anew. */
static bool begin_to_measure(struct session *session, uint64_t allowed, struct target_memory *memory)
{
    char why[SESSION_TEXT_MAX];
    if (!target_memory_begin(memory, session_target_processes(&session->target)))
        return false;
    if (session->target.process == NULL ||
        target_memory_before(memory) <= session->memory_fresh + allowed / HEAP_LEFT_OVER)
        return true;
    if (!session_target_restart(&session->target, why, sizeof why)) {
        if (!session_interrupted(session))
            session_fail(session, SESSION_UNREACHABLE, "%s", why);
        return false;
    }
    return target_memory_begin(memory, session_target_processes(&session->target));
}

/* Runs one instance with nothing else going on. The run is the caller's; NULL after a failure of ours. Where
 * the case bounds the target's memory, that is measured: twice if it is too much the first time, which may
 * have been a heap that grew before it was swept. What was not given back after the first counts in the
 * second. */
struct run *session_run_alone(struct session *session, const struct case_instance *instance)
{
    uint64_t allowed = instance->definition->memory, growth;
    struct target_memory memory;
    bool measures = allowed > 0 && session->settings.measures && begin_to_measure(session, allowed, &memory);
    if (session->failed)
        return NULL;
    struct run *run = run_once(session, instance);
    if (!measures || run == NULL || !target_memory_growth(&memory, &growth))
        return run;
    if (growth > allowed && target_memory_again(&memory)) {
        run_free(run);
        run = run_once(session, instance);
        if (run == NULL || !target_memory_growth(&memory, &growth))
            return run;
    }
    run_measured(run, growth);
    return run;
}

const struct case_instance *session_find_probe(const struct plan *plan, const char *id)
{
    for (size_t i = 0; i < plan->probe_count; i++) {
        if (strcmp(plan->probes[i].definition->id, id) == 0)
            return &plan->probes[i];
    }
    return NULL;
}

/* Does the target still answer an opening handshake, if not as it should? `why` gets the reason if not. */
bool session_is_alive(struct session *session, char *why, size_t size)
{
    struct run *run = session_run_alone(session, session_find_probe(session->plan, "open"));
    if (run == NULL)
        return false;
    const struct run_verdict *verdict = run_verdict(run);
    bool alive = verdict->switched;
    snprintf(why, size, "%s", verdict->reason);
    run_free(run);
    return alive;
}

/* Brings the target back after it was found dead. False if that is not possible, or no longer wanted. */
static bool revive(struct session *session)
{
    char error[SESSION_TEXT_MAX], why[RUN_TEXT_MAX] = "";
    if (session_target_restart(&session->target, error, sizeof error)) {
        /* That it accepts connections does not say that it serves them. */
        if (session_is_alive(session, why, sizeof why))
            return true;
        snprintf(error, sizeof error, "%.200s does not come back: %.250s", session->target.url_text, why);
    }
    if (!session->failed && !session_interrupted(session))
        console_line(session->recorder->console, "%s", error);
    return false;
}

/* ---- Confirmation ---- */

/* The target was alive before this case and is not after it, each time. */
static void write_crash(struct session *session, const struct run *run, const struct unconfirmed *first,
                        const char *death, const char *why)
{
    struct run_verdict verdict = *run_verdict(run);
    verdict.verdict = VERDICT_CRASH;
    snprintf(verdict.reason, sizeof verdict.reason, "the target does not survive this: %.120s%s%.200s", death,
             death[0] != '\0' ? "; " : "", why);
    session_write_result(session, first->instance, &verdict, run_transcript(run), NULL);
}

/* Runs a case alone, and once more when the target is dead afterwards: it may have been about to die anyway.
 */
static void confirm_alone(struct session *session, const struct unconfirmed *first)
{
    struct unconfirmed before = *first;
    char why[RUN_TEXT_MAX] = "", death[SESSION_TEXT_MAX] = "";
    for (int deaths = 0;; deaths++) {
        struct run *run = session_run_alone(session, &session->plan->instances[first->instance]);
        bool alive = run != NULL && session_is_alive(session, why, sizeof why);
        if (run == NULL || session->failed) {
            run_free(run);
            return;
        }
        if (alive) {
            session_write_run(session, first->instance, run, &before);
            session->silent_confirmed += run_verdict(run)->duration >= session->settings.patience;
            session->result->unexplained_deaths += (size_t)deaths;
            run_free(run);
            return;
        }
        session->crashes++;
        session_target_death(&session->target, death, sizeof death);
        bool back = revive(session);
        if (deaths == 1 || !back) {
            write_crash(session, run, first, death, why);
            session->crashes_written++;
        }
        run_free(run);
        if (!back)
            session_fail(session, SESSION_UNREACHABLE,
                         "the target did not survive %.200s and is not coming back",
                         session->plan->instances[first->instance].id);
        if (deaths == 1 || !back)
            return;
        before.verdict = VERDICT_CRASH;
        before.cut_off = false;
    }
}

struct silent_group {
    struct session *session;
    const struct unconfirmed *first[SILENT_JOBS];
};

static void on_silent_ended(void *context, size_t index, struct run *run, run_time connected_at, run_time now)
{
    struct silent_group *group = context;
    (void)connected_at;
    (void)now;
    if (run == NULL)
        session_fail(group->session, SESSION_FAULT, "out of memory");
    else
        session_write_run(group->session, group->first[index]->instance, run, group->first[index]);
    run_free(run);
}

/* Once many cases have ended in silence, silence alone shows nothing new: the next ones wait side by side, a
 * few at a time. So does from the first what holds nothing against the target. */
static bool waits_with_others(const struct session *session, const struct unconfirmed *first)
{
    bool harmless = first->verdict == VERDICT_INFORMATIONAL && !first->cut_off;
    return first->silent && (harmless || session->mute || session->silent_confirmed >= SILENT_ALONE_MAX);
}

static void confirm_silent(struct session *session, const struct unconfirmed *list, size_t count)
{
    for (size_t at = 0; at < count && !session->failed;) {
        struct silent_group group = {.session = session};
        struct runner_item items[SILENT_JOBS];
        size_t n = 0;
        for (; at < count && n < SILENT_JOBS; at++) {
            const struct case_instance *instance = &session->plan->instances[list[at].instance];
            group.first[n] = &list[at];
            items[n++] = (struct runner_item){instance, session_level(session, instance->definition)};
        }
        session_batch(session, &session->settings, items, n, SILENT_JOBS, on_silent_ended, &group);
    }
}

/* A connection failed, or the process is gone: brings the target back if it died. False if that cannot be
 * done; then everything that was under way is written. */
static bool look_after_target(struct session *session, bool *died)
{
    char why[RUN_TEXT_MAX] = "";
    session_suspect_held(session);
    session->suspicious = false;
    *died = session_target_died(&session->target) || !session_is_alive(session, why, sizeof why);
    if (session->failed)
        return false;
    if (!*died)
        return true;
    for (size_t i = 0; i < session->unconfirmed_count; i++)
        session->unconfirmed[i].cut_off = true;
    if (revive(session))
        return true;
    for (size_t i = 0; i < session->unconfirmed_count && !session->failed; i++)
        session_write_words(
            session, session->unconfirmed[i].instance, VERDICT_CRASH,
            "the target died while this case and others were under way, and cannot be restarted (see "
            "--exec)");
    session->unconfirmed_count = 0;
    session_fail(session, SESSION_UNREACHABLE, "the target died: %s", why);
    return false;
}

void session_confirm_all(struct session *session)
{
    bool died = false;
    size_t crashes_before = session->crashes_written;
    if ((session->suspicious || session_target_died(&session->target)) && !look_after_target(session, &died))
        return;
    /* A list of its own: confirming never adds to it. */
    size_t count = session->unconfirmed_count, silent_count = 0;
    struct unconfirmed *silent = calloc(count + 1, sizeof *silent);
    if (silent == NULL) {
        session_fail(session, SESSION_FAULT, "out of memory");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (session->failed)
            session_write_gone(session, session->unconfirmed[i].instance);
        else if (session->crashes > CRASHES_MAX)
            session_write_words(session, session->unconfirmed[i].instance, VERDICT_SETUP,
                                "the target crashed too often to go on");
        else if (waits_with_others(session, &session->unconfirmed[i]))
            silent[silent_count++] = session->unconfirmed[i];
        else
            confirm_alone(session, &session->unconfirmed[i]);
    }
    if (!session->failed)
        confirm_silent(session, silent, silent_count);
    else
        for (size_t i = 0; i < silent_count; i++)
            session_write_gone(session, silent[i].instance);
    free(silent);
    session->unconfirmed_count = 0;
    session->result->unexplained_deaths += died && session->crashes_written == crashes_before;
}
