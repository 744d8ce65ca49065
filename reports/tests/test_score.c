/* SPDX-License-Identifier: MIT */
/* test_score.c: what verdicts say about requirements, the grade at each of its borders, the order of
 * sections. */
#include "reports/score.h"

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 128 };

/* A report made in memory: each case i cites requirement i. */
struct sample {
    struct journal_contents contents;
    struct journal_contents *journals[1];
    struct journal_requirement requirements[MOST];
    struct journal_case cases[MOST];
    struct journal_target target;
    struct journal_result results[MOST];
    const char *cited[MOST][1];
    char ids[MOST][16];
    struct report *report;
    struct score *score;
};

static struct sample *sample;

static void make_sample(void)
{
    sample = calloc(1, sizeof *sample);
    ck_assert_ptr_nonnull(sample);
}

static void free_sample(void)
{
    score_free(sample->score);
    report_free(sample->report);
    free(sample);
}

/* Adds a requirement, a case that cites it, and a result; returns the result to change. */
static struct journal_result *add(const char *level, const char *severity, enum verdict verdict, bool derived)
{
    size_t i = sample->contents.result_count;
    ck_assert_uint_lt(i, MOST);
    snprintf(sample->ids[i], sizeof sample->ids[i], "r%03zu", i);
    sample->cited[i][0] = sample->ids[i];
    sample->requirements[i] = (struct journal_requirement){
        sample->ids[i], "RFC6455", "5.2", level, "both", "a rule", "", "covered", ""};
    sample->cases[i] = (struct journal_case){.id = sample->ids[i],
                                             .title = "",
                                             .file = "f",
                                             .requirements = sample->cited[i],
                                             .requirement_count = 1,
                                             .level = level,
                                             .severity = severity,
                                             .text = ""};
    sample->results[i] = (struct journal_result){.id = sample->ids[i],
                                                 .case_id = sample->ids[i],
                                                 .value = "",
                                                 .delivery = "whole",
                                                 .verdict = verdict,
                                                 .derived = derived,
                                                 .reason = ""};
    sample->contents.requirement_count = sample->contents.case_count = sample->contents.result_count = i + 1;
    return &sample->results[i];
}

static const struct score *score(void)
{
    sample->target.name = "t";
    sample->contents.path = "";
    sample->contents.targets = &sample->target;
    sample->contents.target_count = 1;
    sample->contents.requirements = sample->requirements;
    sample->contents.cases = sample->cases;
    sample->contents.results = sample->results;
    sample->journals[0] = &sample->contents;
    sample->report = report_new(sample->journals, 1);
    ck_assert_ptr_nonnull(sample->report);
    sample->score = score_new(sample->report, 0);
    ck_assert_ptr_nonnull(sample->score);
    return sample->score;
}

static enum requirement_status status_of(const char *id)
{
    size_t index = report_requirement_index(sample->report, id);
    ck_assert_uint_ne(index, SIZE_MAX);
    return sample->score->status[index];
}

/* ---- Verdict to status ---- */

static const struct {
    enum verdict verdict;
    bool derived;
    enum requirement_status must, should, may;
} status_rows[] = {
    {VERDICT_OK, false, REQUIREMENT_SATISFIED, REQUIREMENT_SATISFIED, REQUIREMENT_SATISFIED},
    {VERDICT_NON_STRICT, false, REQUIREMENT_SATISFIED, REQUIREMENT_VIOLATED, REQUIREMENT_SATISFIED},
    {VERDICT_NON_STRICT, true, REQUIREMENT_SATISFIED, REQUIREMENT_VIOLATED_DERIVED, REQUIREMENT_SATISFIED},
    {VERDICT_FAILED, false, REQUIREMENT_VIOLATED, REQUIREMENT_VIOLATED, REQUIREMENT_VIOLATED},
    {VERDICT_FAILED, true, REQUIREMENT_VIOLATED_DERIVED, REQUIREMENT_VIOLATED_DERIVED,
     REQUIREMENT_VIOLATED_DERIVED},
    {VERDICT_CRASH, true, REQUIREMENT_VIOLATED, REQUIREMENT_VIOLATED, REQUIREMENT_VIOLATED},
    {VERDICT_INFORMATIONAL, false, REQUIREMENT_UNTESTED, REQUIREMENT_UNTESTED, REQUIREMENT_SATISFIED},
    {VERDICT_UNIMPLEMENTED, false, REQUIREMENT_UNTESTED, REQUIREMENT_UNTESTED, REQUIREMENT_UNTESTED},
    {VERDICT_SKIP, false, REQUIREMENT_UNTESTED, REQUIREMENT_UNTESTED, REQUIREMENT_UNTESTED},
    {VERDICT_SETUP, false, REQUIREMENT_UNTESTED, REQUIREMENT_UNTESTED, REQUIREMENT_UNTESTED},
    {VERDICT_ERROR, false, REQUIREMENT_UNTESTED, REQUIREMENT_UNTESTED, REQUIREMENT_UNTESTED},
};

START_TEST(a_verdict_says_this_about_its_requirement)
{
    add("MUST", "", status_rows[_i].verdict, status_rows[_i].derived);
    add("SHOULD", "", status_rows[_i].verdict, status_rows[_i].derived);
    add("MAY", "", status_rows[_i].verdict, status_rows[_i].derived);
    add("INFO", "", status_rows[_i].verdict, status_rows[_i].derived);
    score();
    ck_assert_int_eq(status_of("r000"), status_rows[_i].must);
    ck_assert_int_eq(status_of("r001"), status_rows[_i].should);
    ck_assert_int_eq(status_of("r002"), status_rows[_i].may);
    ck_assert_int_eq(status_of("r003"), status_rows[_i].may);
}
END_TEST

START_TEST(one_failure_outweighs_all_that_pass)
{
    add("MUST", "", VERDICT_OK, false);
    add("MUST", "", VERDICT_FAILED, true);
    add("MUST", "", VERDICT_FAILED, false);
    add("MUST", "", VERDICT_OK, false);
    for (int i = 0; i < 4; i++)
        sample->cited[i][0] = "r000";
    score();
    ck_assert_int_eq(status_of("r000"), REQUIREMENT_VIOLATED);
    ck_assert_int_eq(status_of("r001"), REQUIREMENT_UNTESTED); /* has a line, but nothing cites it */
}
END_TEST

/* What no case can show is no lack of the run; should a case cite it nonetheless, that counts. */
START_TEST(untestable_is_counted_apart)
{
    add("MUST", "", VERDICT_OK, false);
    for (int i = 0; i < 3; i++) {
        add("MUST", "", VERDICT_OK, false);
        sample->cited[i + 1][0] = i < 2 ? "r000" : sample->ids[3];
        sample->requirements[i + 1].status = "untestable";
    }
    sample->requirements[1].status = "covered";
    const struct score *its = score();
    ck_assert_int_eq(status_of("r001"), REQUIREMENT_UNTESTED);
    ck_assert_int_eq(status_of("r002"), REQUIREMENT_UNTESTABLE);
    ck_assert_int_eq(status_of("r003"), REQUIREMENT_SATISFIED);
    ck_assert_uint_eq(its->levels[REQUIREMENT_MUST].untested, 1);
    ck_assert_uint_eq(its->levels[REQUIREMENT_MUST].untestable, 1);
    ck_assert_uint_eq(its->levels[REQUIREMENT_MUST].satisfied, 2);
    ck_assert_str_eq(requirement_status_word(REQUIREMENT_UNTESTABLE), "untestable");
}
END_TEST

START_TEST(monitors_count)
{
    static const struct journal_violation violation = {"masked", "r001", "it masks", 0};
    static const char *const passed[] = {"r002", "elsewhere"};
    struct journal_result *result = add("MUST", "", VERDICT_OK, false);
    result->violations = &violation;
    result->violation_count = 1;
    add("MUST", "", VERDICT_OK, false);
    result = add("MUST", "", VERDICT_SKIP, false);
    result->passed_requirements = passed;
    result->passed_requirement_count = 2;
    const struct score *its = score();
    ck_assert_int_eq(status_of("r000"), REQUIREMENT_SATISFIED);
    ck_assert_int_eq(status_of("r001"), REQUIREMENT_VIOLATED);
    ck_assert_int_eq(status_of("r002"), REQUIREMENT_SATISFIED);
    ck_assert_int_eq(status_of("elsewhere"), REQUIREMENT_SATISFIED); /* cited without a line of its own */
    ck_assert_uint_eq(its->violations, 1);
    ck_assert_uint_eq(its->levels[REQUIREMENT_MUST].violated, 1);
    ck_assert_uint_eq(its->levels[REQUIREMENT_MUST].satisfied, 2);
    ck_assert_uint_eq(its->levels[REQUIREMENT_INFO].satisfied, 1);
}
END_TEST

START_TEST(our_own_fault_says_nothing_about_the_target)
{
    static const struct journal_violation violation = {"masked", "r000", "it masks", 0};
    struct journal_result *result = add("MUST", "", VERDICT_ERROR, false);
    result->violations = &violation;
    result->violation_count = 1;
    const struct score *its = score();
    ck_assert_int_eq(status_of("r000"), REQUIREMENT_UNTESTED);
    ck_assert_uint_eq(its->violations, 0);
}
END_TEST

/* ---- The grade ---- */

static const struct {
    size_t ok, failed, derived;
    const char *severity;
    const char *grade;
} grade_rows[] = {
    {10, 0, 0, "", "A+"},        {10, 0, 2, "", "A"},          {95, 5, 0, "", "B"},
    {94, 6, 0, "", "C"},         {85, 15, 0, "", "C"},         {84, 16, 0, "", "D"},
    {70, 30, 0, "", "D"},        {69, 31, 0, "", "E"},         {0, 10, 0, "", "E"},
    {99, 1, 0, "security", "C"}, {84, 16, 0, "security", "D"}, {95, 0, 5, "security", "A"},
    {0, 0, 0, "", "\u2013"},     {90, 4, 6, "", "B"},
};

START_TEST(the_grade_is_by_the_share_of_must)
{
    for (size_t i = 0; i < grade_rows[_i].ok; i++)
        add("MUST", "", VERDICT_OK, false);
    for (size_t i = 0; i < grade_rows[_i].failed; i++)
        add("MUST", grade_rows[_i].severity, VERDICT_FAILED, false);
    for (size_t i = 0; i < grade_rows[_i].derived; i++)
        add("MUST", grade_rows[_i].severity, VERDICT_FAILED, true);
    add("MUST", "", VERDICT_SKIP, false);
    ck_assert_str_eq(grade_word(score()->grade), grade_rows[_i].grade);
    ck_assert_uint_gt(strlen(sample->score->why), 0);
}
END_TEST

START_TEST(a_crash_is_an_f)
{
    for (int i = 0; i < 100; i++)
        add("MUST", "", VERDICT_OK, false);
    add("MAY", "", VERDICT_CRASH, true);
    ck_assert_int_eq(score()->grade, SCORE_F);
    ck_assert_str_eq(sample->score->why, "it died or hung 1 time");
}
END_TEST

START_TEST(no_handshake_is_an_f)
{
    add("MUST", "", VERDICT_SETUP, false);
    add("MUST", "", VERDICT_SKIP, false);
    ck_assert_int_eq(score()->grade, SCORE_F);
}
END_TEST

START_TEST(one_handshake_that_failed_is_not_an_f)
{
    add("MUST", "", VERDICT_SETUP, false);
    add("MUST", "", VERDICT_OK, false);
    ck_assert_int_eq(score()->grade, SCORE_A_PLUS);
}
END_TEST

START_TEST(what_is_not_strict_or_not_clean_is_no_a_plus)
{
    add("MUST", "", VERDICT_OK, false);
    if (_i == 0)
        add("MUST", "", VERDICT_NON_STRICT, false);
    else if (_i == 1)
        add("SHOULD", "", VERDICT_FAILED, false);
    else if (_i == 3) { /* a monitor's requirement that has no line of its own */
        static const struct journal_violation violation = {"masked", "elsewhere", "it masks", 0};
        sample->results[0].violations = &violation;
        sample->results[0].violation_count = 1;
    } else
        add("MUST", "", VERDICT_OK, false)->closing = CLOSING_WRONG_SIDE;
    ck_assert_int_eq(score()->grade, SCORE_A);
}
END_TEST

START_TEST(security_matters_in_a_should_too)
{
    add("MUST", "", VERDICT_OK, false);
    add("SHOULD", "security", VERDICT_FAILED, false);
    ck_assert_int_eq(score()->grade, SCORE_C);
    ck_assert_str_eq(sample->score->why, "no MUST of 1 is violated; a case that matters to security failed, "
                                         "which is a C at best");
}
END_TEST

START_TEST(an_a_plus_does_not_say_more_than_was_judged)
{
    add("MUST", "", VERDICT_OK, false);
    if (_i == 1)
        add("MUST", "", VERDICT_SKIP, false);
    ck_assert_int_eq(score()->grade, SCORE_A_PLUS);
    ck_assert_str_eq(sample->score->why, _i == 1
                                             ? "every case that could be judged is OK and every closing clean"
                                             : "every case is OK and every closing clean");
}
END_TEST

/* ---- Sections, groups, gravity ---- */

START_TEST(sections_come_in_the_order_of_the_rfc)
{
    static const char *const sections[] = {"10.4", "5.10", "5.2", "4.2.1", "4.2", "5.2"};
    static const char *const order[] = {"4.2", "4.2.1", "5.2", "5.2", "5.10", "10.4"};
    for (size_t i = 0; i < 6; i++) {
        add("MUST", "", i == 2 ? VERDICT_FAILED : VERDICT_OK, false);
        sample->requirements[i].section = sections[i];
    }
    score();
    for (size_t i = 0; i < 6; i++)
        ck_assert_str_eq(sample->report->requirements[i]->section, order[i]);
    struct score_count levels[REQUIREMENT_LEVELS];
    size_t next;
    score_section(sample->report, sample->score, 2, &next, levels);
    ck_assert_uint_eq(next, 4);
    ck_assert_uint_eq(levels[REQUIREMENT_MUST].satisfied, 1);
    ck_assert_uint_eq(levels[REQUIREMENT_MUST].violated, 1);
}
END_TEST

START_TEST(results_of_a_case_stand_by_value_and_delivery)
{
    static const char *const ended[][2] = {
        {"1000", "octet"}, {"999", "octet"}, {"1000", "whole"}, {"999", "whole"}};
    for (size_t i = 0; i < 4; i++) {
        struct journal_result *result = add("MUST", "", VERDICT_OK, false);
        result->case_id = "r000";
        result->value = ended[i][0];
        result->delivery = ended[i][1];
    }
    score();
    const struct report_group *group = report_group_of(sample->report, 0, 0);
    ck_assert_uint_eq(group->count, 4);
    ck_assert_str_eq(group->results[0]->value, "999");
    ck_assert_str_eq(group->results[0]->delivery, "whole");
    ck_assert_str_eq(group->results[1]->delivery, "octet");
    ck_assert_str_eq(group->results[2]->value, "1000");
    ck_assert_uint_eq(report_group_of(sample->report, 1, 0)->count, 0);
}
END_TEST

START_TEST(the_gravest_comes_first)
{
    add("MUST", "cosmetic", VERDICT_CRASH, false);
    add("MUST", "security", VERDICT_FAILED, false);
    add("MUST", "", VERDICT_FAILED, false);
    add("MUST", "security", VERDICT_FAILED, true);
    add("MUST", "", VERDICT_FAILED, true);
    add("MUST", "", VERDICT_NON_STRICT, false);
    score();
    unsigned before = 1000;
    for (size_t i = 0; i < 6; i++) {
        unsigned gravity = group_gravity(&sample->report->cases[i], report_group_of(sample->report, i, 0));
        ck_assert_uint_lt(gravity, before);
        before = gravity;
    }
    ck_assert_uint_eq(before, 0);
}
END_TEST

START_TEST(a_result_without_its_case_is_kept)
{
    add("MUST", "", VERDICT_OK, false);
    sample->results[0].case_id = "nowhere/declared";
    ck_assert_uint_eq(score()->results, 1);
    ck_assert_uint_eq(sample->report->case_count, 2);
    ck_assert_str_eq(sample->report->cases[1].definition->id, "nowhere/declared");
}
END_TEST

/* ---- Several journals ---- */

/* A second journal beside the sample, which only cites what the sample defines. */
START_TEST(what_one_journal_cites_another_defines)
{
    static const char *const cited[] = {"r000"};
    struct journal_case other_case = {.id = "r000",
                                      .title = "",
                                      .file = "",
                                      .level = "MUST",
                                      .severity = "",
                                      .text = "another text",
                                      .requirements = cited,
                                      .requirement_count = 1};
    struct journal_target targets[2] = {{.name = "t"}, {.name = "t"}};
    struct journal_result other_result = {.target = 1,
                                          .id = "r000",
                                          .case_id = "r000",
                                          .value = "",
                                          .delivery = "whole",
                                          .verdict = VERDICT_FAILED,
                                          .reason = "",
                                          .passed_requirements = cited,
                                          .passed_requirement_count = 1};
    struct journal_contents other = {.path = "",
                                     .cases = &other_case,
                                     .case_count = _i == 0 ? 0 : 1,
                                     .targets = targets,
                                     .target_count = 2,
                                     .results = &other_result,
                                     .result_count = 1};
    add("MUST", "", VERDICT_OK, false);
    score(); /* fills in the sample */
    struct journal_contents *journals[] = {&other, &sample->contents};
    struct report *report = report_new(journals, 2);
    ck_assert_ptr_nonnull(report);
    ck_assert_uint_eq(report->requirement_count, 1);
    ck_assert_str_eq(report->requirements[0]->level, "MUST");
    ck_assert_uint_eq(report->case_count, 1);
    ck_assert_uint_eq(report->cases[0].definition->requirement_count, 1);
    ck_assert_uint_eq(report->differing_cases, _i == 0 ? 0 : 1);
    ck_assert_uint_eq(report->target_count, 3);
    ck_assert_str_eq(report->targets[0].target->name, "t");
    ck_assert_str_eq(report->targets[1].target->name, "t (2)");
    ck_assert_str_eq(report->targets[2].target->name, "t (3)");
    ck_assert_int_eq(report_group_of(report, 0, 1)->results[0]->verdict, VERDICT_FAILED);
    ck_assert_int_eq(report_group_of(report, 0, 2)->results[0]->verdict, VERDICT_OK);
    report->journal_count = 0; /* the journals are not of journal_read */
    report_free(report);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("score");
    TCase *tests = tcase_create("score");
    tcase_add_checked_fixture(tests, make_sample, free_sample);
    tcase_add_loop_test(tests, a_verdict_says_this_about_its_requirement, 0,
                        (int)(sizeof status_rows / sizeof status_rows[0]));
    tcase_add_test(tests, one_failure_outweighs_all_that_pass);
    tcase_add_test(tests, untestable_is_counted_apart);
    tcase_add_test(tests, monitors_count);
    tcase_add_test(tests, our_own_fault_says_nothing_about_the_target);
    tcase_add_loop_test(tests, the_grade_is_by_the_share_of_must, 0,
                        (int)(sizeof grade_rows / sizeof grade_rows[0]));
    tcase_add_test(tests, a_crash_is_an_f);
    tcase_add_test(tests, no_handshake_is_an_f);
    tcase_add_test(tests, one_handshake_that_failed_is_not_an_f);
    tcase_add_loop_test(tests, what_is_not_strict_or_not_clean_is_no_a_plus, 0, 4);
    tcase_add_test(tests, sections_come_in_the_order_of_the_rfc);
    tcase_add_test(tests, results_of_a_case_stand_by_value_and_delivery);
    tcase_add_test(tests, the_gravest_comes_first);
    tcase_add_test(tests, a_result_without_its_case_is_kept);
    tcase_add_test(tests, security_matters_in_a_should_too);
    tcase_add_loop_test(tests, an_a_plus_does_not_say_more_than_was_judged, 0, 2);
    tcase_add_loop_test(tests, what_one_journal_cites_another_defines, 0, 2);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
