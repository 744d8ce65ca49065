/* SPDX-License-Identifier: MIT */
/* test_serve_http.c: what `wringer serve` answers to a browser that asks for no WebSocket: the page, the
 * files of the report, and nothing else. */
#include "harness/tests/program.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

enum { BIG_FILE = 24 << 20 };

static struct peer server;

static void serve_start(void)
{
    int ends[2];
    char line[128] = "";
    enter_directory();
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    struct program program = program_start(
        "wringer",
        (const char *const[]){"serve", "--listen", "127.0.0.1:0", "--out", "report", "messages", NULL}, NULL,
        ends[1]);
    close(ends[1]);
    for (size_t i = 0; i < sizeof line - 1 && read(ends[0], line + i, 1) == 1 && line[i] != '\n'; i++)
        continue;
    close(ends[0]);
    const char *colon = strrchr(line, ':');
    ck_assert_msg(colon != NULL, "%s", line);
    server = (struct peer){.pid = program.pid, .port = (unsigned)strtoul(colon + 1, NULL, 10)};
}

static void serve_end(void)
{
    peer_end(&server);
    leave_directory();
}

static int connected(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)server.port),
                                  .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    const struct timeval within = {.tv_sec = PROGRAM_SECONDS};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &within, sizeof within), 0);
    ck_assert_int_eq(connect(fd, (struct sockaddr *)&address, sizeof address), 0);
    return fd;
}

/* The whole response to "METHOD TARGET", up to the end of the connection, in `output`; its size. */
static size_t request(const char *method_and_target)
{
    char text[1024];
    int fd = connected();
    int size = snprintf(text, sizeof text, "%s HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: keep-alive\r\n\r\n",
                        method_and_target);
    ck_assert_int_eq(send(fd, text, (size_t)size, MSG_NOSIGNAL), size);
    size_t have = 0;
    ssize_t got;
    while (have < sizeof output - 1 && (got = recv(fd, output + have, sizeof output - 1 - have, 0)) > 0)
        have += (size_t)got;
    close(fd);
    output[have] = '\0';
    return have;
}

static void assert_status(const char *method_and_target, const char *status)
{
    request(method_and_target);
    ck_assert_msg(strncmp(output, "HTTP/1.1 ", 9) == 0 && strncmp(output + 9, status, strlen(status)) == 0,
                  "%s: expected %s, found %.300s", method_and_target, status, output);
}

START_TEST(the_page_is_served_with_all_that_it_needs)
{
    assert_status("GET /", "200 OK");
    ASSERT_SAID("Content-Type: text/html; charset=utf-8\r\n");
    ASSERT_SAID("Content-Security-Policy: default-src 'none'; style-src 'self'; script-src 'self'; ");
    ASSERT_SAID("X-Content-Type-Options: nosniff\r\n");
    ASSERT_SAID("\r\nConnection: close\r\n");
    ASSERT_SAID("href=\"/page.css\"");
    ASSERT_SAID("src=\"/page.js\"");
    ck_assert_ptr_null(strstr(output, "://")); /* nothing from elsewhere */
    assert_status("GET /?start&agent=x", "200 OK");
    assert_status("GET /page.css", "200 OK");
    ASSERT_SAID("Content-Type: text/css; charset=utf-8\r\n");
    assert_status("GET /page.js", "200 OK");
    ASSERT_SAID("Content-Type: text/javascript; charset=utf-8\r\n");
}
END_TEST

START_TEST(anything_else_is_an_error)
{
    assert_status("GET /favicon.ico", "404 Not Found");
    assert_status("GET /page.html", "404 Not Found");
    assert_status("GET //", "404 Not Found");
    assert_status("POST /", "405 Method Not Allowed");
    ASSERT_SAID("\r\nAllow: GET\r\n");
}
END_TEST

START_TEST(files_of_the_report_are_served)
{
    assert_status("GET /report/index.html", "404 Not Found");
    ASSERT_SAID("has not been written yet");
    write_file("report/index.html", "<p>hello");
    write_file("report/x_case_1_1_1.json", "{}");
    assert_status("GET /report/index.html", "200 OK");
    ASSERT_SAID("Content-Type: text/html; charset=utf-8\r\nContent-Length: 8\r\n");
    ASSERT_SAID("\r\n\r\n<p>hello");
    assert_status("GET /report/", "200 OK");
    ASSERT_SAID("<p>hello");
    assert_status("GET /report/index.html?x", "200 OK");
    assert_status("GET /report/x_case_1_1_1.json", "200 OK");
    ASSERT_SAID("Content-Type: application/json\r\n");
    assert_status("GET /report/results.jsonl", "200 OK");
    ASSERT_SAID("Content-Type: text/plain; charset=utf-8\r\n");
    ASSERT_SAID("{\"type\":\"run\"");
}
END_TEST

static const char *const hidden[] = {
    "GET /report",
    "GET /report/..",
    "GET /report/../secret.html",
    "GET /report/%2e%2e/secret.html",
    "GET /report/..%2fsecret.html",
    "GET /report//etc/passwd",
    "GET /report/./index.html",
    "GET /report/below",
    "GET /report/below.html",
    "GET /report/below/secret.html",
    "GET /report/.secret.html",
    "GET /report/secret.key",
    "GET /report/secret",
    "GET /report/link.html",
    "GET /report/pipe.html",
    "GET /report/index.html%00.html",
};
enum { HIDDEN = sizeof hidden / sizeof hidden[0] };

START_TEST(nothing_else_is_served)
{
    write_file("secret.html", "secret");
    write_file("report/index.html", "hello");
    write_file("report/.secret.html", "secret");
    write_file("report/secret.key", "secret");
    write_file("report/secret", "secret");
    ck_assert_int_eq(mkdir("report/below", 0700), 0);
    ck_assert_int_eq(mkdir("report/below.html", 0700), 0);
    write_file("report/below/secret.html", "secret");
    ck_assert_int_eq(symlink("../secret.html", "report/link.html"), 0);
    ck_assert_int_eq(mkfifo("report/pipe.html", 0600), 0);
    for (size_t i = 0; i < HIDDEN; i++) {
        assert_status(hidden[i], "404 Not Found");
        ck_assert_ptr_null(strstr(output, "\r\n\r\nsecret"));
    }
}
END_TEST

START_TEST(a_name_that_no_file_can_have_is_no_other_file)
{
    char target[600] = "GET /report/";
    write_file("report/index.html", "hello");
    memset(target + strlen(target), 'a', 300);
    memcpy(target + strlen(target), ".html", sizeof ".html");
    assert_status(target, "404 Not Found");
}
END_TEST

/* More than the sockets hold: it is sent as it is taken. */
START_TEST(a_big_file_comes_whole)
{
    int file = open("report/results.jsonl", O_RDWR | O_CLOEXEC);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(ftruncate(file, BIG_FILE), 0);
    close(file);
    int fd = connected();
    static const char text[] = "GET /report/results.jsonl HTTP/1.1\r\nHost: a\r\n\r\n";
    ck_assert_int_eq(send(fd, text, sizeof text - 1, MSG_NOSIGNAL), sizeof text - 1);
    size_t have = 0, kept = 0;
    ssize_t got;
    while ((got = recv(fd, output, sizeof output, 0)) > 0) {
        if (kept == 0)
            kept = (size_t)((char *)memmem(output, (size_t)got, "\r\n\r\n", 4) + 4 - output);
        have += (size_t)got;
    }
    close(fd);
    ck_assert_uint_eq(have - kept, BIG_FILE);
}
END_TEST

/* A browser opens connections that it may need, and says nothing on them. */
START_TEST(a_silent_connection_is_in_nobodys_way)
{
    int silent = connected(), half = connected();
    ck_assert_int_eq(send(half, "GET / HT", 8, MSG_NOSIGNAL), 8);
    assert_status("GET /", "200 OK");
    close(half);
    assert_status("GET /", "200 OK");
    close(silent);
    assert_status("GET /", "200 OK");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("serve_http");
    TCase *tcase = tcase_create("serve_http");
    tcase_add_checked_fixture(tcase, serve_start, serve_end);
    tcase_set_timeout(tcase, 2 * PROGRAM_SECONDS);
    tcase_add_test(tcase, the_page_is_served_with_all_that_it_needs);
    tcase_add_test(tcase, anything_else_is_an_error);
    tcase_add_test(tcase, files_of_the_report_are_served);
    tcase_add_test(tcase, nothing_else_is_served);
    tcase_add_test(tcase, a_name_that_no_file_can_have_is_no_other_file);
    tcase_add_test(tcase, a_big_file_comes_whole);
    tcase_add_test(tcase, a_silent_connection_is_in_nobodys_way);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
