/* SPDX-License-Identifier: MIT */
/* session_probe.c: asks a target what it can do, before anything is tested. Owns the target's line in the
 * journal. */
#include "harness/session_state.h"

#include <string.h>

/* Runs a probe; true if it was answered as it says. The verdict is in `verdict`. */
static bool probe(struct session *session, const char *id, struct run_verdict *verdict)
{
    const struct case_instance *instance = session_find_probe(session->plan, id);
    struct run *run = instance == NULL ? NULL : session_run_alone(session, instance);
    if (run == NULL)
        return false;
    *verdict = *run_verdict(run);
    run_free(run);
    return verdict->verdict == VERDICT_OK;
}

/* ---- Does it echo? ---- */

enum echo { ECHO_NONE, ECHO_WRONG, ECHO_RIGHT };

/* How much longer or shorter an answer may be to count as the message come back: who leaves a masking key in
 * it, adds or loses a NUL or the end of a line spoils an echo, who puts words around it has something to say.
 */
enum { ECHO_SIZE_SLACK = 4 };

/* Octets of the message that a probe sends. */
static uint64_t sent_size(const struct case_instance *instance)
{
    const struct case_step *step = instance->definition->steps;
    while (step->kind != STEP_SEND)
        step = step->next;
    return octets_length(step->frame.payload, instance);
}

/* Is one of the data frames that came about as long as what was sent? The octets and the type are not looked
 * at, nor is anything that is wrong with the frame, or with those before it. */
static bool came_back_spoilt(const struct run *run, const struct case_instance *instance)
{
    const struct transcript *transcript = run_transcript(run);
    size_t kept = transcript->lines == NULL ? 0 : transcript->number;
    for (size_t i = 0; i < kept && i < TRANSCRIPT_HEAD; i++) {
        const struct transcript_line *line = &transcript->lines[i];
        if (!line->is_frame || line->direction != TRANSCRIPT_RECEIVE ||
            ws_opcode_is_control(line->header.opcode))
            continue;
        uint64_t came = line->header.length, sent = sent_size(instance);
        if ((came > sent ? came - sent : sent - came) <= ECHO_SIZE_SLACK)
            return true;
    }
    return false;
}

/* Asks with a short message and, when that does not come back as it was, with a long one. A server that
 * answers with words of its own may hit one length, but not both. */
static enum echo probe_echo(struct session *session, const char *short_id, const char *long_id)
{
    const char *const ids[] = {short_id, long_id};
    size_t spoilt = 0;
    for (size_t i = 0; i < 2; i++) {
        const struct case_instance *instance = session_find_probe(session->plan, ids[i]);
        struct run *run = instance == NULL ? NULL : session_run_alone(session, instance);
        if (run == NULL)
            return ECHO_NONE;
        bool right = run_verdict(run)->verdict == VERDICT_OK;
        /* Whose answer breaks a rule is not passed over: without cases that make it answer nobody would tell.
         * Of who speaks of its own accord it is not known that it was an answer. */
        bool answers_badly = run_verdict(run)->violation_count > 0 && !session->settings.pushes;
        spoilt += came_back_spoilt(run, instance) || answers_badly;
        run_free(run);
        if (right)
            return i == 0 ? ECHO_RIGHT : ECHO_WRONG;
    }
    return spoilt == 2 ? ECHO_WRONG : ECHO_NONE;
}

/* Who echoes text wrongly need not be asked for more; who takes no binary messages (1003 is for that) is no
 * echo. */
static enum echo probe_echoes(struct session *session)
{
    enum echo text = probe_echo(session, "echo-text", "echo-text-long");
    return text == ECHO_RIGHT ? probe_echo(session, "echo-binary", "echo-binary-long") : text;
}

static const char *echo_words(enum echo echo)
{
    switch (echo) {
    case ECHO_NONE:
        return "does not echo (cases that need an echo are skipped)";
    case ECHO_WRONG:
        return "echoes, but not what it was sent (cases that need an echo are run)";
    case ECHO_RIGHT:
        return "echoes";
    }
    return "";
}

/* ---- The rest ---- */

/* The opening handshake, over each address of the host until one connects. */
static struct run *probe_open(struct session *session)
{
    struct run *run = NULL;
    do {
        run_free(run);
        run = session_run_alone(session, session_find_probe(session->plan, "open"));
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

/* The subprotocol that a response names, as it was offered; NULL if it names none of those. */
static const char *agreed(const struct session *session, const char *named)
{
    const char *const *offered = session->settings.subprotocols;
    while (named != NULL && offered != NULL && *offered != NULL && strcmp(*offered, named) != 0)
        offered++;
    return named == NULL || offered == NULL ? NULL : *offered;
}

/* What it says to an offer of permessage-deflate. */
static const char *probe_extensions(struct session *session, struct arena *arena)
{
    const struct case_instance *instance = session_find_probe(session->plan, "deflate");
    struct run *run = instance == NULL ? NULL : session_run_alone(session, instance);
    /* An answer that must not be accepted (9.1) shows that it negotiates: what is wrong, the cases can tell.
     */
    const char *extensions = run == NULL || !run_verdict(run)->switched
                                 ? NULL
                                 : response_field(arena, run, "Sec-WebSocket-Extensions");
    run_free(run);
    return extensions;
}

/* Writes the target's line; `open` is the run that probed it, NULL if it did not come so far. */
void session_write_target(struct session *session, const struct run *open, bool echoes, bool pongs)
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
    session->settings.subprotocol = agreed(session, line.subprotocol);
    if (session->settings.subprotocol != NULL)
        session->settings.can |= NEEDS_SUBPROTOCOL;
    if (line.extensions != NULL && strstr(line.extensions, "permessage-deflate") != NULL)
        session->settings.can |= NEEDS_DEFLATE;
    line.response = line.response == NULL ? "" : line.response;
    line.agent = line.agent == NULL ? "" : line.agent;
    if (!recorder_write_target(session->recorder, &line))
        session_fail(session, SESSION_FAULT, "%s", journal_error(session->recorder->journal));
    arena_free(&arena);
}

/* The opening handshake fails, and would in every case: where each is to be recorded, each gets this run. */
static void write_unopened(struct session *session, const struct run *open)
{
    for (size_t i = 0; i < session->plan->instance_count; i++) {
        if (session->plan->selected[i])
            session_write_run(session, i, open, NULL);
    }
}

void session_probe(struct session *session)
{
    struct run *open = probe_open(session);
    if (open == NULL || session->failed) {
        run_free(open);
        return;
    }
    bool in_full = session->recorder->numbers != NULL;
    if (run_verdict(open)->switched && !run_verdict(open)->opened && !in_full) {
        /* It means to be a WebSocket server: what is wrong with its handshake, the cases about that can tell.
         */
        session->unopened = true;
        session->settings.can &= ~(unsigned)(NEEDS_ECHO | NEEDS_PONG);
        session_write_target(session, open, false, false);
        console_line(session->recorder->console, "%s: %s; only the cases of the opening handshake are run",
                     session->target.url_text, run_verdict(open)->reason);
    } else if (!run_verdict(open)->opened) {
        session_write_target(session, open, false, false);
        if (in_full && run_verdict(open)->connected)
            write_unopened(session, open);
        session_fail(session, SESSION_UNREACHABLE, "%s", run_verdict(open)->reason);
    } else {
        struct run_verdict verdict = {0};
        bool greets = !probe(session, "greeting", &verdict) && verdict.verdict == VERDICT_INFORMATIONAL &&
                      verdict.opened;
        session->settings.pushes = greets;
        enum echo echo = probe_echoes(session);
        bool pongs = probe(session, "pong", &verdict);
        if (session->failed) {
            run_free(open);
            return;
        }
        session->settings.can &= ~(unsigned)(NEEDS_ECHO | NEEDS_PONG);
        session->settings.can |= (echo != ECHO_NONE ? NEEDS_ECHO : 0U) | (pongs ? NEEDS_PONG : 0U);
        session_write_target(session, open, echo != ECHO_NONE, pongs);
        console_line(session->recorder->console, "%s: %s, %s%s", session->target.url_text, echo_words(echo),
                     pongs ? "answers pings" : "does not answer pings",
                     greets ? ", speaks of its own accord" : "");
    }
    run_free(open);
}
