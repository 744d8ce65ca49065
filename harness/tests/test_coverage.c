/* SPDX-License-Identifier: MIT */
/* test_coverage.c: who cites a requirement, whether its status says so, and the table of numbers. */
#include <stdlib.h>

#include "harness/coverage.h"
#include "harness/plan.h"
#include "harness/tests/case_text.h"

enum { TEXT_MAX = 16 << 20 };

static const char cases[] = "suite a \"A\"\n\ncase x \"X\"\n  req      A-1 A-2\n  drop\n\n"
                            "case y \"Y\"\n  req      A-2\n  drop\n\n"
                            "case z \"Z\"\n  req      A-3\n  role     client\n  drop\n\n"
                            "case u \"U\"\n  req      A-5\n  role     server\n  drop\n";

/* One row, and what is said of it: NULL for nothing. are cited, A-3 only for clients, and
 * R6455-5.5-01 has a monitor. */
static const struct {
    const char *id, *level, *status, *reason, *found;
} rows[] = {
    {"A-1", "MUST", "covered", "", NULL},
    {"A-2", "INFO", "covered", "", NULL},
    {"A-3", "MUST", "covered", "", "covered"},
    {"A-4", "MAY", "covered", "", "covered"},
    {"R6455-5.5-01", "MUST", "covered", "", NULL},
    {"A-1", "MUST", "untestable", "so it is", "untestable"},
    {"A-4", "MUST", "untestable", "so it is", NULL},
    {"A-4", "MUST", "untestable", "", "without a reason"},
    {"A-4", "INFO", "untestable", "", "without a reason"},
    {"A-4", "MUST", "open", "", "without a reason"},
    {"A-4", "SHOULD", "open", "", "without a reason"},
    {"A-4", "MUST", "open", "so it is", NULL},
    {"A-4", "MAY", "open", "", NULL},
    {"A-2", "MAY", "open", "", "covered"},
    {"A-1", "MUST", "http2", "", "http2"},
    {"A-3", "MUST", "http2", "", NULL},
};

/* The same of rows that bind clients, alone or too. A-5 is cited by a case for servers alone. */
static const struct {
    const char *id, *level, *subject, *status, *reason, *found;
} rows_of_clients[] = {
    {"A-3", "MUST", "client", "covered", "", NULL},
    {"A-1", "MUST", "client", "covered", "", NULL},
    {"A-4", "MUST", "client", "covered", "", "no case for clients"},
    {"A-5", "MUST", "client", "covered", "", "no case for clients"},
    {"A-3", "MUST", "client", "untestable", "so it is", "untestable"},
    {"A-4", "MUST", "client", "untestable", "so it is", NULL},
    {"A-3", "MAY", "client", "open", "", "covered"},
    {"A-1", "MUST", "both", "covered", "", NULL},
    {"A-1", "MUST", "both", "covered", "so it is", "but is"},
    {"A-3", "MUST", "both", "covered", "", "no case for servers"},
    {"A-5", "MUST", "both", "covered", "", "without a reason"},
    {"A-5", "MUST", "both", "covered", "so it is", NULL},
    {"A-5", "MAY", "both", "covered", "", NULL},
    {"R6455-5.1-01", "MUST", "client", "covered", "", NULL},                  /* has a monitor */
    {"R6455-5.1-05", "MUST", "client", "covered", "", "no case for clients"}, /* has one for servers */
};

static void check_row(struct requirement row, const char *found)
{
    struct case_text text = case_text_right(cases);
    struct requirement_catalogue catalogue = {.rows = &row, .count = 1};
    struct coverage coverage;
    struct text_buffer out = {.cap = TEXT_MAX};
    row.rfc = "RFC1";
    row.section = "1";
    row.rule = "the rule";
    row.quote = "";
    row.duty = "both";
    ck_assert(coverage_begin(&coverage, &catalogue));
    for (const struct case_definition *at = text.file->cases; at != NULL; at = at->next)
        coverage_cite(&coverage, at);
    ck_assert_uint_eq(coverage_lint(&out, &coverage), found == NULL ? 0 : 1);
    ck_assert_msg(found == NULL ? out.size == 0 : strstr(out.text, found) != NULL, "%s: %s", row.id,
                  out.text);
    ck_assert(found == NULL || strstr(out.text, row.id) != NULL);
    text_free(&out);
    coverage_free(&coverage);
    case_text_free(&text);
}

START_TEST(statuses_are_borne_out)
{
    check_row((struct requirement){.id = rows[_i].id,
                                   .level = rows[_i].level,
                                   .subject = "server",
                                   .status = rows[_i].status,
                                   .reason = rows[_i].reason},
              rows[_i].found);
}
END_TEST

START_TEST(statuses_are_borne_out_for_clients)
{
    check_row((struct requirement){.id = rows_of_clients[_i].id,
                                   .level = rows_of_clients[_i].level,
                                   .subject = rows_of_clients[_i].subject,
                                   .status = rows_of_clients[_i].status,
                                   .reason = rows_of_clients[_i].reason},
              rows_of_clients[_i].found);
}
END_TEST

START_TEST(numbers_are_by_rfc)
{
#define ROW(id, rfc, level, subject, status)                               \
    {                                                                      \
        id, rfc, "1", level, subject, "rule", "", "both", status, "reason" \
    }
    struct requirement many[] = {
        ROW("A-1", "RFC1", "MUST", "server", "covered"),
        ROW("A-4", "RFC1", "MUST", "both", "covered"),
        ROW("A-5", "RFC1", "MUST", "both", "untestable"),
        ROW("A-6", "RFC1", "MUST", "both", "open"),
        ROW("A-7", "RFC1", "MUST", "client", "covered"),
        ROW("A-8", "RFC2", "MUST", "server", "http2"),
        ROW("A-2", "RFC30", "SHOULD", "server", "covered"),
        ROW("A-9", "RFC1", "SHOULD", "both", "untestable"),
        ROW("A-10", "RFC1", "MUST", "spec", "untestable"),
        ROW("A-11", "RFC1", "MAY", "server", "open"),
    };
#undef ROW
    struct requirement_catalogue catalogue = {.rows = many, .count = sizeof many / sizeof many[0]};
    struct case_text text = case_text_right(cases);
    struct coverage coverage;
    struct text_buffer out = {.cap = TEXT_MAX};
    ck_assert(coverage_begin(&coverage, &catalogue));
    for (const struct case_definition *at = text.file->cases; at != NULL; at = at->next)
        coverage_cite(&coverage, at);
    coverage_print(&out, &coverage, WS_SERVER, false);
    ck_assert_str_eq(out.text,
                     "|           | MUST | covered | untestable | SHOULD | covered | untestable |\n"
                     "|-----------|-----:|--------:|-----------:|-------:|--------:|-----------:|\n"
                     "| RFC 1     |    3 |       1 |          1 |      1 |       0 |          1 |\n"
                     "| RFC 30    |    0 |       0 |          0 |      1 |       1 |          0 |\n"
                     "| all       |    3 |       1 |          1 |      2 |       1 |          1 |\n");
    ck_assert_uint_eq(coverage_monitored_only(&coverage, WS_SERVER), 0);
    text_free(&out);
    many[1].section = "2.3";
    many[1].id = "R6455-5.5-01"; /* has a monitor */
    coverage_free(&coverage);
    ck_assert(coverage_begin(&coverage, &catalogue));
    coverage_print(&out, &coverage, WS_SERVER, true);
    ck_assert_str_eq(
        out.text, "|                    | MUST | covered | untestable | SHOULD | covered | untestable |\n"
                  "|--------------------|-----:|--------:|-----------:|-------:|--------:|-----------:|\n"
                  "| RFC 1, 1           |    2 |       0 |          1 |      1 |       0 |          1 |\n"
                  "| RFC 1, 2.3         |    1 |       1 |          0 |      0 |       0 |          0 |\n"
                  "| RFC 30, 1          |    0 |       0 |          0 |      1 |       0 |          0 |\n"
                  "| all                |    3 |       1 |          1 |      2 |       0 |          1 |\n");
    ck_assert_uint_eq(coverage_monitored_only(&coverage, WS_SERVER), 1);
    text_free(&out);
    coverage_free(&coverage);
    case_text_free(&text);
}
END_TEST

/* What README.md says first: how many cases there are, and how many faults prove them. */
static void print_introduction(struct text_buffer *out, const struct plan *plan)
{
    const struct case_definition *last = NULL;
    size_t definitions = 0, instances = 0;
    for (size_t i = 0; i < plan->instance_count; i++) {
        definitions += plan->instances[i].definition != last;
        last = plan->instances[i].definition;
        instances += (last->needs & NEEDS_SURVEY) == 0;
    }
    text_print(out, "%zu cases (%zu instances)", definitions, instances);
}

/* README.md has the numbers of the program's own cases. Tests run from the top of the repository. */
START_TEST(the_readme_has_the_numbers)
{
    static char readme[TEXT_MAX];
    struct arena arena = {.cap = TEXT_MAX};
    struct requirement_catalogue catalogue;
    struct coverage coverage;
    struct text_buffer out = {.cap = TEXT_MAX}, errors = {.cap = TEXT_MAX};
    struct plan plan;
    FILE *file = fopen("README.md", "rb");
    ck_assert_msg(file != NULL, "README.md is not here");
    readme[fread(readme, 1, sizeof readme - 1, file)] = '\0';
    fclose(file);
    ck_assert_int_eq(requirement_catalogue_load(&catalogue, &arena), 0);
    ck_assert(coverage_begin(&coverage, &catalogue));
    ck_assert_msg(plan_load(&plan, NULL, WS_SERVER, &errors), "%s", errors.text);
    for (size_t i = 0; i < plan.definition_count; i++)
        coverage_cite(&coverage, plan.definitions[i]);
    coverage_print(&out, &coverage, WS_SERVER, false);
    ck_assert_msg(strstr(readme, out.text) != NULL, "the table in README.md should be\n%s", out.text);
    out.size = 0;
    coverage_print(&out, &coverage, WS_CLIENT, false);
    ck_assert_msg(strstr(readme, out.text) != NULL, "the table of clients in README.md should be\n%s",
                  out.text);
    out.size = 0;
    print_introduction(&out, &plan);
    ck_assert_msg(strstr(readme, out.text) != NULL, "README.md should say \"%s\"", out.text);
    out.size = 0;
    text_print(&out, "%d seeded faults", WS_FAULT_COUNT - 1);
    ck_assert_msg(strstr(readme, out.text) != NULL, "README.md should say \"%s\"", out.text);
    plan_free(&plan);
    ck_assert_msg(plan_load(&plan, NULL, WS_CLIENT, &errors), "%s", errors.text);
    out.size = 0;
    print_introduction(&out, &plan);
    ck_assert_msg(strstr(readme, out.text) != NULL, "README.md should say \"%s\" of clients", out.text);
    plan_free(&plan);
    coverage_free(&coverage);
    text_free(&out);
    text_free(&errors);
    arena_free(&arena);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("coverage");
    TCase *tests = tcase_create("coverage");
    tcase_add_loop_test(tests, statuses_are_borne_out, 0, sizeof rows / sizeof rows[0]);
    tcase_add_loop_test(tests, statuses_are_borne_out_for_clients, 0,
                        sizeof rows_of_clients / sizeof rows_of_clients[0]);
    tcase_add_test(tests, numbers_are_by_rfc);
    tcase_add_test(tests, the_readme_has_the_numbers);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
