/* SPDX-License-Identifier: MIT */
/* session.c: the order of a target's test: probe, everything at once, what is not a pass once more alone, and
 * blame. */
#include "harness/session.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/session_target.h"

enum {
    CONFIRM_AT = 64, /* so many unconfirmed results hold up the rest, so that a killed run loses few */
    SILENT_ALONE_MAX =
        10, /* so many results of silence are confirmed one at a time; the rest wait side by side */
    SILENT_JOBS = 16,
    CRASHES_MAX = 50, /* then the target is given up */
    SILENCES_MAX =
        100, /* so many results of silence in a row, without one pass: the target has stopped reacting */
    HELD_MAX = 4 * RUNNER_JOBS_MAX,
    GRACE_US = 25 * 1000,
    GRACE_ALONE_US = 50 * 1000,
    LONGEST_US = 60 * 1000 * 1000
};

/* An instance that is to be run alone, with the verdict of its first run. */
struct unconfirmed {
    size_t instance;
    enum verdict verdict;
    enum closing closing;
    bool silent;  /* it ended because nothing came for the whole patience */
    bool cut_off; /* the target died meanwhile, whoever did it: the verdict tells nothing of this case */
};

/* A pass that waits for the proof that the target survived it. */
struct held_run {
    size_t instance;
    struct run *run;
    run_time ended_at;
};

struct session {
    struct session_result *result;
    struct session_target target;
    const struct test_options *options;
    unsigned index;
    struct recorder *recorder;
    const struct plan *plan;
    struct baseline *baseline;
    struct runner *runner;
    struct run_settings settings;

    struct runner_item *items; /* of the batch */
    size_t *item_instances;    /* their indexes in the plan */
    struct unconfirmed *unconfirmed;
    size_t unconfirmed_count;
    struct held_run held[HELD_MAX];
    size_t held_count;
    run_time proof;  /* begin of the newest connection whose opening handshake succeeded */
    bool suspicious; /* a connection or an opening handshake failed: is the target still there? */
    bool failed;     /* result->end is set: stop */
    size_t silent_confirmed, silent_in_a_row;
    size_t crashes;         /* deaths while one case was run alone */
    size_t crashes_written; /* verdicts CRASH that they gave */

    /* of the run that was made alone last */
    struct run *alone;
};

static void fail(struct session *session, enum session_end end, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void fail(struct session *session, enum session_end end, const char *format, ...)
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
static bool stop_if_interrupted(struct session *session)
{
    if (!session_target_interrupted(&session->target))
        return false;
    fail(session, SESSION_FAULT, "interrupted; %zu of %zu results are written",
         session->result->tally.results + session->held_count, session->plan->selected_count);
    return true;
}

/* Runs items; returns how many were begun. */
static size_t run_batch(struct session *session, const struct run_settings *settings,
                        const struct runner_item *items, size_t count, unsigned jobs, runner_ended *ended,
                        void *context)
{
    size_t begun = runner_batch(session->runner, &session->target.runner_target, settings, items, count, jobs,
                                ended, context);
    stop_if_interrupted(session);
    return begun;
}

/* What a failed expect of the case means here. */
static enum case_level level_of(const struct session *session, const struct case_definition *definition)
{
    enum case_level level = plan_level(session->plan, definition);
    bool soft = definition->derived && session->options->derived_non_strict && level == LEVEL_MUST;
    return soft ? LEVEL_SHOULD : level;
}

/* ---- Writing results ---- */

static void write_result(struct session *session, size_t instance, const struct run_verdict *verdict,
                         const struct transcript *transcript, const struct unconfirmed *first)
{
    bool comparable = first != NULL && !first->cut_off;
    struct recorded_run run = {.target_index = session->index,
                               .target = &session->options->targets[session->index],
                               .instance = &session->plan->instances[instance],
                               .verdict = verdict,
                               .transcript = transcript,
                               .confirmed = first != NULL,
                               .first_verdict = comparable ? first->verdict : verdict->verdict,
                               .first_closing = comparable ? first->closing : verdict->closing};
    if (!recorder_write(session->recorder, &run, session->baseline, &session->result->tally))
        fail(session, SESSION_FAULT, "%s", journal_error(session->recorder->journal));
}

/* A result that no run gave. */
static void write_words(struct session *session, size_t instance, enum verdict verdict, const char *reason)
{
    struct run_verdict words = {.verdict = verdict, .closing = CLOSING_NOT_JUDGED};
    snprintf(words.reason, sizeof words.reason, "%s", reason);
    write_result(session, instance, &words, NULL, NULL);
}

/* The same for what was to come when the target went for good; after an end of another kind there is nothing
 * to tell. */
static void write_gone(struct session *session, size_t instance)
{
    if (session->result->end == SESSION_UNREACHABLE)
        write_words(session, instance, VERDICT_SETUP, "the target is gone");
}

static void write_run(struct session *session, size_t instance, const struct run *run,
                      const struct unconfirmed *first)
{
    write_result(session, instance, run_verdict(run), run_transcript(run), first);
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
        write_run(session, held.instance, held.run, NULL);
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
static void suspect_held(struct session *session)
{
    for (size_t i = 0; i < session->held_count; i++) {
        add_unconfirmed(session, session->held[i].instance, run_verdict(session->held[i].run));
        run_free(session->held[i].run);
    }
    session->held_count = 0;
}

static void on_ended(void *context, size_t index, struct run *run, run_time connected_at, run_time now)
{
    struct session *session = context;
    size_t instance = session->item_instances[index];
    if (run == NULL) {
        fail(session, SESSION_FAULT, "out of memory");
        return;
    }
    const struct run_verdict *verdict = run_verdict(run);
    if (verdict->opened && connected_at > session->proof) {
        session->proof = connected_at;
        release_held(session);
    }
    if (!verdict->connected || verdict->verdict == VERDICT_SETUP || session_target_died(&session->target)) {
        session->suspicious = true;
        runner_halt(session->runner);
    }
    if (tally_wants_confirmation(verdict) || session->held_count == HELD_MAX) {
        add_unconfirmed(session, instance, verdict);
        run_free(run);
        if (session->unconfirmed_count >= CONFIRM_AT)
            runner_halt(session->runner);
    } else {
        session->silent_in_a_row = 0;
        session->held[session->held_count++] = (struct held_run){instance, run, now};
    }
}

/* ---- One run alone ---- */

static void on_alone_ended(void *context, size_t index, struct run *run, run_time connected_at, run_time now)
{
    struct session *session = context;
    (void)index;
    (void)connected_at;
    (void)now;
    session->alone = run;
    if (run == NULL)
        fail(session, SESSION_FAULT, "out of memory");
}

/* Runs one instance with nothing else going on. The run is the caller's; NULL after a failure of ours. */
static struct run *run_alone(struct session *session, const struct case_instance *instance)
{
    struct run_settings patient = session->settings;
    patient.grace = GRACE_ALONE_US;
    struct runner_item item = {instance, level_of(session, instance->definition)};
    session->alone = NULL;
    run_batch(session, &patient, &item, 1, 1, on_alone_ended, session);
    return session->alone;
}

static const struct case_instance *find_probe(const struct plan *plan, const char *id)
{
    for (size_t i = 0; i < plan->probe_count; i++) {
        if (strcmp(plan->probes[i].definition->id, id) == 0)
            return &plan->probes[i];
    }
    return NULL;
}

/* Does the target still answer an opening handshake? `why` gets the reason if not. */
static bool is_alive(struct session *session, char *why, size_t size)
{
    struct run *run = run_alone(session, find_probe(session->plan, "open"));
    if (run == NULL)
        return false;
    const struct run_verdict *verdict = run_verdict(run);
    bool alive = verdict->opened;
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
        if (is_alive(session, why, sizeof why))
            return true;
        snprintf(error, sizeof error, "%.200s does not come back: %.250s", session->target.url_text, why);
    }
    if (!session->failed && !stop_if_interrupted(session))
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
    write_result(session, first->instance, &verdict, run_transcript(run), NULL);
}

/* Runs a case alone, and once more when the target is dead afterwards: it may have been about to die anyway.
 */
static void confirm_alone(struct session *session, const struct unconfirmed *first)
{
    struct unconfirmed before = *first;
    char why[RUN_TEXT_MAX] = "", death[SESSION_TEXT_MAX] = "";
    for (int deaths = 0;; deaths++) {
        struct run *run = run_alone(session, &session->plan->instances[first->instance]);
        bool alive = run != NULL && is_alive(session, why, sizeof why);
        if (run == NULL || session->failed) {
            run_free(run);
            return;
        }
        if (alive) {
            write_run(session, first->instance, run, &before);
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
            fail(session, SESSION_UNREACHABLE, "the target did not survive %.200s and is not coming back",
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
        fail(group->session, SESSION_FAULT, "out of memory");
    else
        write_run(group->session, group->first[index]->instance, run, group->first[index]);
    run_free(run);
}

/* Once many cases have ended in silence, silence alone shows nothing new: the next ones wait side by side, a
 * few at a time. */
static void confirm_silent(struct session *session, const struct unconfirmed *list, size_t count)
{
    for (size_t at = 0; at < count && !session->failed;) {
        struct silent_group group = {.session = session};
        struct runner_item items[SILENT_JOBS];
        size_t n = 0;
        for (; at < count && n < SILENT_JOBS; at++) {
            const struct case_instance *instance = &session->plan->instances[list[at].instance];
            group.first[n] = &list[at];
            items[n++] = (struct runner_item){instance, level_of(session, instance->definition)};
        }
        run_batch(session, &session->settings, items, n, SILENT_JOBS, on_silent_ended, &group);
    }
}

/* A connection failed, or the process is gone: brings the target back if it died. False if that cannot be
 * done; then everything that was under way is written. */
static bool look_after_target(struct session *session, bool *died)
{
    char why[RUN_TEXT_MAX] = "";
    suspect_held(session);
    session->suspicious = false;
    *died = session_target_died(&session->target) || !is_alive(session, why, sizeof why);
    if (session->failed)
        return false;
    if (!*died)
        return true;
    for (size_t i = 0; i < session->unconfirmed_count; i++)
        session->unconfirmed[i].cut_off = true;
    if (revive(session))
        return true;
    for (size_t i = 0; i < session->unconfirmed_count && !session->failed; i++)
        write_words(session, session->unconfirmed[i].instance, VERDICT_CRASH,
                    "the target died while this case and others were under way, and cannot be restarted (see "
                    "--exec)");
    session->unconfirmed_count = 0;
    fail(session, SESSION_UNREACHABLE, "the target died: %s", why);
    return false;
}

static void confirm_all(struct session *session)
{
    bool died = false;
    size_t crashes_before = session->crashes_written;
    if ((session->suspicious || session_target_died(&session->target)) && !look_after_target(session, &died))
        return;
    /* A list of its own: confirming never adds to it. */
    size_t count = session->unconfirmed_count, silent_count = 0;
    struct unconfirmed *silent = calloc(count + 1, sizeof *silent);
    if (silent == NULL) {
        fail(session, SESSION_FAULT, "out of memory");
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (session->failed)
            write_gone(session, session->unconfirmed[i].instance);
        else if (session->crashes > CRASHES_MAX)
            write_words(session, session->unconfirmed[i].instance, VERDICT_SETUP,
                        "the target crashed too often to go on");
        else if (session->unconfirmed[i].silent && session->silent_confirmed >= SILENT_ALONE_MAX)
            silent[silent_count++] = session->unconfirmed[i];
        else
            confirm_alone(session, &session->unconfirmed[i]);
    }
    if (!session->failed)
        confirm_silent(session, silent, silent_count);
    else
        for (size_t i = 0; i < silent_count; i++)
            write_gone(session, silent[i].instance);
    free(silent);
    session->unconfirmed_count = 0;
    session->result->unexplained_deaths += died && session->crashes_written == crashes_before;
}

/* ---- Everything ---- */

/* Why the target cannot be asked this, or NULL. */
static const char *reason_to_skip(const struct session *session, const struct case_instance *instance)
{
    unsigned lacking = instance->definition->needs & ~session->settings.can;
#define WHY(name, word, bit, why) \
    if (lacking & (bit))          \
        return why;
    CASE_NEEDS(WHY)
#undef WHY
    return NULL;
}

static void run_everything(struct session *session)
{
    size_t count = 0;
    for (size_t i = 0; i < session->plan->instance_count && !session->failed; i++) {
        const struct case_instance *instance = &session->plan->instances[i];
        if (!session->plan->selected[i])
            continue;
        const char *why = reason_to_skip(session, instance);
        if (why != NULL) {
            write_words(session, i, VERDICT_SKIP, why);
            continue;
        }
        session->items[count] = (struct runner_item){instance, level_of(session, instance->definition)};
        session->item_instances[count++] = i;
    }
    struct runner_item *items = session->items;
    size_t *instances = session->item_instances;
    for (size_t next = 0; next < count && !session->failed;) {
        session->items = items + next;
        session->item_instances = instances + next;
        next += run_batch(session, &session->settings, session->items, count - next, session->options->jobs,
                          on_ended, session);
        const char *given_up = session->crashes > CRASHES_MAX ? "the target crashed too often to go on"
                               : session->silent_in_a_row > SILENCES_MAX
                                   ? "the target reacts to nothing any more"
                                   : NULL;
        for (; given_up != NULL && next < count; next++)
            write_words(session, instances[next], VERDICT_SETUP, given_up);
        if (session->unconfirmed_count > 0 || session->suspicious)
            confirm_all(session);
        for (; session->failed && next < count; next++)
            write_gone(session, instances[next]);
    }
    /* The last passes have no later connection that could prove the target alive. */
    char why[RUN_TEXT_MAX] = "";
    if (!session->failed && session->held_count > 0 && !is_alive(session, why, sizeof why)) {
        session->suspicious = true;
        confirm_all(session);
    }
    session->proof = RUN_NEVER;
    release_held(session);
    session->items = items;
    session->item_instances = instances;
}

/* ---- Probing ---- */

/* Runs a probe; true if it was answered as it says. The verdict is in `verdict`. */
static bool probe(struct session *session, const char *id, struct run_verdict *verdict)
{
    const struct case_instance *instance = find_probe(session->plan, id);
    struct run *run = instance == NULL ? NULL : run_alone(session, instance);
    if (run == NULL)
        return false;
    *verdict = *run_verdict(run);
    run_free(run);
    return verdict->verdict == VERDICT_OK;
}

/* The opening handshake, over each address of the host until one connects. */
static struct run *probe_open(struct session *session)
{
    struct run *run = NULL;
    do {
        run_free(run);
        run = run_alone(session, find_probe(session->plan, "open"));
    } while (run != NULL && !run_verdict(run)->connected && !session->failed &&
             session_target_next_address(&session->target));
    return run;
}

static const char *copied(struct arena *arena, const struct ws_octets *value)
{
    return value == NULL ? NULL : arena_text(arena, (const char *)value->at, value->size);
}

/* The value of a header field of the response that a run got, in the arena; NULL if it has none. */
static const char *response_field(struct arena *arena, const struct run *run, const char *name)
{
    struct ws_head head = {0};
    enum ws_violation violation = WS_NO_VIOLATION;
    if (ws_head_parse(&head, WS_HEAD_RESPONSE, run_response(run), 0, &ws_head_limits_default, &violation) !=
        WS_HEAD_COMPLETE)
        return NULL;
    return copied(arena, ws_head_find(&head, name, NULL));
}

/* What it says to an offer of permessage-deflate. */
static const char *probe_extensions(struct session *session, struct arena *arena)
{
    const struct case_instance *instance = find_probe(session->plan, "deflate");
    struct run *run = instance == NULL ? NULL : run_alone(session, instance);
    const char *extensions = run == NULL || !run_verdict(run)->opened
                                 ? NULL
                                 : response_field(arena, run, "Sec-WebSocket-Extensions");
    run_free(run);
    return extensions;
}

/* Writes the target's line; `open` is the run that probed it, NULL if it did not come so far. */
static void write_target(struct session *session, const struct run *open, bool echoes, bool pongs)
{
    struct arena arena = {.cap = 1 << 20};
    const struct test_target *target = &session->options->targets[session->index];
    struct journal_target line = {.name = target->name != NULL ? target->name : session->target.url_text,
                                  .url = session->target.url_text,
                                  .exec = target->exec,
                                  .role = "server",
                                  .echoes = echoes,
                                  .pongs = pongs,
                                  .pushes = session->settings.pushes};
    if (open != NULL) {
        struct ws_octets response = run_response(open);
        line.response = copied(&arena, &response);
        line.agent = response_field(&arena, open, "Server");
        line.subprotocol = response_field(&arena, open, "Sec-WebSocket-Protocol");
        line.round_trip_us = run_verdict(open)->round_trip;
        if (run_verdict(open)->opened)
            line.extensions = probe_extensions(session, &arena);
    }
    if (line.subprotocol != NULL)
        session->settings.can |= NEEDS_SUBPROTOCOL;
    if (line.extensions != NULL && strstr(line.extensions, "permessage-deflate") != NULL)
        session->settings.can |= NEEDS_DEFLATE;
    line.response = line.response == NULL ? "" : line.response;
    line.agent = line.agent == NULL ? "" : line.agent;
    if (!journal_write_target(session->recorder->journal, &line))
        fail(session, SESSION_FAULT, "%s", journal_error(session->recorder->journal));
    arena_free(&arena);
}

static void probe_target(struct session *session)
{
    struct run *open = probe_open(session);
    if (open == NULL || session->failed) {
        run_free(open);
        return;
    }
    if (!run_verdict(open)->opened) {
        write_target(session, open, false, false);
        fail(session, SESSION_UNREACHABLE, "%s", run_verdict(open)->reason);
    } else {
        struct run_verdict verdict = {0};
        bool greets = !probe(session, "greeting", &verdict) && verdict.verdict == VERDICT_INFORMATIONAL &&
                      verdict.opened;
        session->settings.pushes = greets;
        bool echoes = probe(session, "echo-text", &verdict);
        echoes = echoes && probe(session, "echo-binary", &verdict);
        bool pongs = probe(session, "pong", &verdict);
        if (session->failed) {
            run_free(open);
            return;
        }
        session->settings.can &= ~(unsigned)(NEEDS_ECHO | NEEDS_PONG);
        session->settings.can |= (echoes ? NEEDS_ECHO : 0U) | (pongs ? NEEDS_PONG : 0U);
        write_target(session, open, echoes, pongs);
        console_line(session->recorder->console, "%s: %s, %s%s", session->target.url_text,
                     echoes ? "echoes" : "does not echo (cases that need an echo are skipped)",
                     pongs ? "answers pings" : "does not answer pings",
                     greets ? ", speaks of its own accord" : "");
    }
    run_free(open);
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
    if (session->runner == NULL || session->items == NULL || session->item_instances == NULL ||
        session->unconfirmed == NULL) {
        session->failed = true;
        session->result->end = SESSION_FAULT;
        snprintf(session->result->text, sizeof session->result->text, "out of memory");
        return false;
    }
    if (!session_target_start(&session->target, loop, options, session->index, error, sizeof error)) {
        if (!stop_if_interrupted(session))
            fail(session, SESSION_UNREACHABLE, "%s", error);
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
        .random = secure_random,
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
    console_begin(recorder->console, session->plan->selected_count, runner_now());
    if (prepare(session, loop)) {
        probe_target(session);
        if (!session->failed)
            run_everything(session);
    } else {
        write_target(session, NULL, false, false);
    }
    for (size_t i = 0; i < session->held_count; i++)
        run_free(session->held[i].run);
    runner_free(session->runner);
    snprintf(result->url, sizeof result->url, "%.500s", session->target.url_text);
    session_target_stop(&session->target);
    free(session->items);
    free(session->item_instances);
    free(session->unconfirmed);
    free(session);
}
