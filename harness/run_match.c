/* SPDX-License-Identifier: MIT */
/* run_match.c: follows the alternatives of the expect that is waited for, one happening at a time, and
 * settles when the best one that can still match has matched. Owns which verdict words an expect leads to;
 * does not own the closing. */
#include "harness/run_machine.h"

#include <stdio.h>
#include <string.h>

enum { COMPARE_SIZE = 16 * 1024 };

static bool codes_have(const struct run *run, const struct codes *codes, uint64_t code, bool absent)
{
    if (codes->kind == CODES_ANY)
        return true;
    if (absent || codes->kind == CODES_NONE)
        return absent && codes->kind == CODES_NONE;
    for (const struct code_range *range = codes->ranges; range != NULL; range = range->next) {
        if (code >= case_integer_value(&range->low, &run->instance) &&
            code <= case_integer_value(&range->high, &run->instance))
            return true;
    }
    return false;
}

static bool octets_are(const struct run *run, const struct octets_atom *expected, struct ws_octets got)
{
    uint8_t block[COMPARE_SIZE];
    if (octets_length(expected, &run->instance) != got.size)
        return false;
    for (size_t at = 0; at < got.size;) {
        size_t n = got.size - at < sizeof block ? got.size - at : sizeof block;
        octets_read(expected, &run->instance, at, block, n);
        if (memcmp(block, got.at + at, n) != 0)
            return false;
        at += n;
    }
    return true;
}

/* ---- HTTP responses ---- */

static struct ws_octets materialise(const struct run *run, const struct octets_atom *octets, uint8_t *room,
                                    size_t size)
{
    uint64_t length = octets_length(octets, &run->instance);
    size_t n = length < size - 1 ? (size_t)length : size - 1;
    octets_read(octets, &run->instance, 0, room, n);
    room[n] = '\0';
    return (struct ws_octets){room, n};
}

/* `none`: without a value. A value that is no number is in no range. */
static bool parameter_fits(const struct run *run, const struct codes *codes,
                           const struct ws_extension_parameter *parameter)
{
    uint64_t value = 0;
    bool is_number = parameter->value_size > 0 && parameter->value_size <= 9;
    for (size_t i = 0; i < parameter->value_size && is_number; i++) {
        is_number = parameter->value[i] >= '0' && parameter->value[i] <= '9';
        value = value * 10 + (uint64_t)(parameter->value[i] - '0');
    }
    bool fits = codes_have(run, codes, value, !parameter->has_value);
    return fits && (is_number || codes->kind != CODES_RANGES);
}

static bool extension_fits(const struct run *run, const struct http_condition *condition,
                           const struct ws_head *head)
{
    uint8_t token[256], parameter[256];
    struct ws_octets want = materialise(run, condition->name, token, sizeof token);
    struct ws_octets name = materialise(run, condition->parameter, parameter, sizeof parameter);
    struct ws_list_walk walk = {.head = head, .name = "Sec-WebSocket-Extensions"};
    struct ws_octets member;
    while (ws_list_next(&walk, &member)) {
        struct ws_extension extension;
        if (!ws_extension_parse(member, &extension) || !ws_octets_equal_ignoring_case(extension.token, want))
            continue;
        if (name.size == 0)
            return true;
        for (size_t i = 0; i < extension.parameter_count; i++) {
            if (ws_octets_equal(extension.parameters[i].name, name))
                return parameter_fits(run, &condition->codes, &extension.parameters[i]);
        }
        return false;
    }
    return false;
}

static bool condition_holds(const struct run *run, const struct http_condition *condition,
                            const struct ws_head *head)
{
    uint8_t name[256];
    materialise(run, condition->name, name, sizeof name);
    const struct ws_octets *value;
    switch (condition->kind) {
    case HTTP_HAS:
        return ws_head_find(head, (const char *)name, NULL) != NULL;
    case HTTP_HAS_NOT:
        return ws_head_find(head, (const char *)name, NULL) == NULL;
    case HTTP_VALUE:
        value = ws_head_find(head, (const char *)name, NULL);
        return value != NULL && octets_are(run, condition->parameter, *value);
    case HTTP_EXTENSION:
        return extension_fits(run, condition, head);
    case HTTP_NO_EXTENSION:
        return ws_head_find(head, "Sec-WebSocket-Extensions", NULL) == NULL;
    }
    return false;
}

static bool response_fits(const struct run *run, const struct outcome *outcome, const struct ws_head *head)
{
    if (!codes_have(run, &outcome->codes, head->status, false))
        return false;
    /* A 101 that a client would not accept is not a 101 (RFC 6455 4.1). */
    if (head->status == 101 && !run->verdict.opened)
        return false;
    for (const struct http_condition *c = outcome->conditions; c != NULL; c = c->next) {
        if (!condition_holds(run, c, head))
            return false;
    }
    return true;
}

/* ---- One alternative ---- */

static void die(struct matcher *matcher)
{
    matcher->dead = true;
}

static void step_on(struct matcher *matcher)
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
        die(matcher);
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
            die(matcher);
            return;
        }
        octets_read(matcher->message->octets, &run->instance, matcher->compared, block, n);
        if (memcmp(block, piece.at, n) != 0) {
            die(matcher);
            return;
        }
        matcher->compared += n;
        piece.at += n;
        piece.size -= n;
    }
}

static void message_ends(struct matcher *matcher)
{
    if (matcher->stray)
        die(matcher);
    if (matcher->message == NULL)
        return;
    bool whole = matcher->message->any_octets || matcher->compared == matcher->length;
    if (!whole || matcher->next != matcher->message) {
        die(matcher);
        return;
    }
    matcher->message = NULL;
    step_on(matcher);
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
            die(matcher);
        return;
    }
    if (happening->kind == HAPPENED_FRAME_PIECE || control) {
        struct ws_octets got = happening->octets;
        if (control && code > 0) {
            uint64_t wanted = case_integer_value(&spec->code, &run->instance);
            if (got.size < 2 || (uint64_t)(got.at[0] << 8 | got.at[1]) != wanted) {
                die(matcher);
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
                die(matcher);
                return;
            }
            matcher->compared += n;
            at += n;
        }
    }
    if (happening->kind == HAPPENED_FRAME_END)
        step_on(matcher);
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
            if (codes_have(run, &next->codes, code, absent))
                step_on(matcher);
            else
                die(matcher);
        } else if (next->kind == OUTCOME_FAIL && !matcher->close_seen) {
            matcher->close_seen = true;
            if (!codes_have(run, &next->codes, code, absent))
                deviate(matcher, "the close code is not the one that fits (RFC 6455 7.4.1)");
        } else if (next->kind != OUTCOME_FAIL && !close_is_behind(matcher)) {
            die(matcher);
        }
        return;
    }
    if (opcode != WS_PING && opcode != WS_PONG)
        return; /* reserved (5.2): the monitors tell */
    enum outcome_kind wanted = opcode == WS_PING ? OUTCOME_PING : OUTCOME_PONG;
    if (next->kind == wanted && (next->any_octets || octets_are(run, next->octets, payload)))
        step_on(matcher);
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
            octets_are(run, step->frame.payload, payload))
            answers = true;
    }
    return answers;
}

/* The target is to fail the connection, or to end it without a word: it must not go on answering (RFC
 * 6455 7.1.7). */
static bool must_have_stopped(const struct matcher *matcher)
{
    bool at_once = matcher->next == matcher->alternative->outcomes;
    return (matcher->next->kind == OUTCOME_FAIL && !matcher->close_seen) ||
           (matcher->next->kind == OUTCOME_END && at_once);
}

static void end_comes(struct matcher *matcher, bool reset)
{
    const struct outcome *next = matcher->next;
    if (next->kind == OUTCOME_FAIL) {
        if (!matcher->close_seen)
            deviate(matcher, "TCP ended without a Close frame (RFC 6455 7.1.7: SHOULD send one)");
        step_on(matcher);
    } else if (next->kind == OUTCOME_END || next->kind == (reset ? OUTCOME_RESET : OUTCOME_EOF)) {
        step_on(matcher);
    } else {
        die(matcher);
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

static void alternative_takes(const struct run *run, struct matcher *matcher,
                              const struct happening *happening)
{
    const struct outcome *next = matcher->next;
    if (next->kind == OUTCOME_QUIET && happening->kind != HAPPENED_QUIET) {
        if (!run_match_is_quiet(happening))
            die(matcher);
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
            message_ends(matcher);
        else if (control && happening->header->opcode == WS_PONG && must_have_stopped(matcher) &&
                 answers_ping_of_step(run, happening->octets))
            die(matcher);
        else if (control && (happening->header->opcode == WS_CLOSE ||
                             happening->header->length <= WS_CONTROL_PAYLOAD_MAX))
            control_comes(run, matcher, happening->header->opcode, happening->octets);
        break;
    case HAPPENED_RESPONSE:
        if (next->kind == OUTCOME_HTTP && response_fits(run, next, happening->head))
            step_on(matcher);
        else
            die(matcher);
        break;
    case HAPPENED_BARRIER:
        if (next->kind == OUTCOME_OPEN)
            step_on(matcher);
        else if (next->kind == OUTCOME_FAIL || must_have_stopped(matcher))
            die(matcher);
        break;
    case HAPPENED_QUIET:
        if (next->kind == OUTCOME_QUIET)
            step_on(matcher);
        break;
    case HAPPENED_EOF:
    case HAPPENED_RESET:
        end_comes(matcher, happening->kind == HAPPENED_RESET);
        break;
    }
}

/* ---- The expect ---- */

/* The expects that belong together: from a step on, the next one of the round. */
static const struct case_step *next_expect(const struct case_step *step)
{
    while (step != NULL && step->kind != STEP_EXPECT)
        step = step->next;
    return step;
}

static void wait_for(struct run *run, const struct case_step *expect, run_time now)
{
    run->expect = expect;
    run->expect_since = now;
    run->matcher_count = 0;
    run->barrier_sent = run->barrier_back = false;
    if (expect == NULL)
        return;
    for (const struct alternative *a = expect->alternatives; a != NULL; a = a->next) {
        if (run->matcher_count == RUN_ALTERNATIVES_MAX)
            break;
        run->matchers[run->matcher_count++] = (struct matcher){
            .alternative = a, .next = a->outcomes, .grade = a->grade_given ? a->grade : GRADE_OK};
        if (run->message_open && run->message_received <= sizeof run->prefix) {
            struct matcher *matcher = &run->matchers[run->matcher_count - 1];
            message_begins(run, matcher, run->message_opcode);
            message_goes_on(run, matcher, (struct ws_octets){run->prefix, (size_t)run->message_received});
        }
    }
}

void run_match_begin_round(struct run *run, run_time now)
{
    run->quiet_since = now;
    wait_for(run, next_expect(run->instance.definition->steps), now);
}

static bool is_terminal(const struct alternative *alternative)
{
    for (const struct outcome *o = alternative->outcomes; o != NULL; o = o->next) {
        if (o->kind == OUTCOME_FAIL || o->kind == OUTCOME_END || o->kind == OUTCOME_EOF ||
            o->kind == OUTCOME_RESET || o->kind == OUTCOME_CLOSE)
            return true;
    }
    return false;
}

/* All alternatives of an expect in one line. */
static void describe_expect(char *out, size_t size, const struct case_step *expect)
{
    struct text_buffer text = {.cap = 4096};
    for (const struct alternative *a = expect->alternatives; a != NULL; a = a->next) {
        if (a != expect->alternatives)
            text_print(&text, " or ");
        for (const struct outcome *o = a->outcomes; o != NULL; o = o->next) {
            if (o != a->outcomes)
                text_print(&text, ", ");
            case_print_outcome(&text, o);
        }
    }
    snprintf(out, size, "%.*s", (int)(size - 1), text.text == NULL ? "" : text.text);
    text_free(&text);
}

static void not_met(struct run *run, const char *observed)
{
    char expected[RUN_TEXT_MAX];
    describe_expect(expected, sizeof expected, run->expect);
    run->verdict.failed_step = run->expect;
    snprintf(run->verdict.observed, sizeof run->verdict.observed, "%s", observed);
    struct transcript_line *line = transcript_at(&run->transcript, run->happened_line);
    transcript_mark(line, "expected %.180s", expected);
    run_finish(run, run_failure(run), "expected %.150s; got %.200s", expected, observed);
}

static void met(struct run *run, const struct matcher *matcher, run_time now)
{
    bool failing = false;
    for (const struct outcome *o = matcher->alternative->outcomes; o != NULL; o = o->next)
        failing = failing || o->kind == OUTCOME_FAIL;
    if (matcher->grade == GRADE_SKIP) {
        run_finish(run, VERDICT_SKIP, "the target took the alternative that makes the case meaningless");
        return;
    }
    if (matcher->grade == GRADE_FAIL) {
        not_met(run, "what the case names as wrong");
        return;
    }
    if (matcher->grade > run->worst) {
        run->worst = matcher->grade;
        struct text_buffer text = {.cap = 4096};
        case_print_alternative(&text, matcher->alternative);
        snprintf(run->worst_text, sizeof run->worst_text, "%s%s%.200s",
                 matcher->deviation != NULL ? matcher->deviation : "took the alternative",
                 matcher->deviation != NULL ? "; expected " : ": ", text.text == NULL ? "" : text.text);
        text_free(&text);
    }
    run->failed_cleanly_expected = failing;
    if (is_terminal(matcher->alternative)) {
        run->terminal = true;
        wait_for(run, NULL, now);
        return;
    }
    wait_for(run, next_expect(run->expect->next), now);
}

/* Settles if the best alternative that can still match has matched, or none can. */
static void settle(struct run *run, run_time now, const char *observed, bool last_chance)
{
    const struct matcher *best = NULL;
    bool better_to_come = false;
    for (size_t i = 0; i < run->matcher_count; i++) {
        const struct matcher *m = &run->matchers[i];
        if (!m->dead && m->next == NULL && (best == NULL || m->grade < best->grade))
            best = m;
    }
    for (size_t i = 0; i < run->matcher_count; i++) {
        const struct matcher *m = &run->matchers[i];
        if (!m->dead && m->next != NULL && (best == NULL || m->grade < best->grade))
            better_to_come = true;
    }
    if (better_to_come && !last_chance)
        return;
    if (best != NULL)
        met(run, best, now);
    else
        not_met(run, observed);
}

void run_describe_happening(char *out, size_t size, const struct run *run, const struct happening *happening)
{
    uint8_t opcode = happening->header == NULL ? 0 : happening->header->opcode;
    uint64_t length = happening->header == NULL ? 0 : happening->header->length;
    switch (happening->kind) {
    case HAPPENED_FRAME_BEGIN:
        snprintf(out, size, "a %s frame of %llu octets", ws_opcode_name(opcode), (unsigned long long)length);
        break;
    case HAPPENED_FRAME_PIECE: {
        /* Where the octets differ is told for the first alternative that compares. */
        snprintf(out, size, "a %s message whose octets differ within octets %llu..%llu",
                 ws_opcode_name(run->message_opcode), (unsigned long long)happening->message_offset,
                 (unsigned long long)(happening->message_offset + happening->octets.size - 1));
        break;
    }
    case HAPPENED_FRAME_END:
        if (opcode == WS_CLOSE && happening->octets.size >= 2)
            snprintf(out, size, "close %u",
                     (unsigned)(happening->octets.at[0] << 8 | happening->octets.at[1]));
        else if (opcode == WS_CLOSE)
            snprintf(out, size, "close without a code");
        else if (ws_opcode_is_control(opcode))
            snprintf(out, size, "a %s of %zu octets", ws_opcode_name(opcode), happening->octets.size);
        else
            snprintf(out, size, "a whole %s message of %llu octets", ws_opcode_name(run->message_opcode),
                     (unsigned long long)happening->message_offset);
        break;
    case HAPPENED_RESPONSE:
        snprintf(out, size, "HTTP %u%s", happening->head->status,
                 happening->head->status == 101 && !run->verdict.opened ? " that a client must not accept"
                                                                        : "");
        break;
    case HAPPENED_BARRIER:
        snprintf(out, size, "the connection goes on: a ping sent afterwards was answered");
        break;
    case HAPPENED_QUIET:
        snprintf(out, size, "quiet");
        break;
    case HAPPENED_EOF:
        snprintf(out, size, "the end of TCP");
        break;
    case HAPPENED_RESET:
        snprintf(out, size, "a reset of TCP");
        break;
    }
}

void run_match_happening(struct run *run, run_time now, const struct happening *happening)
{
    for (size_t i = 0; i < run->matcher_count; i++) {
        struct matcher *matcher = &run->matchers[i];
        if (matcher->dead || matcher->next == NULL)
            continue;
        const struct outcome *next = matcher->next;
        uint64_t compared = matcher->compared;
        bool close_seen = matcher->close_seen;
        alternative_takes(run, matcher, happening);
        if (!matcher->dead &&
            (matcher->next != next || matcher->compared != compared || matcher->close_seen != close_seen))
            run_progress(run, now);
    }
    char observed[RUN_TEXT_MAX];
    run_describe_happening(observed, sizeof observed, run, happening);
    bool over = happening->kind == HAPPENED_EOF || happening->kind == HAPPENED_RESET ||
                happening->kind == HAPPENED_QUIET;
    /* An answer of ours may stand behind the frame in the transcript already. */
    bool is_frame = happening->header != NULL;
    run->happened_line =
        is_frame || run->transcript.number == 0 ? run->line_number : run->transcript.number - 1;
    settle(run, now, observed, over);
}

static bool is_waiting(const struct matcher *matcher)
{
    return !matcher->dead && matcher->next != NULL;
}

/* Where no ping is answered, silence has to do for `open`. */
static bool is_open_unasked(const struct run *run, const struct matcher *matcher)
{
    return matcher->next->kind == OUTCOME_OPEN && (run->settings->can & NEEDS_PONG) == 0;
}

/* Patience is over. That a target which has sent its Close leaves TCP to us is judged with the closing. */
static void patience_is_over(struct run *run, run_time now, struct matcher *matcher)
{
    if (run->close_received && run->close_sent && !run->left_open) {
        run->left_open = true;
        transcript_note(&run->transcript, now - run->started, "TCP is still open");
    }
    bool told = matcher->next->kind == OUTCOME_FAIL && matcher->close_seen;
    bool closed = run->close_received && matcher->next->kind == OUTCOME_END &&
                  matcher->next != matcher->alternative->outcomes;
    if (told || closed || is_open_unasked(run, matcher))
        step_on(matcher);
    else
        die(matcher);
}

static void settle_in_silence(struct run *run, run_time now, bool last_chance)
{
    char observed[RUN_TEXT_MAX];
    snprintf(observed, sizeof observed, "nothing more for %llu ms, the connection still open",
             (unsigned long long)(now - run->last_progress) / 1000);
    run->happened_line = run->transcript.number == 0 ? 0 : run->transcript.number - 1;
    settle(run, now, observed, last_chance);
}

void run_match_silence(struct run *run, run_time now)
{
    for (size_t i = 0; i < run->matcher_count; i++) {
        if (is_waiting(&run->matchers[i]))
            patience_is_over(run, now, &run->matchers[i]);
    }
    settle_in_silence(run, now, true);
}

void run_match_within_over(struct run *run, run_time now, run_time since)
{
    for (size_t i = 0; i < run->matcher_count; i++) {
        struct matcher *matcher = &run->matchers[i];
        uint64_t within_ms = matcher->alternative->within_ms;
        if (!is_waiting(matcher) || within_ms == 0 || now < since + within_ms * 1000)
            continue;
        if (is_open_unasked(run, matcher))
            step_on(matcher);
        else
            die(matcher);
    }
    settle_in_silence(run, now, false);
}

bool run_match_wants_barrier(const struct run *run, bool *at_once)
{
    bool open = false, fail = false, other = false;
    for (size_t i = 0; i < run->matcher_count; i++) {
        const struct matcher *m = &run->matchers[i];
        if (m->dead || m->next == NULL)
            continue;
        open = open || m->next->kind == OUTCOME_OPEN;
        fail = fail || (m->next->kind == OUTCOME_FAIL && !m->close_seen);
        other = other || (m->next->kind != OUTCOME_OPEN && m->next->kind != OUTCOME_FAIL);
    }
    *at_once = open && !fail && !other;
    return open || fail;
}

uint64_t run_match_quiet_ms(const struct run *run)
{
    uint64_t longest = 0;
    for (size_t i = 0; i < run->matcher_count; i++) {
        const struct matcher *m = &run->matchers[i];
        if (!m->dead && m->next != NULL && m->next->kind == OUTCOME_QUIET && m->next->quiet_ms > longest)
            longest = m->next->quiet_ms;
    }
    return longest;
}

run_time run_match_within_next(const struct run *run, run_time since)
{
    run_time next = RUN_NEVER;
    for (size_t i = 0; i < run->matcher_count; i++) {
        const struct matcher *m = &run->matchers[i];
        uint64_t within_ms = m->alternative->within_ms;
        if (is_waiting(m) && within_ms > 0 && since + within_ms * 1000 < next)
            next = since + within_ms * 1000;
    }
    return next;
}

run_time run_match_within_last(const struct run *run, run_time since)
{
    run_time last = 0;
    for (size_t i = 0; i < run->matcher_count; i++) {
        const struct matcher *m = &run->matchers[i];
        uint64_t within_ms = m->alternative->within_ms;
        if (is_waiting(m) && within_ms > 0 && since + within_ms * 1000 > last)
            last = since + within_ms * 1000;
    }
    return last;
}
