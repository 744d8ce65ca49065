/* SPDX-License-Identifier: MIT */
/* test_run_close.c: the closing handshake, graded apart from the case, and what still comes while it goes on.
 */
#include "harness/tests/scripted_target.h"

#define PING "send ping \"p\"\nexpect pong \"p\""
#define ECHO "needs echo\nsend text \"a\"\nexpect text \"a\""

static const struct row rows[] = {
    /* We begin */
    {"clean", PING, "101 pong:p close:1000 eof", VERDICT_OK, CLOSING_CLEAN, "as expected", NULL,
     "ping:p close:1000", 0, NULL},
    {"clean without a code", PING, "101 pong:p close eof", VERDICT_OK, CLOSING_CLEAN, NULL, NULL, NULL, 0,
     NULL},
    {"wrong code", PING, "101 pong:p | close:1001 eof", VERDICT_OK, CLOSING_WRONG_CODE, NULL, NULL, NULL,
     ROW_ORDERED, NULL},
    {"no Close", PING, "101 pong:p eof", VERDICT_OK, CLOSING_UNCLEAN, NULL, NULL, NULL, 0, NULL},
    {"reset in place of a Close", PING, "101 pong:p rst", VERDICT_OK, CLOSING_UNCLEAN, NULL, NULL, NULL, 0,
     NULL},
    {"broken in place of a Close", PING, "101 pong:p broken", VERDICT_OK, CLOSING_UNCLEAN, NULL, NULL, NULL,
     0, NULL},
    {"reset behind the Close", PING, "101 pong:p | close:1000 rst", VERDICT_OK, CLOSING_UNCLEAN, NULL, NULL,
     NULL, ROW_ORDERED, NULL},
    {"no close_notify", PING, "101 pong:p close:1000 truncated", VERDICT_OK, CLOSING_UNCLEAN, NULL, NULL,
     NULL, 0, NULL},
    {"no close_notify where FIN is the subject", "send close\nexpect close any, eof", "101 close truncated",
     VERDICT_NON_STRICT, CLOSING_UNCLEAN, "TCP ended without close_notify", NULL, "close", 0, NULL},
    {"no close_notify to who sent none", "send close\ntruncate\nexpect close any, end", "101 close truncated",
     VERDICT_OK, CLOSING_CLEAN, NULL, NULL, "close truncate", 0, NULL},
    {"TCP left open", PING, "101 pong:p close:1000", VERDICT_OK, CLOSING_WRONG_SIDE, NULL, NULL, NULL, 0,
     NULL},
    {"no answer", PING, "101 pong:p", VERDICT_OK, CLOSING_NO_ANSWER, NULL, NULL, NULL, 0, NULL},
    {"a flood of pings is no answer", PING, "101 pong:p +1000 ping:k +1000 ping:k +1000", VERDICT_OK,
     CLOSING_NO_ANSWER, NULL, NULL, "ping:p close:1000", 0, NULL},
    {"part of a frame behind the Close", PING, "101 pong:p close:1000 x:89 eof", VERDICT_OK, CLOSING_UNCLEAN,
     NULL, NULL, NULL, 0, NULL},
    {"a second Close", PING, "101 pong:p close:1000 close:1000 eof", VERDICT_OK, CLOSING_CLEAN, NULL,
     "SECOND_CLOSE", NULL, 0, NULL},
    {"a Close of one octet", PING, "101 pong:p x:880103 eof", VERDICT_OK, CLOSING_CLEAN, NULL,
     "CLOSE_BODY_OF_ONE_OCTET", NULL, 0, NULL},

    /* The target begins */
    {"its code comes back", "send ping \"p\"\nwait 1s\nexpect pong \"p\", close any, end",
     "101 pong:p close:3000 eof", VERDICT_OK, CLOSING_CLEAN, NULL, NULL, "ping:p close:3000", 0, NULL},
    {"no code comes back as none", "send ping \"p\"\nwait 1s\nexpect pong \"p\", close any, end",
     "101 pong:p close eof", VERDICT_OK, CLOSING_CLEAN, NULL, NULL, "ping:p close", 0, NULL},
    {"an illegal code comes back as 1002", "send ping \"p\"\nwait 1s\nexpect pong \"p\", close any, end",
     "101 pong:p close:1006 eof", VERDICT_OK, CLOSING_CLEAN, NULL, "CLOSE_CODE_1006", "ping:p close:1002", 0,
     NULL},
    {"nothing follows our answer", "wait 1s\nsend text \"late\"\nexpect close any, end",
     "101 close:1000 +1000 eof", VERDICT_OK, CLOSING_CLEAN, NULL, NULL, "close:1000", 0, NULL},
    {"reset behind a Close of the target's own", "send text \"v\" rsv1\nexpect fail 1002",
     "101 close:1002 rst", VERDICT_OK, CLOSING_CLEAN, NULL, NULL, NULL, 0, NULL},
    {"a Close while we are in a frame is answered behind it",
     "needs echo\nsend binary \"abcdef\" chop=4 gap=100ms\nexpect close 1001, end",
     "101 close:1001 +100 +100 +100 eof", VERDICT_OK, CLOSING_CLEAN, NULL, NULL, "bin:abcdef close:1001",
     ROW_ORDERED, NULL},
    {"a Close while we are in a frame that need not end",
     "needs echo\nsend binary \"abcdef\" chop=4 gap=100ms\nexpect close 1001", "101 close:1001 eof",
     VERDICT_OK, CLOSING_NOT_JUDGED, NULL, NULL, "", ROW_ORDERED, NULL},

    /* The case closes */
    {"the case's own code comes back", "send close 4000\nexpect close any, end", "101 close:4000 eof",
     VERDICT_OK, CLOSING_CLEAN, NULL, NULL, "close:4000", 0, NULL},
    {"closed without an expect", "send close 4000", "101 close:4000 eof", VERDICT_OK, CLOSING_CLEAN, NULL,
     NULL, "close:4000", 0, NULL},
    {"closed without an expect, another code", "send close 4000", "101 close:4001 eof", VERDICT_OK,
     CLOSING_WRONG_CODE, NULL, NULL, "close:4000", 0, NULL},
    {"closed without an expect, 1000 came", "send close 4000", "101 close:1000 eof", VERDICT_OK,
     CLOSING_CLEAN, NULL, NULL, "close:4000", 0, NULL},
    {"a reset where octets of ours may be unread", "send close 1000 join\nsend text \"x\"",
     "101 close:1000 rst", VERDICT_OK, CLOSING_CLEAN, NULL, NULL, "close:1000 text:x", 0, NULL},
    {"a reset where our Close was all, octet by octet", "send close 1000", "101 close:1000 rst", VERDICT_OK,
     CLOSING_UNCLEAN, NULL, NULL, "close:1000", ROW_OCTET, NULL},
    {"TCP left open is waited for once", "send close 1000\nexpect close 1000, end", "101 close:1000 tick eof",
     VERDICT_OK, CLOSING_WRONG_SIDE, NULL, NULL, "close:1000", 0, NULL},
    {"closed without a code", "send close", "101 close eof", VERDICT_OK, CLOSING_CLEAN, NULL, NULL, "close",
     0, NULL},
    {"closed without an expect or answer", "send close 1000", "101", VERDICT_OK, CLOSING_NO_ANSWER, NULL,
     NULL, "close:1000", 0, NULL},
    {"no barrier behind a Close", "send close 1005\nexpect fail 1002", "101", VERDICT_FAILED,
     CLOSING_NOT_JUDGED, NULL, NULL, "close:1005", 0, NULL},

    /* What cannot be judged */
    {"half-closed", ECHO "\nhalf-close\nexpect end", "101 text:a eof", VERDICT_OK, CLOSING_NOT_JUDGED, NULL,
     NULL, "text:a half-close", 0, NULL},
    {"half-closed, and no end", ECHO "\nhalf-close", "101 text:a", VERDICT_OK, CLOSING_NOT_JUDGED, NULL, NULL,
     "text:a half-close", 0, NULL},
    {"half-closed, and a ping", "send text \"a\"\nhalf-close\nexpect end", "101 ping:k +100 eof", VERDICT_OK,
     CLOSING_NOT_JUDGED, NULL, NULL, "text:a half-close", 0, NULL},
    {"our frame has no end", "send ping \"abc\" cut=3\nexpect quiet 50ms", "101 +50", VERDICT_OK,
     CLOSING_NOT_JUDGED, NULL, NULL, "", 0, NULL},
    {"reset", "send ping \"p\"\nreset", "101", VERDICT_OK, CLOSING_NOT_JUDGED, NULL, NULL, "ping:p reset", 0,
     NULL},
    {"drop", "send ping \"p\"\ndrop", "101", VERDICT_OK, CLOSING_NOT_JUDGED, NULL, NULL, "ping:p", 0, NULL},

    /* Messages that nobody asked for */
    {"twice", ECHO, "101 text:a text:a close:1000 eof", VERDICT_FAILED, CLOSING_NOT_JUDGED,
     "nothing had asked for: a text frame of 1 octets", NULL, NULL, 0, NULL},
    {"twice, binary", "needs echo\nsend binary \"a\"\nexpect binary \"a\"", "101 bin:a bin:a close:1000 eof",
     VERDICT_FAILED, CLOSING_NOT_JUDGED, "a binary frame", NULL, NULL, 0, NULL},
    {"twice, where the first was an observation only",
     "needs echo\nsend text \"a\"\nexpect text \"a\" -> info", "101 text:a text:a close:1000 eof",
     VERDICT_INFORMATIONAL, CLOSING_CLEAN, NULL, NULL, NULL, 0, NULL},
    {"behind a Close that was expected", "needs echo\nsend text \"a\"\nexpect close 1001",
     "101 close:1001 text:a eof", VERDICT_OK, CLOSING_CLEAN, NULL, "FRAME_AFTER_CLOSE", NULL, 0, NULL},
    {"twice, as a SHOULD", ECHO, "101 text:a text:a", VERDICT_NON_STRICT, CLOSING_NOT_JUDGED, NULL, NULL,
     NULL, ROW_SHOULD, NULL},
    {"twice, as an INFO", ECHO, "101 text:a text:a", VERDICT_INFORMATIONAL, CLOSING_NOT_JUDGED, NULL, NULL,
     NULL, ROW_INFO, NULL},
    {"twice, from one that pushes", ECHO, "101 text:a text:a close:1000 eof", VERDICT_OK, CLOSING_CLEAN, NULL,
     NULL, NULL, ROW_PUSHES, NULL},
    {"twice, where no echo is needed", PING, "101 pong:p text:a close:1000 eof", VERDICT_OK, CLOSING_CLEAN,
     NULL, NULL, NULL, 0, NULL},
    {"pings and pongs are no messages", ECHO, "101 text:a ping:k pong:u close:1000 eof", VERDICT_OK,
     CLOSING_CLEAN, NULL, NULL, NULL, 0, NULL},
    {"a message behind the Close", ECHO, "101 text:a | close:1000 text:a eof", VERDICT_FAILED,
     CLOSING_NOT_JUDGED, NULL, "FRAME_AFTER_CLOSE", NULL, 0, NULL},

    /* The end, while something is still to be sent */
    {"the end behind the last expect", ECHO "\nwait 1s\nsend text \"b\"", "101 text:a eof", VERDICT_OK,
     CLOSING_UNCLEAN, NULL, NULL, "text:a", 0, NULL},
    {"a client leaves TCP to us", PING, "GET pong:p close:1000 eof", VERDICT_OK, CLOSING_CLEAN, NULL, NULL,
     "ping:p close:1000 half-close", ROW_CLIENT, NULL},
    {"a client leaves TCP open for good", PING, "GET pong:p close:1000", VERDICT_OK, CLOSING_WRONG_SIDE, NULL,
     NULL, "ping:p close:1000 half-close", ROW_CLIENT, NULL},
    {"a client closes, and is answered", "send text \"\\xff\"\nexpect fail 1007", "GET close:1007 eof",
     VERDICT_OK, CLOSING_CLEAN, NULL, NULL, NULL, ROW_CLIENT, NULL},
    {"a client fails while there is more to send", "send text \"a\"\nsend text \"b\"\nexpect fail 1002",
     "GET& close:1002 eof", VERDICT_OK, CLOSING_CLEAN, NULL, NULL, "close:1002 half-close",
     ROW_CLIENT | ROW_OCTET, NULL},
    {"a client fails inside our frame", "send binary \"x\" len=70000\nexpect fail 1009", "GET close:1009 eof",
     VERDICT_OK, CLOSING_CLEAN, NULL, NULL, " half-close", ROW_CLIENT, NULL},
};

SCRIPTED_TESTS(rows)

/* What a closing that is not clean is held against: a requirement, or nothing. */
START_TEST(closings_cite_what_they_break)
{
    static const struct {
        struct row row;
        const char *requirement;
    } table[] = {
        {{"no answer", PING, "101 pong:p", VERDICT_OK, CLOSING_NO_ANSWER, NULL, NULL, NULL, 0, NULL},
         "R6455-5.5.1-08"},
        {{"unanswered", PING, "101 pong:p eof", VERDICT_OK, CLOSING_UNCLEAN, NULL, NULL, NULL, 0, NULL},
         "R6455-5.5.1-08"},
        {{"left open", PING, "101 pong:p close:1000", VERDICT_OK, CLOSING_WRONG_SIDE, NULL, NULL, NULL, 0,
          NULL},
         "R6455-5.5.1-13"},
        {{"left", ECHO "\nwait 1s\nsend text \"b\"", "101 text:a eof", VERDICT_OK, CLOSING_UNCLEAN, NULL,
          NULL, NULL, 0, NULL},
         "R6455-7.3-03"},
        {{"left open by a client", PING, "GET pong:p close:1000", VERDICT_OK, CLOSING_WRONG_SIDE, NULL, NULL,
          NULL, ROW_CLIENT, NULL},
         "R6455-5.5.1-13"},
        {{"failed without a word", "send text \"v\" rsv1\nexpect fail 1002", "101 eof", VERDICT_NON_STRICT,
          CLOSING_UNCLEAN, NULL, NULL, NULL, 0, NULL},
         NULL},
        {{"wrong code", PING, "101 pong:p | close:1001 eof", VERDICT_OK, CLOSING_WRONG_CODE, NULL, NULL, NULL,
          0, NULL},
         NULL},
    };
    static struct scripted s;
    scripted_play(&s, &table[_i].row, CHUNK_WORDS, 0);
    scripted_check(&s, &table[_i].row, "word by word");
    const struct run_verdict *verdict = run_verdict(s.run);
    if (table[_i].requirement == NULL) {
        ck_assert_uint_eq(verdict->violation_count, 0);
    } else {
        ck_assert_uint_eq(verdict->violation_count, 1);
        ck_assert_str_eq(verdict->violations[0].requirement, table[_i].requirement);
        ck_assert_uint_eq(verdict->violations[0].line, run_transcript(s.run)->number - 1);
    }
    scripted_free(&s);
}
END_TEST

/* A clean closing has kept these; one that is not clean has kept none of them. */
START_TEST(a_clean_closing_passes_requirements)
{
    static const struct row clean = {
        "clean", PING, "101 pong:p close:1000 eof", VERDICT_OK, CLOSING_CLEAN, NULL, NULL, NULL, 0, NULL};
    static const struct row open = {
        "open", PING, "101 pong:p close:1000", VERDICT_OK, CLOSING_WRONG_SIDE, NULL, NULL, NULL, 0, NULL};
    static const char *const kept[] = {"R6455-5.5.1-08", "R6455-5.5.1-13", "R6455-7.1.2-02"};
    static struct scripted s;
    for (int is_clean = 0; is_clean < 2; is_clean++) {
        scripted_play(&s, is_clean ? &clean : &open, CHUNK_WORDS, 0);
        const struct run_verdict *verdict = run_verdict(s.run);
        for (size_t k = 0; k < sizeof kept / sizeof kept[0]; k++) {
            bool found = false;
            for (size_t i = 0; i < verdict->passed_count; i++)
                found = found || strcmp(verdict->passed[i], kept[k]) == 0;
            ck_assert_msg(found == (is_clean != 0), "%s", kept[k]);
        }
        scripted_free(&s);
    }
}
END_TEST

/* Times that a verdict tells. */
START_TEST(a_verdict_tells_its_times)
{
    static const struct row row = {
        "times", PING, "+20 101 +30 pong:p +40 close:1000 eof", VERDICT_OK, CLOSING_CLEAN, NULL, NULL, NULL,
        0,       NULL};
    static const struct row drop = {"drop",
                                    "send ping \"p\"\nwait 70ms\ndrop",
                                    "101 +70",
                                    VERDICT_OK,
                                    CLOSING_NOT_JUDGED,
                                    NULL,
                                    NULL,
                                    NULL,
                                    0,
                                    NULL};
    static struct scripted s;
    scripted_play(&s, &row, CHUNK_WORDS, 0);
    scripted_check(&s, &row, "word by word");
    ck_assert_uint_eq(run_verdict(s.run)->round_trip, 20000);
    ck_assert_uint_eq(run_verdict(s.run)->duration, 90000);
    ck_assert(run_verdict(s.run)->connected && run_verdict(s.run)->opened);
    scripted_free(&s);
    scripted_play(&s, &drop, CHUNK_WORDS, 0);
    ck_assert_uint_eq(run_verdict(s.run)->duration, 70000);
    scripted_free(&s);
}
END_TEST

/* Too much memory fails a run at its level, whatever was answered; what failed already says both. */
static const struct {
    const char *script;
    unsigned flags;
    uint64_t octets;
    enum verdict verdict;
    const char *reason;
} measured[] = {
    {"101 pong:p close:1000 eof", 0, 1 << 20, VERDICT_OK,
     "as expected; the target's memory grew by 1024 KiB"},
    {"101 pong:p close:1000 eof", 0, (1 << 20) + 1, VERDICT_FAILED,
     "the target's memory grew by 1024 KiB, more than 1024 KiB; otherwise: as expected"},
    {"101 pong:p close:1000 eof", ROW_SHOULD, 20 << 20, VERDICT_NON_STRICT,
     "grew by 20 MiB, more than 1024 KiB"},
    {"101 pong:p close:1000 eof", ROW_INFO, 20 << 20, VERDICT_INFORMATIONAL,
     "grew by 20 MiB, more than 1024 KiB"},
    {"101 pong:p close:1000 eof", 0, UINT64_MAX, VERDICT_FAILED, "more than 1024 KiB"},
    {"101 close:1000 eof", 0, 0, VERDICT_FAILED, "expected pong \"p\"; got"},
    {"101 close:1000 eof", ROW_INFO, 0, VERDICT_INFORMATIONAL, "; the target's memory grew by 0 KiB"},
    {"101 close:1000 eof", 0, 2 << 20, VERDICT_FAILED, "otherwise: expected pong \"p\"; got"},
    {"refused", 0, 2 << 20, VERDICT_SETUP, "no connection"},
};

START_TEST(memory_is_judged)
{
    struct row row = {
        .name = measured[_i].script,
        .steps = "memory 1MiB\nsend ping \"p\"\nexpect pong \"p\"",
        .script = measured[_i].script,
        .flags = measured[_i].flags,
    };
    static struct scripted s;
    scripted_play(&s, &row, CHUNK_WORDS, 0);
    run_measured(s.run, measured[_i].octets);
    const struct run_verdict *verdict = run_verdict(s.run);
    ck_assert_msg(verdict->verdict == measured[_i].verdict, "%s", verdict->reason);
    ck_assert_msg(strstr(verdict->reason, measured[_i].reason) != NULL, "%s", verdict->reason);
    scripted_free(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("closing of runs");
    TCase *cases = tcase_create("rows");
    add_rows(cases);
    tcase_add_loop_test(cases, closings_cite_what_they_break, 0, 7);
    tcase_add_test(cases, a_clean_closing_passes_requirements);
    tcase_add_test(cases, a_verdict_tells_its_times);
    tcase_add_loop_test(cases, memory_is_judged, 0, (int)(sizeof measured / sizeof measured[0]));
    suite_add_tcase(suite, cases);
    return scripted_run(suite);
}
