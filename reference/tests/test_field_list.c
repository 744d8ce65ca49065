/* SPDX-License-Identifier: MIT */
/* List fields: members over several lines, quoted strings, empty members; tokens; and the grammar of
 * Sec-WebSocket-Extensions. */
#include "reference/field_list.h"
#include "reference/tests/heads.h"

#include <check.h>

/* ---- walking ---- */

static const struct list {
    struct ws_octets fields; /* lines of a request, each with its CR LF */
    const char *members[6];
} lists[] = {
    {OCTETS(""), {NULL}},
    {OCTETS("L:\r\n"), {NULL}},
    {OCTETS("L: ,, \t,\r\nL: ,\r\n"), {NULL}},
    {OCTETS("L: a\r\n"), {"a"}},
    {OCTETS("L: a,b\r\nX: no\r\nl:c ,\t d,\r\nLL: no\r\n"), {"a", "b", "c", "d"}},
    {OCTETS("L: , a ,, b c ,\r\n"), {"a", "b c"}},
    {OCTETS("L: a;b=\"c,d\",e\r\n"), {"a;b=\"c,d\"", "e"}},
    {OCTETS("L: \"a\\\",b\", c\r\n"), {"\"a\\\",b\"", "c"}},
    {OCTETS("L: a\\,b\r\n"), {"a\\", "b"}},
    {OCTETS("L: \"a, b\r\nL: c\r\n"), {"\"a, b", "c"}},
    {OCTETS("L: \"a,\\\r\nL: c\"\r\n"), {"\"a,\\", "c\""}},
    {OCTETS("L: \"\", \"\"\r\n"), {"\"\"", "\"\""}},
};

static size_t request_with(uint8_t *out, size_t size, struct ws_octets fields)
{
    static const char line[] = "GET / HTTP/1.1\r\n";
    ck_assert_uint_le(sizeof line + 1 + fields.size, size);
    memcpy(out, line, sizeof line - 1);
    memcpy(out + sizeof line - 1, fields.at, fields.size);
    memcpy(out + sizeof line - 1 + fields.size, "\r\n", 2);
    return sizeof line + 1 + fields.size;
}

START_TEST(walks_members)
{
    const struct list *list = &lists[_i];
    uint8_t octets[256];
    const struct ws_octets request = {octets, request_with(octets, sizeof octets, list->fields)};
    struct guarded page = guarded_new(request.size);
    struct ws_head head;
    enum ws_violation violation;
    ck_assert_int_eq(
        heads_parse(&head, WS_HEAD_REQUEST, request, &ws_head_limits_default, &page, &violation, NULL),
        WS_HEAD_COMPLETE);
    struct ws_list_walk walk = {.head = &head, .name = "L"};
    struct ws_octets member;
    size_t count = 0;
    for (; ws_list_next(&walk, &member); count++) {
        ck_assert_ptr_nonnull(list->members[count]);
        heads_assert_equal(member, ws_octets_of(list->members[count]));
        ck_assert(ws_list_has(&head, "l", list->members[count]));
    }
    ck_assert_ptr_null(list->members[count]);
    ck_assert(!ws_list_next(&walk, &member));
    ck_assert(!ws_list_has(&head, "L", "no"));
    ck_assert(!ws_list_has(&head, "L", ""));
    guarded_free(&page);
}
END_TEST

/* A value of its own, at the end of a page, so that reading behind it is a fault. */
START_TEST(walks_one_value)
{
    static const char *const texts[] = {"", "a", ",", "a,", "a, \"", "\"\\", "\"a\\\"", "a,b\t"};
    static const size_t counts[] = {0, 1, 0, 1, 2, 1, 1, 2};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct guarded page = guarded_new(16);
        const size_t size = strlen(texts[i]);
        const struct ws_octets value = {guarded_copy(&page, texts[i], size), size};
        struct ws_octets member;
        size_t offset = 0, count = 0;
        while (ws_value_next(value, &offset, &member))
            count++;
        ck_assert_uint_eq(count, counts[i]);
        ck_assert_uint_eq(offset, size);
        guarded_free(&page);
    }
}
END_TEST

/* RFC 6455 2.1: only A-Z and a-z are the same in both cases. U+017F and U+212A lower to s and k elsewhere. */
START_TEST(ignores_case_of_letters_only)
{
    static const struct {
        struct ws_octets fields;
        bool has;
    } rows[] = {
        {OCTETS("U: WebSocket\r\n"), true},
        {OCTETS("u: x, WEBSOCKET\r\n"), true},
        {OCTETS("U: web\xc5\xbfocket\r\n"), false},
        {OCTETS("U: websoc\xe2\x84\xaa"
                "et\r\n"),
         false},
        {OCTETS("U: websockets\r\n"), false},
        {OCTETS("U: web socket\r\n"), false},
        {OCTETS("U: \"websocket\"\r\n"), false},
        {OCTETS("U: \"x, websocket\"\r\n"), false},
        {OCTETS("U: websocket/13\r\n"), false},
        {OCTETS("U: WEBSOCKET,\r\nU: y\r\n"), true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        uint8_t octets[128];
        const struct ws_octets request = {octets, request_with(octets, sizeof octets, rows[i].fields)};
        struct ws_head head;
        enum ws_violation violation;
        (void)ws_head_parse(&head, WS_HEAD_REQUEST, request, 0, &ws_head_limits_default, &violation);
        ck_assert_uint_eq(head.field_count, i == 9 ? 2 : 1);
        ck_assert(ws_list_has(&head, "Upgrade", "websocket") == false);
        ck_assert_msg(ws_list_has(&head, "U", "websocket") == rows[i].has, "row %zu", i);
    }
}
END_TEST

/* RFC 9110 5.6.2: any VCHAR except the delimiters. */
START_TEST(tokens)
{
    for (unsigned octet = 0; octet < 256; octet++) {
        const bool visible = octet > 0x20 && octet < 0x7F;
        const bool token = visible && strchr("\"(),/:;<=>?@[\\]{}", (int)octet) == NULL;
        const uint8_t text[3] = {'a', (uint8_t)octet, 'z'};
        ck_assert(ws_is_tchar((uint8_t)octet) == token);
        ck_assert(ws_is_token((struct ws_octets){text, 3}) == token);
        ck_assert(ws_is_token((struct ws_octets){text + 1, 1}) == token);
    }
    ck_assert(!ws_is_token((struct ws_octets){NULL, 0}));
}
END_TEST

/* ---- extensions (RFC 6455 9.1) ---- */

#define X63 "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"

static const struct extension {
    struct ws_octets member;
    const char *token; /* NULL: malformed */
    size_t count;
    struct {
        const char *name, *value;
    } parameters[3];
} extensions[] = {
    {OCTETS("foo"), "foo", 0, {{NULL, NULL}}},
    {OCTETS(" foo\t"), "foo", 0, {{NULL, NULL}}},
    {OCTETS("foo;a"), "foo", 1, {{"a", NULL}}},
    {OCTETS("mux; max-channels=4; flow-control"), "mux", 2, {{"max-channels", "4"}, {"flow-control", NULL}}},
    {OCTETS("foo ;\ta = 15 ; b=\t\"c\" ; a"), "foo", 3, {{"a", "15"}, {"b", "c"}, {"a", NULL}}},
    {OCTETS("foo;a=\"10\""), "foo", 1, {{"a", "10"}}},
    {OCTETS("foo;a=\"1\\0\""), "foo", 1, {{"a", "10"}}},
    {OCTETS("foo;a=\"\\a\\b\""), "foo", 1, {{"a", "ab"}}},
    {OCTETS("foo;a=" X63 "x"), "foo", 1, {{"a", X63 "x"}}},
    {OCTETS("foo;a=\"" X63 "\\x\""), "foo", 1, {{"a", X63 "x"}}},
    {OCTETS(""), NULL, 0, {{NULL, NULL}}},
    {OCTETS(" "), NULL, 0, {{NULL, NULL}}},
    {OCTETS(";"), NULL, 0, {{NULL, NULL}}},
    {OCTETS(";;="), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo;"), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo; "), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo;;bar"), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo;=1"), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo;a="), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo;a=;b"), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo;a=\""), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo;a=\"\""), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo;a=\"1"), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo;a=\"1\\"), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo;a=\"1\\\""), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo;a=\"1 0\""), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo;a=\"a;b\""), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo;a=\"a,b\""), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo;a=\"1\"0"), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo;a=1\"0\""), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo;a=1=2"), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo;\"a\"=1"), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo;a b"), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo=1"), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo bar"), NULL, 0, {{NULL, NULL}}},
    {OCTETS("fo@o"), NULL, 0, {{NULL, NULL}}},
    {OCTETS("\"foo\""), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo;a=\xff"), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo;a=\"\xc3\xa4\""), NULL, 0, {{NULL, NULL}}},
    {OCTETS("foo\0"), NULL, 0, {{NULL, NULL}}},
};

START_TEST(extension_grammar)
{
    const struct extension *row = &extensions[_i];
    struct guarded page = guarded_new(256);
    const struct ws_octets member = {guarded_copy(&page, row->member.at, row->member.size), row->member.size};
    struct ws_extension extension;
    ck_assert(ws_extension_parse(member, &extension) == (row->token != NULL));
    ck_assert(ws_extension_is_well_formed(member) == (row->token != NULL));
    if (row->token != NULL) {
        heads_assert_equal(extension.token, ws_octets_of(row->token));
        heads_assert_equal(ws_extension_token(member), ws_octets_of(row->token));
        ck_assert_uint_eq(extension.parameter_count, row->count);
        for (size_t i = 0; i < row->count; i++) {
            const struct ws_extension_parameter *parameter = &extension.parameters[i];
            heads_assert_equal(parameter->name, ws_octets_of(row->parameters[i].name));
            ck_assert(parameter->has_value == (row->parameters[i].value != NULL));
            if (parameter->has_value)
                heads_assert_equal((struct ws_octets){parameter->value, parameter->value_size},
                                   ws_octets_of(row->parameters[i].value));
        }
    }
    guarded_free(&page);
}
END_TEST

/* What is too much for the struct still follows the grammar. */
START_TEST(extension_limits)
{
    static const char many[] = "a;b;b;b;b;b;b;b;b;b;b;b;b;b;b;b;b;b";
    static const char *const long_values[] = {"a;b=" X63 "xx", "a;b=\"" X63 "xx\""};
    struct ws_extension extension;
    ck_assert(ws_extension_parse((struct ws_octets){(const uint8_t *)many, 33}, &extension));
    ck_assert_uint_eq(extension.parameter_count, WS_EXTENSION_PARAMETERS_MAX);
    ck_assert(!ws_extension_parse(ws_octets_of(many), &extension));
    ck_assert(ws_extension_is_well_formed(ws_octets_of(many)));
    for (size_t i = 0; i < 2; i++) {
        ck_assert(!ws_extension_parse(ws_octets_of(long_values[i]), &extension));
        ck_assert(ws_extension_is_well_formed(ws_octets_of(long_values[i])));
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("field_list");
    TCase *tests = tcase_create("field_list");
    tcase_add_loop_test(tests, walks_members, 0, (int)(sizeof lists / sizeof lists[0]));
    tcase_add_test(tests, walks_one_value);
    tcase_add_test(tests, ignores_case_of_letters_only);
    tcase_add_test(tests, tokens);
    tcase_add_loop_test(tests, extension_grammar, 0, (int)(sizeof extensions / sizeof extensions[0]));
    tcase_add_test(tests, extension_limits);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    const int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
