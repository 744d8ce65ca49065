/* SPDX-License-Identifier: MIT */
/* test_serve.c: `wringer serve` as a whole, over loopback: what it answers to a client that asks, many
 * connections at once, peers that are no clients, and clients that it starts itself. */
#include "harness/tests/asking.h"
#include "harness/tests/certificate.h"
#include "harness/tests/program.h"

enum { CASES = 5, AT_ONCE = 32 };

/* Number 3 is what strange clients die of; number 5 asks for what no echoing client does. */
static const char cases_text[] = "suite s \"Cases for tests\"\n"
                                 "case one \"One\"\n req R6455-5.6-01\n role both\n needs echo\n"
                                 " send text \"one\"\n expect text \"one\"\n"
                                 "case two \"Two\"\n req R6455-5.6-01\n role both\n needs echo\n"
                                 " send text \"two\"\n expect text \"two\"\n"
                                 "case three \"Three\"\n req R6455-5.6-01\n role both\n needs echo\n"
                                 " send text \"poison\"\n expect text \"poison\"\n"
                                 "case four \"Four\"\n req R6455-5.6-01\n role both\n needs echo\n"
                                 " send text \"four\"\n expect text \"four\"\n"
                                 "case five \"Five\"\n req R6455-5.6-01\n role both\n needs echo\n"
                                 " send text \"five\"\n expect text \"not five\"\n";

static char text[ASKING_MAX];

struct server {
    struct program program;
    unsigned port;
};

static void set_up(void)
{
    enter_directory();
    ck_assert_int_eq(mkdir("cases", 0700), 0);
    write_file("cases/s.case", cases_text);
}

#define OUR_CASES "--cases", "cases", "--delivery", "whole", "--out", "report"

/* Waits until the program has said where it listens. */
static struct server server_start(const char *const *words)
{
    struct server server = {.program = program_start("wringer", words, NULL, -1)};
    const char *found = NULL;
    for (int i = 0; i < 6000 && found == NULL; i++) {
        read_file(server.program.output, output, sizeof output);
        found = strchr(output, '\n') == NULL ? NULL : strstr(output, "listening on ");
        if (found == NULL)
            poll(NULL, 0, 10);
    }
    ck_assert_msg(found != NULL, "%s", output);
    const char *slash = strstr(found, "/ with");
    ck_assert_ptr_nonnull(slash);
    while (*slash != ':')
        slash--;
    server.port = (unsigned)strtoul(slash + 1, NULL, 10);
    return server;
}

#define SERVER_START(...) server_start((const char *const[]){"serve", OUR_CASES, __VA_ARGS__, NULL})

static int run_case(int family, unsigned port, unsigned number, const char *agent)
{
    char target[1024];
    snprintf(target, sizeof target, "/runCase?case=%u&agent=%s", number, agent);
    int fd = asking_connect(family, port);
    ck_assert_int_ge(fd, 0);
    int status = asking_open(fd, target);
    if (status == 101)
        asking_echo(fd, text, NULL);
    else
        close(fd);
    return status;
}

/* ---- What a client may ask for ---- */

static const struct {
    const char *target;
    int status;
    const char *text;
} questions[] = {
    {"/getCaseCount", 101, "5"},
    {"/getCaseInfo?case=1", 101, "{\"id\": \"s/one@client~whole\", \"description\": \"One\"}"},
    {"/getCaseInfo?casetuple=s/five@client~whole", 101,
     "{\"id\": \"s/five@client~whole\", \"description\": \"Five\"}"},
    {"/getCaseInfo?case=6", 500, ""},
    {"/getCaseInfo?case=0", 500, ""},
    {"/getCaseInfo?casetuple=9.9.9", 500, ""},
    {"/getCaseInfo", 500, ""},
    {"/getCaseStatus?case=1&agent=A", 101, "{\"behavior\": \"OK\"}"},
    {"/getCaseStatus?casetuple=s/five@client~whole&agent=A", 101, "{\"behavior\": \"FAILED\"}"},
    {"/getCaseStatus?case=6&agent=A", 500, ""},
    {"/getCaseStatus?case=1", 500, ""},
    {"/runCase?case=1", 500, ""},
    {"/runCase?case=1&agent=", 500, ""},
    {"/runCase?case=6&agent=A", 500, ""},
    {"/runCase?case=x&agent=A", 500, ""},
    {"/runCase?agent=A", 500, ""},
    {"/updateReports", 500, ""},
};

static void ask_all(int family, unsigned port)
{
    ck_assert_int_eq(run_case(family, port, 1, "A"), 101);
    ck_assert_int_eq(run_case(family, port, 5, "A"), 101);
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        int status = asking(family, port, questions[i].target, text);
        ck_assert_msg(status == questions[i].status && strcmp(text, questions[i].text) == 0, "%s: %d, '%s'",
                      questions[i].target, status, text);
    }
    ck_assert_int_eq(asking(family, port, "/updateReports?agent=A", text), 101);
    ck_assert_str_eq(text, "");
    ck_assert_uint_ge(count_in_file("report/index.html", "s/one"), 1);
}

START_TEST(questions_over_ipv4)
{
    struct server server = SERVER_START("--listen", "127.0.0.1:0");
    ask_all(AF_INET, server.port);
    ck_assert_int_eq(asking(AF_INET, server.port, "/stopServer", text), 101);
    ck_assert_int_eq(program_wait(&server.program), 1);
    ASSERT_SAID("A: 2 results: 1 OK, 1 FAILED");
}
END_TEST

START_TEST(questions_over_ipv6)
{
    struct server server = SERVER_START("--listen", "[::1]:0");
    ask_all(AF_INET6, server.port);
    asking(AF_INET6, server.port, "/updateReports?agent=A&shutdownOnComplete=true", text);
    ck_assert_int_eq(program_wait(&server.program), 1);
}
END_TEST

/* A question about a result is answered when there is one, not before. */
START_TEST(the_status_waits)
{
    struct server server = SERVER_START("--listen", "127.0.0.1:0");
    size_t size;
    int fd = asking_connect(AF_INET, server.port);
    ck_assert_int_eq(asking_open(fd, "/getCaseStatus?case=2&agent=A"), 101);
    ck_assert_int_eq(run_case(AF_INET, server.port, 2, "B"), 101);
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    ck_assert_int_eq(poll(&wait, 1, 0), 0);
    ck_assert_int_eq(run_case(AF_INET, server.port, 2, "A"), 101);
    ck_assert_int_eq(asking_frame(fd, text, &size), 1);
    ck_assert_str_eq(text, "{\"behavior\": \"OK\"}");
    ck_assert_int_eq(asking_frame(fd, text, &size), 8);
    close(fd);
    ck_assert_int_eq(asking(AF_INET, server.port, "/stopServer", text), 101);
    ck_assert_int_eq(program_wait(&server.program), 0);
    ASSERT_SAID("A: 1 results: 1 OK");
    ASSERT_SAID("B: 1 results: 1 OK");
}
END_TEST

/* Whatever a client calls itself, the journal stays JSON and the report HTML, and the console is not written
 * to: a name with control characters is refused. */
START_TEST(odd_names)
{
    static const char *const names[] = {"%3Cscript%3Ealert(1)%3C/script%3E", "%22quoted%22", "%FF%FE",
                                        "..%2F..%2Fx", "%C3%A9%20%E2%82%AC"};
    enum { NAMES = sizeof names / sizeof names[0] };
    struct server server = SERVER_START("--listen", "127.0.0.1:0");
    for (size_t i = 0; i < NAMES; i++)
        ck_assert_int_eq(run_case(AF_INET, server.port, 1, names[i]), 101);
    ck_assert_int_eq(run_case(AF_INET, server.port, 1, "a%0Ab"), 500);
    ck_assert_int_eq(run_case(AF_INET, server.port, 1, "%1B%5B31m"), 500);
    ck_assert_int_eq(asking(AF_INET, server.port, "/stopServer", text), 101);
    ck_assert_int_eq(program_wait(&server.program), 0);
    ck_assert_uint_eq(count_in_file("report/index.html", "<script>alert"), 0);
    ck_assert_uint_eq(count_in_file("report/results.jsonl", "\n{\"type\": \"target\"") +
                          count_in_file("report/results.jsonl", "\n{\"type\":\"target\""),
                      NAMES);
    ASSERT_WRINGER(0, "report", "--out", "again", "report/results.jsonl");
}
END_TEST

/* ---- Many at once, and what is no client ---- */

START_TEST(many_at_once)
{
    int fds[AT_ONCE];
    struct server server = SERVER_START("--listen", "127.0.0.1:0");
    for (int i = 0; i < AT_ONCE; i++) {
        char target[64];
        fds[i] = asking_connect(AF_INET, server.port);
        snprintf(target, sizeof target, "/runCase?case=%d&agent=A%d", i % 4 + 1, i / 4);
        ck_assert_int_ge(fds[i], 0);
        ck_assert(asking_request(fds[i], target));
    }
    for (int i = AT_ONCE - 1; i >= 0; i--)
        ck_assert_int_eq(asking_status(fds[i]), 101);
    for (int i = 0; i < AT_ONCE; i++)
        asking_echo(fds[i], text, NULL);
    ck_assert_int_eq(asking(AF_INET, server.port, "/stopServer", text), 101);
    ck_assert_int_eq(program_wait(&server.program), 0);
    ck_assert_uint_eq(count_text(output, ": 4 results: 4 OK"), AT_ONCE / 4);
}
END_TEST

/* One that sends nothing, one that goes away, and ones that speak something else. */
START_TEST(no_clients)
{
    static const char *const words[] = {"\r\n\r\n", "\x16\x03\x01 hello \r\n\r\n", "GET\r\n\r\n",
                                        "GET / HTTP/1.1\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"};
    enum { WORDS = sizeof words / sizeof words[0] };
    int fds[WORDS];
    struct server server = SERVER_START("--listen", "127.0.0.1:0", "--patience", "300");
    int silent = asking_connect(AF_INET, server.port), gone = asking_connect(AF_INET, server.port);
    close(gone);
    for (size_t i = 0; i < WORDS; i++) {
        fds[i] = asking_connect(AF_INET, server.port);
        ck_assert(asking_write(fds[i], words[i], strlen(words[i])));
    }
    ck_assert_int_eq(run_case(AF_INET, server.port, 1, "A"), 101);
    char octet;
    for (size_t i = 0; i < WORDS; i++) {
        while (recv(fds[i], &octet, 1, 0) > 0)
            continue;
        close(fds[i]);
    }
    ck_assert_int_eq(recv(silent, &octet, 1, 0), 0);
    close(silent);
    ck_assert_int_eq(asking(AF_INET, server.port, "/stopServer", text), 101);
    ck_assert_int_ge(program_wait(&server.program), 0);
    ASSERT_SAID("A: 1 results: 1 OK");
}
END_TEST

START_TEST(nobody_came)
{
    struct server server = SERVER_START("--listen", "127.0.0.1:0");
    kill(server.program.pid, SIGINT);
    ck_assert_int_eq(program_wait(&server.program), 3);
    ASSERT_SAID("no client came");
}
END_TEST

/* Ctrl-C is how a run without --exec ends; a case that is under way is not told. */
START_TEST(interrupted)
{
    struct server server = SERVER_START("--listen", "127.0.0.1:0");
    ck_assert_int_eq(run_case(AF_INET, server.port, 1, "A"), 101);
    int fd = asking_connect(AF_INET, server.port);
    ck_assert_int_eq(asking_open(fd, "/runCase?case=2&agent=A"), 101);
    kill(server.program.pid, SIGTERM);
    ck_assert_int_eq(program_wait(&server.program), 0);
    close(fd);
    ASSERT_SAID("A: 1 results: 1 OK");
    ck_assert_uint_ge(count_in_file("report/index.html", "s/one"), 1);
}
END_TEST

START_TEST(over_tls)
{
    char url[64];
    struct certificate made = certificate_new("DNS:localhost,IP:127.0.0.1,IP:::1", 0, 3600);
    for (int six = 0; six < 2; six++) {
        struct server server = SERVER_START("--listen", six ? "[::1]:0" : "127.0.0.1:0", "--cert",
                                            made.certificate, "--key", made.key, "s/one", "s/two");
        snprintf(url, sizeof url, "wss://%s:%u", six ? "[::1]" : "127.0.0.1", server.port);
        ASSERT_WRINGER(0, "connect", "--cafile", made.certificate, url);
        kill(server.program.pid, SIGINT);
        ck_assert_int_eq(program_wait(&server.program), 0);
        ASSERT_SAID("Wringer: 2 results: 2 OK");
    }
    certificate_remove(&made);
}
END_TEST

/* ---- Clients that it starts ---- */

static const struct {
    const char *client;
    int status;
    const char *said[3];
    const char *selectors[4];
} lives[] = {
    {"wringer connect {url}", 0, {"4 results: 4 OK; 0 unexpected"}, {"s/one", "s/two", "s/three", "s/four"}},
    {"wringer connect {url}", 1, {"FAILED  s/five@client~whole", "5 results: 4 OK, 1 FAILED"}, {0}},
    {"wringer connect --once {url}", 1, {"5 results: 4 OK, 1 FAILED; 1 unexpected"}, {0}},
    {"harness/tests/strange_client dies {url}",
     1,
     {"CRASH  s/three@client~whole", "5 results: 3 OK, 1 FAILED, 1 CRASH", "Aborted"},
     {0}},
    {"harness/tests/strange_client dies-among-many {url}",
     1,
     {"CRASH  s/three@client~whole", "5 results: 3 OK, 1 FAILED, 1 CRASH", "Aborted"},
     {0}},
    {"harness/tests/strange_client hangs {url}",
     1,
     {"CRASH  s/three@client~whole", "5 results: 3 OK, 1 FAILED, 1 CRASH", "did nothing"},
     {0}},
    {"harness/tests/strange_client leaves {url}", 1, {"5 results: 4 OK, 1 FAILED; 1 unexpected"}, {0}},
    {"harness/tests/strange_client stays {http}", 1, {"5 results: 4 OK, 1 FAILED; 1 unexpected"}, {0}},
    {"harness/tests/strange_client absent {url}", 3, {"no client came"}, {0}},
    {"harness/tests/strange_client waits {url}", 3, {"no client came: the client did nothing"}, {0}},
    {"harness/tests/not_there {url}", 3, {"no client came"}, {0}},
};

START_TEST(clients_that_are_started)
{
    const char *const *s = lives[_i].selectors;
    int status = WRINGER("serve", OUR_CASES, "--patience", "300", "--exec", exec_of(lives[_i].client),
                         s[0] != NULL ? s[0] : "s", s[0] != NULL ? s[1] : "s", s[0] != NULL ? s[2] : "s",
                         s[0] != NULL ? s[3] : "s");
    ck_assert_msg(status == lives[_i].status, "%s: exit %d:\n%.3000s", lives[_i].client, status, output);
    for (size_t i = 0; i < 3 && lives[_i].said[i] != NULL; i++)
        ASSERT_SAID(lives[_i].said[i]);
}
END_TEST

START_TEST(known_deviations)
{
    write_file("known.expect", "s/five@* FAILED the client sends back what it gets\n");
    write_file("gone.expect", "s/five@* FAILED the client sends back what it gets\ns/one@* FAILED once\n");
    ASSERT_WRINGER(0, "serve", OUR_CASES, "--baseline", "known.expect", "--exec",
                   exec_of("wringer connect {url}"));
    ASSERT_SAID("0 unexpected");
    ASSERT_WRINGER(1, "serve", OUR_CASES, "--baseline", "gone.expect", "--exec",
                   exec_of("wringer connect {url}"));
}
END_TEST

/* A run that is stopped in the middle has its report, and an exit code of its own. */
START_TEST(stopped_in_the_middle)
{
    struct program program =
        START_WRINGER("serve", OUR_CASES, "--exec", exec_of("harness/tests/strange_client hangs {url}"));
    for (int i = 0; i < 6000 && count_in_file("report/results.jsonl", "s/two@client~whole") == 0; i++)
        poll(NULL, 0, 10);
    kill(program.pid, SIGTERM);
    ck_assert_int_eq(program_wait(&program), 4);
    ASSERT_SAID("interrupted; what ended before is written");
    ck_assert_uint_ge(count_in_file("report/index.html", "s/one"), 1);
}
END_TEST

START_TEST(wrong_words)
{
    ASSERT_WRINGER(2, "serve", OUR_CASES, "--listen", "nowhere");
    ASSERT_WRINGER(2, "serve", OUR_CASES, "--key", "key.pem");
    ASSERT_WRINGER(2, "serve", OUR_CASES, "no/such-case");
    ASSERT_WRINGER(2, "serve", OUR_CASES, "--listen", "127.0.0.1:0", "--cert", "none.pem", "--key",
                   "none.key");
    ASSERT_SAID("none.pem");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("serve");
    TCase *cases = tcase_create("serve");
    tcase_add_checked_fixture(cases, set_up, leave_directory);
    tcase_set_timeout(cases, 5 * PROGRAM_SECONDS);
    tcase_add_test(cases, questions_over_ipv4);
    tcase_add_test(cases, questions_over_ipv6);
    tcase_add_test(cases, the_status_waits);
    tcase_add_test(cases, odd_names);
    tcase_add_test(cases, many_at_once);
    tcase_add_test(cases, no_clients);
    tcase_add_test(cases, nobody_came);
    tcase_add_test(cases, interrupted);
    tcase_add_test(cases, over_tls);
    tcase_add_loop_test(cases, clients_that_are_started, 0, (int)(sizeof lives / sizeof lives[0]));
    tcase_add_test(cases, known_deviations);
    tcase_add_test(cases, stopped_in_the_middle);
    tcase_add_test(cases, wrong_words);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
