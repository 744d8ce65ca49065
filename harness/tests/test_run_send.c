/* SPDX-License-Identifier: MIT */
/* test_run_send.c: how the steps of a case become writes: cut as the delivery and the step ask, the octets
 * always the same; and what goes out between them: pongs, barriers. */
#include "harness/tests/scripted_target.h"

#define SILENT "\nexpect end"

/* ---- Writes ---- */

static const struct {
    const char *steps;
    const char *writes; /* sizes, in order; NxS: N times S */
    const char *wrote;
    unsigned flags;
} table[] = {
    {"send text \"hello\"", "11", "text:hello", 0},
    {"send text \"hello\"", "7", "text:hello", ROW_CLIENT},
    {"send text \"\"", "6", "text", 0},
    {"send text \"hello\"", "11x1", "text:hello", ROW_OCTET},
    {"send text \"hello\" chop=4", "2x4 3", "text:hello", 0},
    {"send text \"hello\" chop=11", "11", "text:hello", 0},
    {"send text \"hello\" chop=4", "11x1", "text:hello", ROW_OCTET},
    {"send text \"hello\" split=1", "1 10", "text:hello", 0},
    {"send text \"hello\" split=10", "10 1", "text:hello", 0},
    {"send text \"hello\" split=11", "11", "text:hello", 0},
    {"send text \"hello\" split=99", "11", "text:hello", 0},
    {"send text \"a\"\nsend text \"b\"", "2x7", "text:a text:b", 0},
    {"send text \"a\" join\nsend text \"b\"", "14", "text:a text:b", 0},
    {"send text \"a\" join\nsend text \"b\" join\nsend text \"c\"\nsend text \"d\"", "21 7",
     "text:a text:b text:c text:d", 0},
    {"send text \"a\" join\nsend text \"b\"", "14x1", "text:a text:b", ROW_OCTET},
    {"send text \"a\" join\nraw x\"81 80 00 00 00 00\"", "13", "text:a text", 0},
    {"send text \"hello\" chop=4 join\nsend text \"b\"", "2x4 10", "text:hello text:b", 0},
    {"send text \"a\" join\nsend text \"b\" split=2", "9 5", "text:a text:b", 0},
    {"send text \"hello\" frag=2", "23", "text+:he cont+:ll cont:o", 0},
    {"send text \"hell\" frag=2", "16", "text+:he cont:ll", 0},
    {"send text \"hello\" frag=5", "11", "text:hello", 0},
    {"send text \"hello\" frag=2 fin=0", "23", "text+:he cont+:ll cont+:o", 0},
    {"send text \"\" frag=2", "6", "text", 0},
    {"send text \"hello\" frag=2 chop=8", "2x8 7", "text+:he cont+:ll cont:o", 0},
    {"send text \"hello\" frag=2 rsv1", "23", "%text+:he cont+:ll cont:o", 0},
    {"send text \"hello\" cut=3", "3", "", 0},
    {"send text \"hello\" cut=11", "11", "text:hello", 0},
    {"send text \"hello\" cut=99", "11", "text:hello", 0},
    {"send text \"hello\" cut=3 chop=2", "2 1", "", 0},
    {"send text \"hello\" cut=12 frag=2", "12", "text+:he", 0},
    {"raw \"abc\"", "3", "", 0},
    {"raw x\"8a00\"", "2x1", "!pong", ROW_OCTET},
    {"send binary rep(70000, \"a\")", "65536 4478", "bin*70000", 0},
    {"send binary rep(65522, \"a\") join\nsend text \"b\"", "65536 1", "bin*65522 text:b", 0},
    {"send binary rep(65520, \"a\") join\nsend text \"b\"", "65535", "bin*65520 text:b", 0},
    {"send binary rep(65521, \"a\") join\nsend text \"b\"", "65536", "bin*65521 text:b", 0},
    {"send close", "6", "close", 0},
    {"send close 1000", "8", "close:1000", 0},
    {"send close 1000 \"bye\" chop=7", "7 4", "close:1000:bye", 0},
    {"send op=11 \"x\" mask=flip", "3", "!op11:x", 0},
    {"send text \"x\" mask=flip", "7", "!text:x", ROW_CLIENT},
    {"send text \"a\"\nhalf-close\nsend text \"b\"", "7", "text:a half-close", 0},
};

/* "2x4 3" says 4, 4, 3. */
static void check_writes(const struct scripted *s, const char *writes, const char *name)
{
    size_t seen = 0;
    for (const char *at = writes; *at != '\0';) {
        char *end;
        size_t size = strtoul(at, &end, 10), times = 1;
        if (*end == 'x') {
            times = size;
            size = strtoul(end + 1, &end, 10);
        }
        for (; times > 0; times--, seen++) {
            ck_assert_msg(seen < s->write_count, "%s: %zu writes, not '%s'", name, s->write_count, writes);
            ck_assert_msg(s->writes[seen] == size, "%s: write %zu has %zu octets, not '%s'", name, seen,
                          s->writes[seen], writes);
        }
        at = end + (*end == ' ');
    }
    ck_assert_msg(seen == s->write_count, "%s: %zu writes, not '%s'", name, s->write_count, writes);
}

START_TEST(writes)
{
    char steps[512];
    snprintf(steps, sizeof steps, "%s" SILENT, table[_i].steps);
    struct row row = {.name = table[_i].steps,
                      .steps = steps,
                      .script = table[_i].flags & ROW_CLIENT ? "GET eof" : "101 eof",
                      .flags = table[_i].flags};
    static struct scripted s;
    scripted_play(&s, &row, CHUNK_WORDS, 0);
    ck_assert_str_eq(s.wrote.text == NULL ? "" : s.wrote.text, table[_i].wrote);
    check_writes(&s, table[_i].writes, table[_i].steps);
    scripted_free(&s);
}
END_TEST

/* Whatever the cut, the octets are the same. */
START_TEST(octets_do_not_depend_on_the_cut)
{
    static const char *const cuts[] = {"", " chop=1", " chop=7", " split=3", " join", " gap=1ms chop=5"};
    static uint8_t first[4096];
    size_t first_size = 0;
    static struct scripted s;
    for (size_t i = 0; i < sizeof cuts / sizeof cuts[0]; i++) {
        for (int octet = 0; octet < 2; octet++) {
            char steps[512];
            snprintf(steps, sizeof steps,
                     "send text rep(300, \"ab\") frag=99%s\nsend ping \"p\"%s\nraw \"end\"" SILENT, cuts[i],
                     cuts[i]);
            struct row row = {
                .name = cuts[i], .steps = steps, .script = "101 +9999 eof", .flags = octet ? ROW_OCTET : 0};
            scripted_begin(&s, &row, CHUNK_WORDS, 0);
            run_connected(s.run, s.now);
            scripted_pump(&s);
            scripted_do(&s, "101");
            for (int ms = 0; ms < 2000; ms++)
                scripted_do(&s, "+1");
            ck_assert_uint_le(s.sent_size, sizeof first);
            if (first_size == 0) {
                first_size = s.sent_size;
                memcpy(first, s.sent, first_size);
            }
            ck_assert_uint_eq(s.sent_size, first_size);
            ck_assert_mem_eq(s.sent, first, first_size);
            scripted_free(&s);
        }
    }
}
END_TEST

/* Frames octet by octet, with a key of the case's own. */
static const struct {
    const char *step, *hexadecimal;
    unsigned flags;
} frames[] = {
    {"send text \"ab\" mask=01020304", "8182010203046060", 0},
    {"send text \"ab\" mask=01020304 rsv1 rsv3 fin=0", "5182010203046060", 0},
    {"send text \"ab\" mask=01020304 rsv=7", "f182010203046060", 0},
    {"send binary \"\" mask=00000000 lenform=16", "82fe000000000000", 0},
    {"send binary \"ab\" mask=00000000 lenform=64", "82ff0000000000000002000000006162", 0},
    {"send binary \"ab\" mask=00000000 len=5", "8285000000006162", 0},
    {"send binary \"ab\" mask=00000000 lenform=64 len=0x8000000000000000", "82ff8000000000000000000000006162",
     0},
    {"send op=3 \"ab\" mask=00000000", "8382000000006162", 0},
    {"send op=8 x\"03\" mask=00000000", "88810000000003", 0},
    {"send close 1000 \"b\" mask=00000000", "88830000000003e862", 0},
    {"send cont \"ab\" mask=00000000", "8082000000006162", 0},
    {"send text \"ab\" mask=flip", "81026162", 0},
    {"send text \"ab\"", "81026162", ROW_CLIENT},
    {"send text \"ab\" mask=01020304", "8182010203046060", ROW_CLIENT},
    {"raw x\"ff 00\"", "ff00", 0},
};

START_TEST(octets_of_frames)
{
    char steps[256], got[128] = "";
    snprintf(steps, sizeof steps, "%s" SILENT, frames[_i].step);
    struct row row = {.name = frames[_i].step,
                      .steps = steps,
                      .script = frames[_i].flags & ROW_CLIENT ? "GET eof" : "101 eof",
                      .flags = frames[_i].flags};
    static struct scripted s;
    scripted_play(&s, &row, CHUNK_WORDS, 0);
    for (size_t i = s.request_size; i < s.sent_size; i++)
        snprintf(got + strlen(got), sizeof got - strlen(got), "%02x", s.sent[i]);
    ck_assert_str_eq(got, frames[_i].hexadecimal);
    scripted_free(&s);
}
END_TEST

/* Masking keys differ from frame to frame (RFC 6455 5.3). */
START_TEST(masking_keys_differ)
{
    struct row row = {
        .name = "keys", .steps = "repeat 50\nsend text \"\"\nsend ping \"\"", .script = "101 close:1000 eof"};
    static struct scripted s;
    scripted_play(&s, &row, CHUNK_WORDS, 0);
    const uint8_t *at = s.sent + s.request_size;
    for (size_t i = 0; i < 100; i++) {
        for (size_t k = 0; k < i; k++)
            ck_assert_msg(memcmp(at + 6 * i + 2, at + 6 * k + 2, 4) != 0, "%zu and %zu", i, k);
    }
    scripted_free(&s);
}
END_TEST

/* ---- What goes out when ---- */

#define CHOPPED "needs echo\nsend binary \"abcdef\" chop=4 gap=100ms"
#define LATER   VERDICT_OK, CLOSING_NOT_JUDGED, NULL, NULL

static const struct row rows[] = {
    /* Time between writes */
    {"a gap is kept", CHOPPED SILENT, "101 +99 eof", LATER, "", ROW_ORDERED, NULL},
    {"a gap is over", CHOPPED SILENT, "101 +100 +100 eof", LATER, "bin:abcdef", ROW_ORDERED, NULL},
    {"no gap behind the last write", CHOPPED "\nsend text \"x\"" SILENT, "101 +100 +100 eof", LATER,
     "bin:abcdef text:x", ROW_ORDERED, NULL},
    {"a wait is kept", "send ping \"a\"\nwait 100ms\nsend ping \"b\"" SILENT, "101 +99 eof", LATER, "ping:a",
     0, NULL},
    {"a wait is over", "send ping \"a\"\nwait 100ms\nsend ping \"b\"" SILENT, "101 +100 eof", LATER,
     "ping:a ping:b", 0, NULL},
    {"a wait longer than patience", "send ping \"a\"\nwait 5s\nsend ping \"b\"\nexpect pong \"b\"",
     "101 +5000 pong:b close:1000 eof", VERDICT_OK, CLOSING_CLEAN, NULL, NULL, "ping:a ping:b close:1000", 0,
     NULL},
    {"octets with a gap", "delivery octet 10ms\nsend ping \"\"" SILENT, "101 +10 +10 +10 +10 +10 eof", LATER,
     "ping", ROW_OCTET, NULL},
    {"octets with a gap, one too few", "delivery octet 10ms\nsend ping \"\"" SILENT,
     "101 +10 +10 +10 +10 +9 eof", LATER, "", ROW_OCTET, NULL},
    {"nothing goes out before an expect is met", "send ping \"a\"\nexpect pong \"a\"\nsend ping \"b\"" SILENT,
     "101 +1000 pong:u pong:a +0 eof", LATER, "ping:a ping:b", 0, NULL},

    /* Pings of the target */
    {"a ping is answered", "send text \"x\"" SILENT, "101 ping:k ping eof", LATER, "text:x pong:k pong", 0,
     NULL},
    {"a ping with octets", "send text \"x\"" SILENT, "101 x:890300ff80 eof", LATER, "text:x pong:x00ff80", 0,
     NULL},
    {"a masked ping is answered as well", "send text \"x\"" SILENT, "101 !ping:k eof", VERDICT_OK,
     CLOSING_NOT_JUDGED, NULL, "SERVER_FRAME_MASKED", "text:x pong:k", 0, NULL},
    {"a ping inside our frame waits for its end", CHOPPED SILENT, "101 ping:k +100 +100 eof", LATER,
     "bin:abcdef pong:k", ROW_ORDERED, NULL},
    {"a ping inside our message does not wait", "send text \"a\" fin=0\nwait 100ms\nsend cont \"b\"" SILENT,
     "101 ping:k +100 eof", LATER, "text+:a pong:k cont:b", 0, NULL},
    {"a ping inside a frame that has no end", "send binary \"abc\" cut=3" SILENT,
     "101 ping:k ping:k +100 eof", LATER, "", 0, NULL},
    {"a ping behind our Close is not answered", "send close 1000" SILENT, "101 ping:k eof", VERDICT_OK,
     CLOSING_UNCLEAN, NULL, NULL, "close:1000", 0, NULL},

    /* The barrier */
    {"before the grace", "send text \"x\"\nexpect fail any", "101 +24 close:1002 eof", VERDICT_OK,
     CLOSING_CLEAN, NULL, NULL, "text:x close:1002", 0, NULL},
    {"after the grace", "send text \"x\"\nexpect fail any", "101 +25 close:1002 eof", VERDICT_OK,
     CLOSING_CLEAN, NULL, NULL, "text:x barrier close:1002", 0, NULL},
    {"one only", "send text \"x\"\nexpect fail any", "101 +25 +25 +25 close:1002 eof", VERDICT_OK,
     CLOSING_CLEAN, NULL, NULL, "text:x barrier close:1002", 0, NULL},
    {"at once where only open is asked", "send text \"x\"\nexpect open", "101 eof", VERDICT_FAILED,
     CLOSING_NOT_JUDGED, NULL, NULL, "text:x barrier", 0, NULL},
    {"after the grace where failing is possible", "send text \"x\"\nexpect open\nor fail 1002", "101 eof",
     VERDICT_NON_STRICT, CLOSING_UNCLEAN, NULL, NULL, "text:x", 0, NULL},
    {"after the grace where a message is possible", "send text \"x\"\nexpect open\nor text \"x\"",
     "101 text:x close:1000 eof", VERDICT_OK, CLOSING_CLEAN, NULL, NULL, "text:x close:1000", 0, NULL},
    {"not inside our frame", "needs echo\nsend binary \"abcdef\" chop=4 gap=100ms\nexpect fail any",
     "101 +100 +99 +1 +24 close:1002 eof", VERDICT_OK, CLOSING_CLEAN, NULL, NULL, "bin:abcdef close:1002",
     ROW_ORDERED, NULL},
    {"behind our frame", "needs echo\nsend binary \"abcdef\" chop=4 gap=100ms\nexpect fail any",
     "101 +100 +99 +1 +25 close:1002 eof", VERDICT_OK, CLOSING_CLEAN, NULL, NULL,
     "bin:abcdef barrier close:1002", ROW_ORDERED, NULL},
    {"never in a frame without an end", "send binary \"abc\" cut=3\nexpect fail any", "101 +1000 eof",
     VERDICT_NON_STRICT, CLOSING_UNCLEAN, NULL, NULL, "", 0, NULL},
    {"never behind our Close", "send close 1000\nexpect fail any", "101 +1000 eof", VERDICT_NON_STRICT,
     CLOSING_UNCLEAN, NULL, NULL, "close:1000", 0, NULL},
    {"never behind the target's Close", "send text \"x\"\nexpect fail any", "101 close:1000 +1000 eof",
     VERDICT_OK, CLOSING_CLEAN, NULL, NULL, "text:x close:1000", 0, NULL},
    {"not for a message", "needs echo\nsend text \"x\"\nexpect text \"x\"", "101 +1000 text:x close:1000 eof",
     VERDICT_OK, CLOSING_CLEAN, NULL, NULL, "text:x close:1000", 0, NULL},
    {"the grace counts from the end of a wait", "send text \"x\"\nwait 100ms\nexpect fail any",
     "101 +100 +24 close:1002 eof", VERDICT_OK, CLOSING_CLEAN, NULL, NULL, "text:x close:1002", 0, NULL},
    {"one for each expect", "send pong \"x\"\nexpect open\nsend pong \"y\"\nexpect open",
     "101 barrier barrier close:1000 eof", VERDICT_OK, CLOSING_CLEAN, NULL, NULL,
     "pong:x barrier pong:y barrier close:1000", ROW_ORDERED, NULL},
    {"the pong of an old barrier is noise",
     "needs echo\nsend text \"x\"\nexpect text \"x\"\nor fail 1002\nsend text \"y\"\nexpect fail 1002",
     "101 +25 text:x barrier close:1002 eof", VERDICT_OK, CLOSING_CLEAN, NULL, NULL,
     "text:x barrier text:y close:1002", ROW_ORDERED, NULL},
};

SCRIPTED_TESTS(rows)

/* A flood of pings: what waits is bounded, and our Close still goes out. */
START_TEST(flood_of_pings)
{
    static const struct row row = {
        "flood", CHOPPED "\nexpect close 1000, end", "", VERDICT_OK, CLOSING_CLEAN, NULL, NULL, NULL, 0,
        NULL};
    static struct scripted s;
    scripted_begin(&s, &row, CHUNK_JOINED, 0);
    run_connected(s.run, s.now);
    scripted_pump(&s);
    scripted_do(&s, "101");
    for (int i = 0; i < 1000; i++)
        scripted_do(&s, "ping*125:k");
    scripted_do(&s, "+100");
    scripted_do(&s, "+100");
    ck_assert_uint_le(s.sent_size - s.request_size, 17 * 1024);
    ck_assert_uint_ge(s.sent_size - s.request_size, 15 * 1024);
    scripted_do(&s, "close:1000");
    scripted_flush(&s);
    ck_assert_ptr_nonnull(strstr(s.wrote.text, " close:1000"));
    scripted_do(&s, "eof");
    scripted_check(&s, &row, "flood");
    scripted_free(&s);
}
END_TEST

/* `reading off` lasts until `reading on`, or until the target has taken nothing for half a second: a driver
 * that cannot write does not ask. */
static const struct {
    const char *steps, *off, *on; /* what goes by while the run does not read, and what makes it read */
} readings[] = {
    /* a wait of the case's own is no stall */
    {"reading off\nsend text \"a\"\nwait 2s\nreading on\nexpect text \"a\"", "+1999", "+1"},
    {"reading off\nsend text \"a\"\nexpect text \"a\"\nreading on", "+499", "+1"},
    {"reading off\nsend text \"a\"\nexpect text \"a\"", "+499", "tick"},
    {"reading off\nreading on\nreading off\nsend text \"a\"\nwait 1ms\nreading on\nexpect text \"a\"", "+0",
     "+1"},
};

START_TEST(reading_off_and_on)
{
    char steps[256];
    snprintf(steps, sizeof steps, "needs echo\n%s", readings[_i].steps);
    struct row row = {"reading", steps, "", VERDICT_OK, CLOSING_CLEAN, NULL, NULL, NULL, 0, NULL};
    static struct scripted s;
    scripted_begin(&s, &row, CHUNK_JOINED, 0);
    run_connected(s.run, s.now);
    scripted_pump(&s);
    ck_assert(run_reads(s.run)); /* the response is read in any case */
    scripted_do(&s, "101");
    ck_assert(!run_reads(s.run));
    scripted_do(&s, readings[_i].off);
    ck_assert(!run_reads(s.run));
    scripted_do(&s, readings[_i].on);
    ck_assert(run_reads(s.run));
    scripted_do(&s, "text:a");
    scripted_do(&s, "close:1000");
    scripted_flush(&s);
    scripted_do(&s, "eof");
    scripted_check(&s, &row, "reading");
    scripted_free(&s);
}
END_TEST

/* The same where the flood and the last of what was expected come in one chunk. */
START_TEST(flood_of_pings_before_the_closing)
{
    static const struct row row = {.name = "flood",
                                   .steps = "needs echo\nsend text \"x\"\nexpect text \"x\"",
                                   .script = "",
                                   .verdict = VERDICT_OK,
                                   .closing = CLOSING_CLEAN};
    static struct scripted s;
    scripted_begin(&s, &row, CHUNK_JOINED, 0);
    run_connected(s.run, s.now);
    scripted_pump(&s);
    scripted_do(&s, "101");
    for (int i = 0; i < 1000; i++)
        scripted_do(&s, "ping*125:k");
    scripted_do(&s, "text:x");
    scripted_flush(&s);
    ck_assert_ptr_nonnull(strstr(s.wrote.text, " close:1000"));
    scripted_do(&s, "close:1000");
    scripted_do(&s, "eof");
    scripted_check(&s, &row, "flood");
    scripted_free(&s);
}
END_TEST

/* Room for answers comes back as they go out. */
START_TEST(many_pings_one_by_one)
{
    static const struct row row = {.name = "many",
                                   .steps = "needs echo\nsend text \"x\"\nexpect text \"x\"",
                                   .script = "",
                                   .verdict = VERDICT_OK,
                                   .closing = CLOSING_CLEAN};
    static struct scripted s;
    scripted_begin(&s, &row, CHUNK_WORDS, 0);
    run_connected(s.run, s.now);
    scripted_pump(&s);
    scripted_do(&s, "101");
    for (int i = 0; i < 300; i++)
        scripted_do(&s, "ping*125:k");
    ck_assert_uint_eq(s.write_count, 1 + 300);
    scripted_do(&s, "text:x");
    scripted_do(&s, "close:1000");
    scripted_do(&s, "eof");
    scripted_check(&s, &row, "many");
    scripted_free(&s);
}
END_TEST

/* The transcript does not tell of a barrier that cannot go out. */
START_TEST(no_barrier_in_the_transcript)
{
    static const struct row row = {.name = "cut",
                                   .steps = "send binary \"abc\" cut=3\nexpect fail any",
                                   .script = "101 +1000 eof",
                                   .verdict = VERDICT_NON_STRICT,
                                   .closing = CLOSING_UNCLEAN};
    static struct scripted s;
    scripted_play(&s, &row, CHUNK_WORDS, 0);
    struct transcript transcript = *run_transcript(s.run);
    for (size_t i = 0; i < transcript.number; i++)
        ck_assert_ptr_null(strstr(transcript_at(&transcript, i)->note, "barrier"));
    scripted_free(&s);
}
END_TEST

/* A target that pings for ever holds nothing up. */
START_TEST(endless_pings)
{
    static const struct row row = {.name = "endless",
                                   .steps = "needs echo\nsend text \"x\"\nexpect text \"x\"",
                                   .script = "",
                                   .verdict = VERDICT_FAILED,
                                   .closing = CLOSING_NOT_JUDGED};
    static struct scripted s;
    scripted_begin(&s, &row, CHUNK_WORDS, 0);
    run_connected(s.run, s.now);
    scripted_pump(&s);
    scripted_do(&s, "101");
    for (int i = 0; i < 100 && !s.over; i++) {
        scripted_do(&s, "ping:k");
        scripted_do(&s, "+100");
    }
    ck_assert(s.over);
    scripted_check(&s, &row, "endless");
    scripted_free(&s);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("what runs send");
    TCase *cases = tcase_create("rows");
    add_rows(cases);
    tcase_add_loop_test(cases, writes, 0, (int)(sizeof table / sizeof table[0]));
    tcase_add_loop_test(cases, octets_of_frames, 0, (int)(sizeof frames / sizeof frames[0]));
    tcase_add_test(cases, octets_do_not_depend_on_the_cut);
    tcase_add_test(cases, masking_keys_differ);
    tcase_add_loop_test(cases, reading_off_and_on, 0, (int)(sizeof readings / sizeof readings[0]));
    tcase_add_test(cases, flood_of_pings);
    tcase_add_test(cases, flood_of_pings_before_the_closing);
    tcase_add_test(cases, endless_pings);
    tcase_add_test(cases, many_pings_one_by_one);
    tcase_add_test(cases, no_barrier_in_the_transcript);
    suite_add_tcase(suite, cases);
    return scripted_run(suite);
}
