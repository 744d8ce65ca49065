/* SPDX-License-Identifier: MIT */
/* test_crash.c: targets that die, under --exec and without; and what is left when `wringer test` itself is
 * interrupted or killed: no target process, and all results that had ended. */
#include "harness/tests/program.h"

#define PATIENCE "--patience", "1000"

/* ---- Targets that do not start ---- */

static const struct {
    const char *command, *said;
} stillborn[] = {
    {"echo no licence; exit 7 # {port}",
     "the process exited with status 7 before it accepted a connection; its output is in r/target.log"},
    {"no-such-server {port}", "the process exited with status 127 before it accepted a connection"},
    {"kill -9 $$ # {port}", "the process was killed by signal 9 (Killed) before it accepted a connection"},
};

START_TEST(does_not_start)
{
    ASSERT_WRINGER(3, "test", "--out", "r", "--exec", stillborn[_i].command, "ws://127.0.0.1:{port}");
    ASSERT_SAID(stillborn[_i].said);
    if (_i == 0)
        ck_assert_uint_eq(count_in_file("r/target.log", "no licence"), 1);
    ck_assert_uint_eq(count_in_file("r/index.html", "</html>"), 1);
}
END_TEST

START_TEST(never_listens)
{
    ASSERT_WRINGER(3, "test", "--out", "r", "--patience", "100", "--exec",
                   "echo $$ >pid; exec sleep 1000 # {port}", "ws://127.0.0.1:{port}");
    ASSERT_SAID("did not accept a connection at 127.0.0.1:");
    ASSERT_SAID(" within 500 ms");
    char pid[32];
    read_file("pid", pid, sizeof pid);
    ck_assert(ends_in_time((pid_t)strtol(pid, NULL, 10)));
}
END_TEST

/* ---- Targets that die in mid-run ---- */

/* A frame with opcode 11 right behind the request is deadly: these cases send one, and only they are blamed.
 */
START_TEST(the_guilty_are_blamed)
{
    static const char *const guilty[] = {"empty/11", "payload/11", "long-payload/11"};
    ASSERT_WRINGER(1, "test", "--out", "r", PATIENCE, "--exec",
                   exec_of("harness/tests/hostile_peer crash-on:139 {port}"), "ws://127.0.0.1:{port}",
                   "opcodes", "ping_pong");
    ck_assert_uint_eq(count_text(output, "\nCRASH  "), 6);
    for (size_t i = 0; i < 6; i++) {
        char text[96];
        snprintf(text, sizeof text, "\nCRASH  opcodes/%s@server~%s ", guilty[i / 2],
                 i % 2 == 0 ? "whole" : "octet");
        ASSERT_SAID(text);
    }
    ASSERT_SAID("the target does not survive this: the process was killed by signal 6 (Aborted)");
    ASSERT_SAID(" OK, 6 CRASH;");
    ASSERT_SAID("; 6 unexpected");
    ck_assert_ptr_null(strstr(output, "unstable"));
    ck_assert_uint_gt(count_in_file("r/target.log", "listening"), 6); /* so often it was started */
}
END_TEST

/* One that dies of too many connections is no case's fault, and yet not well. */
START_TEST(nobody_is_guilty)
{
    ASSERT_WRINGER(1, "test", "--out", "r", PATIENCE, "--exec",
                   exec_of("harness/tests/hostile_peer exit-after:40 {port}"), "ws://127.0.0.1:{port}",
                   "ping_pong/ping-lengths");
    ck_assert_ptr_null(strstr(output, "CRASH"));
    ASSERT_SAID(", and no case kills it when run alone");
    ASSERT_SAID("252 results: 252 OK; ");
    ASSERT_SAID("; 0 unexpected");
}
END_TEST

/* One that does not come back leaves a result of every case. */
START_TEST(dies_for_good)
{
    struct peer peer = peer_start("exit-after:60");
    ASSERT_WRINGER(1, "test", "--out", "r", PATIENCE, peer.ws, "ping_pong/ping-lengths");
    ASSERT_SAID("does not accept connections any more");
    ASSERT_SAID(
        "the target died while this case and others were under way, and cannot be restarted (see --exec)");
    ASSERT_SAID("252 results: ");
    ck_assert_uint_eq(count_in_file("r/results.jsonl", "\"type\":\"result\""), 252);
    ck_assert_uint_gt(count_in_file("r/results.jsonl", "\"verdict\":\"OK\""), 0);
    ck_assert_int_eq(waitpid(peer.pid, NULL, 0), peer.pid);
}
END_TEST

/* A target that was started is stopped when all is done. */
START_TEST(is_stopped_at_the_end)
{
    char command[PATH_MAX + 256], pid[32];
    snprintf(command, sizeof command, "echo $$ >pid; %s", exec_of("wringer echo --listen 127.0.0.1:{port}"));
    ASSERT_WRINGER(0, "test", "--out", "r", PATIENCE, "--exec", command, "ws://127.0.0.1:{port}",
                   "ping_pong/ping-empty");
    read_file("pid", pid, sizeof pid);
    ck_assert_int_eq(kill((pid_t)strtol(pid, NULL, 10), 0), -1);
    ck_assert_int_eq(errno, ESRCH);
}
END_TEST

/* ---- Ends of wringer itself ---- */

static const int signals[] = {SIGTERM, SIGINT, SIGKILL};

/* In the middle of a run against a target that has stopped answering, with a patience of minutes. */
START_TEST(ended_in_mid_run)
{
    enum { SEEN = 30 };
    char command[PATH_MAX + 256], pid_text[32], line[4096];
    int ends[2];
    snprintf(command, sizeof command, "echo $$ >pid; %s",
             exec_of("harness/tests/hostile_peer deaf-after:100 {port}"));
    const char *const words[] = {"test",
                                 "-v",
                                 "--out",
                                 "r",
                                 "--patience",
                                 "600000",
                                 "--exec",
                                 command,
                                 "ws://127.0.0.1:{port}",
                                 "ping_pong/ping-lengths",
                                 NULL};
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    struct program wringer = program_start("wringer", words, NULL, ends[1]);
    close(ends[1]);
    FILE *said = fdopen(ends[0], "r");
    for (int seen = 0; seen < SEEN;) {
        ck_assert_ptr_nonnull(fgets(line, sizeof line, said));
        seen += strncmp(line, "OK  ", 4) == 0;
    }
    read_file("pid", pid_text, sizeof pid_text);
    pid_t target = (pid_t)strtol(pid_text, NULL, 10);
    ck_assert_int_eq(kill(target, 0), 0);
    ck_assert_int_eq(kill(wringer.pid, signals[_i]), 0);
    size_t size = fread(output, 1, sizeof output - 1, said);
    output[size] = '\0';
    char last[4096] = "";
    memcpy(last, output + (size < sizeof last ? 0 : size - sizeof last + 1),
           size < sizeof last ? size : sizeof last - 1);
    ck_assert_int_eq(fclose(said), 0);
    ck_assert_int_eq(program_wait(&wringer), signals[_i] == SIGKILL ? -SIGKILL : 4);
    ck_assert(ends_in_time(target)); /* also when nobody could stop it any more */

    ck_assert_uint_ge(count_in_file("r/results.jsonl", "\"type\":\"result\""), SEEN);
    if (signals[_i] != SIGKILL) {
        ck_assert_ptr_nonnull(strstr(last, "wringer test: interrupted; "));
        ck_assert_ptr_nonnull(strstr(last, " of 252 results are written"));
        ck_assert_uint_eq(count_in_file("r/index.html", "</html>"), 1);
    }
    ASSERT_WRINGER(0, "report", "--out", "again", "r/results.jsonl");
    ck_assert_uint_eq(count_in_file("again/index.html", "</html>"), 1);
    ck_assert_uint_gt(count_in_file("again/index.html", "ping_pong/ping-lengths"), 0);
}
END_TEST

/* While the target is still starting. */
START_TEST(interrupted_before_the_start)
{
    ck_assert_int_eq(mkfifo("started", 0600), 0);
    const char *const words[] = {"test",
                                 "--out",
                                 "r",
                                 "--exec",
                                 "echo $$ >pid; echo >started; exec sleep 1000 # {port}",
                                 "ws://127.0.0.1:{port}",
                                 NULL};
    struct program wringer = program_start("wringer", words, NULL, -1);
    char pid_text[32];
    int started = open("started", O_RDONLY); /* until the target opens it, too */
    ck_assert_int_ge(started, 0);
    ck_assert_int_eq(read(started, pid_text, 1), 1);
    close(started);
    read_file("pid", pid_text, sizeof pid_text);
    ck_assert_int_eq(kill(wringer.pid, SIGINT), 0);
    ck_assert_int_eq(program_wait(&wringer), 4);
    ASSERT_SAID("wringer test: interrupted; 0 of ");
    ck_assert(ends_in_time((pid_t)strtol(pid_text, NULL, 10)));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("crash");
    TCase *tests = tcase_create("crash");
    tcase_set_timeout(tests, 2 * PROGRAM_SECONDS);
    tcase_add_checked_fixture(tests, enter_directory, leave_directory);
    tcase_add_loop_test(tests, does_not_start, 0, sizeof stillborn / sizeof stillborn[0]);
    tcase_add_test(tests, never_listens);
    tcase_add_test(tests, the_guilty_are_blamed);
    tcase_add_test(tests, nobody_is_guilty);
    tcase_add_test(tests, dies_for_good);
    tcase_add_test(tests, is_stopped_at_the_end);
    tcase_add_loop_test(tests, ended_in_mid_run, 0, sizeof signals / sizeof signals[0]);
    tcase_add_test(tests, interrupted_before_the_start);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
