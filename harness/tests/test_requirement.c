/* SPDX-License-Identifier: MIT */
/* test_requirement.c: the catalogue has the sentence of the RFC for all that a failure can cite, and how such
 * a sentence is laid out for people. */
#include <check.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "harness/requirement.h"
#include "reference/ws.h"

enum { MEMORY = 4 << 20, EDGE = 100 };

static struct arena arena;
static struct requirement_catalogue catalogue;

static void load(void)
{
    arena = (struct arena){.cap = MEMORY};
    ck_assert_int_eq(requirement_catalogue_load(&catalogue, &arena), 0);
}

static void unload(void)
{
    arena_free(&arena);
}

START_TEST(rows_have_their_columns)
{
    const struct requirement *row = requirement_find(&catalogue, "R6455-5.1-03");
    ck_assert_ptr_nonnull(row);
    ck_assert_str_eq(row->rfc, "RFC6455");
    ck_assert_str_eq(row->section, "5.1");
    ck_assert_str_eq(row->level, "MUST");
    ck_assert_str_eq(row->subject, "server");
    ck_assert_str_eq(row->rule, "A server closes the connection on a frame that is not masked");
    ck_assert_str_eq(row->quote,
                     "The server MUST close the connection upon receiving a frame that is not masked.");
    ck_assert_str_eq(row->duty, "receiver");
    ck_assert_str_eq(row->status, "covered");
    ck_assert_str_eq(row->reason, "");
    for (size_t i = 0; i < catalogue.count; i++) {
        row = &catalogue.rows[i];
        ck_assert_msg(row->quote != NULL && strpbrk(row->quote, "\t\r\n") == NULL && row->rule[0] != '\0',
                      "%s", row->id);
        ck_assert_msg(strlen(row->quote) <= 320, "%s: the quote is no decisive part of a sentence", row->id);
    }
}
END_TEST

static bool is_one_of(const char *word, const char *words)
{
    const char *at = strstr(words, word);
    return at != NULL && (at == words || at[-1] == ' ') && strchr(" ", at[strlen(word)]) != NULL;
}

START_TEST(columns_have_known_words)
{
    for (size_t i = 0; i < catalogue.count; i++) {
        const struct requirement *row = &catalogue.rows[i];
        ck_assert_msg(is_one_of(row->level, "MUST SHOULD MAY INFO"), "%s: %s", row->id, row->level);
        ck_assert_msg(is_one_of(row->subject, "server client both proxy spec application user-agent-browser"),
                      "%s: %s", row->id, row->subject);
        ck_assert_msg(is_one_of(row->duty, "sender receiver derived both none"), "%s: %s", row->id,
                      row->duty);
        ck_assert_msg(is_one_of(row->status, "covered open untestable http2"), "%s: %s", row->id,
                      row->status);
        ck_assert_msg(strcmp(row->status, "untestable") != 0 || row->reason[0] != '\0', "%s", row->id);
        ck_assert_msg(requirement_gravity(row->level) < 2 || row->quote[0] != '\0',
                      "%s: a %s without the sentence of the RFC", row->id, row->level);
    }
}
END_TEST

START_TEST(every_violation_has_its_sentence)
{
    for (int v = WS_NO_VIOLATION + 1; v < WS_VIOLATION_COUNT; v++) {
        const struct ws_violation_facts *facts = ws_violation_facts((enum ws_violation)v);
        const struct requirement *row = requirement_find(&catalogue, facts->requirement);
        ck_assert_msg(row != NULL, "%s: there is no %s", facts->name, facts->requirement);
        ck_assert_msg(row->quote[0] != '\0', "%s: %s has no quote", facts->name, row->id);
    }
}
END_TEST

static const struct {
    struct requirement requirement;
    unsigned indent;
    const char *shown;
} print_rows[] = {
    {{.rfc = "RFC6455", .section = "5.1", .quote = ""}, 4, ""},
    {{.rfc = "RFC6455", .section = "5.1", .quote = "MUST [...] not."},
     4,
     "    \"MUST [...] not.\" (RFC 6455, section 5.1)\n"},
    {{.rfc = "elsewhere", .section = "7", .quote = "a"}, 0, "\"a\" (RFC elsewhere, section 7)\n"},
    /* the last word that still fits, and one octet more */
    {{.rfc = "RFC1",
      .section = "2",
      .quote = "1 345678901234567890123456789012345678901234567890123456789012345678901234567890 abcdefghi"},
     0,
     "\"1 345678901234567890123456789012345678901234567890123456789012345678901234567890 abcdefghi\" (RFC "
     "1,\n"
     "section 2)\n"},
    {{.rfc = "RFC1",
      .section = "2",
      .quote = "1 345678901234567890123456789012345678901234567890123456789012345678901234567890 abcdefghij"},
     0,
     "\"1 345678901234567890123456789012345678901234567890123456789012345678901234567890 abcdefghij\" (RFC\n"
     "1, section 2)\n"},
};

START_TEST(a_quote_is_folded)
{
    struct text_buffer text = {.cap = 4096};
    requirement_print_quote(&text, &print_rows[_i].requirement, print_rows[_i].indent);
    ck_assert_str_eq(text.text == NULL ? "" : text.text, print_rows[_i].shown);
    text_free(&text);
}
END_TEST

START_TEST(folding_loses_nothing_and_keeps_the_edge)
{
    for (size_t i = 0; i < catalogue.count; i++) {
        struct text_buffer text = {.cap = 4096};
        requirement_print_quote(&text, &catalogue.rows[i], 10);
        const char *quote = catalogue.rows[i].quote;
        if (quote[0] == '\0') {
            ck_assert_uint_eq(text.size, 0);
            continue;
        }
        ck_assert(!text.failed);
        char *joined = malloc(text.size + 1);
        size_t size = 0;
        for (const char *line = text.text; *line != '\0'; line += strcspn(line, "\n") + 1) {
            size_t width = strcspn(line, "\n");
            ck_assert_msg(width <= EDGE, "%s", text.text);
            ck_assert_msg(strspn(line, " ") == 10, "%s", text.text);
            if (size > 0)
                joined[size++] = ' ';
            memcpy(joined + size, line + 10, width - 10);
            size += width - 10;
        }
        joined[size] = '\0';
        ck_assert_msg(joined[0] == '"' && strncmp(joined + 1, quote, strlen(quote)) == 0, "%s", joined);
        free(joined);
        text_free(&text);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("requirement");
    TCase *tests = tcase_create("requirement");
    tcase_add_checked_fixture(tests, load, unload);
    tcase_add_test(tests, rows_have_their_columns);
    tcase_add_test(tests, columns_have_known_words);
    tcase_add_test(tests, every_violation_has_its_sentence);
    tcase_add_loop_test(tests, a_quote_is_folded, 0, sizeof print_rows / sizeof print_rows[0]);
    tcase_add_test(tests, folding_loses_nothing_and_keeps_the_edge);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
