/* SPDX-License-Identifier: MIT */
/* test_request_watch.c: what a request breaks of the rules for the client that sends it: each rule at its
 * border. */
#include <check.h>
#include <stdio.h>

#include "reference/ws.h"

#define LINE       "GET /chat?x=1 HTTP/1.1\r\n"
#define HOST       "Host: example.com:8080\r\n"
#define UPGRADE    "Upgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
#define KEY        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define VERSION    "Sec-WebSocket-Version: 13\r\n"
#define REST       UPGRADE KEY VERSION
#define WHOLE      LINE HOST REST
#define KEYED(key) LINE HOST UPGRADE VERSION "Sec-WebSocket-Key: " key "\r\n"
#define DEFLATE    WHOLE "Sec-WebSocket-Extensions: permessage-deflate"

static const struct {
    const char *head; /* without its empty line */
    enum ws_violation found[3];
} rows[] = {
    {WHOLE, {0}},
    {WHOLE "Origin: null\r\nCookie: a=b\r\nSec-WebSocket-Protocol: a, b\r\nSec-WebSocket-Protocol: c\r\n",
     {0}},
    {"POST /chat HTTP/1.1\r\n" HOST REST, {WS_ASKED_NOT_BY_GET}},
    {"GET /chat HTTP/1.0\r\n" HOST REST, {WS_ASKED_IN_OLD_HTTP}},
    {"GET /chat HTTP/1.2\r\n" HOST REST, {0}},
    {"GET http://example.com/chat HTTP/1.1\r\n" HOST REST, {0}},
    {"GET ws://example.com/chat HTTP/1.1\r\n" HOST REST, {WS_ASKED_FOR_NO_RESOURCE}},
    {"GET /chat#a HTTP/1.1\r\n" HOST REST, {WS_ASKED_FOR_NO_RESOURCE}},
    {"GET ?x=1 HTTP/1.1\r\n" HOST REST, {WS_ASKED_WITHOUT_SLASH}},
    {LINE REST, {WS_ASKED_WITHOUT_HOST}},
    {LINE "Host: user@example.com\r\n" REST, {WS_ASKED_OF_NO_HOST}},
    {LINE "Host: [::1]:9001\r\n" REST, {0}},
    {LINE HOST HOST REST, {WS_ASKED_WITH_FIELD_TWICE}},
    {LINE HOST "Connection: Upgrade\r\n" KEY VERSION, {WS_ASKED_WITHOUT_UPGRADE}},
    {LINE HOST "Upgrade: WebSocket\r\nConnection: upgrade\r\n" KEY VERSION, {0}},
    {LINE HOST "Upgrade: websocket\r\nConnection: close\r\n" KEY VERSION,
     {WS_ASKED_WITHOUT_CONNECTION, WS_ASKED_UPGRADE_ALONE}},
    {LINE HOST KEY VERSION, {WS_ASKED_WITHOUT_UPGRADE, WS_ASKED_WITHOUT_CONNECTION}},
    {LINE HOST UPGRADE VERSION, {WS_ASKED_WITHOUT_KEY}},
    {WHOLE KEY, {WS_ASKED_WITH_TWO_KEYS}},
    {KEYED("AAECAwQFBgcICQoLDA0ODw=="), {0}},
    {KEYED("dGhlIHNhbXBsZSBub25jZR=="), {WS_ASKED_WITH_SPARE_BITS}},
    {KEYED("AAECAwQFBgcICQoLDA0O"), {WS_ASKED_WITH_LONG_OR_SHORT_KEY}},
    {KEYED("AAECAwQFBgcICQoLDA0ODxA="), {WS_ASKED_WITH_LONG_OR_SHORT_KEY}},
    {KEYED("AAECAwQFBgcICQoLDA0ODxAR"), {WS_ASKED_WITH_LONG_OR_SHORT_KEY}},
    {KEYED("AAECAwQFBgcICQoLDA0ODw"), {WS_ASKED_WITH_KEY_NOT_IN_BASE64}},
    {KEYED("AAECAwQFBgcICQoLDA0OD-=="), {WS_ASKED_WITH_KEY_NOT_IN_BASE64}},
    {KEYED(""), {WS_ASKED_WITH_KEY_NOT_IN_BASE64}},
    {LINE HOST UPGRADE KEY, {WS_ASKED_FOR_NO_VERSION}},
    {LINE HOST UPGRADE KEY "Sec-WebSocket-Version: 8\r\n", {WS_ASKED_FOR_OTHER_VERSION}},
    {LINE HOST UPGRADE KEY "Sec-WebSocket-Version: 13, 8\r\n",
     {WS_ASKED_FOR_SEVERAL_VERSIONS, WS_ASKED_FOR_OTHER_VERSION}},
    {WHOLE VERSION, {WS_ASKED_WITH_TWO_VERSIONS}},
    {WHOLE "Sec-WebSocket-Protocol: a/b\r\n", {WS_OFFERED_NO_TOKEN}},
    {WHOLE "Sec-WebSocket-Protocol: a, A, a\r\n", {WS_OFFERED_SUBPROTOCOL_TWICE}},
    {WHOLE "Sec-WebSocket-Protocol:\r\n", {WS_OFFERED_NO_SUBPROTOCOL, WS_OFFERED_EMPTY_LIST}},
    {WHOLE "Sec-WebSocket-Protocol: a,,b\r\n", {WS_ASKED_WITH_EMPTY_MEMBER}},
    {WHOLE "Sec-WebSocket-Extensions: a; b=\"c\", d\r\n", {0}},
    {WHOLE "Sec-WebSocket-Extensions: a; ;b\r\n", {WS_OFFERED_NO_EXTENSION}},
    {WHOLE "Sec-WebSocket-Extensions:\r\n", {WS_OFFERED_NO_EXTENSION}},
    {DEFLATE "; client_max_window_bits; server_max_window_bits=8; server_no_context_takeover\r\n", {0}},
    {DEFLATE "; max_window_bits\r\n", {WS_OFFERED_UNDEFINED_PARAMETER}},
    {DEFLATE "; server_no_context_takeover=1\r\n", {WS_OFFERED_SERVER_TAKEOVER_VALUE}},
    {DEFLATE "; client_no_context_takeover=1\r\n", {WS_OFFERED_CLIENT_TAKEOVER_VALUE}},
    {DEFLATE "; server_max_window_bits\r\n", {WS_OFFERED_SERVER_BITS}},
    {DEFLATE "; client_max_window_bits=7\r\n", {WS_OFFERED_CLIENT_BITS}},
    {WHOLE "Origin: a\r\nOrigin: a\r\n", {WS_ASKED_WITH_FIELD_TWICE}},
};

START_TEST(every_rule_at_its_border)
{
    char text[1024];
    const int size = snprintf(text, sizeof text, "%s\r\n", rows[_i].head);
    ck_assert_int_lt(size, (int)sizeof text);
    struct ws_head head = {0};
    enum ws_violation violation, found[WS_REQUEST_WATCH_MAX];
    ck_assert_int_eq(ws_head_parse(&head, WS_HEAD_REQUEST,
                                   (struct ws_octets){(const uint8_t *)text, (size_t)size}, 0,
                                   &ws_head_limits_default, &violation),
                     WS_HEAD_COMPLETE);
    const size_t count = ws_request_watch(&head, found);
    for (size_t i = 0; i < 3; i++) {
        ck_assert_str_eq(ws_violation_facts(i < count ? found[i] : WS_NO_VIOLATION)->name,
                         ws_violation_facts(rows[_i].found[i])->name);
    }
    ck_assert_uint_le(count, 3);
}
END_TEST

START_TEST(what_is_no_head_is_no_http)
{
    ck_assert_int_eq(ws_request_watch_bad(WS_HEAD_FIELD_FOLDED), WS_ASKED_WITH_FOLD);
    ck_assert_int_eq(ws_request_watch_bad(WS_HEAD_START_LINE_MALFORMED), WS_ASKED_NOT_IN_HTTP);
    ck_assert_int_eq(ws_request_watch_bad(WS_HEAD_TOO_LARGE), WS_ASKED_NOT_IN_HTTP);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("request_watch");
    TCase *tests = tcase_create("rules");
    tcase_add_loop_test(tests, every_rule_at_its_border, 0, (int)(sizeof rows / sizeof rows[0]));
    tcase_add_test(tests, what_is_no_head_is_no_http);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
