/* SPDX-License-Identifier: MIT */
/* test_wstest_options.c: wstest's command line, as scripts write it. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "harness/wstest_options.h"

enum { WORDS_MAX = 12 };

static struct wstest_options options;
static struct text_buffer errors;

static bool parse(const char *const *words)
{
    char storage[WORDS_MAX][128], *argv[WORDS_MAX + 1] = {NULL};
    int argc = 0;
    for (; words[argc] != NULL; argc++) {
        strncpy(storage[argc], words[argc], sizeof storage[argc] - 1);
        storage[argc][sizeof storage[argc] - 1] = '\0';
        argv[argc] = storage[argc];
    }
    text_free(&errors);
    errors.cap = 4096;
    bool done = wstest_options_parse(&options, argc, argv, &errors);
    /* what the options point to does not outlive this function: it is copied where a test looks at it */
    static char spec[128], uri[128];
    if (options.spec != NULL)
        options.spec = strcpy(spec, options.spec);
    if (options.uri != NULL)
        options.uri = strcpy(uri, options.uri);
    return done;
}

static const struct {
    const char *words[WORDS_MAX];
    enum wstest_mode mode;
    const char *spec, *uri;
    unsigned web_port;
    bool debug, fail;
} accepted[] = {
    {{"wstest", "-m", "fuzzingclient"}, WSTEST_FUZZINGCLIENT, NULL, NULL, 8080, false, false},
    {{"wstest", "-mfuzzingclient", "-sa.json"}, WSTEST_FUZZINGCLIENT, "a.json", NULL, 8080, false, false},
    {{"wstest", "--mode", "fuzzingclient", "--spec", "a.json"},
     WSTEST_FUZZINGCLIENT,
     "a.json",
     NULL,
     8080,
     false,
     false},
    {{"wstest", "--mode=fuzzingclient", "--spec=a.json", "--webport=0"},
     WSTEST_FUZZINGCLIENT,
     "a.json",
     NULL,
     0,
     false,
     false},
    {{"wstest", "-d", "--fail", "-m", "echoserver", "-w", "ws://127.0.0.1:9000", "-u", "65535"},
     WSTEST_ECHOSERVER,
     NULL,
     "ws://127.0.0.1:9000",
     65535,
     true,
     true},
    {{"wstest", "-m", "testeeserver", "--wsuri=wss://localhost:9000", "-k", "key.pem", "-c", "cert.pem"},
     WSTEST_TESTEESERVER,
     NULL,
     "wss://localhost:9000",
     8080,
     false,
     false},
    {{"wstest", "-m", "fuzzingclient", "-t", "x", "-o", "y", "-i", "me"},
     WSTEST_FUZZINGCLIENT,
     NULL,
     NULL,
     8080,
     false,
     false},
};

static void same_text(const char *is, const char *should_be)
{
    if (should_be == NULL)
        ck_assert_ptr_null(is);
    else
        ck_assert_str_eq(is, should_be);
}

START_TEST(what_scripts_write_is_understood)
{
    size_t i = (size_t)_i;
    ck_assert_msg(parse(accepted[i].words), "%s", errors.text);
    ck_assert_int_eq(options.wish, WSTEST_RUN);
    ck_assert_int_eq(options.mode, accepted[i].mode);
    same_text(options.spec, accepted[i].spec);
    same_text(options.uri, accepted[i].uri);
    ck_assert_uint_eq(options.web_port, accepted[i].web_port);
    ck_assert_int_eq(options.debug, accepted[i].debug);
    ck_assert_int_eq(options.fail, accepted[i].fail);
}
END_TEST

static const struct {
    const char *words[WORDS_MAX];
    enum wstest_wish wish;
} wishes[] = {
    {{"wstest", "--help"}, WSTEST_SHOW_HELP},
    {{"wstest", "--version"}, WSTEST_SHOW_VERSION},
    {{"wstest", "-a"}, WSTEST_SHOW_AUTOBAHN_VERSION},
    {{"wstest", "--autobahnversion"}, WSTEST_SHOW_AUTOBAHN_VERSION},
};

START_TEST(help_and_versions_need_no_mode)
{
    ck_assert(parse(wishes[_i].words));
    ck_assert_int_eq(options.wish, wishes[_i].wish);
}
END_TEST

static const struct {
    const char *words[WORDS_MAX], *error;
} refused[] = {
    {{"wstest"}, "A mode must be specified to run. Available modes: "},
    {{"wstest", "-m", "serializer"}, "Mode 'serializer' is invalid. Available modes: fuzzingclient, "},
    {{"wstest", "-m"}, "option -m requires argument"},
    {{"wstest", "--mode"}, "option --mode requires argument"},
    {{"wstest", "--mode", "echoserver"}, "Mode 'echoserver' requires a --wsuri argument"},
    {{"wstest", "--nothing"}, "option --nothing not recognized"},
    {{"wstest", "--nothing=1"}, "option --nothing not recognized"},
    {{"wstest", "--debug=1"}, "option --debug must not have an argument"},
    {{"wstest", "-x"}, "option -x not recognized"},
    {{"wstest", "-m", "fuzzingclient", "-u", "65536"}, "Invalid webport '65536': expected 0 to 65535"},
    {{"wstest", "-m", "fuzzingclient", "-u", "-1"}, "Invalid webport '-1': expected 0 to 65535"},
    {{"wstest", "-m", "fuzzingclient", "-u", ""}, "Invalid webport '': expected 0 to 65535"},
    {{"wstest", "-m", "fuzzingclient", "-u", "80 "}, "Invalid webport '80 ': expected 0 to 65535"},
    {{"wstest", "-m", "fuzzingclient", "-k", "key.pem"}, "--key and --cert belong together"},
    {{"wstest", "-m", "fuzzingclient", "here"},
     "Wrong number of arguments: nothing is known to do with 'here'"},
};

START_TEST(what_is_wrong_is_said)
{
    ck_assert(!parse(refused[_i].words));
    ck_assert_msg(strncmp(errors.text, refused[_i].error, strlen(refused[_i].error)) == 0, "%s", errors.text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wstest_options");
    TCase *tcase = tcase_create("options");
    tcase_add_loop_test(tcase, what_scripts_write_is_understood, 0, sizeof accepted / sizeof accepted[0]);
    tcase_add_loop_test(tcase, help_and_versions_need_no_mode, 0, sizeof wishes / sizeof wishes[0]);
    tcase_add_loop_test(tcase, what_is_wrong_is_said, 0, sizeof refused / sizeof refused[0]);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failures = srunner_ntests_failed(runner);
    srunner_free(runner);
    text_free(&errors);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
