/* SPDX-License-Identifier: MIT */
/* test_plan.c: which cases are read, which of their instances a selector takes, and the level of a case. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/plan.h"

static struct plan plan;
static struct text_buffer errors;
static char directory[] = "/tmp/wringer-plan-XXXXXX";

static const char first[] =
    "suite first \"First\"\n"
    "case one \"One\"\n  req R6455-5.1-03\n  wstest 1.2.3\n  tag large\n  was old/one\n  send text \"x\"\n"
    "case family \"Family\"\n  req R6455-5.2-15\n  wstest 2.1 2.2\n  with n = 1..3\n  delivery whole\n  send "
    "text \"$n\"\n"
    "case survey \"Survey\"\n  level INFO\n  needs survey\n  delivery whole\n  send text \"x\"\n";
static const char second[] = "suite second \"Second\"\n"
                             "case one \"One\"\n  req R6455-5.1-01\n  role client\n  send text \"x\"\n"
                             "case both \"Both\"\n  req R6455-5.1-03\n  delivery octet\n  send text \"x\"\n";

static void write_file(const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
}

static void remove_file(const char *name)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", directory, name);
    unlink(path);
}

static void set_up(void)
{
    errors = (struct text_buffer){.cap = 1 << 16};
    memcpy(directory + sizeof directory - 7, "XXXXXX", 6);
    ck_assert_ptr_nonnull(mkdtemp(directory));
}

static void tear_down(void)
{
    static const char *const names[] = {"first.case", "second.case", "other.txt", "bad.case", "probe.case"};
    plan_free(&plan);
    text_free(&errors);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        remove_file(names[i]);
    rmdir(directory);
}

static void load_two(enum ws_role role)
{
    write_file("second.case", second);
    write_file("first.case", first);
    write_file("other.txt", "no case");
    bool done = plan_load(&plan, directory, role, &errors);
    ck_assert_msg(done, "%s", errors.text == NULL ? "" : errors.text);
}

/* The ids that are selected, with spaces between. */
static const char *selected(void)
{
    static char text[4096];
    size_t count = 0;
    text[0] = '\0';
    for (size_t i = 0; i < plan.instance_count; i++) {
        count += plan.selected[i];
        if (plan.selected[i])
            snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", text[0] == '\0' ? "" : " ",
                     plan.instances[i].id);
    }
    ck_assert_uint_eq(count, plan.selected_count);
    return text;
}

/* ---- Loading ---- */

START_TEST(cases_of_a_directory)
{
    load_two(WS_SERVER);
    ck_assert(plan_select(&plan, NULL, 0, &errors));
    ck_assert_str_eq(selected(),
                     "first/one@server~whole first/one@server~octet first/family/1@server~whole "
                     "first/family/2@server~whole "
                     "first/family/3@server~whole first/survey@server~whole second/both@server~octet");
    ck_assert_uint_eq(plan.definition_count, 5);
    ck_assert_str_eq(plan.definitions[0]->suite, "first");
    ck_assert_uint_gt(plan.probe_count, 0);
    for (size_t i = 0; i < plan.probe_count; i++)
        ck_assert_str_eq(plan.probes[i].definition->suite, PLAN_PROBE_SUITE);
}
END_TEST

START_TEST(cases_for_a_client)
{
    load_two(WS_CLIENT);
    static const char *const selector[] = {"second"};
    ck_assert(plan_select(&plan, selector, 1, &errors));
    ck_assert_str_eq(selected(), "second/one@client~whole second/one@client~octet second/both@client~octet");
}
END_TEST

static const char with_data[] = "suite first \"First\"\ncase one \"One\"\n  level INFO\n  delivery whole\n"
                                "  send text file(\"some.txt\")\n  send text \"-\" file(\"some.txt\")\n";

/* A case finds its files in data/ beside it. */
START_TEST(data_of_a_directory)
{
    char path[256];
    snprintf(path, sizeof path, "%s/data", directory);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    write_file("first.case", with_data);
    write_file("data/some.txt", "some text");
    bool done = plan_load(&plan, directory, WS_SERVER, &errors);
    ck_assert_msg(done, "%s", errors.text == NULL ? "" : errors.text);
    const struct case_step *step = plan.definitions[0]->steps;
    char octets[10] = "";
    ck_assert_uint_eq(octets_length(step->frame.payload, &plan.instances[0]), 9);
    octets_read(step->next->frame.payload, &plan.instances[0], 0, (uint8_t *)octets, 10);
    ck_assert_mem_eq(octets, "-some text", 10);
    remove_file("data/some.txt");
    ck_assert_int_eq(rmdir(path), 0);
}
END_TEST

START_TEST(data_that_is_missing)
{
    write_file("first.case", with_data);
    ck_assert(!plan_load(&plan, directory, WS_SERVER, &errors));
    const char *said =
        strstr(errors.text, "first.case:5:18: error: data/some.txt: No such file or directory\n");
    ck_assert_msg(said != NULL, "%s", errors.text);
    ck_assert_ptr_nonnull(strstr(said, "first.case:6:22: error: "));
}
END_TEST

START_TEST(embedded_cases)
{
    ck_assert(plan_load(&plan, NULL, WS_SERVER, &errors));
    ck_assert_uint_gt(plan.instance_count, 1000);
    ck_assert_uint_gt(plan.probe_count, 3);
    for (size_t i = 0; i < plan.instance_count; i++)
        ck_assert_str_ne(plan.instances[i].definition->suite, PLAN_PROBE_SUITE);
    ck_assert_ptr_nonnull(requirement_find(&plan.requirements, "R6455-5.1-03"));
}
END_TEST

/* A directory with probes of its own uses those. */
START_TEST(own_probes)
{
    write_file("first.case", first);
    write_file("probe.case",
               "suite probe \"Probe\"\ncase x \"X\"\n  level INFO\n  delivery whole\n  send text \"x\"\n");
    ck_assert(plan_load(&plan, directory, WS_SERVER, &errors));
    ck_assert_uint_eq(plan.probe_count, 1);
    ck_assert_str_eq(plan.probes[0].definition->id, "x");
}
END_TEST

START_TEST(all_errors_are_told)
{
    write_file(
        "first.case",
        "suite first \"First\"\ncase one \"One\"\n  level INFO\n  sent text \"x\"\n  send txt \"x\"\n");
    write_file("bad.case", "suite bad \"Bad\"\ncase one\n");
    ck_assert(!plan_load(&plan, directory, WS_SERVER, &errors));
    ck_assert_ptr_nonnull(strstr(errors.text, "first.case:4:"));
    ck_assert_ptr_nonnull(strstr(errors.text, "first.case:5:"));
    ck_assert_ptr_nonnull(strstr(errors.text, "bad.case:2:"));
}
END_TEST

START_TEST(nothing_to_read)
{
    ck_assert(!plan_load(&plan, directory, WS_SERVER, &errors));
    ck_assert_ptr_nonnull(strstr(errors.text, "no file *.case"));
    plan_free(&plan);
    text_free(&errors);
    ck_assert(!plan_load(&plan, "/nonexistent/directory", WS_SERVER, &errors));
    ck_assert_ptr_nonnull(strstr(errors.text, "/nonexistent/directory: No such file"));
}
END_TEST

/* ---- Selecting ---- */

#define ONE    "first/one@server~whole first/one@server~octet"
#define FAMILY "first/family/1@server~whole first/family/2@server~whole first/family/3@server~whole"
#define SURVEY "first/survey@server~whole"
#define BOTH   "second/both@server~octet"

static const struct {
    const char *selectors[3];
    const char *selected; /* NULL: an error */
    const char *error;    /* part of it */
} selections[] = {
    {{"first"}, ONE " " FAMILY " " SURVEY, NULL},
    {{"first.case"}, ONE " " FAMILY " " SURVEY, NULL},
    {{"*/first.case"}, ONE " " FAMILY " " SURVEY, NULL},
    {{"firs"}, NULL, "'firs' matches no case"},
    {{"first/one"}, ONE, NULL},
    {{"first/on"}, NULL, "matches no case"},
    {{"first/family"}, FAMILY, NULL},
    {{"first/family/2"}, "first/family/2@server~whole", NULL},
    {{"first/family/2@server"}, "first/family/2@server~whole", NULL},
    {{"first/family/2@client"}, NULL, "matches no case"},
    {{"first/family/4"}, NULL, "matches no case"},
    {{"first/one@server~octet"}, "first/one@server~octet", NULL},
    {{"*~octet"}, "first/one@server~octet " BOTH, NULL},
    {{"*/both"}, BOTH, NULL},
    {{"*one"}, ONE, NULL},
    {{"R6455-5.1-03"}, ONE " " BOTH, NULL},
    {{"R6455-5.1*"}, ONE " " BOTH, NULL},
    {{"R6455-5.1-0"}, NULL, "matches no case"},
    {{"1.2.3"}, ONE, NULL},
    {{"2.2"}, "first/family/2@server~whole", NULL},
    {{"2.*"}, "first/family/1@server~whole first/family/2@server~whole", NULL},
    {{"tag:large"}, ONE, NULL},
    {{"tag:l*"}, ONE, NULL},
    {{"tag:small"}, NULL, "matches no case"},
    {{"large"}, NULL, "matches no case"},
    {{"old/one"}, ONE, NULL},
    {{"second", "first/family/1"}, "first/family/1@server~whole " BOTH, NULL},
    {{"!first/one"}, FAMILY " " SURVEY " " BOTH, NULL},
    {{"first", "!*survey", "!*~octet"}, "first/one@server~whole " FAMILY, NULL},
    {{"!first/family", "first"}, ONE " " SURVEY, NULL},
    {{"second", "!first"}, BOTH, NULL},
    {{"second", "!second"}, NULL, "nothing is selected"},
    {{"!nothing"}, NULL, "'!nothing' matches no case"},
    {{"first", "nothing"}, NULL, "'nothing' matches no case"},
    {{"probe"}, NULL, "matches no case"},
    {{""}, NULL, "matches no case"},
    {{"!"}, NULL, "matches no case"},
    {{"*"}, ONE " " FAMILY " " SURVEY " " BOTH, NULL},
};

START_TEST(selectors)
{
    load_two(WS_SERVER);
    size_t count = 0;
    while (count < 3 && selections[_i].selectors[count] != NULL)
        count++;
    bool done = plan_select(&plan, selections[_i].selectors, count, &errors);
    ck_assert(done == (selections[_i].selected != NULL));
    if (done)
        ck_assert_str_eq(selected(), selections[_i].selected);
    else
        ck_assert_msg(strstr(errors.text, selections[_i].error) != NULL, "%s", errors.text);
}
END_TEST

START_TEST(surveys_and_deliveries)
{
    load_two(WS_SERVER);
    ck_assert(plan_select(&plan, NULL, 0, &errors));
    ck_assert(plan_drop_surveys(&plan));
    ck_assert_str_eq(selected(), ONE " " FAMILY " " BOTH);
    ck_assert(plan_select_delivery(&plan, DELIVER_OCTET));
    ck_assert_str_eq(selected(), "first/one@server~octet " BOTH);
    ck_assert(!plan_select_delivery(&plan, DELIVER_WHOLE));
    static const char *const survey[] = {"first/survey"};
    ck_assert(plan_select(&plan, survey, 1, &errors));
    ck_assert(!plan_drop_surveys(&plan));
}
END_TEST

static const struct {
    const char *pattern, *text;
    bool matches;
} patterns[] = {
    {"", "", true},           {"", "a", false},         {"*", "", true},
    {"*", "abc", true},       {"**", "a", true},        {"a", "a", true},
    {"a", "ab", false},       {"a*", "a", true},        {"a*", "abc", true},
    {"a*", "ba", false},      {"*a", "ba", true},       {"*a", "ab", false},
    {"a*c", "abbc", true},    {"a*c", "abcd", false},   {"a*b*c", "aXbYbZc", true},
    {"*ab*ab", "abab", true}, {"*ab*ab", "aab", false}, {"*aab", "aaab", true},
    {"a*", "*", false},       {"a?", "ab", false},      {"A", "a", false},
};

START_TEST(patterns_match)
{
    for (size_t i = 0; i < sizeof patterns / sizeof patterns[0]; i++)
        ck_assert_msg(plan_matches(patterns[i].pattern, patterns[i].text) == patterns[i].matches,
                      "'%s' and '%s'", patterns[i].pattern, patterns[i].text);
}
END_TEST

/* ---- Levels ---- */

START_TEST(levels)
{
    static const struct {
        const char *meta;
        enum case_level level;
    } table[] = {
        {"req R6455-5.1-03", LEVEL_MUST},
        {"req R6455-5.5.2-03", LEVEL_SHOULD},
        {"req R6455-5.5.1-01", LEVEL_MAY},
        {"req R6455-7.4.1-06", LEVEL_INFO},
        {"req R6455-5.5.1-01 R6455-5.5.2-03", LEVEL_SHOULD},
        {"req R6455-5.5.2-03 R6455-5.1-03 R6455-5.5.1-01", LEVEL_MUST},
        {"req R6455-5.1-03\n  level SHOULD", LEVEL_SHOULD},
        {"req R6455-5.5.1-01\n  level MUST", LEVEL_MUST},
        {"level INFO", LEVEL_INFO},
        {"req R9999-1", LEVEL_MUST},
        {"req R6455-5.1-01 R6455-5.5.2-03", LEVEL_SHOULD}, /* the first binds clients */
    };
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        char text[512];
        snprintf(text, sizeof text, "suite first \"First\"\ncase one \"One\"\n  %s\n  send text \"x\"\n",
                 table[i].meta);
        write_file("first.case", text);
        ck_assert_msg(plan_load(&plan, directory, WS_SERVER, &errors), "%s", errors.text);
        ck_assert_msg(plan_level(&plan, plan.definitions[0]) == table[i].level, "%s", table[i].meta);
        plan_free(&plan);
    }
    ck_assert_str_eq(plan_level_word(LEVEL_MUST), "MUST");
    ck_assert_str_eq(plan_level_word(LEVEL_INFO), "INFO");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plan");
    TCase *cases = tcase_create("plan");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_test(cases, cases_of_a_directory);
    tcase_add_test(cases, cases_for_a_client);
    tcase_add_test(cases, data_of_a_directory);
    tcase_add_test(cases, data_that_is_missing);
    tcase_add_test(cases, embedded_cases);
    tcase_add_test(cases, own_probes);
    tcase_add_test(cases, all_errors_are_told);
    tcase_add_test(cases, nothing_to_read);
    tcase_add_loop_test(cases, selectors, 0, (int)(sizeof selections / sizeof selections[0]));
    tcase_add_test(cases, surveys_and_deliveries);
    tcase_add_test(cases, patterns_match);
    tcase_add_test(cases, levels);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
