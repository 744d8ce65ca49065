/* SPDX-License-Identifier: MIT */
/* run.c: the life of a run: its phases, its deadlines, and what the driver is to do next. The parts of the
 * conversation are in run_open.c, run_send.c, run_receive.c, run_match.c (with run_alternative.c
 * and run_response.c) and run_close.c. */
#include "harness/octets_memo.h"
#include "harness/run_machine.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    HANDSHAKE_PATIENCES =
        2,                 /* a response may take this many times the patience in all, however it trickles */
    ROUND_US = 1000 * 1000 /* added to the longest that a run may take by each round that is done */
};

/* splitmix64: harness frames need keys that differ, not keys that nobody can guess; the seed is random. */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15U;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9U;
    z = (z ^ z >> 27) * 0x94d049bb133111ebU;
    return z ^ z >> 31;
}

void run_random(struct run *run, uint8_t *out, size_t size)
{
    while (size > 0) {
        uint64_t word = next_random(&run->random_state);
        size_t n = size < sizeof word ? size : sizeof word;
        memcpy(out, &word, n);
        out += n;
        size -= n;
    }
}

/* Gives $round its value: the only binding that changes while a run goes on. */
static void bind_round(struct run *run, uint64_t round)
{
    struct case_instance *instance = &run->instance;
    for (size_t i = 0; i < instance->binding_count; i++) {
        if (strcmp(instance->bindings[i].name, "round") == 0) {
            instance->bindings[i].integer = round;
            return;
        }
    }
    if (instance->binding_count < sizeof instance->bindings / sizeof instance->bindings[0]) {
        instance->bindings[instance->binding_count++] =
            (struct case_binding){.name = "round", .kind = ITEM_INTEGER, .integer = round};
    }
}

static uint64_t current_round(const struct run *run)
{
    for (size_t i = 0; i < run->instance.binding_count; i++) {
        if (strcmp(run->instance.bindings[i].name, "round") == 0)
            return run->instance.bindings[i].integer;
    }
    return 1;
}

const char *run_lacks(const struct run_settings *settings, const struct case_instance *instance)
{
    unsigned lacking = instance->definition->needs & ~settings->can;
#define WHY(name, word, bit, why) \
    if (lacking & (bit))          \
        return why;
    CASE_NEEDS(WHY)
#undef WHY
    return NULL;
}

struct run *run_new(const struct case_instance *instance, enum case_level level,
                    const struct run_settings *settings, run_time now)
{
    struct run *run = calloc(1, sizeof *run);
    if (run == NULL)
        return NULL;
    run->instance = *instance;
    run->level = level;
    run->settings = settings;
    run->started = now;
    run->last_progress = now;
    run->worst = GRADE_OK;
    run->request.cap = RUN_REQUEST_MAX;
    run->verdict.closing = CLOSING_NOT_JUDGED;
    run->transcript.harness_role = instance->role == WS_SERVER ? WS_CLIENT : WS_SERVER;
    settings->random(settings->random_context, (uint8_t *)&run->random_state, sizeof run->random_state);
    ws_judge_init(&run->judge, instance->role, 0);
    bind_round(run, 1);
    run->instance.memo = octets_memo_new();
    if (run->instance.memo == NULL || (instance->role == WS_SERVER && !run_open_prepare(run))) {
        run_free(run);
        return NULL;
    }
    return run;
}

void run_free(struct run *run)
{
    if (run == NULL)
        return;
    text_free(&run->request);
    free(run->made);
    free(run->made_lines);
    free(run->alpn);
    free(run->sni);
    transcript_free(&run->transcript);
    run_deflate_free(run);
    octets_memo_free(run->instance.memo);
    free(run);
}

void run_progress(struct run *run, run_time now)
{
    run->last_progress = now;
}

enum verdict run_failure(const struct run *run)
{
    switch (run->level) {
    case LEVEL_MUST:
        return VERDICT_FAILED;
    case LEVEL_SHOULD:
        return VERDICT_NON_STRICT;
    case LEVEL_MAY:
    case LEVEL_INFO:
        break;
    }
    return VERDICT_INFORMATIONAL;
}

void run_finish(struct run *run, enum verdict verdict, const char *format, ...)
{
    if (run->phase == PHASE_DONE)
        return;
    run->phase = PHASE_DONE;
    run->verdict.verdict = verdict;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(run->verdict.reason, sizeof run->verdict.reason, format, arguments);
    va_end(arguments);
    if (octets_memo_failed(run->instance.memo)) { /* whatever the target made of it */
        run->verdict.verdict = VERDICT_ERROR;
        snprintf(run->verdict.reason, sizeof run->verdict.reason,
                 "something that the case compresses is longer than %d octets, or memory is out",
                 CASE_DEFLATED_MAX);
    }
    run_collect_passed(run);
}

struct run_connection run_connection(const struct run *run)
{
    return (struct run_connection){.plain = run->plain, .alpn = run->alpn, .sni = run->sni};
}

void run_negotiated(struct run *run, const char *alpn)
{
    snprintf(run->selected_alpn, sizeof run->selected_alpn, "%s", alpn);
}

void run_connected(struct run *run, run_time now)
{
    run->verdict.connected = true;
    if (run->phase != PHASE_CONNECTING)
        return; /* it was over before it began */
    run->phase = PHASE_HANDSHAKE;
    run->handshake_sent = now;
    run_progress(run, now);
}

/* The handshake is over, well enough to go on with the steps. */
static void begin_steps(struct run *run, run_time now)
{
    if (run->request_gap > 0)
        transcript_note(&run->transcript, now - run->started, "%zu of the request's %zu octets had been sent",
                        run->request_sent, run->request.size);
    run->phase = PHASE_STEPS;
    run_match_begin_round(run, now);
    run_send_begin_round(run);
}

/* Starts the next round, or the closing, once everything of this round is sent and expected. */
static void advance(struct run *run, run_time now)
{
    bool over = run->terminal || run->ended;
    if (run->phase != PHASE_STEPS || run->expect != NULL || (!over && !run_send_idle(run)))
        return;
    uint64_t round = current_round(run);
    uint64_t most = run->settings->rounds_max;
    if (over || round >= run->instance.definition->rounds || round == most) {
        run_close_begin(run, now);
        return;
    }
    bind_round(run, round + 1);
    run_match_begin_round(run, now);
    run_send_begin_round(run);
}

void run_happened(struct run *run, run_time now, const struct happening *happening)
{
    advance(run, now); /* what came before may have been the last of its round, in the same chunk */
    if (!run_match_is_quiet(happening) || happening->kind == HAPPENED_FRAME_PIECE)
        run->quiet_since = now;
    if (run->phase == PHASE_STEPS && run->expect != NULL)
        run_match_happening(run, now, happening);
    else if (run->phase == PHASE_CLOSING || run->phase == PHASE_STEPS)
        run_close_happening(run, now, happening);
}

/* All that is left is to close the connection. */
static void leave_out_steps(struct run *run)
{
    run->expect = NULL;
    run->terminal = true;
    run->worst = GRADE_SKIP;
    snprintf(run->worst_text, sizeof run->worst_text, "%s", run->lacks);
}

void run_received(struct run *run, run_time now, const uint8_t *octets, size_t size)
{
    if (run->phase == PHASE_DONE || run->ended || run->deaf)
        return;
    run_wire_read(run, size);
    if (run->phase == PHASE_HANDSHAKE && run->instance.role == WS_CLIENT) {
        size_t taken = run_accept_receive(run, now, octets, size);
        if (!run->verdict.opened)
            return;
        octets += taken;
        size -= taken;
        run_progress(run, now);
        begin_steps(run, now);
        if (run->lacks != NULL)
            leave_out_steps(run);
    } else if (run->phase == PHASE_HANDSHAKE) {
        /* More than once when interim responses have made room. */
        do {
            size_t taken = run_open_receive(run, now, octets, size);
            octets += taken;
            size -= taken;
        } while (size > 0 && run->phase == PHASE_HANDSHAKE && run->response_head_size == 0 && !run->deaf);
        if (run->phase == PHASE_DONE || run->response_head_size == 0)
            return;
        run->verdict.round_trip = now - run->handshake_sent;
        run_progress(run, now);
        begin_steps(run, now);
        if (run->open_is_subject) {
            struct happening response = {.kind = HAPPENED_RESPONSE, .head = &run->head};
            run_happened(run, now, &response);
        }
    }
    if (run->verdict.opened && size > 0)
        run_client_watch_time(run);
    if (run->verdict.opened)
        run_receive_frames(run, now, octets, size);
}

/* Does the case have wishes about the TLS handshake, and looks at what becomes of them? */
static bool tls_is_subject(const struct run *run)
{
    return run->open_is_subject && (run->alpn != NULL || run->sni != NULL);
}

void run_ended(struct run *run, run_time now, enum run_end end, const char *text)
{
    if (run->phase == PHASE_DONE || run->ended)
        return;
    run->ended = true;
    run->end = end;
    run_progress(run, now);
    static const char *const words[] = {"eof", "eof", "rst", "broken", "no TLS", "not connected"};
    transcript_note(&run->transcript, now - run->started, "%s%s%s", words[end], text[0] != '\0' ? ": " : "",
                    text);
    /* RFC 6455 4.2.2: a server may refuse TLS, to a name that it does not host for one. */
    if (end == RUN_NO_TLS && tls_is_subject(run)) {
        run->phase = PHASE_HANDSHAKE;
    } else if (end == RUN_NOT_CONNECTED || end == RUN_NO_TLS) {
        bool untrusted = strstr(text, "certificate is not accepted") != NULL;
        run_finish(run, VERDICT_SETUP, "no connection: %s%s", text,
                   untrusted ? " (--cafile FILE names whom to trust, --insecure asks no questions)" : "");
        return;
    }
    if (run->phase == PHASE_CONNECTING || (run->phase == PHASE_HANDSHAKE && !run->open_is_subject)) {
        bool plain = (run->settings->can & NEEDS_TLS) == 0;
        run_finish(run, VERDICT_SETUP, "the connection ended (%s%s%s) before the %s was complete%s",
                   words[end], text[0] != '\0' ? ": " : "", text,
                   run->instance.role == WS_SERVER ? "response to the opening handshake"
                                                   : "opening handshake",
                   plain && run->response_size == 0 ? "; does it expect TLS, wss://...?" : "");
        return;
    }
    if (run->phase == PHASE_HANDSHAKE)
        begin_steps(run, now);
    bool fin = end == RUN_EOF || end == RUN_TRUNCATED || end == RUN_NO_TLS;
    struct happening happening = {.kind = fin ? HAPPENED_EOF : HAPPENED_RESET};
    run_happened(run, now, &happening);
}

static run_time later(run_time a, run_time b)
{
    return a > b ? a : b;
}

/* Since when the target has had everything that it needs to do what is expected. */
static run_time expect_since(const struct run *run)
{
    return later(run->expect_since, run->sent_at);
}

/* When the barrier is due, if one is: at once where only `open` is asked, after the grace where the target
 * may be failing the connection. Our ping must not be unread when it does: its kernel would answer with RST
 * (see cases/README.md). */
static run_time barrier_due(const struct run *run)
{
    bool at_once = false;
    if (run->phase != PHASE_STEPS || run->expect == NULL || run->barrier_sent || run->ended ||
        !(run->settings->can & NEEDS_PONG) || run->close_sent || run->close_received || !run_send_idle(run) ||
        !run_send_at_border(run) || !run_match_wants_barrier(run, &at_once))
        return RUN_NEVER;
    if (at_once)
        return 0;
    return later(run->last_progress, expect_since(run)) + run->settings->grace;
}

static void send_barrier(struct run *run, run_time now)
{
    char text[RUN_BARRIER_SIZE + 1];
    snprintf(text, sizeof text, "barrier %08x", ++run->barrier_number);
    memcpy(run->barrier, text, RUN_BARRIER_SIZE);
    run->barrier_sent = true;
    /* A harness that was too busy to send it in time has not been watching the quiet either. */
    run_time on_time = now > run->settings->grace ? now - run->settings->grace : 0;
    run->quiet_since = later(run->quiet_since, on_time);
    run_send_control(run, now, WS_PING, run->barrier, RUN_BARRIER_SIZE,
                     "barrier: is the connection still open?");
}

/* When the quiet that is waited for is over. */
static run_time quiet_due(const struct run *run)
{
    uint64_t quiet_ms =
        run->phase == PHASE_STEPS && run->expect != NULL && run_send_idle(run) ? run_match_quiet_ms(run) : 0;
    return quiet_ms == 0 ? RUN_NEVER : later(run->quiet_since, expect_since(run)) + quiet_ms * 1000;
}

/* When the time of an alternative is over that says `within`. */
static run_time within_due(const struct run *run)
{
    return run->phase == PHASE_STEPS && run->expect != NULL && run_send_idle(run)
               ? run_match_within_next(run, expect_since(run))
               : RUN_NEVER;
}

/* The target's buffers, and ours, are full: that is what `reading off` was for. */
static run_time stall_due(const struct run *run)
{
    bool waits = run->sender.not_before > run->last_progress;
    return run->reading_off && run->phase != PHASE_DONE && !waits ? run->last_progress + RUN_STALL_US
                                                                  : RUN_NEVER;
}

static void stop_the_stop(struct run *run, run_time now)
{
    run->reading_off = false;
    run_progress(run, now);
    transcript_note(&run->transcript, now - run->started, "reading on: the target takes nothing more");
}

bool run_reads(const struct run *run)
{
    return !run->reading_off;
}

/* When patience is over. */
static run_time silence_due(const struct run *run)
{
    const struct run_settings *settings = run->settings;
    if (run->phase == PHASE_DONE)
        return RUN_NEVER;
    if (run->phase == PHASE_CONNECTING || run->phase == PHASE_HANDSHAKE)
        return (run->phase == PHASE_CONNECTING ? run->started : run->handshake_sent) +
               HANDSHAKE_PATIENCES * settings->patience;
    run_time due = run->last_progress + settings->patience;
    if (run->sender.not_before != 0 && run->sender.not_before + settings->patience > due)
        due = run->sender.not_before + settings->patience;
    if (run->phase == PHASE_STEPS && run->expect != NULL) {
        due = later(due, run_match_within_last(run, expect_since(run)));
        uint64_t quiet_ms = run_match_quiet_ms(run);
        if (quiet_ms > 0) /* a flood is not waited out until `longest` */
            due = later(due, expect_since(run) + quiet_ms * 1000 + settings->patience);
    }
    /* A thousand echoes of a peer that takes its time are no fault of it. */
    run_time last = run->started + settings->longest + (current_round(run) - 1) * ROUND_US;
    return due < last ? due : last;
}

void run_tick(struct run *run, run_time now)
{
    if (now >= barrier_due(run))
        send_barrier(run, now);
    if (now >= quiet_due(run)) {
        struct happening quiet = {.kind = HAPPENED_QUIET};
        run_match_happening(run, now, &quiet);
    }
    if (now >= within_due(run))
        run_match_within_over(run, now, expect_since(run));
    if (now >= stall_due(run))
        stop_the_stop(run, now);
    if (run->phase == PHASE_DONE || now < silence_due(run))
        return;
    if (run->phase == PHASE_CONNECTING && tls_is_subject(run)) {
        begin_steps(run, now);
        run_match_silence(run, now);
    } else if (run->phase == PHASE_CONNECTING)
        run_finish(run, VERDICT_SETUP, "no connection%s within %llu ms",
                   (run->settings->can & NEEDS_TLS) != 0 ? " and TLS handshake" : "",
                   (unsigned long long)(now - run->started) / 1000);
    else if (run->phase == PHASE_HANDSHAKE && !run->open_is_subject)
        run_finish(run, VERDICT_SETUP, "no complete %s within %llu ms",
                   run->instance.role == WS_SERVER ? "response to the opening handshake"
                                                   : "opening handshake",
                   (unsigned long long)(now - run->handshake_sent) / 1000);
    else if (run->phase == PHASE_HANDSHAKE) {
        begin_steps(run, now);
        uint64_t quiet_ms = run_match_quiet_ms(run);
        struct happening quiet = {.kind = HAPPENED_QUIET};
        if (quiet_ms > 0 && run->handshake_sent + quiet_ms * 1000 <= now)
            run_match_happening(run, now, &quiet);
        if (run->phase != PHASE_DONE && run->expect != NULL)
            run_match_silence(run, now);
    } else if (run->phase == PHASE_STEPS && run->expect != NULL)
        run_match_silence(run, now);
    else if (run->phase == PHASE_STEPS)
        run_finish(run, run_failure(run), "the target does not take what is sent to it");
    else
        run_close_silence(run, now);
}

/* The head of our own: the request, or the response. */
static struct run_action head_next(struct run *run, run_time now)
{
    size_t left = run->request.size - run->request_sent;
    /* A head that is not what the case is about goes out whole in every delivery. */
    const struct case_step *first = run->instance.definition->steps;
    bool about =
        run->instance.role == WS_SERVER ? run->open_is_subject : first != NULL && first->kind == STEP_OPEN;
    bool by_octet = run->request_gap > 0 || (about && run->instance.delivery == DELIVER_OCTET);
    size_t most = by_octet ? 1 : RUN_WRITE_MAX;
    size_t size = left < most ? left : most;
    const uint8_t *at = (const uint8_t *)run->request.text + run->request_sent;
    if (run->request_sent == 0) {
        struct transcript_line *line =
            transcript_begin(&run->transcript, TRANSCRIPT_SEND, now - run->started);
        if (line != NULL) {
            const char *end = memchr(run->request.text, '\r', run->request.size);
            int shown = end == NULL ? 60 : (int)(end - run->request.text);
            snprintf(line->note, sizeof line->note, "open  %.*s", shown < 150 ? shown : 150,
                     run->request.text);
            transcript_octets(line, at, run->request.size);
        }
    }
    size_t head = run->request_sent < run->early_at ? run->early_at - run->request_sent : 0;
    if (size > head)
        run_send_follow(run, at + head, size - head);
    run->request_sent += size;
    run->request_not_before = now + run->request_gap;
    return (struct run_action){.kind = RUN_WRITE, .octets = {at, size}, .apart = size == 1};
}

/* Is there more of the request to send? What is sent early goes out also when the response did not wait for
 * it. */
static bool is_asking(const struct run *run)
{
    bool wanted = run->phase == PHASE_HANDSHAKE || (run->phase == PHASE_STEPS && run->verdict.opened);
    return wanted && run->request_sent < run->request.size && !run->ended;
}

/* RFC 6455 7.1.1: behind the closing handshake it is the server that closes TCP, and at once; unless the case
 * wants to see what the client does when it is left waiting. Where our own stream ends inside a frame the
 * client's Close cannot be answered: TCP is closed all the same. */
static bool closes_tcp(const struct run *run)
{
    bool waits = run->phase == PHASE_STEPS && run->expect != NULL && run_match_quiet_ms(run) > 0;
    bool closing = run->close_received && (run->close_sent || !run_send_at_border(run));
    return run->instance.role == WS_CLIENT && closing && !run->finished && !run->shutdown_done && !waits &&
           run_send_idle(run);
}

static struct run_action next_action(struct run *run, run_time now)
{
    static const struct run_action wait = {.kind = RUN_WAIT};
    if (is_asking(run) && now >= run->request_not_before) {
        run_progress(run, now);
        return head_next(run, now);
    }
    advance(run, now);
    if (run->aside_sent == run->aside_size)
        run->aside_sent = run->aside_size = 0;
    if (run->phase == PHASE_DONE) {
        run->verdict.duration = now - run->started;
        run_deflate_free(run); /* a run may be held for a while: what is left to tell needs little of it */
        return (struct run_action){.kind = RUN_CLOSE};
    }
    if (run->ended || run->phase == PHASE_CONNECTING || run->phase == PHASE_HANDSHAKE)
        return wait;
    if (run->phase == PHASE_STEPS && now >= barrier_due(run))
        send_barrier(run, now);
    /* RFC 6455 5.5.1: an answer that had to wait for the end of our own frame. */
    if (run->phase == PHASE_STEPS && run->close_received && !run->close_sent && run_send_at_border(run))
        run_send_close_answer(run, now);
    if (run->aside_size > run->aside_sent && run_send_at_border(run)) {
        struct run_action action = {
            .kind = RUN_WRITE, .octets = {run->aside + run->aside_sent, run->aside_size - run->aside_sent}};
        run->aside_sent = run->aside_size;
        return action;
    }
    if (closes_tcp(run)) {
        run->finished = true;
        return (struct run_action){.kind = RUN_SHUTDOWN};
    }
    if (run->phase != PHASE_STEPS)
        return wait;
    struct run_action action = run_send_next(run, now);
    if (action.kind == RUN_WRITE)
        run_progress(run, now);
    if (action.kind == RUN_CLOSE)
        run->verdict.duration = now - run->started;
    if (action.kind == RUN_WAIT) {
        /* Nothing is left to send before the expect: the round or the case may be over, a barrier may be due.
         */
        advance(run, now);
        bool answer = run->aside_size > run->aside_sent && run_send_at_border(run);
        if (run->phase == PHASE_DONE || answer || closes_tcp(run) || now >= barrier_due(run))
            return next_action(run, now);
    }
    return action;
}

struct run_action run_next(struct run *run, run_time now)
{
    struct run_action action = next_action(run, now);
    if (action.kind == RUN_WRITE)
        run_wire_write(run, action.octets.size);
    if (action.kind == RUN_CLOSE)
        run_wire_collect(run);
    return action;
}

run_time run_deadline(const struct run *run)
{
    run_time due = silence_due(run);
    run_time other = barrier_due(run);
    due = other < due ? other : due;
    other = quiet_due(run);
    due = other < due ? other : due;
    other = within_due(run);
    due = other < due ? other : due;
    other = stall_due(run);
    due = other < due ? other : due;
    if (run->request_gap > 0 && is_asking(run) && run->request_not_before < due)
        due = run->request_not_before;
    if (run->phase == PHASE_STEPS && !run_send_idle(run) && run->sender.not_before != 0 &&
        run->sender.not_before < due)
        due = run->sender.not_before;
    return due;
}

const struct run_verdict *run_verdict(const struct run *run)
{
    return &run->verdict;
}

const struct transcript *run_transcript(const struct run *run)
{
    return &run->transcript;
}

struct ws_octets run_response(const struct run *run)
{
    return (struct ws_octets){run->response,
                              run->response_head_size > 0 ? run->response_head_size : run->response_size};
}
