/* SPDX-License-Identifier: MIT */
/* test_response_watch.c: what a response may break without being refused: each rule at its border. */
#include <check.h>
#include <stdio.h>

#include "reference/ws.h"

#define STATUS(status) "HTTP/1.1 " status " X\r\n"
#define SWITCH         STATUS("101") "Upgrade: websocket\r\nConnection: Upgrade\r\n"

static const struct {
    const char *head; /* without its empty line */
    enum ws_violation found[3];
} rows[] = {
    {SWITCH, {0}},
    {SWITCH "Server: a\r\nDate: b\r\nSet-Cookie: c\r\nSet-Cookie: d\r\nVary:\r\n", {0}},
    {SWITCH "X-A: a\r\n b\r\n", {WS_RESPONSE_FIELD_FOLDED}},
    {STATUS("400") "X-A:\r\n\tb\r\n", {WS_RESPONSE_FIELD_FOLDED}},
    {STATUS("100") "X-A: a\r\n \r\n", {WS_RESPONSE_FIELD_FOLDED}},
    {STATUS("400") "Server: a\r\nserver: a\r\n", {WS_RESPONSE_FIELD_REPEATED}},
    {STATUS("400") "Content-Length: 0\r\nX: y\r\nContent-Length: 0\r\n", {WS_RESPONSE_FIELD_REPEATED}},
    {STATUS("400") "Connection: , close\r\n", {WS_RESPONSE_EMPTY_MEMBER}},
    {STATUS("400") "Connection: close,\r\n", {WS_RESPONSE_EMPTY_MEMBER}},
    {STATUS("400") "connection: close,\t,x\r\n", {WS_RESPONSE_EMPTY_MEMBER}},
    {STATUS("400") "Connection: ,\r\n", {WS_RESPONSE_EMPTY_MEMBER}},
    {STATUS("400") "Connection:\r\nConnection: a,b , c\r\n", {0}},
    {SWITCH "Sec-WebSocket-Extensions: a; b=\",,\\\",\", c\r\n", {0}},
    {SWITCH "Sec-WebSocket-Extensions: a; b=\",\\\"\",, c\r\n", {WS_RESPONSE_EMPTY_MEMBER}},
    {STATUS("400") "Upgrade: websocket\r\n", {WS_RESPONSE_UPGRADE_NOT_IN_CONNECTION}},
    {STATUS("400") "Upgrade: websocket\r\nConnection: close, x-upgrade\r\n",
     {WS_RESPONSE_UPGRADE_NOT_IN_CONNECTION}},
    {STATUS("400") "Upgrade: websocket\r\nConnection: close\r\nConnection: upgrade\r\n", {0}},
    {STATUS("101") "Upgrade: websocket\r\n", {0}},
    {STATUS("426") "Connection: close\r\n", {WS_RESPONSE_426_WITHOUT_UPGRADE}},
    {STATUS("426") "Upgrade: websocket\r\nConnection: close, Upgrade\r\n", {0}},
    {STATUS("400") "Sec-WebSocket-Version: 13\r\n", {0}},
    {STATUS("400") "Sec-WebSocket-Version: 0, 8 ,13\r\nSec-WebSocket-Version: 255\r\n", {0}},
    {STATUS("400") "Sec-WebSocket-Version:\r\n", {WS_RESPONSE_VERSIONS_MALFORMED}},
    {STATUS("400") "Sec-WebSocket-Version: 256\r\n", {WS_RESPONSE_VERSIONS_MALFORMED}},
    {STATUS("400") "Sec-WebSocket-Version: 13, 08\r\n", {WS_RESPONSE_VERSIONS_MALFORMED}},
    {STATUS("400") "Sec-WebSocket-Version: 13; 8\r\n", {WS_RESPONSE_VERSIONS_MALFORMED}},
    {STATUS("400") "Sec-WebSocket-Version: 13,\r\n", {WS_RESPONSE_EMPTY_MEMBER}},
    {STATUS("401"), {WS_RESPONSE_401_WITHOUT_CHALLENGE}},
    {STATUS("401") "WWW-Authenticate: Basic\r\n", {0}},
    {STATUS("405"), {WS_RESPONSE_405_WITHOUT_ALLOW}},
    {STATUS("405") "Allow:\r\n", {0}},
    {STATUS("404"), {0}},
    {STATUS("426") "Server: a\r\nServer: a\r\nConnection: ,\r\n",
     {WS_RESPONSE_FIELD_REPEATED, WS_RESPONSE_EMPTY_MEMBER, WS_RESPONSE_426_WITHOUT_UPGRADE}},
};

START_TEST(every_rule_at_its_border)
{
    char text[512];
    const int size = snprintf(text, sizeof text, "%s\r\n", rows[_i].head);
    ck_assert_int_lt(size, (int)sizeof text);
    struct ws_head head = {0};
    enum ws_violation violation, found[WS_RESPONSE_WATCH_MAX];
    ck_assert_int_eq(ws_head_parse(&head, WS_HEAD_RESPONSE,
                                   (struct ws_octets){(const uint8_t *)text, (size_t)size}, 0,
                                   &ws_head_limits_default, &violation),
                     WS_HEAD_COMPLETE);
    const size_t count = ws_response_watch(&head, found);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_str_eq(ws_violation_facts(i < count ? found[i] : WS_NO_VIOLATION)->name,
                         ws_violation_facts(rows[_i].found[i])->name);
    }
    ck_assert_uint_le(count, 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("response_watch");
    TCase *tests = tcase_create("rules");
    tcase_add_loop_test(tests, every_rule_at_its_border, 0, (int)(sizeof rows / sizeof rows[0]));
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
