/* SPDX-License-Identifier: MIT */
/* test_command_line.c: what `wringer test` says to bad options, URLs, selectors, case files, baselines and
 * places for the report: where it is wrong and why, and exit code 2, or 4 for what is not the caller's word.
 */
#include "harness/tests/program.h"

/* ---- Words ---- */

#define NOWHERE "ws://127.0.0.1:1" /* never connected to by these tests */

static const struct {
    const char *words[6];
    const char *said;
} bad_words[] = {
    {{"tset"}, "wringer: there is no command 'tset'"},
    {{"test"}, "which server? expected a URL"},
    {{"test", "--exec"}, "--exec needs a value"},
    {{"test", "--baseline"}, "--baseline needs a value"},
    {{"test", "--name"}, "--name needs a value"},
    {{"test", "--header"}, "--header needs a value"},
    {{"test", "-H"}, "--header needs a value"},
    {{"test", "--origin"}, "--origin needs a value"},
    {{"test", "--subprotocol"}, "--subprotocol needs a value"},
    {{"test", "--cafile"}, "--cafile needs a value"},
    {{"test", "--jobs"}, "--jobs needs a value"},
    {{"test", "-j"}, "--jobs needs a value"},
    {{"test", "--out"}, "--out needs a value"},
    {{"test", "-o"}, "--out needs a value"},
    {{"test", "--cases"}, "--cases needs a value"},
    {{"test", "--delivery"}, "--delivery needs a value"},
    {{"test", "--patience"}, "--patience needs a value"},
    {{"test", "--fail-on"}, "--fail-on needs a value"},
    {{"test", "--derived"}, "--derived needs a value"},
    {{"test", "--insecure=yes", NOWHERE}, "--insecure takes no value"},
    {{"test", "--survey=", NOWHERE}, "--survey takes no value"},
    {{"test", "--verbose=1", NOWHERE}, "--verbose takes no value"},
    {{"test", "--bogus", NOWHERE}, "unknown option '--bogus'"},
    {{"test", "-x", NOWHERE}, "unknown option '-x'"},
    {{"test", "--jobs", "0", NOWHERE}, "--jobs: expected 1 to 256, found '0'"},
    {{"test", "--jobs=257", NOWHERE}, "--jobs: expected 1 to 256, found '257'"},
    {{"test", "-j", "-1", NOWHERE}, "--jobs: expected 1 to 256, found '-1'"},
    {{"test", "-j", "4x", NOWHERE}, "--jobs: expected 1 to 256, found '4x'"},
    {{"test", "-j", "", NOWHERE}, "--jobs: expected 1 to 256, found ''"},
    {{"test", "-j", "99999999999999999999", NOWHERE}, "--jobs: expected 1 to 256"},
    {{"test", "--patience", "49", NOWHERE}, "--patience: expected 50 to 600000 ms, found '49'"},
    {{"test", "--patience=1s", NOWHERE}, "--patience: expected 50 to 600000 ms, found '1s'"},
    {{"test", "--delivery", "both", NOWHERE}, "--delivery: expected whole or octet, found 'both'"},
    {{"test", "--fail-on", "may", NOWHERE}, "--fail-on: expected must or should, found 'may'"},
    {{"test", "--derived", "ok", NOWHERE}, "--derived: expected failed or non-strict, found 'ok'"},
    {{"test", "-H", "no colon", NOWHERE}, "--header: expected 'Name: value', found 'no colon'"},
    {{"test", "-H", "A B: c", NOWHERE}, "--header: expected 'Name: value', found 'A B: c'"},
    {{"test", "-H", ": c", NOWHERE}, "--header: expected 'Name: value', found ': c'"},
    {{"test", "-H", "A: b\r\nC: d", NOWHERE}, "--header: expected 'Name: value'"},
    {{"test", "--origin", "a\r\nB: c", NOWHERE}, "--origin: a line break"},
    {{"test", "--subprotocol", "a b", NOWHERE}, "--subprotocol: 'a b' is not a token"},
    {{"test", "--subprotocol=", NOWHERE}, "--subprotocol: '' is not a token"},
    {{"test", "--out", "", NOWHERE}, "--out: expected a directory, found nothing"},
    {{"test", "--cafile", "none.pem", NOWHERE}, "--cafile: cannot read none.pem: No such file"},
    {{"test", "--cafile", "/dev/null", NOWHERE}, "--cafile: /dev/null holds no certificate"},
    {{"test", "--exec", " ", NOWHERE}, "--exec: expected a command, found nothing"},
    {{"test", "--exec", "server", "ws://127.0.0.1:{port}"}, "--exec 'server': without {port}"},
    {{"test", "ws://127.0.0.1:{port}"}, "{port} needs --exec in front of the URL"},
    {{"coverage", "masking"}, "wringer coverage: takes no selection"},
    {{"explain"}, "wringer explain: no case or requirement is named"},
    {{"test", NOWHERE, "--name", "late"}, "belong to the URL that follows them, but none does"},
    {{"test", NOWHERE, "--exec", "late {port}"}, "belong to the URL that follows them, but none does"},
    {{"test", "http://127.0.0.1:1"}, "http://127.0.0.1:1: expected a URL that begins with ws:// or wss://"},
    {{"test", "ws://"}, "ws://: character 6: the host is missing"},
    {{"test", "ws://a:0"}, "ws://a:0: character 8: the port must be 1..65535"},
    {{"test", "ws://a:65536/"}, "the port must be 1..65535"},
    {{"test", "ws://a/#b"}, "ws://a/#b: character 8: a WebSocket URL has no fragment"},
    {{"test", "wss://a b"}, "wss://a b: character 8: not a character of a host name"},
    {{"test", NOWHERE, "ws://["}, "ws://["},
    {{"test", NOWHERE, "no-such-case"}, "'no-such-case' matches no case, file, requirement or Autobahn"},
    {{"test", NOWHERE, "R6455-99.9-99"}, "'R6455-99.9-99' matches no"},
    {{"test", NOWHERE, "8.1.1"}, "'8.1.1' matches no"},
    {{"test", NOWHERE, "ping_pong", "!nothing-like-it"}, "'!nothing-like-it' matches no"},
    {{"test", NOWHERE, ""}, "'' matches no"},
    {{"test", NOWHERE, "-"}, "'-' matches no"},
    {{"test", NOWHERE, "!*"}, "nothing is selected"},
    {{"test", NOWHERE, "ping_pong", "!ping_pong"}, "nothing is selected"},
};

START_TEST(bad_words_are_usage)
{
    struct program wringer = program_start("wringer", bad_words[_i].words, NULL, -1);
    ck_assert_int_eq(program_wait(&wringer), 2);
    ASSERT_SAID(bad_words[_i].said);
    ASSERT_SAID("--help");
    ck_assert_int_eq(access("wringer-report", F_OK), -1); /* nothing was begun */
}
END_TEST

START_TEST(help_names_every_option)
{
    static const char *const names[] = {"--exec",     "--name",        "--pid",    "--baseline", "--header",
                                        "--origin",   "--subprotocol", "--cafile", "--insecure", "--jobs",
                                        "--patience", "--delivery",    "--survey", "--cases",    "--out",
                                        "--fail-on",  "--derived",     "--verbose"};
    ASSERT_WRINGER(0, "test", "--help");
    ck_assert_uint_eq(count_text(output, "\n  -"), sizeof names / sizeof names[0]);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ASSERT_SAID(names[i]);
    ASSERT_WRINGER(0, "--help");
    ASSERT_SAID("usage: wringer COMMAND");
}
END_TEST

/* Words that ask what there is, and a line of the answer. */
static const struct {
    const char *words[4];
    const char *said;
} questions[] = {
    {{"explain", "R6455-5.1-03"}, "R6455-5.1-03  RFC6455, section 5.1  MUST, binds: server\n"},
    {{"explain", "R6455-5.1-03"}, "\"The server MUST close the connection upon receiving a frame"},
    {{"explain", "R6455-5.1-03"}, "    It is a duty of who receives.\n"},
    {{"explain", "R6455-5.1-03"}, "    masking/text  A text frame with the wrong mask bit\n"},
    {{"explain", "R6455-5.2-16"}, "is derived from it (RFC 6455 10.7).\n"},
    {{"explain", "R6455-5.5-01"}, "    Watched in every run against a server: every control frame.\n"},
    {{"explain", "R6455-5.1-01"}, "    Watched in every run against a client: every frame.\n"},
    {{"coverage"}, "Requirements on clients, and how many of them cases or monitors cover:\n"},
    {{"explain", "R6455-7.1.7-04"}, "    No case can show it: A log is not on the wire.\n"},
    {{"explain", "R6455-6.1-01"}, "    Nobody can break it: Says nothing of its own"},
    {{"explain", "R8441-3-01"}, "    It is about HTTP/2 or HTTP/3, which wringer does not speak.\n"},
    {{"coverage"}, "| RFC 6455  | "},
    {{"coverage"}, "  R6455-7.1.7-04   SHOULD  A server that fails a connection logs the problem\n"},
    {{"coverage", "--help"}, "usage: wringer coverage"},
    {{"lint", "--help"}, "usage: wringer lint"},
};

START_TEST(what_there_is)
{
    struct program wringer = program_start("wringer", questions[_i].words, NULL, -1);
    ck_assert_int_eq(program_wait(&wringer), 0);
    ASSERT_SAID(questions[_i].said);
}
END_TEST

START_TEST(too_many_words)
{
    const char *words[PROGRAM_WORDS_MAX] = {"test"};
    for (int i = 1; i <= 33; i++)
        words[i] = NOWHERE;
    struct program wringer = program_start("wringer", words, NULL, -1);
    ck_assert_int_eq(program_wait(&wringer), 2);
    ASSERT_SAID("more than 32 URLs");
}
END_TEST

/* ---- Case files ---- */

static const char one_case[] = "suite own \"Own\"\n\ncase ping \"A ping\"\n  req      R6455-5.5.2-02\n"
                               "  send     ping \"a\"\n  expect   pong \"a\"\n";

START_TEST(bad_case_files)
{
    ASSERT_WRINGER(2, "test", "--cases", "none", NOWHERE);
    ASSERT_SAID("none: No such file or directory");

    write_file("file", one_case);
    ASSERT_WRINGER(2, "test", "--cases", "file", NOWHERE);
    ASSERT_SAID("file: Not a directory");

    ck_assert_int_eq(mkdir("cases", 0700), 0);
    ASSERT_WRINGER(2, "test", "--cases", "cases", NOWHERE);
    ASSERT_SAID("cases: there is no file *.case to read");

    /* All errors of all files at once, each with its place. */
    write_file("cases/good.case", one_case);
    write_file("cases/bad.case",
               "suite bad \"Bad\"\n\ncase a \"A\"\n  sned     ping\n  expect   fail 10O2\n");
    write_file("cases/worse.case", "case \"no name\"\n");
    ASSERT_WRINGER(2, "test", "--cases", "cases/", NOWHERE);
    ASSERT_SAID("cases/bad.case:4:3: error: expected");
    ASSERT_SAID("  sned     ping\n      ^");
    ASSERT_SAID("cases/bad.case:5:");
    ASSERT_SAID("cases/worse.case:1:");
    ck_assert_ptr_null(strstr(output, "good.case"));

    ck_assert_int_eq(unlink("cases/bad.case"), 0);
    ck_assert_int_eq(unlink("cases/worse.case"), 0);
    ck_assert_int_eq(mkdir("cases/folder.case", 0700), 0);
    ASSERT_WRINGER(2, "test", "--cases", "cases", NOWHERE);
    ASSERT_SAID("cases/folder.case: ");
    ck_assert_int_eq(rmdir("cases/folder.case"), 0);

    int fd = open("cases/huge.case", O_WRONLY | O_CREAT, 0600);
    ck_assert(fd >= 0 && ftruncate(fd, 1 << 30) == 0 && close(fd) == 0);
    ASSERT_WRINGER(2, "test", "--cases", "cases", NOWHERE);
    ASSERT_SAID("cases/huge.case: larger than");
    ck_assert_int_eq(unlink("cases/huge.case"), 0);

    ASSERT_WRINGER(2, "test", "--cases", "cases", NOWHERE, "ping_pong");
    ASSERT_SAID("'ping_pong' matches no");
    ASSERT_WRINGER(0, "test", "--cases", "cases", "--out", "r", GOOD_TARGET);
    ASSERT_SAID(" OK; 0 unexpected");
}
END_TEST

/* ---- Baselines ---- */

static const struct {
    const char *text, *said;
} bad_baselines[] = {
    {"own/ping OKAY because\n", "b:1: error: expected a verdict, closing=WORD or violation=NAME, found OKAY"},
    {"# a comment\n\nown/ping\n",
     "b:3: error: expected a verdict, closing=WORD or violation=NAME, found the end"},
    {"own/ping FAILED\n", "b:1: error: expected the reason for this deviation"},
    {"own/ping closing=dirty x\n", "b:1: error: expected a verdict"},
    {"own/ping violation=NOT_ONE x\n", "b:1: error: expected a verdict"},
};

START_TEST(bad_baseline_lines)
{
    write_file("b", bad_baselines[_i].text);
    ASSERT_WRINGER(2, "test", "--baseline", "b", NOWHERE);
    ASSERT_SAID(bad_baselines[_i].said);
}
END_TEST

START_TEST(bad_baseline_files)
{
    ASSERT_WRINGER(2, "test", "--baseline", "none", NOWHERE);
    ASSERT_SAID("none: No such file or directory");
    ASSERT_WRINGER(2, "test", "--baseline", ".", NOWHERE);
    ASSERT_SAID(".: Is a directory");
    ASSERT_WRINGER(2, "test", "--baseline", "/dev/zero", NOWHERE);
    ASSERT_SAID("/dev/zero: larger than");
    /* What a baseline says that is not so fails the run. */
    ck_assert_int_eq(mkdir("cases", 0700), 0);
    write_file("cases/own.case", one_case);
    write_file("b", "own/ping* FAILED it never answers\nown/pong FAILED nor this\n");
    ASSERT_WRINGER(1, "test", "--cases", "cases", "--baseline", "b", GOOD_TARGET);
    ASSERT_SAID("line 1 of the baseline lists FAILED, which is gone");
    ASSERT_SAID("b:2: error: own/pong names no case");
}
END_TEST

/* ---- Places for the report ---- */

START_TEST(bad_places)
{
    write_file("file", "");
    ASSERT_WRINGER(4, "test", "--out", "file", NOWHERE, "ping_pong");
    ASSERT_SAID("wringer test: file: cannot make the directory: Not a directory");
    ASSERT_WRINGER(4, "test", "--out", "file/below", NOWHERE, "ping_pong");
    ASSERT_SAID("wringer test: file: cannot make the directory: Not a directory");
    ASSERT_WRINGER(4, "test", "--out", "/proc/wringer", NOWHERE, "ping_pong");
    ASSERT_SAID("wringer test: /proc/wringer: cannot make the directory: ");
    ck_assert_int_eq(mkdir("r", 0700), 0);
    ck_assert_int_eq(mkdir("r/results.jsonl", 0700), 0);
    ASSERT_WRINGER(4, "test", "--out", "r", NOWHERE, "ping_pong");
    ASSERT_SAID("wringer test: r/results.jsonl: cannot");
    ASSERT_SAID("Is a directory");
    ck_assert_int_eq(rmdir("r/results.jsonl"), 0);
    ck_assert_int_eq(mkdir("r/index.html", 0700), 0);
    ASSERT_WRINGER(4, "test", "--out", "r", GOOD_TARGET, "ping_pong/ping-empty");
    ASSERT_SAID(" OK; 0 unexpected"); /* the results are there, the page is not */
    ASSERT_SAID("wringer test: r/index.html: cannot");
    ck_assert_int_eq(chmod("r", 0500), 0);
    if (geteuid() != 0) { /* root writes anywhere */
        ASSERT_WRINGER(4, "test", "--out", "r", NOWHERE, "ping_pong");
        ASSERT_SAID("Permission denied");
    }
    ck_assert_int_eq(chmod("r", 0700), 0);
}
END_TEST

static const rlim_t disk_sizes[] = {0, 100, 3000, 20000, 100000};

/* No file of the child gets longer than this: as on a disk that fills up. */
static void fill_disk(void)
{
    const char *size = getenv("DISK_SIZE");
    rlim_t limit = strtoul(size, NULL, 10);
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){limit, limit});
}

START_TEST(full_disk)
{
    char size[32], text[64];
    int ends[2];
    snprintf(size, sizeof size, "%lu", (unsigned long)disk_sizes[_i]);
    setenv("DISK_SIZE", size, 1);
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    ck_assert_int_gt(fcntl(ends[1], F_SETPIPE_SZ, 1 << 20), 0); /* what is said must not wait for us */
    const char *const words[] = {"test", "--out", "r", GOOD_TARGET, "opcodes", NULL};
    struct program wringer = program_start("wringer", words, fill_disk, ends[1]);
    ck_assert_int_eq(program_wait(&wringer), 4);
    close(ends[1]);
    ssize_t said = read(ends[0], output, sizeof output - 1);
    close(ends[0]);
    output[said < 0 ? 0 : said] = '\0';
    ASSERT_SAID("wringer test: r/");
    ASSERT_SAID(": cannot write: File too large");
    snprintf(text, sizeof text, "r/results.jsonl: cannot write");
    ck_assert_uint_le(count_text(output, text), 1); /* told once */

    /* What was written before is whole: a report can be made of it elsewhere. */
    if (disk_sizes[_i] >= 3000) {
        ASSERT_WRINGER(0, "report", "--out", "again", "r");
        ck_assert_uint_gt(count_in_file("again/index.html", "</html>"), 0);
    }
}
END_TEST

/* A device that takes nothing: ENOSPC from the first octet on. */
START_TEST(full_device)
{
    ck_assert_int_eq(mkdir("r", 0700), 0);
    ck_assert_int_eq(symlink("/dev/full", "r/results.jsonl"), 0);
    ASSERT_WRINGER(4, "test", "--out", "r", NOWHERE, "ping_pong");
    ASSERT_SAID("wringer test: r/results.jsonl: cannot write: No space left on device");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("command_line");
    TCase *tests = tcase_create("command_line");
    tcase_set_timeout(tests, 2 * PROGRAM_SECONDS);
    tcase_add_checked_fixture(tests, enter_directory, leave_directory);
    tcase_add_loop_test(tests, bad_words_are_usage, 0, sizeof bad_words / sizeof bad_words[0]);
    tcase_add_loop_test(tests, what_there_is, 0, sizeof questions / sizeof questions[0]);
    tcase_add_test(tests, help_names_every_option);
    tcase_add_test(tests, too_many_words);
    tcase_add_test(tests, bad_case_files);
    tcase_add_loop_test(tests, bad_baseline_lines, 0, sizeof bad_baselines / sizeof bad_baselines[0]);
    tcase_add_test(tests, bad_baseline_files);
    tcase_add_test(tests, bad_places);
    tcase_add_loop_test(tests, full_disk, 0, sizeof disk_sizes / sizeof disk_sizes[0]);
    tcase_add_test(tests, full_device);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
