/* SPDX-License-Identifier: MIT */
/* test_ws_url.c: WebSocket URLs and HOST:PORT, good and bad. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "harness/ws_url.h"

static const struct {
    const char *text;
    bool secure;
    const char *host;
    unsigned port;
    const char *authority, *target;
} good[] = {
    {"ws://localhost", false, "localhost", 80, "localhost", "/"},
    {"ws://localhost:9001", false, "localhost", 9001, "localhost:9001", "/"},
    {"ws://localhost:80/", false, "localhost", 80, "localhost", "/"},
    {"ws://localhost:443/", false, "localhost", 443, "localhost:443", "/"},
    {"wss://example.org", true, "example.org", 443, "example.org", "/"},
    {"wss://example.org:443/a/b?c=d&e=%20", true, "example.org", 443, "example.org", "/a/b?c=d&e=%20"},
    {"wss://example.org:80", true, "example.org", 80, "example.org:80", "/"},
    {"WS://Example.ORG/Path", false, "Example.ORG", 80, "Example.ORG", "/Path"},
    {"WsS://h", true, "h", 443, "h", "/"},
    {"ws://h?q", false, "h", 80, "h", "/?q"},
    {"ws://h:/x", false, "h", 80, "h", "/x"},
    {"ws://h:1?", false, "h", 1, "h:1", "/?"},
    {"ws://h:65535", false, "h", 65535, "h:65535", "/"},
    {"ws://h:00080/", false, "h", 80, "h", "/"},
    {"ws://h//x/../y;z=1,2@3:4", false, "h", 80, "h", "//x/../y;z=1,2@3:4"},
    {"ws://127.0.0.1:9001/chat", false, "127.0.0.1", 9001, "127.0.0.1:9001", "/chat"},
    {"ws://[::1]", false, "::1", 80, "[::1]", "/"},
    {"wss://[2001:db8::1]:8443/x", true, "2001:db8::1", 8443, "[2001:db8::1]:8443", "/x"},
};

START_TEST(parses_good_urls)
{
    struct ws_url url;
    char error[WS_URL_TEXT_MAX] = "";
    ck_assert_msg(ws_url_parse(&url, good[_i].text, error), "%s", error);
    ck_assert_int_eq(url.secure, good[_i].secure);
    ck_assert_str_eq(url.host, good[_i].host);
    ck_assert_uint_eq(url.port, good[_i].port);
    ck_assert_str_eq(url.authority, good[_i].authority);
    ck_assert_str_eq(url.target, good[_i].target);
}
END_TEST

static const struct {
    const char *text, *error;
} bad[] = {
    {"", "character 1: a WebSocket URL begins with ws:// or wss://"},
    {"localhost:9001", "character 1: a WebSocket URL begins with ws:// or wss://"},
    {"http://h", "character 1: the scheme must be ws or wss, not http"},
    {"w://h", "character 1: the scheme must be ws or wss, not w"},
    {"://h", "character 1: the scheme must be ws or wss, not "},
    {"ws://", "character 6: the host is missing"},
    {"ws:///x", "character 6: the host is missing"},
    {"ws://:80", "character 6: the host is missing"},
    {"ws://me@h", "character 6: a user name or password"},
    {"ws://me:secret@h/", "character 6: a user name or password"},
    {"ws://h/#top", "character 8: a WebSocket URL has no fragment (RFC 6455 3)"},
    {"ws://h#", "character 7: a WebSocket URL has no fragment"},
    {"ws://h:0", "character 8: the port must be 1..65535"},
    {"ws://h:65536", "character 8: the port must be 1..65535"},
    {"ws://h:99999999999999999999", "character 8: the port must be 1..65535"},
    {"ws://h:80x", "character 10: a port is a number"},
    {"ws://h:-1", "character 8: a port is a number"},
    {"ws://h:{port}/", "character 8: a port is a number"},
    {"ws://h h", "character 7: not a character of a host name"},
    {"ws://h\xc3\xb6r", "character 7: a name beyond ASCII must be written in its xn-- form"},
    {"ws://[::1", "character 6: this [ has no ]"},
    {"ws://[]", "character 7: the host is missing"},
    {"ws://[::1%eth0]", "character 7: not an IPv6 address"},
    {"ws://[1.2.3.4]", "character 7: not an IPv6 address"},
    {"ws://[::1]x", "character 11: only a port, path or query may follow the host"},
    {"ws://h/a b", "character 9: not a character of a URL; it must be written as %20"},
    {"ws://h/\xff", "character 8: not a character of a URL; it must be written as %FF"},
    {"ws://h/\r\nX: y", "character 8: not a character of a URL; it must be written as %0D"},
    {"ws://h/%", "character 8: two hexadecimal digits must follow %"},
    {"ws://h/%4", "character 8: two hexadecimal digits must follow %"},
    {"ws://h/%zz", "character 8: two hexadecimal digits must follow %"},
};

START_TEST(explains_bad_urls)
{
    struct ws_url url;
    char error[WS_URL_TEXT_MAX] = "";
    ck_assert_msg(!ws_url_parse(&url, bad[_i].text, error), "%s was taken", bad[_i].text);
    ck_assert_msg(strstr(error, bad[_i].error) != NULL, "%s: %s", bad[_i].text, error);
}
END_TEST

START_TEST(caps_the_lengths)
{
    struct ws_url url;
    char error[WS_URL_TEXT_MAX] = "";
    static char text[20000];
    for (size_t host = 250; host < 260; host++) {
        memcpy(text, "ws://", 5);
        memset(text + 5, 'h', host);
        text[5 + host] = '\0';
        ck_assert_int_eq(ws_url_parse(&url, text, error), host < WS_URL_HOST_MAX);
    }
    ck_assert_ptr_nonnull(strstr(error, "the host is longer than 255 characters"));
    for (size_t path = WS_URL_TARGET_MAX - 3; path < WS_URL_TARGET_MAX + 3; path++) {
        memcpy(text, "ws://h/", 7);
        memset(text + 7, 'p', path - 1);
        text[6 + path] = '\0';
        ck_assert_int_eq(ws_url_parse(&url, text, error), path < WS_URL_TARGET_MAX);
    }
    ck_assert_ptr_nonnull(strstr(error, "path and query are longer than 8191 characters"));
}
END_TEST

static const struct {
    const char *text, *host;
    unsigned port;
    const char *error; /* NULL: good */
} host_ports[] = {
    {"127.0.0.1:9001", "127.0.0.1", 9001, NULL},
    {"localhost:0", "localhost", 0, NULL},
    {"[::1]:65535", "::1", 65535, NULL},
    {"localhost", NULL, 0, "character 10: a port must follow, as in 127.0.0.1:9001"},
    {"localhost:", NULL, 0, "character 10: a port must follow"},
    {"9001", NULL, 0, "character 5: a port must follow"},
    {":9001", NULL, 0, "character 1: the host is missing"},
    {"::1:9001", NULL, 0, "character 1: the host is missing"},
    {"localhost:9001/", NULL, 0, "character 15: nothing may follow the port"},
    {"localhost:65536", NULL, 0, "character 11: the port must be 0..65535"},
    {"", NULL, 0, "character 1: the host is missing"},
};

START_TEST(parses_host_and_port)
{
    char host[WS_URL_HOST_MAX], error[WS_URL_TEXT_MAX] = "";
    unsigned port = 1;
    bool taken = ws_url_parse_host_port(host, &port, host_ports[_i].text, error);
    ck_assert_msg(taken == (host_ports[_i].error == NULL), "%s: %s", host_ports[_i].text, error);
    if (taken) {
        ck_assert_str_eq(host, host_ports[_i].host);
        ck_assert_uint_eq(port, host_ports[_i].port);
    } else {
        ck_assert_msg(strstr(error, host_ports[_i].error) != NULL, "%s: %s", host_ports[_i].text, error);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ws_url");
    TCase *tests = tcase_create("ws_url");
    tcase_add_loop_test(tests, parses_good_urls, 0, sizeof good / sizeof *good);
    tcase_add_loop_test(tests, explains_bad_urls, 0, sizeof bad / sizeof *bad);
    tcase_add_test(tests, caps_the_lengths);
    tcase_add_loop_test(tests, parses_host_and_port, 0, sizeof host_ports / sizeof *host_ports);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
