/* SPDX-License-Identifier: MIT */
/* test_test_options.c: the command line of `wringer test`: every option in every form, what belongs to which
 * URL, every error, and the options that a rerun needs. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/test_options.h"

enum { WORDS_MAX = 400, LINE_MAX = 8192 };

static struct test_options options;
static struct text_buffer errors;
static char line[LINE_MAX];
static char *words[WORDS_MAX];

static void set_up(void)
{
    errors = (struct text_buffer){.cap = 1 << 16};
}

static void tear_down(void)
{
    text_free(&errors);
}

/* Words stand apart by one '|'. */
static bool parse(const char *command)
{
    int count = 0;
    text_free(&errors);
    snprintf(line, sizeof line, "%s", command);
    for (char *at = line; at != NULL && *command != '\0';) {
        words[count++] = at;
        at = strchr(at, '|');
        if (at != NULL)
            *at++ = '\0';
    }
    bool done = test_options_parse(&options, WS_SERVER, count, words, &errors);
    ck_assert(done == (errors.size == 0));
    return done;
}

START_TEST(defaults)
{
    ck_assert(parse("ws://a/"));
    ck_assert_uint_eq(options.target_count, 1);
    ck_assert_str_eq(options.targets[0].url, "ws://a/");
    ck_assert(options.targets[0].exec == NULL && options.targets[0].baseline == NULL &&
              options.targets[0].name == NULL);
    ck_assert_uint_eq(options.jobs, 16);
    ck_assert_uint_eq(options.patience_ms, 3000);
    ck_assert_str_eq(options.out, "wringer-report");
    ck_assert(options.origin == NULL && options.cafile == NULL && options.cases == NULL &&
              options.delivery == NULL);
    ck_assert(!options.insecure && !options.survey && !options.verbose && !options.fail_on_should &&
              !options.derived_non_strict && !options.help);
    ck_assert(options.selector_count == 0 && options.field_count == 0 && options.subprotocol_count == 0);
    ck_assert(options.fields[0] == NULL && options.subprotocols[0] == NULL);
}
END_TEST

START_TEST(every_option)
{
    static const char *const forms[] = {
        "-H|A: 1|--header|B: "
        "2|--origin|o|--subprotocol|a|--subprotocol|b|--cafile|f|--insecure|-j|4|--patience|500|--delivery|"
        "octet|--survey|"
        "--cases|d|-o|r|--fail-on|should|--derived|non-strict|-v|ws://a/|closing|!limits",
        "closing|ws://a/"
        "|!limits|-v|--derived=non-strict|--fail-on=should|--out=r|--cases=d|--survey|--delivery=octet|--"
        "patience=500|--jobs=4|"
        "--insecure|--cafile=f|--subprotocol=a|--subprotocol=b|--origin=o|--header=A: 1|--header=B: 2",
    };
    for (size_t i = 0; i < 2; i++) {
        ck_assert_msg(parse(forms[i]), "%s", errors.text);
        ck_assert_uint_eq(options.field_count, 2);
        ck_assert_str_eq(options.fields[0], "A: 1");
        ck_assert_str_eq(options.fields[1], "B: 2");
        ck_assert_ptr_null(options.fields[2]);
        ck_assert_str_eq(options.origin, "o");
        ck_assert_str_eq(options.subprotocols[0], "a");
        ck_assert_str_eq(options.subprotocols[1], "b");
        ck_assert_str_eq(options.cafile, "f");
        ck_assert_str_eq(options.cases, "d");
        ck_assert_str_eq(options.out, "r");
        ck_assert_str_eq(options.delivery, "octet");
        ck_assert_uint_eq(options.jobs, 4);
        ck_assert_uint_eq(options.patience_ms, 500);
        ck_assert(options.insecure && options.survey && options.verbose && options.fail_on_should &&
                  options.derived_non_strict);
        ck_assert_uint_eq(options.selector_count, 2);
        ck_assert_str_eq(options.selectors[0], "closing");
        ck_assert_str_eq(options.selectors[1], "!limits");
    }
}
END_TEST

START_TEST(options_of_a_url)
{
    ck_assert(parse("--exec|x {port}|--name|first|ws://a/|--baseline=b|--pid=7|WSS://b/|ws://c/"));
    ck_assert_uint_eq(options.target_count, 3);
    ck_assert_str_eq(options.targets[0].exec, "x {port}");
    ck_assert_str_eq(options.targets[0].name, "first");
    ck_assert_ptr_null(options.targets[0].baseline);
    ck_assert_str_eq(options.targets[1].baseline, "b");
    ck_assert(options.targets[0].pid == 0 && options.targets[1].pid == 7 && options.targets[2].pid == 0);
    ck_assert(options.targets[1].exec == NULL && options.targets[1].name == NULL);
    ck_assert(options.targets[2].exec == NULL && options.targets[2].name == NULL &&
              options.targets[2].baseline == NULL);
}
END_TEST

static const struct {
    const char *command, *error; /* part of it; NULL: none */
} table[] = {
    {"", "which server?"},
    {"closing", "which server?"},
    {"http://a/", "begins with ws:// or wss://"},
    {"--help", NULL},
    {"-h|closing", NULL},
    {"ws://a/|--nonsense", "unknown option '--nonsense'"},
    {"ws://a/|--nonsense=1", "unknown option '--nonsense=1'"},
    {"--pid|1|ws://a/", NULL},
    {"--pid|4194304|ws://a/", NULL},
    {"--pid|0|ws://a/", "--pid: expected the number of a process, found '0'"},
    {"--pid|4194305|ws://a/", "--pid: expected the number of a process"},
    {"--pid|x|ws://a/", "--pid: expected the number of a process, found 'x'"},
    {"--pid|1|--exec|x|ws://a/", "--pid: ws://a/ has --exec already"},
    {"ws://a/|--pid|1", "belong to the URL that follows them"},
    {"ws://a/|-x", "unknown option '-x'"},
    {"ws://a/|--", "unknown option '--'"},
    {"ws://a/|-", NULL},
    {"ws://a/|--job=1", "unknown option"},
    {"ws://a/|--jobs", "--jobs needs a value"},
    {"ws://a/|-j", "--jobs needs a value"},
    {"ws://a/|--insecure=1", "--insecure takes no value"},
    {"ws://a/|--jobs=0", "--jobs: expected 1 to 256, found '0'"},
    {"ws://a/|--jobs=1", NULL},
    {"ws://a/|--jobs=256", NULL},
    {"ws://a/|--jobs=257", "--jobs"},
    {"ws://a/|--jobs=", "--jobs"},
    {"ws://a/|--jobs=+4", "--jobs"},
    {"ws://a/|--jobs=-1", "--jobs"},
    {"ws://a/|--jobs= 4", "--jobs"},
    {"ws://a/|--jobs=4x", "--jobs"},
    {"ws://a/|--jobs=0x4", "--jobs"},
    {"ws://a/|--jobs=4294967297", "--jobs"},
    {"ws://a/|--jobs=99999999999999999999", "--jobs"},
    {"ws://a/|--patience=49", "--patience: expected 50 to 600000 ms, found '49'"},
    {"ws://a/|--patience=50", NULL},
    {"ws://a/|--patience=600000", NULL},
    {"ws://a/|--patience=600001", "--patience"},
    {"ws://a/|--delivery=each", "--delivery: expected whole or octet"},
    {"ws://a/|--delivery=whole", NULL},
    {"ws://a/|--fail-on=may", "--fail-on: expected must or should"},
    {"ws://a/|--fail-on=must", NULL},
    {"ws://a/|--derived=ok", "--derived: expected failed or non-strict"},
    {"ws://a/|--derived=failed", NULL},
    {"ws://a/|-H|no colon", "expected 'Name: value', found 'no colon'"},
    {"ws://a/|-H|A: b\r\nC: d", "expected 'Name: value'"},
    {"ws://a/|-H|A: b\nC: d", "expected 'Name: value'"},
    {"ws://a/|-H|: b", "expected 'Name: value'"},
    {"ws://a/|-H|A:", NULL},
    {"ws://a/|--origin|a\r\nB: c", "--origin"},
    {"ws://a/|--subprotocol|a b", "--subprotocol: 'a b' is not a token"},
    {"ws://a/|--subprotocol|", "is not a token"},
    {"ws://a/|--out=", "--out: expected a directory"},
    {"ws://a/|--exec|x", "belong to the URL that follows them"},
    {"ws://a/|--name|x", "belong to the URL that follows them"},
    {"ws://a/|--baseline|x", "belong to the URL that follows them"},
};

START_TEST(errors_and_borders)
{
    bool done = parse(table[_i].command);
    ck_assert_msg(done == (table[_i].error == NULL), "%s: %s", table[_i].command,
                  errors.text == NULL ? "" : errors.text);
    if (!done)
        ck_assert_msg(strstr(errors.text, table[_i].error) != NULL, "%s: %s", table[_i].command, errors.text);
}
END_TEST

/* Lists are bounded, and end where they say. */
START_TEST(long_lists)
{
    static const struct {
        const char *word;
        size_t most;
        const char *error;
    } lists[] = {{"ws://a/", TEST_TARGETS_MAX, "URLs"},
                 {"closing", TEST_WORDS_MAX, "selectors; a '*'"},
                 {"--header=A: b", TEST_WORDS_MAX, "--header: more than"},
                 {"--subprotocol=a", TEST_WORDS_MAX, "--subprotocol: more than"}};
    for (size_t i = 0; i < sizeof lists / sizeof lists[0]; i++) {
        for (size_t more = 0; more < 2; more++) {
            char command[LINE_MAX] = "";
            size_t count = lists[i].most + more;
            for (size_t k = 0; k < count; k++)
                snprintf(command + strlen(command), sizeof command - strlen(command), "%s%s",
                         k == 0 ? "" : "|", lists[i].word);
            if (i > 0)
                snprintf(command + strlen(command), sizeof command - strlen(command), "|ws://a/");
            bool done = parse(command);
            ck_assert_msg(done == (more == 0), "%s", lists[i].word);
            if (more)
                ck_assert_msg(strstr(errors.text, lists[i].error) != NULL, "%s", errors.text);
            ck_assert_ptr_null(options.fields[TEST_WORDS_MAX]);
            ck_assert_ptr_null(options.subprotocols[TEST_WORDS_MAX]);
        }
    }
}
END_TEST

/* Every option is told of. */
START_TEST(help_names_every_option)
{
    static const char *const names[] = {
        "--exec",   "--name",     "--baseline", "--header",  "-H",         "--origin",   "--subprotocol",
        "--cafile", "--insecure", "--jobs",     "-j",        "--patience", "--delivery", "--survey",
        "--cases",  "--out",      "-o",         "--fail-on", "--derived",  "--verbose",  "-v"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        ck_assert_msg(strstr(test_options_help(WS_SERVER), names[i]) != NULL, "%s", names[i]);
}
END_TEST

static const struct {
    const char *command, *rerun;
} reruns[] = {
    {"ws://a/", "wringer test ws://a/"},
    {"ws://a:{port}/x?y=1&z|-v|-j|2|-o|r|closing", "wringer test 'ws://a:{port}/x?y=1&z'"},
    {"-H|A: it's|ws://a/", "wringer test -H 'A: it'\\''s' ws://a/"},
    {"--origin|http://x|--subprotocol|a|--subprotocol|b|--cafile|c a.pem|--insecure|--cases|d|--exec|x "
     "{port} $HOME|wss://a/",
     "wringer test --origin http://x --subprotocol a --subprotocol b --cafile 'c a.pem' --insecure --cases d "
     "--exec 'x "
     "{port} $HOME' wss://a/"},
    {"--patience|500|--survey|--derived|non-strict|ws://a/",
     "wringer test --patience 500 --survey --derived non-strict ws://a/"},
    {"--origin||ws://a/", "wringer test --origin '' ws://a/"},
    {"--pid|7|ws://a/", "wringer test --pid 7 ws://a/"},
    {"--cafile|~/x|ws://a/", "wringer test --cafile '~/x' ws://a/"},
};

START_TEST(rerun)
{
    ck_assert_msg(parse(reruns[_i].command), "%s", errors.text);
    struct text_buffer text = {.cap = LINE_MAX};
    test_options_print_rerun(&text, &options, &options.targets[0]);
    ck_assert_str_eq(text.text, reruns[_i].rerun);
    text_free(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("options of wringer test");
    TCase *cases = tcase_create("options");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, defaults);
    tcase_add_test(cases, every_option);
    tcase_add_test(cases, options_of_a_url);
    tcase_add_loop_test(cases, errors_and_borders, 0, (int)(sizeof table / sizeof table[0]));
    tcase_add_test(cases, long_lists);
    tcase_add_test(cases, help_names_every_option);
    tcase_add_loop_test(cases, rerun, 0, (int)(sizeof reruns / sizeof reruns[0]));
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
