/* SPDX-License-Identifier: MIT */
/* test_tally.c: what counts against the exit code, what wants confirmation, and the counts in words. The
 * judgement against a baseline is in test_baseline.c. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/tally.h"

static struct arena arena;
static struct requirement_catalogue requirements;
static struct baseline nothing_listed;

static void set_up(void)
{
    arena = (struct arena){.cap = (size_t)4 << 20};
    ck_assert_int_eq(requirement_catalogue_load(&requirements, &arena), 0);
    nothing_listed = (struct baseline){0};
}

static void tear_down(void)
{
    arena_free(&arena);
}

#define MUST   "R6455-5.1-05"
#define SHOULD "R6455-5.5.2-03"
#define MAY    "R6455-5.1-07"

/* A verdict of these parts. `violation` is the requirement of what a monitor saw, `against` of the closing.
 */
static struct run_verdict verdict_of(enum verdict verdict, enum closing closing, const char *violation,
                                     const char *against)
{
    struct run_verdict made = {.verdict = verdict, .closing = closing};
    if (violation != NULL)
        made.violations[made.violation_count++] =
            (struct run_violation){WS_SERVER_FRAME_MASKED, "SERVER_FRAME_MASKED", violation, "sentence", 0};
    if (against != NULL)
        made.violations[made.violation_count++] =
            (struct run_violation){WS_NO_VIOLATION, "CLOSING", against, "sentence", 0};
    return made;
}

static const struct {
    enum verdict verdict;
    enum closing closing;
    const char *violation, *against;
    bool deviates, counts, counts_with_should, confirm;
} table[] = {
    {VERDICT_OK, CLOSING_CLEAN, NULL, NULL, false, false, false, false},
    {VERDICT_OK, CLOSING_NOT_JUDGED, NULL, NULL, false, false, false, false},
    {VERDICT_SKIP, CLOSING_NOT_JUDGED, NULL, NULL, false, false, false, false},
    {VERDICT_INFORMATIONAL, CLOSING_CLEAN, NULL, NULL, false, false, false, true},
    {VERDICT_NON_STRICT, CLOSING_CLEAN, NULL, NULL, true, false, true, true},
    {VERDICT_UNIMPLEMENTED, CLOSING_CLEAN, NULL, NULL, true, false, false, true},
    {VERDICT_SETUP, CLOSING_NOT_JUDGED, NULL, NULL, true, true, true, true},
    {VERDICT_FAILED, CLOSING_NOT_JUDGED, NULL, NULL, true, true, true, true},
    {VERDICT_CRASH, CLOSING_NOT_JUDGED, NULL, NULL, true, true, true, true},
    {VERDICT_ERROR, CLOSING_NOT_JUDGED, NULL, NULL, true, true, true, true},
    {VERDICT_OK, CLOSING_WRONG_CODE, NULL, NULL, true, false, true, true},
    {VERDICT_OK, CLOSING_UNCLEAN, NULL, NULL, true, false, true, true},
    {VERDICT_OK, CLOSING_WRONG_SIDE, NULL, MUST, true, true, true, true},
    {VERDICT_OK, CLOSING_NO_ANSWER, NULL, SHOULD, true, false, true, true},
    {VERDICT_OK, CLOSING_CLEAN, MUST, NULL, true, true, true, true},
    {VERDICT_OK, CLOSING_CLEAN, SHOULD, NULL, true, false, true, true},
    {VERDICT_OK, CLOSING_CLEAN, MAY, NULL, true, false, false, true},
    {VERDICT_OK, CLOSING_CLEAN, "R9999-1", NULL, true, true, true, true},
    {VERDICT_NON_STRICT, CLOSING_UNCLEAN, MAY, NULL, true, false, true, true},
    {VERDICT_OK, CLOSING_UNCLEAN, MUST, NULL, true, true, true, true},
};

START_TEST(what_counts)
{
    struct run_verdict verdict =
        verdict_of(table[_i].verdict, table[_i].closing, table[_i].violation, table[_i].against);
    for (int should = 0; should < 2; should++) {
        struct tally_judgement judgement;
        tally_judge(&judgement, "a/b@server~whole", &verdict, &nothing_listed, &requirements, should != 0);
        ck_assert(judgement.deviates == table[_i].deviates);
        ck_assert(judgement.unexpected == (should ? table[_i].counts_with_should : table[_i].counts));
        ck_assert_str_eq(judgement.known, "");
        ck_assert_str_eq(judgement.surprise, "");
    }
    ck_assert(tally_wants_confirmation(&verdict) == table[_i].confirm);
}
END_TEST

/* As many violations as a verdict has room for, and long reasons. */
START_TEST(full_verdicts)
{
    struct run_verdict verdict = {
        .verdict = VERDICT_FAILED, .closing = CLOSING_UNCLEAN, .violation_count = RUN_VIOLATIONS_MAX};
    for (size_t i = 0; i < RUN_VIOLATIONS_MAX; i++)
        verdict.violations[i] = (struct run_violation){
            (enum ws_violation)(i + 1), ws_violation_facts((enum ws_violation)(i + 1))->name, MUST, "", 0};
    char reason[300];
    memset(reason, 'r', sizeof reason - 1);
    reason[sizeof reason - 1] = '\0';
    struct baseline_line lines[RUN_VIOLATIONS_MAX + 2] = {
        {.pattern = "*", .what = "FAILED", .reason = reason, .line = 1},
        {.pattern = "*", .what = "closing=unclean", .reason = reason, .line = 2}};
    char what[RUN_VIOLATIONS_MAX][64];
    for (size_t i = 0; i < RUN_VIOLATIONS_MAX; i++) {
        snprintf(what[i], sizeof what[i], "violation=%s", verdict.violations[i].name);
        lines[i + 2] = (struct baseline_line){
            .pattern = "*", .what = what[i], .reason = reason, .line = (unsigned)i + 3};
    }
    struct baseline baseline = {"x", lines, RUN_VIOLATIONS_MAX + 2};
    struct tally_judgement judgement;
    tally_judge(&judgement, "a", &verdict, &baseline, &requirements, true);
    ck_assert(judgement.deviates && !judgement.unexpected);
    ck_assert_uint_eq(strlen(judgement.known), RUN_TEXT_MAX - 1);
    for (size_t i = 0; i < RUN_VIOLATIONS_MAX + 2; i++)
        ck_assert_uint_eq(lines[i].matched, 1);
    verdict = (struct run_verdict){.verdict = VERDICT_OK};
    tally_judge(&judgement, "a", &verdict, &baseline, &requirements, true);
    ck_assert(judgement.unexpected);
    ck_assert_uint_le(strlen(judgement.surprise), RUN_TEXT_MAX - 1);
}
END_TEST

START_TEST(counts)
{
    struct tally tally = {0};
    struct text_buffer text = {.cap = 4096};
    tally_print(&text, &tally);
    ck_assert_str_eq(text.text, "0 results:; 0 unexpected");
    text_free(&text);
    static const struct {
        enum verdict verdict;
        enum closing closing;
        const char *violation, *against;
        struct tally_judgement judgement;
        bool unstable;
    } results[] = {
        {VERDICT_OK, CLOSING_CLEAN, NULL, NULL, {0}, false},
        {VERDICT_OK, CLOSING_NOT_JUDGED, NULL, NULL, {0}, false},
        {VERDICT_OK, CLOSING_NO_ANSWER, NULL, MUST, {.unexpected = true, .deviates = true}, true},
        {VERDICT_NON_STRICT, CLOSING_CLEAN, MUST, NULL, {.deviates = true, .known = "reason"}, false},
        {VERDICT_FAILED,
         CLOSING_UNCLEAN,
         NULL,
         NULL,
         {.unexpected = true, .deviates = true, .known = "one"},
         false},
        {VERDICT_SKIP, CLOSING_NOT_JUDGED, NULL, NULL, {0}, false},
        {VERDICT_CRASH, CLOSING_NOT_JUDGED, NULL, NULL, {.unexpected = true, .deviates = true}, false},
    };
    for (size_t i = 0; i < sizeof results / sizeof results[0]; i++) {
        struct run_verdict verdict =
            verdict_of(results[i].verdict, results[i].closing, results[i].violation, results[i].against);
        tally_count(&tally, &verdict, &results[i].judgement, results[i].unstable);
    }
    tally_print(&text, &tally);
    ck_assert_str_eq(
        text.text,
        "7 results: 3 OK, 1 NON-STRICT, 1 FAILED, 1 CRASH, 1 SKIP; rules broken along the way in 1; "
        "2 closed not cleanly; 1 known; 1 unstable; 3 unexpected");
    text_free(&text);
}
END_TEST

/* A case that has been run again counts once, as it came out last. */
START_TEST(a_share_is_replaced)
{
    struct tally total = {0}, before = {0}, now = {0};
    struct text_buffer text = {.cap = 4096};
    const struct tally_judgement bad = {.unexpected = true, .deviates = true},
                                 known = {.deviates = true, .known = "reason"};
    struct run_verdict failed = verdict_of(VERDICT_FAILED, CLOSING_UNCLEAN, MUST, NULL),
                       ok = verdict_of(VERDICT_OK, CLOSING_CLEAN, NULL, NULL);
    tally_count(&before, &failed, &bad, true);
    tally_replace(&total, &(struct tally){0}, &before);
    tally_replace(&total, &(struct tally){0}, &before);
    tally_count(&now, &ok, &known, false);
    tally_replace(&total, &before, &now);
    tally_print(&text, &total);
    ck_assert_str_eq(text.text, "2 results: 1 OK, 1 FAILED; rules broken along the way in 1; "
                                "1 closed not cleanly; 1 known; 1 unstable; 1 unexpected");
    text_free(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tally");
    TCase *cases = tcase_create("tally");
    tcase_add_checked_fixture(cases, set_up, tear_down);
    tcase_add_loop_test(cases, what_counts, 0, (int)(sizeof table / sizeof table[0]));
    tcase_add_test(cases, full_verdicts);
    tcase_add_test(cases, counts);
    tcase_add_test(cases, a_share_is_replaced);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
