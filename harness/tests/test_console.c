/* SPDX-License-Identifier: MIT */
/* test_console.c: no octet of a target reaches the terminal that it could obey; no codes go to what is none.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/console.h"

enum { OUTPUT_MAX = 1 << 16 };

static char output[OUTPUT_MAX];
static FILE *file;
static int standard_output;

/* Standard output goes to a file until it is asked for. */
static void set_up(void)
{
    fflush(stdout);
    file = tmpfile();
    ck_assert_ptr_nonnull(file);
    standard_output = dup(STDOUT_FILENO);
    ck_assert_int_ge(dup2(fileno(file), STDOUT_FILENO), 0);
}

static const char *printed(void)
{
    fflush(stdout);
    dup2(standard_output, STDOUT_FILENO);
    rewind(file);
    size_t size = fread(output, 1, sizeof output - 1, file);
    output[size] = '\0';
    return output;
}

static void tear_down(void)
{
    close(standard_output);
    fclose(file);
}

static const struct {
    const char *text, *shown;
} texts[] = {
    {"text \"hello\"", "text \"hello\""},
    {"\x1b[31mred\x1b]0;title\a", ".[31mred.]0;title."},
    {"a\r\nb\tc\x7f", "a..b.c."},
    {"w\xc3\xb6rld \xf0\x9f\x92\xa9", "w\xc3\xb6rld \xf0\x9f\x92\xa9"},
    {"\xc2\x9b"
     "31m\xc2\x80\xc2\x9f\xc2\xa0",
     ".31m..\xc2\xa0"},
    {"\x9b"
     "31m",
     ".31m"},
    {"\xc3\xb6\xff", "..."},
    {"a\xc2", "a."},
};

START_TEST(texts_of_a_target)
{
    struct console console;
    console_init(&console);
    ck_assert(!console.terminal && !console.colour);
    struct journal_line line = {
        .at_us = 1234567, .direction = "recv", .text = texts[_i].text, .mark = texts[_i].text};
    console_transcript(&console, &line, 1);
    char expected[256];
    snprintf(expected, sizeof expected, "      1.234  recv  %s  <- %s\n", texts[_i].shown, texts[_i].shown);
    ck_assert_str_eq(printed(), expected);
}
END_TEST

/* A long transcript is shown from its end; octets stand in hexadecimal, the first of them. */
START_TEST(transcripts)
{
    struct console console;
    console_init(&console);
    static struct journal_line lines[30];
    static uint8_t octets[40];
    memset(octets, 0xab, sizeof octets);
    for (size_t i = 0; i < 30; i++)
        lines[i] = (struct journal_line){.at_us = i * 1000,
                                         .direction = "send",
                                         .text = "x",
                                         .octets = octets,
                                         .octet_count = i == 29 ? 25 : 24};
    console_transcript(&console, lines, 30);
    const char *text = printed();
    ck_assert_ptr_eq(strstr(text, "      (6 lines before; the report has more)\n      0.006  send"), text);
    ck_assert_ptr_nonnull(strstr(text, "0.028  send  x"));
    ck_assert_str_eq(text + strlen(text) - 10, " ab ab ..\n");
    ck_assert_ptr_eq(strstr(text, ".."), text + strlen(text) - 3);
}
END_TEST

/* What is unexpected is said in the headline, also when the case itself passed. */
static const struct {
    struct journal_result result;
    const char *headline;
} headlines[] = {
    {{.verdict = VERDICT_OK, .closing = CLOSING_CLEAN}, "\nOK  a/b@server"},
    {{.verdict = VERDICT_OK, .closing = CLOSING_UNCLEAN}, "\nOK, BUT NOT IN CLOSING  a/b@server"},
    {{.verdict = VERDICT_OK, .closing = CLOSING_UNCLEAN, .violation_count = 1},
     "\nOK, BUT RULES BROKEN ALONG THE WAY  a/b@server"},
    {{.verdict = VERDICT_FAILED, .closing = CLOSING_UNCLEAN}, "\nFAILED  a/b@server"},
};

START_TEST(headline)
{
    struct console console;
    console_init(&console);
    struct plan plan = {0};
    struct case_definition definition = {.id = "b", .title = "t", .place = {.file = "a.case", .line = 1}};
    struct journal_violation violation = {.name = "n", .requirement = "R", .sentence = "s"};
    struct journal_result result = headlines[_i].result;
    result.id = "a/b@server";
    result.reason = result.closing_reason = "why";
    result.violations = &violation;
    console_result(&console, &plan, &definition, &result, "");
    const char *said = printed();
    ck_assert_msg(strncmp(said, headlines[_i].headline, strlen(headlines[_i].headline)) == 0, "%s", said);
}
END_TEST

/* A case for both roles cites a rule for each: shown, and named in the headline, are those of the target. */
START_TEST(rules_of_the_target)
{
    static struct requirement rows[] = {{.id = "R1",
                                         .rfc = "RFC1",
                                         .section = "1",
                                         .level = "SHOULD",
                                         .subject = "client",
                                         .rule = "of clients"},
                                        {.id = "R2",
                                         .rfc = "RFC1",
                                         .section = "2",
                                         .level = "SHOULD",
                                         .subject = "server",
                                         .rule = "of servers"},
                                        {.id = "R3",
                                         .rfc = "RFC1",
                                         .section = "3",
                                         .level = "MUST",
                                         .subject = "client",
                                         .rule = "of clients"}};
    static struct case_word third = {.text = "R3"}, second = {.text = "R2", .next = &third},
                            first = {.text = "R1", .next = &second};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        rows[i].quote = rows[i].duty = rows[i].status = rows[i].reason = "";
    struct console console;
    console_init(&console);
    struct plan plan = {.role = WS_SERVER, .requirements = {rows, sizeof rows / sizeof rows[0]}};
    struct case_definition definition = {
        .id = "b", .title = "t", .place = {.file = "a.case", .line = 1}, .requirements = &first};
    struct journal_result result = {.id = "a/b@server", .reason = "why", .verdict = VERDICT_FAILED};
    console_result(&console, &plan, &definition, &result, "");
    const char *said = printed();
    ck_assert_msg(strstr(said, "(RFC1 2, SHOULD)") != NULL && strstr(said, "R2: of servers") != NULL &&
                      strstr(said, "of clients") == NULL,
                  "%s", said);
}
END_TEST

START_TEST(no_progress_line_without_a_terminal)
{
    struct console console;
    console_init(&console);
    console_begin(&console, 10, 0);
    for (uint64_t i = 1; i <= 10; i++)
        console_progress(&console, i == 3, i * 1000000);
    console_clear(&console);
    console_line(&console, "%zu failed", console.failed);
    ck_assert_str_eq(printed(), "1 failed\n");
    ck_assert_uint_eq(console.done, 10);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("console");
    TCase *cases = tcase_create("console");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_loop_test(cases, texts_of_a_target, 0, (int)(sizeof texts / sizeof texts[0]));
    tcase_add_test(cases, transcripts);
    tcase_add_loop_test(cases, headline, 0, (int)(sizeof headlines / sizeof headlines[0]));
    tcase_add_test(cases, rules_of_the_target);
    tcase_add_test(cases, no_progress_line_without_a_terminal);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
