/* SPDX-License-Identifier: MIT */
/* test_run_monitors.c: what the target sends is watched in every run, whatever the case is about: each rule
 * that is broken is told once, with the line where it was, and the rules that were kept are told as well. */
#include "harness/run_monitors.h"
#include "harness/tests/scripted_target.h"

#define PING "send ping \"p\"\nexpect pong \"p\""
#define SEEN(name, octets, violation)                                                                   \
    {                                                                                                   \
        name, PING, "101 " octets " pong:p close:1000 eof", VERDICT_OK, CLOSING_CLEAN, NULL, violation, \
            NULL, ROW_NO_ECHO, NULL                                                                     \
    }
#define CLOSED(name, octets, closing, violation)                                                            \
    {                                                                                                       \
        name, PING, "101 pong:p | " octets " eof", VERDICT_OK, closing, NULL, violation, NULL, ROW_ORDERED, \
            NULL                                                                                            \
    }

static const struct row rows[] = {
    SEEN("nothing wrong", "text+:a ping:k cont:b pong:u bin", NULL),
    SEEN("masked text", "!text:a", "SERVER_FRAME_MASKED"),
    SEEN("masked ping", "!ping:a", "SERVER_FRAME_MASKED"),
    SEEN("masked twice is told once", "!text:a !text:b !ping:c", "SERVER_FRAME_MASKED"),
    SEEN("rsv1", "%text:a", "RSV1_SET"),
    SEEN("rsv2", "x:a10161", "RSV2_SET"),
    SEEN("rsv3", "x:910161", "RSV3_SET"),
    SEEN("all of them", "x:f10161", "RSV1_SET RSV2_SET RSV3_SET"),
    SEEN("rsv1 on a control frame", "%ping:a", "RSV1_SET"),
    SEEN("opcode 3", "op3:a", "RESERVED_DATA_OPCODE"),
    SEEN("opcode 7", "op7:a", "RESERVED_DATA_OPCODE"),
    SEEN("opcode 11", "op11:a", "RESERVED_CONTROL_OPCODE"),
    SEEN("opcode 15", "op15", "RESERVED_CONTROL_OPCODE"),
    SEEN("length of 7 in 16 bits", "x:827e000161", "LENGTH_NOT_MINIMAL"),
    SEEN("length of 16 in 64 bits", "x:827f000000000000000161", "LENGTH_NOT_MINIMAL"),
    SEEN("length of 125 in 7 bits", "bin*125:a", NULL),
    SEEN("length of 126 in 16 bits", "bin*126:a", NULL),
    SEEN("length of 65535 in 16 bits", "bin*65535:a", NULL),
    SEEN("length of 65536 in 64 bits", "bin*65536:a", NULL),
    SEEN("a ping of 125 octets", "ping*125:a", NULL),
    SEEN("a ping of 126 octets", "ping*126:a", "CONTROL_FRAME_TOO_LONG"),
    SEEN("a pong of 300 octets", "pong*300:a", "CONTROL_FRAME_TOO_LONG"),
    SEEN("a ping without FIN", "ping+:a", "CONTROL_FRAME_FRAGMENTED"),
    SEEN("a continuation of nothing", "cont:a", "CONTINUATION_OF_NOTHING"),
    SEEN("a continuation of what has ended", "text+:a cont:b cont:c", "CONTINUATION_OF_NOTHING"),
    SEEN("a message inside a message", "text+:a text:b", "MESSAGE_INSIDE_MESSAGE"),
    SEEN("text that is no UTF-8", "x:8101ff", "TEXT_NOT_UTF8"),
    SEEN("text that ends inside a character", "x:8101c3", "TEXT_NOT_UTF8"),
    SEEN("text that is cut inside a character", "x:0101c3 x:8001a4", NULL),
    SEEN("text that is cut inside a character and does not go on", "x:0101c3 cont:a", "TEXT_NOT_UTF8"),
    SEEN("a surrogate", "x:8103eda080", "TEXT_NOT_UTF8"),
    SEEN("binary is no text", "x:8201ff", NULL),
    SEEN("a ping is no text", "x:8901ff", NULL),
    SEEN("several in one frame", "x:e10161", "RSV1_SET RSV2_SET"),

    CLOSED("1000", "close:1000", CLOSING_CLEAN, NULL),
    CLOSED("no code", "close", CLOSING_CLEAN, NULL),
    CLOSED("999", "close:999", CLOSING_WRONG_CODE, "CLOSE_CODE_BELOW_1000"),
    CLOSED("0", "close:0", CLOSING_WRONG_CODE, "CLOSE_CODE_BELOW_1000"),
    CLOSED("1004", "close:1004", CLOSING_WRONG_CODE, "CLOSE_CODE_1004"),
    CLOSED("1006", "close:1006", CLOSING_WRONG_CODE, "CLOSE_CODE_1006"),
    CLOSED("1015", "close:1015", CLOSING_WRONG_CODE, "CLOSE_CODE_1015"),
    CLOSED("1016", "close:1016", CLOSING_WRONG_CODE, "CLOSE_CODE_UNASSIGNED"),
    CLOSED("2999", "close:2999", CLOSING_WRONG_CODE, "CLOSE_CODE_UNASSIGNED"),
    CLOSED("3000", "close:3000", CLOSING_WRONG_CODE, NULL),
    CLOSED("4999", "close:4999", CLOSING_WRONG_CODE, NULL),
    CLOSED("5000", "close:5000", CLOSING_WRONG_CODE, "CLOSE_CODE_ABOVE_4999"),
    CLOSED("1010, not asked for", "close:1010", CLOSING_WRONG_CODE, "SERVER_SENT_1010"),
    CLOSED("one octet", "x:880103", CLOSING_CLEAN, "CLOSE_BODY_OF_ONE_OCTET"),
    CLOSED("a reason that is no UTF-8", "x:880303e8ff", CLOSING_CLEAN, "CLOSE_REASON_NOT_UTF8"),
    CLOSED("a reason that ends inside a character", "x:880303e8c3", CLOSING_CLEAN, "CLOSE_REASON_NOT_UTF8"),
    CLOSED("a second Close", "close:1000 close:1000", CLOSING_CLEAN, "SECOND_CLOSE"),
    CLOSED("a message behind the Close", "close:1000 text:a", CLOSING_CLEAN, "FRAME_AFTER_CLOSE"),
    CLOSED("a ping behind the Close", "close:1000 ping:a", CLOSING_CLEAN, NULL),

    {"1005 on the wire", PING, "101 pong:p | close:1005 eof", VERDICT_OK, CLOSING_CLEAN, NULL,
     "CLOSE_CODE_1005", NULL, ROW_ORDERED, NULL},
    {"1010 as an echo", "send close 1010\nexpect close 1010, end", "101 close:1010 eof", VERDICT_OK,
     CLOSING_CLEAN, NULL, NULL, NULL, 0, NULL},
    {"1010 of a client", PING, "GET pong:p | close:1010 eof", VERDICT_OK, CLOSING_WRONG_CODE, NULL, NULL,
     NULL, ROW_CLIENT | ROW_ORDERED, NULL},
    {"a client that does not mask", PING, "GET !text:a pong:p close:1000 eof", VERDICT_OK, CLOSING_CLEAN,
     NULL, "CLIENT_FRAME_UNMASKED", NULL, ROW_CLIENT | ROW_NO_ECHO, NULL},
    {"a client that masks", PING, "GET text:a pong:p close:1000 eof", VERDICT_OK, CLOSING_CLEAN, NULL, NULL,
     NULL, ROW_CLIENT | ROW_NO_ECHO, NULL},
    {"what is watched does not change a failure", "send text \"x\"\nexpect fail 1002", "101 !close:1002 eof",
     VERDICT_OK, CLOSING_CLEAN, NULL, "SERVER_FRAME_MASKED", NULL, 0, NULL},
    {"more than there is room for", PING,
     "101 !text:a %text:a x:a10161 x:910161 op3:a op11:a x:827e000161 ping*126:a ping+:a cont:a x:8101ff "
     "x:010161 x:810161 pong:p close:1000 close:1000 eof",
     VERDICT_OK, CLOSING_CLEAN, NULL,
     "SERVER_FRAME_MASKED RSV1_SET RSV2_SET RSV3_SET RESERVED_DATA_OPCODE RESERVED_CONTROL_OPCODE "
     "LENGTH_NOT_MINIMAL CONTROL_FRAME_TOO_LONG CONTROL_FRAME_FRAGMENTED CONTINUATION_OF_NOTHING "
     "TEXT_NOT_UTF8 MESSAGE_INSIDE_MESSAGE",
     NULL, ROW_NO_ECHO, NULL},
};

SCRIPTED_TESTS(rows)

static bool has_passed(const struct run_verdict *verdict, const char *requirement)
{
    size_t times = 0;
    for (size_t i = 0; i < verdict->passed_count; i++)
        times += strcmp(verdict->passed[i], requirement) == 0;
    ck_assert_uint_le(times, 1);
    return times == 1;
}

/* What was exercised and kept; what was broken, or was never looked at, is not among it. */
START_TEST(kept_requirements)
{
    static const struct {
        const char *octets, *requirement;
        bool passed;
        unsigned flags;
    } table[] = {
        {"pong:p", "R6455-5.1-05", true, 0},
        {"!pong:p", "R6455-5.1-05", false, 0},
        {"pong:p", "R6455-5.1-05", false, ROW_CLIENT},
        {"", "R6455-5.1-05", false, 0},
        {"pong:p", "R6455-5.2-03", true, 0},
        {"%pong:p", "R6455-5.2-03", false, 0},
        {"x:aa0170", "R6455-5.2-03", false, 0},
        {"x:9a0170", "R6455-5.2-03", false, 0},
        {"pong:p", "R6455-5.2-07", true, 0},
        {"pong:p", "R6455-5.2-08", true, 0},
        {"op11 pong:p", "R6455-5.2-08", false, 0},
        {"pong:p", "R6455-5.2-15", true, 0},
        {"x:8a7e000170", "R6455-5.2-15", false, 0},
        {"pong:p", "R6455-5.4-07", true, 0},
        {"pong+:p", "R6455-5.4-07", false, 0},
        {"text:a", "R6455-5.4-07", false, 0},
        {"pong:p", "R6455-5.5-01", true, 0},
        {"pong:p", "R6455-5.4-04", false, 0},
        {"text+:a", "R6455-5.4-04", true, 0},
        {"cont:a", "R6455-5.4-04", false, 0},
        {"text+:a", "R6455-5.4-10", true, 0},
        {"text+:a text+:b", "R6455-5.4-10", false, 0},
        {"pong:p", "R6455-5.6-01", false, 0},
        {"bin:a", "R6455-5.6-01", false, 0},
        {"text:a", "R6455-5.6-01", true, 0},
        {"x:8101ff", "R6455-5.6-01", false, 0},
        {"pong:p", "R6455-5.5.1-07", false, 0},
        {"close:1000", "R6455-5.5.1-07", true, 0},
        {"close:1000", "R6455-5.5.1-17", true, 0},
        {"close:1000", "R6455-5.5.1-02", true, 0},
        {"close:1000", "R6455-7.4.1-07", true, 0},
        {"close", "R6455-7.4.1-07", false, 0},
        {"close:1005", "R6455-7.4.1-07", false, 0},
        {"close:1000", "R6455-7.4.1-16", true, 0},
        {"close:1010", "R6455-7.4.1-16", false, 0},
        {"close:1000", "R6455-7.4.1-16", false, ROW_CLIENT},
        {"", "R6455-4.2.2-24", true, 0},
        {"", "R6455-4.2.2-24", false, ROW_CLIENT},
        {"", "R6455-9-03", true, 0},
        {"", "R6455-9-03", false, ROW_CLIENT},
    };
    static struct scripted s;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char script[64];
        snprintf(script, sizeof script, "%s +50 %s eof", table[i].flags & ROW_CLIENT ? "GET" : "101",
                 table[i].octets);
        struct row row = {.name = script,
                          .steps = "expect quiet 50ms",
                          .script = script,
                          .flags = table[i].flags | ROW_NO_ECHO};
        scripted_play(&s, &row, CHUNK_WORDS, 0);
        ck_assert_msg(has_passed(run_verdict(s.run), table[i].requirement) == table[i].passed, "%s: %s",
                      table[i].octets, table[i].requirement);
        scripted_free(&s);
    }
}
END_TEST

/* The same of compressed messages, with a window of 256 octets and without context. */
START_TEST(kept_requirements_of_deflate)
{
#define HELLO "x:c107f248cdc9c90700"
    static const struct {
        const char *octets;
        enum ws_violation violation; /* whose requirement */
        bool passed;
    } table[] = {
        {"text:a", WS_RSV1_ON_CONTROL_FRAME, true},
        {"%ping:a", WS_RSV1_ON_CONTROL_FRAME, false},
        {HELLO " x:c00100", WS_RSV1_ON_CONTROL_FRAME, false},
        {"text:a", WS_DEFLATE_DATA_INVALID, false},
        {HELLO, WS_DEFLATE_DATA_INVALID, true},
        {"x:c10106", WS_DEFLATE_DATA_INVALID, false},
        {HELLO, WS_SERVER_WINDOW_EXCEEDED, true},
        {"x:c207721c05c0000000", WS_SERVER_WINDOW_EXCEEDED, false},
        {HELLO, WS_SERVER_CONTEXT_TAKEN_OVER, false},
        {HELLO " " HELLO, WS_SERVER_CONTEXT_TAKEN_OVER, true},
        {HELLO " x:c105f200110000", WS_SERVER_CONTEXT_TAKEN_OVER, false},
    };
#define PARAMETERS "permessage-deflate; server_no_context_takeover; server_max_window_bits=8"
    static struct scripted s;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char script[64];
        snprintf(script, sizeof script, "head +50 %s eof", table[i].octets);
        struct row row = {.name = script,
                          .steps = "needs deflate\nopen ext \"" PARAMETERS "\"\nexpect quiet 50ms",
                          .script = script,
                          .flags = ROW_NO_ECHO,
                          .head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                  "Connection: Upgrade\r\nSec-WebSocket-Accept: $A\r\n"
                                  "Sec-WebSocket-Extensions: " PARAMETERS "\r\n\r\n"};
        scripted_play(&s, &row, CHUNK_WORDS, 0);
        const char *requirement = ws_violation_facts(table[i].violation)->requirement;
        ck_assert_msg(has_passed(run_verdict(s.run), requirement) == table[i].passed, "%s: %s",
                      table[i].octets, requirement);
        scripted_free(&s);
    }
}
END_TEST

/* A response that opens the connection, and breaks a rule that no client holds against it. */
START_TEST(a_broken_rule_of_the_opening_is_not_kept)
{
    static const struct row row = {.name = "folded",
                                   .steps = "expect quiet 50ms",
                                   .script = "head +50 eof",
                                   .flags = ROW_NO_ECHO,
                                   .head = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                           "Connection: Upgrade\r\nSec-WebSocket-Accept: $A\r\n"
                                           "X-A: b\r\n c\r\n\r\n"};
    static struct scripted s;
    scripted_play(&s, &row, CHUNK_WORDS, 0);
    ck_assert(run_verdict(s.run)->opened);
    ck_assert(!has_passed(run_verdict(s.run), "R9112-5.2-01"));
    ck_assert(has_passed(run_verdict(s.run), "R9112-6.1-01"));
    scripted_free(&s);
}
END_TEST

#define REFUSAL "HTTP/1.1 426 Upgrade Required\r\nContent-Length: 0\r\n"

START_TEST(a_refusal_keeps_rules_too)
{
    static const struct {
        const char *head, *requirement;
        bool passed;
    } table[] = {
        {REFUSAL "Upgrade: websocket\r\nConnection: Upgrade\r\n\r\n", "R9110-15.5.22-01", true},
        {REFUSAL "\r\n", "R9110-15.5.22-01", false},
        {REFUSAL "\r\n", "R9110-15.5.6-01", false},
        {"HTTP/1.1 405 X\r\nAllow: GET\r\n\r\n", "R9110-15.5.6-01", true},
        {"HTTP/1.1 405 X\r\n\r\n", "R9110-15.5.6-01", false},
        {REFUSAL "Sec-WebSocket-Version: 8, 13\r\n\r\n", "R6455-4.3-09", true},
        {REFUSAL "Sec-WebSocket-Version: x\r\n\r\n", "R6455-4.3-09", false},
        {REFUSAL "\r\n", "R6455-4.3-09", false},
    };
    static struct scripted s;
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct row row = {.name = table[i].head,
                          .steps = "open\nexpect http any",
                          .script = "head eof",
                          .flags = ROW_NO_ECHO,
                          .head = table[i].head};
        scripted_play(&s, &row, CHUNK_WORDS, 0);
        ck_assert_msg(has_passed(run_verdict(s.run), table[i].requirement) == table[i].passed, "%s: %s",
                      table[i].head, table[i].requirement);
        scripted_free(&s);
    }
}
END_TEST

/* Each monitor has a number of its own, and a requirement of its own. */
START_TEST(monitors_are_listed)
{
    struct run_monitor monitor, other;
    for (enum ws_role role = WS_CLIENT; role <= WS_SERVER; role++) {
        size_t count = 0;
        for (; run_monitor(role, count, &monitor); count++) {
            for (size_t i = 0; i < count && run_monitor(role, i, &other); i++)
                ck_assert_str_ne(monitor.requirement, other.requirement);
            ck_assert(run_monitors_watch(role, monitor.requirement, &other));
            ck_assert_str_eq(monitor.watched, other.watched);
        }
        ck_assert_uint_gt(count, 30);
        ck_assert(run_monitors_watch(role, "R6455-5.5-01", &monitor));
        ck_assert_str_eq(monitor.watched, "every control frame");
        ck_assert(run_monitors_watch(role, "R6455-7.3-03", &monitor));
        ck_assert(!run_monitors_watch(role, "R6455-5.1-03", &monitor));
        ck_assert_int_eq(run_monitors_watch(role, "R6455-5.1-01", &monitor), role == WS_CLIENT);
        ck_assert_int_eq(run_monitors_watch(role, "R6455-5.1-05", &monitor), role == WS_SERVER);
    }
}
END_TEST

/* Plays a script and gives the line of the transcript that has the mark, with its number. */
static const struct transcript_line *marked_line(struct scripted *s, const struct row *row, const char *mark)
{
    scripted_play(s, row, CHUNK_OCTETS, 0);
    struct transcript transcript = *run_transcript(s->run);
    for (size_t i = 0; i < transcript.number; i++) {
        const struct transcript_line *line = transcript_at(&transcript, i);
        if (line != NULL && strstr(line->mark, mark) != NULL)
            return line;
    }
    ck_abort_msg("%s: no line is marked '%s'", row->name, mark);
    return NULL;
}

/* The mark stands at the frame that broke the rule, also when lines of ours came between. */
START_TEST(marks)
{
    static struct scripted s;
    static const struct row utf8 = {"utf8",
                                    "send pong \"x\"\nsend ping \"p\" chop=3 gap=1ms\nexpect pong \"p\"",
                                    "101 x:8103 +2 +2 +2 x:ffffff pong:p close:1000 eof",
                                    VERDICT_OK,
                                    CLOSING_CLEAN,
                                    NULL,
                                    NULL,
                                    NULL,
                                    ROW_NO_ECHO,
                                    NULL};
    const struct transcript_line *line = marked_line(&s, &utf8, "a text message must be UTF-8");
    ck_assert_int_eq(line->direction, TRANSCRIPT_RECEIVE);
    ck_assert_uint_eq(line->header.opcode, WS_TEXT);
    struct transcript transcript = *run_transcript(s.run);
    ck_assert_ptr_eq(transcript_at(&transcript, run_verdict(s.run)->violations[0].line), line);
    scripted_free(&s);

    static const struct row closed = {
        "closed", PING, "101 close:1011 eof", VERDICT_FAILED, CLOSING_NOT_JUDGED, NULL, NULL, NULL, 0, NULL};
    line = marked_line(&s, &closed, "expected pong");
    ck_assert_int_eq(line->direction, TRANSCRIPT_RECEIVE);
    ck_assert_uint_eq(line->header.opcode, WS_CLOSE);
    scripted_free(&s);

    static const struct row twice = {"twice",
                                     "needs echo\nsend text \"a\"\nexpect text \"a\"",
                                     "101 text:a text:b",
                                     VERDICT_FAILED,
                                     CLOSING_NOT_JUDGED,
                                     NULL,
                                     NULL,
                                     NULL,
                                     0,
                                     NULL};
    line = marked_line(&s, &twice, "nothing more was expected");
    ck_assert_int_eq(line->direction, TRANSCRIPT_RECEIVE);
    ck_assert_uint_eq(line->header.opcode, WS_TEXT);
    scripted_free(&s);

    static const struct row silent = {"silent", PING, "101", VERDICT_FAILED, CLOSING_NOT_JUDGED, NULL, NULL,
                                      NULL,     0,    NULL};
    line = marked_line(&s, &silent, "expected pong");
    ck_assert_int_eq(line->direction, TRANSCRIPT_SEND);
    scripted_free(&s);

    static const struct row refused = {
        "400", "open\nexpect http 101",   "head", VERDICT_FAILED, CLOSING_NOT_JUDGED, NULL, NULL, NULL,
        0,     "HTTP/1.1 400 Bad\r\n\r\n"};
    line = marked_line(&s, &refused, "expected http 101");
    ck_assert_int_eq(line->direction, TRANSCRIPT_RECEIVE);
    ck_assert_str_eq(line->note, "HTTP/1.1 400 Bad");
    scripted_free(&s);
}
END_TEST

/* In a run of many lines the violation still points at its own. */
START_TEST(lines_of_long_runs)
{
    for (unsigned at = 1; at <= 300; at += 13) {
        char script[4096] = "101";
        for (unsigned i = 1; i <= 300; i++)
            snprintf(script + strlen(script), sizeof script - strlen(script),
                     i == at ? " !pong:b" : " pong:a");
        snprintf(script + strlen(script), sizeof script - strlen(script), " pong:p close:1000 eof");
        struct row row = {"long", PING, script, VERDICT_OK, CLOSING_CLEAN, NULL, "SERVER_FRAME_MASKED",
                          NULL,   0,    NULL};
        static struct scripted s;
        scripted_play(&s, &row, CHUNK_JOINED, 0);
        scripted_check(&s, &row, "long");
        struct arena arena = {.cap = 1 << 22};
        size_t count;
        const struct transcript *transcript = run_transcript(s.run);
        const struct journal_line *lines = transcript_lines(transcript, &arena, &count);
        size_t index = transcript_index(transcript, run_verdict(s.run)->violations[0].line);
        ck_assert_uint_lt(index, count);
        bool note =
            strcmp(lines[index].direction, "note") == 0 && strstr(lines[index].text, "left out") != NULL;
        ck_assert_msg(note || strcmp(lines[index].text, "pong \"b\" mask=flip") == 0, "%u: %s", at,
                      lines[index].text);
        ck_assert_msg(note == (at > 93 && at <= 300 - 43), "%u", at);
        arena_free(&arena);
        scripted_free(&s);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("monitors of runs");
    TCase *cases = tcase_create("rows");
    add_rows(cases);
    tcase_add_test(cases, kept_requirements);
    tcase_add_test(cases, kept_requirements_of_deflate);
    tcase_add_test(cases, a_broken_rule_of_the_opening_is_not_kept);
    tcase_add_test(cases, a_refusal_keeps_rules_too);
    tcase_add_test(cases, monitors_are_listed);
    tcase_add_test(cases, marks);
    tcase_add_test(cases, lines_of_long_runs);
    suite_add_tcase(suite, cases);
    return scripted_run(suite);
}
