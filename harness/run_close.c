/* SPDX-License-Identifier: MIT */
/* run_close.c: the end of a run: the closing handshake, graded apart from what the case is about (RFC
 * 6455 5.5.1, 7.1), and the verdict. */
#include "harness/run_machine.h"

#include <stdio.h>

static void grade_closing(struct run *run, enum closing closing, const char *reason, const char *requirement,
                          const char *sentence)
{
    struct run_verdict *verdict = &run->verdict;
    verdict->closing = closing;
    snprintf(verdict->closing_reason, sizeof verdict->closing_reason, "%s", reason);
    if (requirement == NULL || verdict->violation_count == RUN_VIOLATIONS_MAX)
        return;
    static const char *const names[] = {"CLOSING_CLEAN",      "CLOSING_WRONG_CODE", "CLOSING_UNCLEAN",
                                        "CLOSING_WRONG_SIDE", "CLOSING_NO_ANSWER",  "CLOSING_NOT_JUDGED"};
    verdict->violations[verdict->violation_count++] =
        (struct run_violation){.violation = WS_NO_VIOLATION,
                               .name = names[closing],
                               .requirement = requirement,
                               .sentence = sentence,
                               .line = run->transcript.number == 0 ? 0 : run->transcript.number - 1};
    transcript_mark(transcript_last(&run->transcript), "%s", sentence);
}

/* Everything is known: the verdict of the case itself. */
static void give_verdict(struct run *run)
{
    if (run->verdict.closing == CLOSING_CLEAN)
        run_collect_passed_closing(run);
    switch (run->worst) {
    case GRADE_OK:
        run_finish(run, VERDICT_OK, "as expected%s",
                   run->instance.definition->memory > 0 && !run->settings->measures
                       ? "; the target's memory was not measured (--exec or --pid)"
                       : "");
        break;
    case GRADE_NON_STRICT:
        run_finish(run, VERDICT_NON_STRICT, "%s", run->worst_text);
        break;
    case GRADE_INFORMATIONAL:
        run_finish(run, VERDICT_INFORMATIONAL, "%s", run->worst_text);
        break;
    case GRADE_SKIP:
        run_finish(run, VERDICT_SKIP, "%s", run->worst_text);
        break;
    case GRADE_FAIL:
        run_finish(run, VERDICT_FAILED, "%s", run->worst_text);
        break;
    }
}

/* The code that came in the target's Close: does it fit a closing that we began with `ours`? */
static bool code_fits(uint16_t code, uint16_t ours)
{
    return code == 1005 || code == 1000 || code == ours;
}

/* TCP is over, or never will be: grades what was seen of the closing handshake. */
static void closing_is_over(struct run *run)
{
    bool reset = run->ended && run->end != RUN_EOF && run->end != RUN_TRUNCATED;
    if (!run->close_received && run->shutdown_done) {
        grade_closing(run, CLOSING_NOT_JUDGED, "we half-closed TCP before any Close frame", NULL, NULL);
    } else if (!run->close_received && run->failed_cleanly_expected) {
        grade_closing(run, CLOSING_UNCLEAN, "the connection was failed without a Close frame", NULL, NULL);
    } else if (!run->close_received && run->terminal) {
        grade_closing(run, run->close_sent ? CLOSING_UNCLEAN : CLOSING_NOT_JUDGED,
                      "TCP ended without a Close frame", NULL, NULL);
    } else if (!run->close_received && run->close_sent) {
        grade_closing(run, run->ended ? CLOSING_UNCLEAN : CLOSING_NO_ANSWER,
                      run->ended ? "TCP ended and our Close frame was not answered"
                                 : "our Close frame was not answered",
                      "R6455-5.5.1-08", "a Close frame must be answered with a Close frame");
    } else if (!run->close_received) {
        grade_closing(run, CLOSING_UNCLEAN, "TCP ended without a Close frame", "R6455-7.3-03",
                      "an endpoint that wants to close the connection starts the closing handshake");
    } else if (!run->ended) {
        /* 5.5.1 binds who has completed a closing handshake: TCP must be closed, by a server at once. Whether
         * it was at once is for cases to say; here it was not within the run's patience. Who fails the
         * connection must not even read our Close (7.1.7), and SHOULD end TCP at once (7.1.1). */
        bool server = run->instance.role == WS_SERVER;
        bool failed = run->failed_cleanly_expected;
        bool waits = !server && !run->finished; /* 7.1.1: a client may wait for us to end TCP */
        grade_closing(run, CLOSING_WRONG_SIDE, "after both Close frames the target left TCP open",
                      waits     ? NULL
                      : !failed ? "R6455-5.5.1-13"
                      : server  ? "R6455-7.1.1-06"
                                : "R6455-7.1.7-01",
                      !failed  ? "after both Close frames an endpoint must close TCP"
                      : server ? "a server that fails the connection should close TCP immediately"
                               : "a client that fails the connection must close it");
    } else if (reset && !run->close_received_first && !run->sent_behind_close) {
        /* RFC 6455 7.1.1: TCP SHOULD be closed cleanly. Not held against a target that may have had octets of
         * ours unread: its kernel answers with RST then, whatever the target does. */
        grade_closing(run, CLOSING_UNCLEAN, "TCP was reset after the Close frame", "R6455-7.1.1-01",
                      "TCP should be closed cleanly, with FIN");
    } else if (run->end == RUN_TRUNCATED && run->ended && !run->shutdown_done) {
        /* RFC 8446 6.1 even says MUST. */
        grade_closing(run, CLOSING_UNCLEAN, "TCP ended without close_notify of TLS", "R6455-7.1.1-01",
                      "the TLS session should be closed cleanly, with close_notify");
    } else if (!run->failed_cleanly_expected && !run->terminal && run->close_sent &&
               !code_fits(run->close_code, run->close_sent_code)) {
        char reason[RUN_TEXT_MAX];
        snprintf(reason, sizeof reason, "our close %u was answered with close %u", run->close_sent_code,
                 run->close_code);
        grade_closing(run, CLOSING_WRONG_CODE, reason, NULL, NULL);
    } else if (run_is_torn(run)) {
        grade_closing(run, CLOSING_UNCLEAN, "TCP ended inside a frame behind the Close frame", NULL, NULL);
    } else {
        grade_closing(run, CLOSING_CLEAN, "closing handshake complete, then the end of TCP", NULL, NULL);
    }
    give_verdict(run);
}

void run_close_begin(struct run *run, run_time now)
{
    if (run->phase != PHASE_STEPS)
        return;
    run->phase = PHASE_CLOSING;
    if (!run->verdict.opened || run->reset_done) {
        give_verdict(run);
        return;
    }
    if (run->ended || run->left_open) {
        closing_is_over(run);
        return;
    }
    run_progress(run, now);
    if (run->close_sent)
        return;
    if (!run_send_at_border(run)) {
        /* Our own stream ends in the middle of a frame: nothing that we could say would be read as a Close.
         */
        give_verdict(run);
        return;
    }
    if (run->close_received)
        run_send_close_answer(run, now);
    else
        run_send_close(run, now, 1000, "end of the case");
}

void run_close_happening(struct run *run, run_time now, const struct happening *happening)
{
    switch (happening->kind) {
    case HAPPENED_EOF:
    case HAPPENED_RESET:
        run->phase = PHASE_CLOSING;
        closing_is_over(run);
        break;
    case HAPPENED_FRAME_BEGIN: {
        bool message = happening->header->opcode == WS_TEXT || happening->header->opcode == WS_BINARY;
        bool exact =
            (run->instance.definition->needs & NEEDS_ECHO) && !run->settings->pushes && !run->terminal;
        if (run->phase == PHASE_CLOSING && message && exact && run->worst == GRADE_OK) {
            transcript_mark(transcript_at(&run->transcript, run->line_number), "nothing more was expected");
            run_describe_happening(run->verdict.observed, sizeof run->verdict.observed, run, happening);
            run_finish(run, run_failure(run), "a message came that nothing had asked for: %.200s",
                       run->verdict.observed);
        }
        break;
    }
    case HAPPENED_FRAME_PIECE:
    case HAPPENED_FRAME_END:
    case HAPPENED_RESPONSE:
    case HAPPENED_BARRIER:
    case HAPPENED_QUIET:
        break;
    }
    (void)now;
}

void run_close_silence(struct run *run, run_time now)
{
    transcript_note(&run->transcript, now - run->started, "TCP is still open");
    closing_is_over(run);
}

/* In MiB from 10 of them on. */
static void print_size(char *out, size_t size, uint64_t octets)
{
    enum { KIB = 1024, MIB = 1024 * 1024 };
    bool large = octets >= 10 * MIB;
    snprintf(out, size, "%llu %s", (unsigned long long)(octets / (large ? MIB : KIB)), large ? "MiB" : "KiB");
}

void run_measured(struct run *run, uint64_t octets)
{
    struct run_verdict *verdict = &run->verdict;
    uint64_t allowed = run->instance.definition->memory;
    char grown[32], limit[32], reason[RUN_TEXT_MAX];
    if (verdict->verdict == VERDICT_SETUP || verdict->verdict == VERDICT_SKIP)
        return; /* the case was not tried */
    print_size(grown, sizeof grown, octets);
    print_size(limit, sizeof limit, allowed);
    snprintf(reason, sizeof reason, "%s", verdict->reason);
    if (octets <= allowed) {
        snprintf(verdict->reason, sizeof verdict->reason, "%.300s; the target's memory grew by %s", reason,
                 grown);
        return;
    }
    enum verdict failure = run_failure(run);
    verdict->verdict = failure > verdict->verdict ? failure : verdict->verdict;
    snprintf(verdict->reason, sizeof verdict->reason,
             "the target's memory grew by %s, more than %s; otherwise: %.250s", grown, limit, reason);
}
