/* SPDX-License-Identifier: MIT */
/* Heads: what is right is cut into its parts, what cannot become right is told at its first octet, limits
 * hold, and nothing depends on how the octets come in. */
#include "reference/tests/heads.h"
#include "reference/ws.h"

#include <check.h>
#include <stdio.h>

#define LINE "GET / HTTP/1.1\r\n"

/* ---- heads that are right ---- */

static const struct good {
    enum ws_head_kind kind;
    struct ws_octets octets;
    size_t size; /* of the head; 0: all the octets */
    const char *method, *target, *reason;
    unsigned status;
    uint8_t minor;
    size_t folds, field_count;
    const char *fields[4][2];
} goods[] = {
    {WS_HEAD_REQUEST, OCTETS("GET /chat?a=b HTTP/1.1\r\n\r\n"), .method = "GET", .target = "/chat?a=b",
     .minor = 1},
    {WS_HEAD_REQUEST, OCTETS("\r\nGET / HTTP/1.0\r\nHost: h\r\n\r\nGET"), .size = 29, .method = "GET",
     .target = "/", .field_count = 1, .fields = {{"Host", "h"}}},
    {WS_HEAD_REQUEST, OCTETS(LINE "A:\r\nB: \t \r\nC:\t x y\xff \r\n!#$%&'*+-.^_`|~09aZ: :\r\n\r\n\x81"),
     .size = sizeof(LINE "A:\r\nB: \t \r\nC:\t x y\xff \r\n!#$%&'*+-.^_`|~09aZ: :\r\n\r\n") - 1,
     .method = "GET", .target = "/", .minor = 1, .field_count = 4,
     .fields = {{"A", ""}, {"B", ""}, {"C", "x y\xff"}, {"!#$%&'*+-.^_`|~09aZ", ":"}}},
    {WS_HEAD_REQUEST, OCTETS("get \xc3\xa4#| HTTP/1.9\r\n\r\n"), .method = "get", .target = "\xc3\xa4#|",
     .minor = 9},
    {WS_HEAD_RESPONSE, OCTETS("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"),
     .reason = "Switching Protocols", .status = 101, .minor = 1, .field_count = 1,
     .fields = {{"Upgrade", "websocket"}}},
    {WS_HEAD_RESPONSE, OCTETS("HTTP/1.1 999 \r\n\r\n\r\n"), .size = 17, .reason = "", .status = 999,
     .minor = 1},
    {WS_HEAD_RESPONSE, OCTETS("HTTP/1.0 404 \xff\t ~\r\n\r\n"), .reason = "\xff\t ~", .status = 404},
    /* Folds of a response stay in the value, except at its ends. */
    {WS_HEAD_RESPONSE, OCTETS("HTTP/1.1 101 \r\nA:\r\n\t b\r\n \r\nC: d\r\n  e: f \r\nG: h\r\n\r\n"),
     .reason = "", .status = 101, .minor = 1, .folds = 3, .field_count = 3,
     .fields = {{"A", "b"}, {"C", "d\r\n  e: f"}, {"G", "h"}}},
};

static struct ws_octets expected(const char *text)
{
    return text == NULL ? (struct ws_octets){NULL, 0} : ws_octets_of(text);
}

START_TEST(right)
{
    const struct good *good = &goods[_i];
    struct guarded page = guarded_new(good->octets.size);
    struct ws_head head;
    enum ws_violation violation;
    ck_assert_int_eq(
        heads_parse(&head, good->kind, good->octets, &ws_head_limits_default, &page, &violation, NULL),
        WS_HEAD_COMPLETE);
    ck_assert_int_eq(violation, WS_NO_VIOLATION);
    heads_assert_equal(head.method, expected(good->method));
    heads_assert_equal(head.target, expected(good->target));
    heads_assert_equal(head.reason, expected(good->reason));
    ck_assert_uint_eq(head.status, good->status);
    ck_assert_uint_eq(head.http_major, 1);
    ck_assert_uint_eq(head.http_minor, good->minor);
    ck_assert_uint_eq(head.size, good->size == 0 ? good->octets.size : good->size);
    ck_assert_uint_eq(head.folds, good->folds);
    ck_assert_uint_eq(head.field_count, good->field_count);
    for (size_t i = 0; i < good->field_count; i++) {
        heads_assert_equal(head.fields[i].name, expected(good->fields[i][0]));
        heads_assert_equal(head.fields[i].value, expected(good->fields[i][1]));
    }
    guarded_free(&page);
}
END_TEST

/* ---- heads that are wrong ---- */

/* `good` is how a head begins that may go on, `bad` the octet that no right head has next. */
static const struct bad {
    enum ws_head_kind kind;
    struct ws_octets good;
    uint8_t bad;
    enum ws_violation violation;
} bads[] = {
    /* RFC 9112 2.2, 3: the request line */
    {WS_HEAD_REQUEST, OCTETS(""), ' ', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS(""), '\x16', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS(""), 0x81, WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS(""), '\n', WS_HEAD_BARE_LINE_FEED},
    {WS_HEAD_REQUEST, OCTETS("\r"), 'G', WS_HEAD_BARE_CARRIAGE_RETURN},
    {WS_HEAD_REQUEST, OCTETS("\r\n"), '\r', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS("\r\n"), '\n', WS_HEAD_BARE_LINE_FEED},
    {WS_HEAD_REQUEST, OCTETS("GET"), '\r', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS("GET"), '\t', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS("GET"), '/', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS("GET "), ' ', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS("GET /"), '\r', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS("GET /"), '\n', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS("GET /"), '\0', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS("GET /"), 0x7f, WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS("GET /a "), 'b', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS("GET / "), ' ', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS("GET / "), 'h', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS("GET / HTTP/"), '\r', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS("GET / HTTP/1"), '1', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS("GET / HTTP/1.1"), '1', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS("GET / HTTP/1.1"), 'x', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS("GET / HTTP/1.1"), ' ', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS("GET / HTTP/1.1"), '\n', WS_HEAD_BARE_LINE_FEED},
    {WS_HEAD_REQUEST, OCTETS("GET / HTTP/1.1\r"), '\r', WS_HEAD_BARE_CARRIAGE_RETURN},
    /* RFC 9112 4: the status line */
    {WS_HEAD_RESPONSE, OCTETS(""), '\r', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_RESPONSE, OCTETS(""), 'h', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_RESPONSE, OCTETS("HTTP/1.1"), '\r', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_RESPONSE, OCTETS("HTTP/1.1 "), '0', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_RESPONSE, OCTETS("HTTP/1.1 "), ' ', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_RESPONSE, OCTETS("HTTP/1.1 10"), ' ', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_RESPONSE, OCTETS("HTTP/1.1 101"), '\r', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_RESPONSE, OCTETS("HTTP/1.1 101"), '0', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_RESPONSE, OCTETS("HTTP/1.1 101 OK"), '\0', WS_HEAD_START_LINE_MALFORMED},
    {WS_HEAD_RESPONSE, OCTETS("HTTP/1.1 101 OK"), '\n', WS_HEAD_BARE_LINE_FEED},
    {WS_HEAD_RESPONSE, OCTETS("HTTP/1.1 101 OK\r"), ' ', WS_HEAD_BARE_CARRIAGE_RETURN},
    /* RFC 9112 2.2, 5: fields */
    {WS_HEAD_REQUEST, OCTETS(LINE), ' ', WS_HEAD_FIELDS_AFTER_WHITE_SPACE},
    {WS_HEAD_RESPONSE, OCTETS("HTTP/1.1 101 \r\n"), '\t', WS_HEAD_FIELDS_AFTER_WHITE_SPACE},
    {WS_HEAD_REQUEST, OCTETS(LINE), '\n', WS_HEAD_BARE_LINE_FEED},
    {WS_HEAD_REQUEST, OCTETS(LINE "\r"), '\r', WS_HEAD_BARE_CARRIAGE_RETURN},
    {WS_HEAD_REQUEST, OCTETS(LINE), ':', WS_HEAD_FIELD_NAME_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS(LINE), 0xc3, WS_HEAD_FIELD_NAME_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS(LINE "Host"), ' ', WS_HEAD_FIELD_NAME_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS(LINE "Host"), '\t', WS_HEAD_FIELD_NAME_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS(LINE "Host"), '\r', WS_HEAD_FIELD_NAME_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS(LINE "Host"), '\n', WS_HEAD_FIELD_NAME_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS(LINE "Host"), '\0', WS_HEAD_FIELD_NAME_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS(LINE "X: a"), '\0', WS_HEAD_FIELD_VALUE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS(LINE "X: "), 0x1f, WS_HEAD_FIELD_VALUE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS(LINE "X: "), 0x7f, WS_HEAD_FIELD_VALUE_MALFORMED},
    {WS_HEAD_RESPONSE, OCTETS("HTTP/1.1 101 \r\nX:"), '\v', WS_HEAD_FIELD_VALUE_MALFORMED},
    {WS_HEAD_REQUEST, OCTETS(LINE "X: a"), '\n', WS_HEAD_BARE_LINE_FEED},
    {WS_HEAD_REQUEST, OCTETS(LINE "X: a\r"), 'b', WS_HEAD_BARE_CARRIAGE_RETURN},
    {WS_HEAD_REQUEST, OCTETS(LINE "X: a\r"), '\r', WS_HEAD_BARE_CARRIAGE_RETURN},
    {WS_HEAD_REQUEST, OCTETS(LINE "X: a\r\n"), ' ', WS_HEAD_FIELD_FOLDED},
    {WS_HEAD_REQUEST, OCTETS(LINE "X: a\r\n"), '\t', WS_HEAD_FIELD_FOLDED},
};

START_TEST(wrong)
{
    const struct bad *bad = &bads[_i];
    uint8_t octets[64];
    ck_assert_uint_lt(bad->good.size, sizeof octets - 1);
    memcpy(octets, bad->good.at, bad->good.size);
    octets[bad->good.size] = bad->bad;
    octets[bad->good.size + 1] = 'x';
    struct guarded page = guarded_new(sizeof octets);
    struct ws_head head;
    enum ws_violation violation;
    size_t bad_at;
    for (size_t behind = 0; behind < 2; behind++) {
        const struct ws_octets whole = {octets, bad->good.size + 1 + behind};
        ck_assert_int_eq(
            heads_parse(&head, bad->kind, whole, &ws_head_limits_default, &page, &violation, &bad_at),
            WS_HEAD_BAD);
        ck_assert_int_eq(violation, bad->violation);
        ck_assert_uint_eq(bad_at, bad->good.size);
    }
    guarded_free(&page);
}
END_TEST

/* ---- limits ---- */

static const struct limit {
    struct ws_head_limits limits;
    const char *text;
    enum ws_violation violation; /* none: the head is right */
    size_t bad_at;
} limits[] = {
    {{24, 9, 99}, LINE "A: b\r\n\r\n", WS_NO_VIOLATION, 0},
    {{23, 9, 99}, LINE "A: b\r\n\r\n", WS_HEAD_TOO_LARGE, 23},
    {{25, 9, 99}, "\r\n" LINE "A: b\r\n\r\n", WS_HEAD_TOO_LARGE, 25},
    {{99, 2, 99}, LINE "A:\r\nB:\r\n\r\n", WS_NO_VIOLATION, 0},
    {{99, 1, 99}, LINE "A:\r\nB:\r\n\r\n", WS_HEAD_TOO_MANY_FIELDS, 20},
    {{99, 0, 99}, LINE "\r\n", WS_NO_VIOLATION, 0},
    {{99, 9, 14}, LINE "\r\n", WS_NO_VIOLATION, 0},
    {{99, 9, 13}, LINE "\r\n", WS_HEAD_START_LINE_TOO_LONG, 13},
    {{99, 9, 14}, "\r\n" LINE "\r\n", WS_NO_VIOLATION, 0},
    {{99, 9, 13}, "\r\n" LINE "\r\n", WS_HEAD_START_LINE_TOO_LONG, 15},
    {{99, 9, 3}, LINE "\r\n", WS_HEAD_START_LINE_TOO_LONG, 3},
};

START_TEST(limited)
{
    const struct limit *limit = &limits[_i];
    const struct ws_octets octets = ws_octets_of(limit->text);
    struct guarded page = guarded_new(octets.size);
    struct ws_head head;
    enum ws_violation violation;
    size_t bad_at;
    const enum ws_head_progress progress =
        heads_parse(&head, WS_HEAD_REQUEST, octets, &limit->limits, &page, &violation, &bad_at);
    ck_assert_int_eq(violation, limit->violation);
    if (violation == WS_NO_VIOLATION) {
        ck_assert_int_eq(progress, WS_HEAD_COMPLETE);
    } else {
        ck_assert_int_eq(progress, WS_HEAD_BAD);
        ck_assert_uint_eq(bad_at, limit->bad_at);
    }
    guarded_free(&page);
}
END_TEST

/* 64 KiB that never end, and one field more than a head has room for, in small pieces. */
START_TEST(limited_by_default)
{
    static uint8_t octets[64 * 1024 + 1];
    static struct ws_head head;
    enum ws_violation violation = WS_NO_VIOLATION;
    memset(octets, 'a', sizeof octets);
    memcpy(octets, LINE "A:", sizeof LINE + 1);
    size_t size = 0;
    while (ws_head_parse(&head, WS_HEAD_REQUEST, (struct ws_octets){octets, size + 1}, size,
                         &ws_head_limits_default, &violation) == WS_HEAD_NEED_MORE)
        size++;
    ck_assert_int_eq(violation, WS_HEAD_TOO_LARGE);
    ck_assert_uint_eq(size, 64 * 1024);

    size_t end = sizeof LINE - 1;
    for (size_t i = 0; i <= WS_HEAD_FIELDS_MAX; i++, end += 6)
        memcpy(octets + end, "A: b\r\n", 6);
    memcpy(octets + end, "\r\n", 2);
    const struct ws_head_limits more = {.size = 99999, .fields = 99999, .start_line = 99999};
    ck_assert_int_eq(
        ws_head_parse(&head, WS_HEAD_REQUEST, (struct ws_octets){octets, end + 2}, 0, &more, &violation),
        WS_HEAD_BAD);
    ck_assert_int_eq(violation, WS_HEAD_TOO_MANY_FIELDS);
    memcpy(octets + end - 6, "\r\n", 2);
    ck_assert_int_eq(
        ws_head_parse(&head, WS_HEAD_REQUEST, (struct ws_octets){octets, end - 4}, 0, &more, &violation),
        WS_HEAD_COMPLETE);
    ck_assert_uint_eq(head.field_count, WS_HEAD_FIELDS_MAX);
}
END_TEST

/* What was seen is not looked at again before the head is complete: it may even be spoilt. */
START_TEST(seen_octets_are_not_scanned_again)
{
    uint8_t octets[] = LINE "Host: example.com\r\nUpgrade: websocket\r\n\r\n";
    const size_t size = sizeof octets - 1;
    struct ws_head head;
    enum ws_violation violation;
    for (size_t taken = 0; taken < size - 1; taken++) {
        ck_assert_int_eq(ws_head_parse(&head, WS_HEAD_REQUEST, (struct ws_octets){octets, taken + 1}, taken,
                                       &ws_head_limits_default, &violation),
                         WS_HEAD_NEED_MORE);
        octets[taken] = 0;
    }
}
END_TEST

START_TEST(finds_fields)
{
    const struct ws_octets octets = OCTETS(LINE "Aa: 1\r\nB: 2\r\naA: 3\r\n\r\n");
    struct ws_head head;
    enum ws_violation violation;
    size_t count = 9;
    (void)ws_head_parse(&head, WS_HEAD_REQUEST, octets, 0, &ws_head_limits_default, &violation);
    const struct ws_octets *value = ws_head_find(&head, "AA", &count);
    ck_assert_ptr_eq(value, &head.fields[0].value);
    ck_assert_uint_eq(count, 2);
    ck_assert_ptr_eq(ws_head_find(&head, "b", NULL), &head.fields[1].value);
    ck_assert_ptr_null(ws_head_find(&head, "A", &count));
    ck_assert_uint_eq(count, 0);
    ck_assert_ptr_null(ws_head_find(&head, "", NULL));
}
END_TEST

/* A head that is parsed anew has nothing of the one before. */
START_TEST(used_again)
{
    struct ws_head head;
    enum ws_violation violation;
    const struct ws_octets two = ws_octets_of(LINE "A: b\r\nConnection: Upgrade\r\n\r\n"),
                           one = ws_octets_of(LINE "A: b\r\n\r\n");
    (void)ws_head_parse(&head, WS_HEAD_REQUEST, two, 0, &ws_head_limits_default, &violation);
    ck_assert(ws_list_has(&head, "Connection", "upgrade"));
    (void)ws_head_parse(&head, WS_HEAD_REQUEST, one, 0, &ws_head_limits_default, &violation);
    ck_assert(!ws_list_has(&head, "Connection", "upgrade"));
    ck_assert_ptr_null(ws_head_find(&head, "Connection", NULL));
    (void)ws_head_parse(&head, WS_HEAD_REQUEST, (struct ws_octets){one.at, 5}, 0, &ws_head_limits_default,
                        &violation);
    ck_assert_ptr_null(ws_head_find(&head, "A", NULL)); /* not complete: no field yet */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("head");
    TCase *tests = tcase_create("head");
    tcase_add_loop_test(tests, right, 0, (int)(sizeof goods / sizeof goods[0]));
    tcase_add_loop_test(tests, wrong, 0, (int)(sizeof bads / sizeof bads[0]));
    tcase_add_loop_test(tests, limited, 0, (int)(sizeof limits / sizeof limits[0]));
    tcase_add_test(tests, limited_by_default);
    tcase_add_test(tests, seen_octets_are_not_scanned_again);
    tcase_add_test(tests, finds_fields);
    tcase_add_test(tests, used_again);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
