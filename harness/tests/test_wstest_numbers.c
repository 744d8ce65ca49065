/* SPDX-License-Identifier: MIT */
/* test_wstest_numbers.c: the 517 numbers of Autobahn|Testsuite, and what its patterns choose among them. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/wstest_numbers.h"
#include "reports/autobahn_parts.h"

static struct plan plan;
static struct wstest_numbers numbers;
static struct text_buffer errors;

static void set_up(void)
{
    errors = (struct text_buffer){.cap = 1 << 16};
    ck_assert_msg(plan_load(&plan, NULL, WS_SERVER, &errors), "%s", errors.text);
    ck_assert(wstest_numbers_init(&numbers, &plan));
}

static void tear_down(void)
{
    wstest_numbers_free(&numbers);
    plan_free(&plan);
    text_free(&errors);
}

/* How many cases each group of the suite has; it has no groups 8 and 11. */
START_TEST(every_number_is_there_once_and_in_numeric_order)
{
    static const size_t groups[14] = {[1] = 16, [2] = 11, [3] = 7,  [4] = 10,  [5] = 20,  [6] = 145,
                                      [7] = 37, [9] = 54, [10] = 1, [12] = 90, [13] = 126};
    size_t seen[14] = {0};
    ck_assert_uint_eq(numbers.count, WSTEST_NUMBER_COUNT);
    unsigned long before[3] = {0};
    for (size_t k = 0; k < numbers.count; k++) {
        unsigned long now[3] = {0};
        ck_assert_int_ge(sscanf(numbers.rows[k].number, "%lu.%lu.%lu", &now[0], &now[1], &now[2]), 2);
        int order = 0;
        for (size_t i = 0; i < 3 && order == 0; i++)
            order = (now[i] > before[i]) - (now[i] < before[i]);
        ck_assert_msg(order > 0, "%s is not behind its predecessor", numbers.rows[k].number);
        memcpy(before, now, sizeof before);
        ck_assert_uint_lt(now[0], 14);
        seen[now[0]]++;
        ck_assert_str_eq(plan.instances[numbers.rows[k].instance].wstest, numbers.rows[k].number);
        ck_assert_uint_eq(wstest_numbers_index(&numbers, numbers.rows[k].number), k + 1);
    }
    ck_assert_mem_eq(seen, groups, sizeof groups);
    ck_assert_str_eq(numbers.rows[0].number, "1.1.1");
    ck_assert_str_eq(numbers.rows[numbers.count - 1].number, "13.7.18");
    ck_assert_uint_eq(wstest_numbers_index(&numbers, "12.1.1"), 302);
    ck_assert_uint_eq(wstest_numbers_index(&numbers, "8.1"), 0);
}
END_TEST

/* How many of the 517 are to be closed by whom, with which codes, and whether a clean close is required. */
START_TEST(every_number_has_its_way_of_closing)
{
    size_t by_target_1002 = 0, by_target_1007 = 0, refused_close = 0, echoed_code = 0, plain = 0;
    for (size_t k = 0; k < numbers.count; k++) {
        struct autobahn_close close = autobahn_expected_close(numbers.rows[k].number);
        by_target_1002 +=
            !close.by_harness && !close.clean && close.code_count == 1 && close.codes[0] == 1002;
        by_target_1007 +=
            !close.by_harness && !close.clean && close.code_count == 1 && close.codes[0] == 1007;
        refused_close += close.by_harness && !close.clean;
        echoed_code += close.by_harness && close.clean && close.code_count == 2 && close.codes[0] == 1000;
        plain += close.by_harness && close.clean && close.code_count == 1 && close.codes[0] == 1000;
    }
    ck_assert_uint_eq(by_target_1002, 30);
    ck_assert_uint_eq(by_target_1007, 75);
    ck_assert_uint_eq(refused_close, 14); /* 7.3.2, 7.3.6, 7.5.1, 7.9.*, 7.13.* */
    ck_assert_uint_eq(echoed_code, 13);   /* 7.7.* */
    ck_assert_uint_eq(plain, 385);
}
END_TEST

START_TEST(a_number_is_delivered_whole_where_there_is_a_choice)
{
    for (size_t k = 0; k < numbers.count; k++) {
        bool whole = false;
        for (size_t i = 0; i < plan.instance_count; i++)
            whole =
                whole || (plan.instances[i].wstest != NULL && plan.instances[i].delivery == DELIVER_WHOLE &&
                          strcmp(plan.instances[i].wstest, numbers.rows[k].number) == 0);
        bool chosen_whole = plan.instances[numbers.rows[k].instance].delivery == DELIVER_WHOLE;
        ck_assert_msg(chosen_whole == whole, "%s", numbers.rows[k].number);
    }
}
END_TEST

static const struct {
    const char *cases[4], *excludes[4];
    size_t count;
    const char *first, *last;
} choices[] = {
    {{"*"}, {NULL}, 517, "1.1.1", "13.7.18"},
    {{"*"}, {""}, 517, "1.1.1", "13.7.18"}, /* bandit sends an exclude of nothing */
    {{"1.*"}, {NULL}, 16, "1.1.1", "1.2.8"},
    {{"1.1*"}, {NULL}, 8, "1.1.1", "1.1.8"},                 /* a prefix */
    {{"1*"}, {NULL}, 16 + 1 + 90 + 126, "1.1.1", "13.7.18"}, /* and groups 10, 12 and 13 */
    {{"7.1.*"}, {NULL}, 6, "7.1.1", "7.1.6"},
    {{"2.1*"}, {NULL}, 3, "2.1", "2.11"}, /* 2.1, 2.10, 2.11 */
    {{"2.1"}, {NULL}, 1, "2.1", "2.1"},
    {{"10.*", "2.1", "1.1.1", "2.1"}, {NULL}, 3, "1.1.1", "10.1.1"}, /* sorted, once each */
    {{"*"}, {"9.*", "12.*", "13.*"}, 517 - 54 - 90 - 126, "1.1.1", "10.1.1"},
    {{"*"}, {"9.*", "12.*", "13.*", "77.*"}, 517 - 54 - 90 - 126, "1.1.1", "10.1.1"},
    {{"8.*", "3.*"}, {NULL}, 7, "3.1", "3.7"},      /* old specs name groups that no longer are */
    {{"*.1.1"}, {"1*", "9*"}, 3, "4.1.1", "7.1.1"}, /* anything before it */
    {{"1.1.1", "1.1.2"}, {"1.1.2"}, 1, "1.1.1", "1.1.1"},
};

static size_t length(const char *const *list)
{
    size_t count = 0;
    while (count < 4 && list[count] != NULL)
        count++;
    return count;
}

START_TEST(patterns_choose_as_they_do_there)
{
    size_t i = (size_t)_i;
    bool done = wstest_numbers_choose(&numbers, choices[i].cases, length(choices[i].cases),
                                      choices[i].excludes, length(choices[i].excludes), "spec", &errors);
    ck_assert_msg(done, "%s", errors.text == NULL ? "" : errors.text);
    const char *first = NULL, *last = NULL;
    size_t count = 0;
    for (size_t k = 0; k < numbers.count; k++) {
        if (!numbers.rows[k].wanted)
            continue;
        first = first == NULL ? numbers.rows[k].number : first;
        last = numbers.rows[k].number;
        count++;
    }
    ck_assert_uint_eq(count, numbers.wanted);
    ck_assert_str_eq(first, choices[i].first);
    ck_assert_str_eq(last, choices[i].last);
    ck_assert_uint_eq(count, choices[i].count);
}
END_TEST

static const struct {
    const char *cases[4], *excludes[4], *error;
} refusals[] = {
    {{NULL}, {NULL}, "spec: no case is left: \"cases\" without \"exclude-cases\" is empty\n"},
    {{"8.*"}, {NULL}, "spec: no case is left: \"cases\" without \"exclude-cases\" is empty\n"},
    {{"*"}, {"*"}, "spec: no case is left: \"cases\" without \"exclude-cases\" is empty\n"},
    {{"1.1"}, {NULL}, "spec: \"cases\": there is no case '1.1'\n"},
    {{"1.1.1", "9.9.1"}, {NULL}, "spec: \"cases\": there is no case '9.9.1'\n"},
    {{"1.1.1 "}, {NULL}, "spec: \"cases\": there is no case '1.1.1 '\n"},
    {{""}, {NULL}, "spec: \"cases\": there is no case ''\n"},
    {{"closing"}, {NULL}, "spec: \"cases\": there is no case 'closing'\n"},
};

START_TEST(what_chooses_nothing_is_an_error)
{
    size_t i = (size_t)_i;
    ck_assert(!wstest_numbers_choose(&numbers, refusals[i].cases, length(refusals[i].cases),
                                     refusals[i].excludes, length(refusals[i].excludes), "spec", &errors));
    ck_assert_str_eq(errors.text, refusals[i].error);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wstest_numbers");
    TCase *tcase = tcase_create("numbers");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 60);
    tcase_add_test(tcase, every_number_is_there_once_and_in_numeric_order);
    tcase_add_test(tcase, every_number_has_its_way_of_closing);
    tcase_add_test(tcase, a_number_is_delivered_whole_where_there_is_a_choice);
    tcase_add_loop_test(tcase, patterns_choose_as_they_do_there, 0, sizeof choices / sizeof choices[0]);
    tcase_add_loop_test(tcase, what_chooses_nothing_is_an_error, 0, sizeof refusals / sizeof refusals[0]);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failures = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
