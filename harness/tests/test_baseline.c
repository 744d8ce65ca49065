/* SPDX-License-Identifier: MIT */
/* Tests of the list of known deviations and of the judgement against it: what counts, what is known, what is
 * gone, and errors with their place. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/tally.h"

static struct arena arena;
static struct text_buffer errors;
static struct requirement_catalogue requirements;
static char path[] = "/tmp/wringer-baseline-XXXXXX";

static void set_up(void)
{
    arena = (struct arena){.cap = (size_t)64 << 20};
    errors = (struct text_buffer){.cap = 1 << 16};
    memcpy(path + sizeof path - 7, "XXXXXX", 6);
    int fd = mkstemp(path);
    ck_assert_int_ge(fd, 0);
    close(fd);
    ck_assert_int_eq(requirement_catalogue_load(&requirements, &arena), 0);
}

static void tear_down(void)
{
    unlink(path);
    text_free(&errors);
    arena_free(&arena);
}

static bool load(struct baseline *baseline, const char *text)
{
    FILE *file = fopen(path, "wb");
    ck_assert_ptr_nonnull(file);
    fputs(text, file);
    fclose(file);
    return baseline_load(baseline, path, &arena, &errors);
}

static const struct {
    const char *baseline;
    enum verdict verdict;
    enum closing closing;
    const char *violation; /* of a MUST, or NULL */
    bool unexpected, known, surprise;
} judgements[] = {
    {"", VERDICT_OK, CLOSING_CLEAN, NULL, false, false, false},
    {"", VERDICT_INFORMATIONAL, CLOSING_CLEAN, NULL, false, false, false},
    {"", VERDICT_NON_STRICT, CLOSING_UNCLEAN, NULL, false, false, false},
    {"", VERDICT_FAILED, CLOSING_CLEAN, NULL, true, false, false},
    {"", VERDICT_CRASH, CLOSING_CLEAN, NULL, true, false, false},
    {"", VERDICT_OK, CLOSING_CLEAN, "SERVER_FRAME_MASKED", true, false, false},
    {"a/b/1@server~* FAILED a reason", VERDICT_FAILED, CLOSING_CLEAN, NULL, false, true, false},
    {"a/* FAILED a reason", VERDICT_FAILED, CLOSING_CLEAN, NULL, false, true, false},
    {"a/c/* FAILED a reason\n# a/* FAILED no\n", VERDICT_FAILED, CLOSING_CLEAN, NULL, true, false, false},
    {"a/* FAILED a reason", VERDICT_OK, CLOSING_CLEAN, NULL, true, false, true},
    {"a/* FAILED a reason", VERDICT_CRASH, CLOSING_CLEAN, NULL, true, false, true},
    {"a/* FAILED a reason", VERDICT_SKIP, CLOSING_NOT_JUDGED, NULL, false, false, false},
    {"a/* FAILED? a reason", VERDICT_FAILED, CLOSING_CLEAN, NULL, false, true, false},
    {"a/* FAILED? a reason", VERDICT_OK, CLOSING_CLEAN, NULL, false, false, false},
    {"a/* FAILED? a reason", VERDICT_CRASH, CLOSING_CLEAN, NULL, true, false, false},
    {"a/* FAILED a reason", VERDICT_FAILED, CLOSING_CLEAN, "SERVER_FRAME_MASKED", true, true, false},
    {"a/* FAILED one\na/* violation=SERVER_FRAME_MASKED two", VERDICT_FAILED, CLOSING_CLEAN,
     "SERVER_FRAME_MASKED", false, true, false},
    {"a/* violation=SERVER_FRAME_MASKED? one", VERDICT_OK, CLOSING_CLEAN, NULL, false, false, false},
    {"a/* violation=KEY_OF_ZERO? one", VERDICT_OK, CLOSING_CLEAN, NULL, false, false, false},
    {"a/* closing=unclean one", VERDICT_OK, CLOSING_UNCLEAN, NULL, false, true, false},
    {"a/* closing=unclean one", VERDICT_OK, CLOSING_CLEAN, NULL, true, false, true},
};

START_TEST(judges_against_the_baseline)
{
    struct baseline baseline;
    ck_assert(load(&baseline, judgements[_i].baseline));
    struct run_verdict verdict = {.verdict = judgements[_i].verdict, .closing = judgements[_i].closing};
    if (judgements[_i].violation != NULL)
        verdict.violations[verdict.violation_count++] =
            (struct run_violation){.violation = WS_SERVER_FRAME_MASKED,
                                   .name = judgements[_i].violation,
                                   .requirement = "R6455-5.1-05"};
    struct tally_judgement judgement;
    tally_judge(&judgement, "a/b/1@server~whole", &verdict, &baseline, &requirements, false);
    ck_assert_int_eq(judgement.unexpected, judgements[_i].unexpected);
    ck_assert_int_eq(judgement.known[0] != '\0', judgements[_i].known);
    ck_assert_int_eq(judgement.surprise[0] != '\0', judgements[_i].surprise);
}
END_TEST

START_TEST(counts_what_a_line_names)
{
    struct baseline baseline;
    ck_assert(load(&baseline, "a/* FAILED one\nz/* FAILED? two"));
    struct run_verdict verdict = {.verdict = VERDICT_FAILED};
    struct tally_judgement judgement;
    tally_judge(&judgement, "a/b", &verdict, &baseline, &requirements, false);
    tally_judge(&judgement, "a/c", &verdict, &baseline, &requirements, false);
    ck_assert_uint_eq(baseline.count, 2);
    ck_assert_uint_eq(baseline.lines[0].matched, 2);
    ck_assert_uint_eq(baseline.lines[1].matched, 0);
}
END_TEST

static const struct {
    const char *text, *place;
} mistakes[] = {
    {"a/b", ":1: error: expected a verdict"},
    {"\n# c\na/b OKAY reason", ":3: error: expected a verdict"},
    {"a/b closing=gone reason", ":1: error: expected a verdict"},
    {"a/b violation=NONE reason", ":1: error: expected a verdict"},
    {"a/b ? reason", ":1: error: expected a verdict"},
    {"a/b FAILED??  reason", ":1: error: expected a verdict"},
    {"a/b FAILED", ":1: error: expected the reason"},
    {"a/b FAILED? ", ":1: error: expected the reason"},
};

START_TEST(tells_mistakes_with_their_place)
{
    struct baseline baseline;
    ck_assert(!load(&baseline, mistakes[_i].text));
    char place[64];
    snprintf(place, sizeof place, "%s%s", path, mistakes[_i].place);
    ck_assert_msg(strstr(errors.text, place) != NULL, "no '%s' in '%s'", place, errors.text);
}
END_TEST

START_TEST(tells_a_missing_file)
{
    struct baseline baseline;
    ck_assert(!baseline_load(&baseline, "/nowhere/x.expect", &arena, &errors));
    ck_assert_ptr_nonnull(strstr(errors.text, "/nowhere/x.expect: "));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("baseline");
    TCase *tests = tcase_create("baseline");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, judges_against_the_baseline, 0, sizeof judgements / sizeof judgements[0]);
    tcase_add_test(tests, counts_what_a_line_names);
    tcase_add_loop_test(tests, tells_mistakes_with_their_place, 0, sizeof mistakes / sizeof mistakes[0]);
    tcase_add_test(tests, tells_a_missing_file);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
