/* SPDX-License-Identifier: MIT */
/* run_alternative.c: what one alternative of an expect makes of what happens: it steps on, dies, or takes it
 * for noise. Owns the comparison of messages and frames; does not own the choice among alternatives. */
#include "harness/run_machine.h"

#include <string.h>

enum { COMPARE_SIZE = 16 * 1024 };

void run_alternative_die(struct matcher *matcher)
{
    matcher->dead = true;
}

void run_alternative_step_on(struct matcher *matcher)
{
    matcher->next = matcher->next->next;
    matcher->close_seen = false;
}

static void deviate(struct matcher *matcher, const char *deviation)
{
    if (matcher->grade == GRADE_OK)
        matcher->grade = GRADE_NON_STRICT;
    matcher->deviation = deviation;
}

/* The next message that the alternative waits for: controls before it may still come while the message is
 * under way. */
static const struct outcome *next_message(const struct matcher *matcher)
{
    const struct outcome *outcome = matcher->next;
    while (outcome != NULL && (outcome->kind == OUTCOME_PING || outcome->kind == OUTCOME_PONG))
        outcome = outcome->next;
    return outcome != NULL && outcome->kind == OUTCOME_MESSAGE ? outcome : NULL;
}

/* Messages that nobody asked for are noise from a target that does not echo, or that speaks of its own
 * accord. */
static bool message_is_noise(const struct run *run)
{
    return run->settings->pushes || !(run->settings->can & NEEDS_ECHO);
}

static void message_begins(const struct run *run, struct matcher *matcher, uint8_t opcode)
{
    const struct outcome *message = next_message(matcher);
    if (message == NULL && message_is_noise(run))
        return;
    if (message == NULL) {
        /* RFC 6455 5.4: an echo may come back fragment by fragment, before the message it answers is whole,
         * and a Close frame may break it off (6.1). It is too much only when it ends. */
        matcher->stray = true;
        return;
    }
    if (message->opcode != opcode) {
        run_alternative_die(matcher);
        return;
    }
    matcher->message = message;
    matcher->compared = 0;
    matcher->length = message->any_octets ? 0 : octets_length(message->octets, &run->instance);
}

static void message_goes_on(const struct run *run, struct matcher *matcher, struct ws_octets piece)
{
    if (matcher->message == NULL || matcher->message->any_octets)
        return;
    uint8_t block[COMPARE_SIZE];
    while (piece.size > 0) {
        size_t n = piece.size < sizeof block ? piece.size : sizeof block;
        if (n > matcher->length - matcher->compared) {
            run_alternative_die(matcher);
            return;
        }
        octets_read(matcher->message->octets, &run->instance, matcher->compared, block, n);
        if (memcmp(block, piece.at, n) != 0) {
            run_alternative_die(matcher);
            return;
        }
        matcher->compared += n;
        piece.at += n;
        piece.size -= n;
    }
}

static void message_ends(const struct run *run, struct matcher *matcher)
{
    if (matcher->stray)
        run_alternative_die(matcher);
    if (matcher->message == NULL)
        return;
    bool whole = matcher->message->any_octets || matcher->compared == matcher->length;
    if (!whole || run->deflate.spoilt || matcher->next != matcher->message) {
        run_alternative_die(matcher);
        return;
    }
    matcher->message = NULL;
    run_alternative_step_on(matcher);
}

/* A frame outcome wants exactly this frame next: nothing is noise. */
static void frame_comes(const struct run *run, struct matcher *matcher, const struct happening *happening)
{
    const struct frame_spec *spec = &matcher->next->frame;
    const struct ws_frame_header *header = happening->header;
    bool control = ws_opcode_is_control(header->opcode);
    size_t code = spec->has_code ? 2 : 0;
    if (happening->kind == HAPPENED_FRAME_BEGIN) {
        uint64_t opcode =
            spec->opcode_given ? case_integer_value(&spec->opcode_number, &run->instance) : spec->opcode;
        uint64_t rsv = spec->rsv_given ? case_integer_value(&spec->rsv_number, &run->instance) : spec->rsv;
        bool masked = (run->instance.role == WS_CLIENT) != (spec->mask == MASK_FLIPPED);
        matcher->length = code + octets_length(spec->payload, &run->instance);
        matcher->compared = 0;
        if (header->opcode != opcode || header->rsv != rsv || header->fin != spec->fin ||
            header->masked != masked || header->length != matcher->length ||
            (spec->has_length_form && header->length_form != spec->length_form))
            run_alternative_die(matcher);
        return;
    }
    if (happening->kind == HAPPENED_FRAME_PIECE || control) {
        struct ws_octets got = happening->octets;
        if (control && code > 0) {
            uint64_t wanted = case_integer_value(&spec->code, &run->instance);
            if (got.size < 2 || (uint64_t)(got.at[0] << 8 | got.at[1]) != wanted) {
                run_alternative_die(matcher);
                return;
            }
            got.at += 2;
            got.size -= 2;
        }
        uint8_t block[COMPARE_SIZE];
        for (size_t at = 0; at < got.size;) {
            size_t n = got.size - at < sizeof block ? got.size - at : sizeof block;
            octets_read(spec->payload, &run->instance, matcher->compared, block, n);
            if (memcmp(block, got.at + at, n) != 0) {
                run_alternative_die(matcher);
                return;
            }
            matcher->compared += n;
            at += n;
        }
    }
    if (happening->kind == HAPPENED_FRAME_END)
        run_alternative_step_on(matcher);
}

/* Has a Close frame been awaited already? TCP that is to end without one must not end behind one: what is
 * said with a Close frame is graded where the case names it. */
static bool close_is_behind(const struct matcher *matcher)
{
    for (const struct outcome *o = matcher->alternative->outcomes; o != matcher->next; o = o->next) {
        if (o->kind == OUTCOME_CLOSE || o->kind == OUTCOME_FAIL)
            return true;
    }
    return false;
}

static void control_comes(const struct run *run, struct matcher *matcher, uint8_t opcode,
                          struct ws_octets payload)
{
    const struct outcome *next = matcher->next;
    if (opcode == WS_CLOSE) {
        bool absent = payload.size < 2;
        uint64_t code = absent ? 1005 : (uint64_t)(payload.at[0] << 8 | payload.at[1]);
        if (next->kind == OUTCOME_CLOSE) {
            if (run_codes_have(run, &next->codes, code, absent))
                run_alternative_step_on(matcher);
            else
                run_alternative_die(matcher);
        } else if (next->kind == OUTCOME_FAIL && !matcher->close_seen) {
            matcher->close_seen = true;
            if (!run_codes_have(run, &next->codes, code, absent))
                deviate(matcher, "the close code is not the one that fits (RFC 6455 7.4.1)");
        } else if (next->kind != OUTCOME_FAIL && !close_is_behind(matcher)) {
            run_alternative_die(matcher);
        }
        return;
    }
    if (opcode != WS_PING && opcode != WS_PONG)
        return; /* reserved (5.2): the monitors tell */
    enum outcome_kind wanted = opcode == WS_PING ? OUTCOME_PING : OUTCOME_PONG;
    if (next->kind == wanted && (next->any_octets || run_octets_are(run, next->octets, payload)))
        run_alternative_step_on(matcher);
    /* Any other ping or pong is noise: pings may come at any time (5.5.2), pongs may be unsolicited (5.5.3).
     * A pong that carries the payload of a ping sent behind the violation is caught by the barrier rule
     * below. */
}

/* Has the target answered a ping that was sent in this group? Then it went on after a violation. */
static bool answers_ping_of_step(const struct run *run, struct ws_octets payload)
{
    const struct case_step *step = run->instance.definition->steps;
    bool answers = false;
    for (; step != NULL && step != run->expect; step = step->next) {
        if (step->kind == STEP_EXPECT)
            answers = false; /* that was another group: its pong may be late (5.5.3) */
        if (step->kind == STEP_SEND && step->frame.opcode == WS_PING && !step->frame.opcode_given &&
            run_octets_are(run, step->frame.payload, payload))
            answers = true;
    }
    return answers;
}

/* The target is to fail the connection, or to end it without a word: it must not go on answering (RFC
 * 6455 7.1.7). */
static bool must_have_stopped(const struct matcher *matcher)
{
    bool at_once = matcher->next == matcher->alternative->outcomes;
    return matcher->next->kind == OUTCOME_FAIL || (matcher->next->kind == OUTCOME_END && at_once);
}

/* An end that is awaited by itself, of a connection that nothing is wrong with, comes between frames: the
 * frames that were formed must be transmitted (RFC 6455 6.1). Who fails the connection may stop anywhere. */
static void end_comes(const struct run *run, struct matcher *matcher, bool reset)
{
    const struct outcome *next = matcher->next;
    if (next->kind == OUTCOME_FAIL) {
        if (!matcher->close_seen)
            deviate(matcher, "TCP ended without a Close frame (RFC 6455 7.1.7: SHOULD send one)");
        run_alternative_step_on(matcher);
    } else if ((next->kind == OUTCOME_END || next->kind == (reset ? OUTCOME_RESET : OUTCOME_EOF)) &&
               !run_is_torn(run)) {
        if (next->kind == OUTCOME_EOF && run->end == RUN_TRUNCATED)
            deviate(matcher, "TCP ended without close_notify (RFC 6455 7.1.1: SHOULD end TLS cleanly)");
        run_alternative_step_on(matcher);
    } else {
        run_alternative_die(matcher);
    }
}

/* Pings and pongs may come at any time (RFC 6455 5.5.2, 5.5.3), and an echo in fragments before the message
 * it answers is whole (5.4): none of these is an answer to what was sent. */
bool run_match_is_quiet(const struct happening *happening)
{
    if (happening->kind == HAPPENED_FRAME_BEGIN || happening->kind == HAPPENED_FRAME_PIECE)
        return true;
    if (happening->kind != HAPPENED_FRAME_END)
        return false;
    uint8_t opcode = happening->header->opcode;
    return ws_opcode_is_control(opcode) ? opcode == WS_PING || opcode == WS_PONG : !happening->header->fin;
}

void run_alternative_takes(const struct run *run, struct matcher *matcher, const struct happening *happening)
{
    const struct outcome *next = matcher->next;
    if (next->kind == OUTCOME_QUIET && happening->kind != HAPPENED_QUIET) {
        if (!run_match_is_quiet(happening))
            run_alternative_die(matcher);
        return;
    }
    bool is_frame = happening->kind == HAPPENED_FRAME_BEGIN || happening->kind == HAPPENED_FRAME_PIECE ||
                    happening->kind == HAPPENED_FRAME_END;
    if (next->kind == OUTCOME_FRAME && is_frame) {
        frame_comes(run, matcher, happening);
        return;
    }
    bool control = is_frame && ws_opcode_is_control(happening->header->opcode);
    switch (happening->kind) {
    case HAPPENED_FRAME_BEGIN:
        /* A continuation of nothing is data of its own. */
        if (!control && (happening->header->opcode != WS_CONTINUATION || run->judge.message_opcode == 0))
            message_begins(run, matcher, happening->header->opcode);
        break;
    case HAPPENED_FRAME_PIECE:
        message_goes_on(run, matcher, happening->octets);
        break;
    case HAPPENED_FRAME_END:
        if (!control && happening->header->fin)
            message_ends(run, matcher);
        else if (control && happening->header->opcode == WS_PONG && must_have_stopped(matcher) &&
                 answers_ping_of_step(run, happening->octets))
            run_alternative_die(matcher);
        else if (control && (happening->header->opcode == WS_CLOSE ||
                             happening->header->length <= WS_CONTROL_PAYLOAD_MAX))
            control_comes(run, matcher, happening->header->opcode, happening->octets);
        break;
    case HAPPENED_RESPONSE:
        if (next->kind == OUTCOME_HTTP && run_response_fits(run, next, happening->head))
            run_alternative_step_on(matcher);
        else
            run_alternative_die(matcher);
        break;
    case HAPPENED_BARRIER:
        if (next->kind == OUTCOME_OPEN)
            run_alternative_step_on(matcher);
        else if (must_have_stopped(matcher))
            run_alternative_die(matcher);
        break;
    case HAPPENED_QUIET:
        if (next->kind == OUTCOME_QUIET)
            run_alternative_step_on(matcher);
        break;
    case HAPPENED_EOF:
    case HAPPENED_RESET:
        end_comes(run, matcher, happening->kind == HAPPENED_RESET);
        break;
    }
}

void run_alternative_joins(const struct run *run, struct matcher *matcher)
{
    if (!run->message_open || run->message_received > sizeof run->prefix)
        return;
    message_begins(run, matcher, run->message_opcode);
    message_goes_on(run, matcher, (struct ws_octets){run->prefix, (size_t)run->message_received});
}
