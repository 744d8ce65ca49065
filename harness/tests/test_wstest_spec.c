/* SPDX-License-Identifier: MIT */
/* test_wstest_spec.c: spec files as projects have them, and bad ones: each with its place and reason. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/wstest_spec.h"

static struct wstest_spec spec;
static struct text_buffer errors;

static void set_up(void)
{
    errors = (struct text_buffer){.cap = 1 << 16};
    spec = (struct wstest_spec){0};
}

static void tear_down(void)
{
    wstest_spec_free(&spec);
    text_free(&errors);
}

static bool parse(enum wstest_spec_kind kind, const char *text)
{
    return wstest_spec_parse(&spec, kind, "spec.json", text, strlen(text), &errors);
}

START_TEST(a_client_spec_has_all_its_keys)
{
    ck_assert_msg(parse(WSTEST_FUZZING_CLIENT,
                        "{\"options\": {\"failByDrop\": false, \"version\": 18},"
                        " \"outdir\": \"out/here\", \"enable-ssl\": false, \"webport\": 8080,"
                        " \"servers\": [{\"url\": \"ws://127.0.0.1:9001\", \"agent\": \"Server|SSL|env\","
                        "   \"hostname\": \"example.org\", \"origin\": \"http://a\","
                        "   \"protocols\": [\"a\", \"b\"], \"options\": {\"openHandshakeTimeout\": 7.5,"
                        "   \"closeHandshakeTimeout\": 1}},"
                        "  {\"url\": \"wss://[::1]/x\", \"agent\": null}],"
                        " \"cases\": [\"*\", \"1.1.1\"], \"exclude-cases\": [\"\"],"
                        " \"exclude-agent-cases\": {\"Foo*\": [\"9.*\", \"1.1.1\"], \"*\": []}}"),
                  "%s", errors.text);
    ck_assert_str_eq(spec.outdir, "out/here");
    ck_assert_uint_eq(spec.server_count, 2);
    ck_assert_str_eq(spec.servers[0].url, "ws://127.0.0.1:9001");
    ck_assert_str_eq(spec.servers[0].agent, "Server|SSL|env");
    ck_assert_str_eq(spec.servers[0].hostname, "example.org");
    ck_assert_str_eq(spec.servers[0].origin, "http://a");
    ck_assert_uint_eq(spec.servers[0].protocols.count, 2);
    ck_assert_str_eq(spec.servers[0].protocols.at[1], "b");
    ck_assert_ptr_null(spec.servers[0].protocols.at[2]);
    ck_assert_uint_eq(spec.servers[0].options.patience_ms, 7500);
    ck_assert_str_eq(spec.servers[1].url, "wss://[::1]/x");
    ck_assert_ptr_null(spec.servers[1].agent);
    ck_assert_uint_eq(spec.servers[1].options.patience_ms, 0);
    ck_assert_uint_eq(spec.cases.count, 2);
    ck_assert_str_eq(spec.cases.at[0], "*");
    ck_assert_uint_eq(spec.excludes.count, 1);
    ck_assert_str_eq(spec.excludes.at[0], "");
    ck_assert_uint_eq(spec.exclusion_count, 2);
    ck_assert_str_eq(spec.exclusions[0].agent, "Foo*");
    ck_assert_uint_eq(spec.exclusions[0].cases.count, 2);
    ck_assert_str_eq(spec.exclusions[0].cases.at[0], "9.*");
    ck_assert_uint_eq(spec.exclusions[1].cases.count, 0);
}
END_TEST

START_TEST(options_of_the_spec_hold_for_servers_without_their_own)
{
    ck_assert(parse(WSTEST_FUZZING_CLIENT,
                    "{\"servers\": [{\"url\": \"ws://a\", \"options\": {}}, {\"url\": \"ws://b\"}],"
                    " \"options\": {\"openHandshakeTimeout\": 9}, \"cases\": [\"*\"]}"));
    ck_assert_uint_eq(spec.servers[0].options.patience_ms, 0);
    ck_assert_uint_eq(spec.servers[1].options.patience_ms, 9000);
}
END_TEST

START_TEST(a_server_spec_has_all_its_keys)
{
    ck_assert(parse(WSTEST_FUZZING_SERVER,
                    "{\"url\": \"wss://127.0.0.1:9001\", \"key\": \"k.pem\", \"cert\": \"c.pem\","
                    " \"protocols\": [\"chat\"], \"options\": {\"maxConnections\": 0, \"versions\": [13]},"
                    " \"cases\": [\"1.*\"]}"));
    ck_assert_str_eq(spec.url, "wss://127.0.0.1:9001");
    ck_assert_str_eq(spec.key, "k.pem");
    ck_assert_str_eq(spec.certificate, "c.pem");
    ck_assert_str_eq(spec.outdir, "./reports/clients/");
    ck_assert_str_eq(spec.protocols.at[0], "chat");
    ck_assert_uint_eq(spec.server_count, 0);
}
END_TEST

static const struct {
    enum wstest_spec_kind kind;
    const char *text, *error;
} bad[] = {
    {WSTEST_FUZZING_CLIENT, "", "spec.json:1:0: '[' or '{' expected near end of file\n"},
    {WSTEST_FUZZING_CLIENT, "{\n \"cases\": [\"*\",]\n}", "spec.json:2:16: unexpected token near ']'\n"},
    {WSTEST_FUZZING_CLIENT, "{} x", "spec.json:1:4: end of file expected near 'x'\n"},
    {WSTEST_FUZZING_CLIENT, "{\"cases\": [\"a\\u0000\"]}",
     "spec.json:1:20: \\u0000 is not allowed without JSON_ALLOW_NUL near '\"a\\u0000\"'\n"},
    {WSTEST_FUZZING_CLIENT, "[]", "spec.json: expected an object, found a list\n"},
    {WSTEST_FUZZING_CLIENT, "{}", "spec.json: \"cases\": expected a list of strings, found nothing\n"},
    {WSTEST_FUZZING_CLIENT, "{\"cases\": \"*\"}",
     "spec.json: \"cases\": expected a list of strings, found a string\n"},
    {WSTEST_FUZZING_CLIENT, "{\"cases\": [\"*\", 5]}",
     "spec.json: \"cases\": expected strings in the list, found a number\n"},
    {WSTEST_FUZZING_CLIENT, "{\"cases\": [\"*\"], \"exclude-cases\": {}}",
     "spec.json: \"exclude-cases\": expected a list of strings, found an object\n"},
    {WSTEST_FUZZING_CLIENT, "{\"cases\": [\"*\"], \"exclude-agent-cases\": []}",
     "spec.json: \"exclude-agent-cases\": expected an object of lists, found a list\n"},
    {WSTEST_FUZZING_CLIENT, "{\"cases\": [\"*\"], \"exclude-agent-cases\": {\"A\": true}}",
     "spec.json: \"exclude-agent-cases.A\": expected a list of strings, found true\n"},
    {WSTEST_FUZZING_CLIENT, "{\"cases\": [\"*\"], \"outdir\": 1}",
     "spec.json: \"outdir\": expected a string, found a number\n"},
    {WSTEST_FUZZING_CLIENT, "{\"cases\": [\"*\"], \"outdir\": \"\"}",
     "spec.json: \"outdir\": expected a directory, found nothing\n"},
    {WSTEST_FUZZING_CLIENT, "{\"cases\": [\"*\"], \"servers\": {}}",
     "spec.json: \"servers\": expected a list of objects, found an object\n"},
    {WSTEST_FUZZING_CLIENT, "{\"cases\": [\"*\"], \"servers\": [{\"url\": \"ws://a\"}, {}]}",
     "spec.json: \"servers[1].url\": expected a string, found nothing\n"},
    {WSTEST_FUZZING_CLIENT, "{\"cases\": [\"*\"], \"servers\": [7]}",
     "spec.json: \"servers\": expected objects in the list, found a number\n"},
    {WSTEST_FUZZING_CLIENT, "{\"cases\": [\"*\"], \"options\": {\"failByDorp\": false}}",
     "spec.json: \"options\": there is no option 'failByDorp'\n"},
    {WSTEST_FUZZING_CLIENT,
     "{\"cases\": [\"*\"], \"servers\": [{\"url\": \"ws://a\", \"options\": {\"webStatus\": true}}]}",
     "spec.json: \"servers[0].options\": there is no option 'webStatus'\n"},
    {WSTEST_FUZZING_CLIENT, "{\"cases\": [\"*\"], \"options\": {\"version\": 9}}",
     "spec.json: \"options\": version: expected a version from 10 to 18\n"},
    {WSTEST_FUZZING_CLIENT, "{\"cases\": [\"*\"], \"options\": {\"failByDrop\": 0}}",
     "spec.json: \"options\": failByDrop: expected true or false\n"},
    {WSTEST_FUZZING_CLIENT, "{\"cases\": [\"*\"], \"options\": {\"openHandshakeTimeout\": -1}}",
     "spec.json: \"options\": openHandshakeTimeout: expected 0 to 60 seconds\n"},
    {WSTEST_FUZZING_CLIENT, "{\"cases\": [\"*\"], \"options\": {\"openHandshakeTimeout\": 1e300}}",
     "spec.json: \"options\": openHandshakeTimeout: expected 0 to 60 seconds\n"},
    {WSTEST_FUZZING_SERVER, "{\"cases\": [\"*\"]}", "spec.json: \"url\": expected a string, found nothing\n"},
    {WSTEST_FUZZING_SERVER,
     "{\"url\": \"ws://a\", \"cases\": [\"*\"], \"options\": {\"maskClientFrames\": true}}",
     "spec.json: \"options\": there is no option 'maskClientFrames'\n"},
    {WSTEST_FUZZING_SERVER, "{\"url\": \"ws://a\", \"cases\": [\"*\"], \"options\": []}",
     "spec.json: \"options\": expected an object, found a list\n"},
};

START_TEST(a_bad_spec_is_told_with_place_and_reason)
{
    ck_assert(!parse(bad[_i].kind, bad[_i].text));
    ck_assert_str_eq(errors.text, bad[_i].error);
}
END_TEST

START_TEST(too_many_servers_are_an_error)
{
    struct text_buffer text = {.cap = 1 << 16};
    text_print(&text, "{\"cases\": [\"*\"], \"servers\": [{\"url\": \"ws://a\"}");
    for (int i = 0; i < WSTEST_SERVERS_MAX; i++)
        text_print(&text, ", {\"url\": \"ws://a\"}");
    text_print(&text, "]}");
    ck_assert(!parse(WSTEST_FUZZING_CLIENT, text.text));
    ck_assert_str_eq(errors.text, "spec.json: \"servers\": more than 32\n");
    text_free(&text);
}
END_TEST

START_TEST(every_prefix_of_a_spec_is_an_error_and_no_more)
{
    static const char text[] = "{\"options\": {\"failByDrop\": false}, \"servers\": [{\"url\": \"ws://a\"}],"
                               " \"cases\": [\"*\"], \"exclude-agent-cases\": {\"*\": [\"1\"]}}";
    for (size_t size = 0; size < sizeof text - 1; size++) {
        char *copy = malloc(size + 1); /* no octet more, so that an over-read is seen */
        ck_assert_ptr_nonnull(copy);
        memcpy(copy, text, size);
        ck_assert(!wstest_spec_parse(&spec, WSTEST_FUZZING_CLIENT, "s", copy, size, &errors));
        wstest_spec_free(&spec);
        free(copy);
    }
}
END_TEST

START_TEST(the_default_spec_can_be_read)
{
    char directory[] = "/tmp/wringer-spec-XXXXXX";
    ck_assert_ptr_nonnull(mkdtemp(directory));
    ck_assert_int_eq(chdir(directory), 0);
    ck_assert(!wstest_spec_load(&spec, WSTEST_FUZZING_CLIENT, "none.json", &errors));
    ck_assert_str_eq(errors.text, "none.json: No such file or directory\n");
    wstest_spec_free(&spec);
    for (int i = 0; i < 3; i++) {
        enum wstest_spec_kind kind = i == 2 ? WSTEST_FUZZING_SERVER : WSTEST_FUZZING_CLIENT;
        text_free(&errors);
        ck_assert(wstest_spec_write_default("spec.json", kind, i == 1, &errors));
        ck_assert_msg(wstest_spec_load(&spec, kind, "spec.json", &errors), "%s", errors.text);
        ck_assert_uint_eq(spec.cases.count, 1);
        ck_assert_str_eq(spec.cases.at[0], "*");
        ck_assert_uint_eq(spec.server_count, i == 0 ? 1 : 0);
        ck_assert_str_eq(spec.outdir, i == 2 ? "./reports/clients/" : "./reports/servers/");
        wstest_spec_free(&spec);
        ck_assert(!wstest_spec_write_default("spec.json", kind, i == 1, &errors)); /* never over a file */
        ck_assert_int_eq(unlink("spec.json"), 0);
    }
    ck_assert_int_eq(chdir("/"), 0);
    ck_assert_int_eq(rmdir(directory), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wstest_spec");
    TCase *tcase = tcase_create("spec");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, a_client_spec_has_all_its_keys);
    tcase_add_test(tcase, options_of_the_spec_hold_for_servers_without_their_own);
    tcase_add_test(tcase, a_server_spec_has_all_its_keys);
    tcase_add_loop_test(tcase, a_bad_spec_is_told_with_place_and_reason, 0, sizeof bad / sizeof bad[0]);
    tcase_add_test(tcase, too_many_servers_are_an_error);
    tcase_add_test(tcase, every_prefix_of_a_spec_is_an_error_and_no_more);
    tcase_add_test(tcase, the_default_spec_can_be_read);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failures = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
