/* SPDX-License-Identifier: MIT */
/* run_match.c: follows the alternatives of the expect that is waited for, one happening at a time, and
 * settles when the best one that can still match has matched. Owns which verdict words an expect leads to;
 * does not own what a single alternative makes of a happening (run_alternative.c), nor the closing. */
#include "harness/run_machine.h"

#include <stdio.h>
#include <string.h>

/* Does it ask for a response, where we are the server and give it? In a case for both roles. */
static bool is_met_by_us(const struct run *run, const struct case_step *expect)
{
    const struct outcome *first = expect->alternatives->outcomes;
    return run->instance.role == WS_CLIENT && first != NULL && first->kind == OUTCOME_HTTP;
}

/* The expects that belong together: from a step on, the next one of the round. */
static const struct case_step *next_expect(const struct run *run, const struct case_step *step)
{
    while (step != NULL && (step->kind != STEP_EXPECT || is_met_by_us(run, step)))
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
        run_alternative_joins(run, &run->matchers[run->matcher_count - 1]);
    }
}

void run_match_begin_round(struct run *run, run_time now)
{
    run->quiet_since = now;
    wait_for(run, next_expect(run, run->instance.definition->steps), now);
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

/* What would have been right, in one line: not what makes the case meaningless, nor what is named as wrong.
 */
static void describe_expect(char *out, size_t size, const struct case_step *expect)
{
    struct text_buffer text = {.cap = 4096};
    for (const struct alternative *a = expect->alternatives; a != NULL; a = a->next) {
        if (a->grade_given && (a->grade == GRADE_SKIP || a->grade == GRADE_FAIL))
            continue;
        if (text.size > 0)
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
    wait_for(run, next_expect(run, run->expect->next), now);
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
        snprintf(out, size, "the end of TCP%s", run_is_torn(run) ? " inside a frame" : "");
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
        run_alternative_takes(run, matcher, happening);
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
        run_alternative_step_on(matcher);
    else
        run_alternative_die(matcher);
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
            run_alternative_step_on(matcher);
        else
            run_alternative_die(matcher);
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
