/* SPDX-License-Identifier: MIT */
/* test_recorder.c: which lines of the journal a run becomes, and how much of its transcript is kept. What the
 * lines look like is in reports/tests/test_journal.c. */
#include <jansson.h>

#include "harness/recorder.h"
#include "harness/tests/program.h"

#define SERVERS_RULE "R6455-5.1-05" /* binds servers */
#define CLIENTS_RULE "R6455-5.1-01" /* binds clients */

static struct plan plan;
static struct test_options options;
static struct console console;
static struct journal *journal;
static struct recorder recorder;
static struct tally tally;
static struct baseline nothing_listed;
static json_t *lines; /* of the journal, an array */

static void set_up(void)
{
    struct text_buffer errors = {.cap = 4096};
    char error[1024];
    enter_directory();
    ck_assert_int_eq(mkdir("cases", 0700), 0);
    write_file("cases/a.case",
               "suite a \"A\"\n"
               "case one \"One\"\n  req " SERVERS_RULE " " CLIENTS_RULE "\n  role both\n  delivery whole\n"
               "  send text \"x\"\n  expect text \"x\"\n  expect text \"y\"\n  or end\n"
               "case two \"Two\"\n  req " SERVERS_RULE "\n  delivery whole\n  send text \"x\"\n");
    ck_assert_msg(plan_load(&plan, "cases", WS_SERVER, &errors), "%s", errors.text);
    text_free(&errors);
    ck_assert_uint_eq(plan.instance_count, 2);
    options = (struct test_options){
        .tests = WS_SERVER, .targets = {{.url = "ws://[::1]:1/"}}, .target_count = 1, .patience_ms = 3000};
    tally = (struct tally){0};
    console_init(&console);
    journal = journal_open("r", error, sizeof error);
    ck_assert_msg(journal != NULL, "%s", error);
    ck_assert(recorder_init(&recorder, journal, &plan, &options, &console));
}

static void tear_down(void)
{
    json_decref(lines);
    lines = NULL;
    recorder_free(&recorder);
    journal_close(journal);
    plan_free(&plan);
    leave_directory();
}

/* The run of instance `i` with this verdict; `kind` adds what is special about it. */
static void record(size_t i, const struct run_verdict *verdict, const struct transcript *transcript,
                   struct recorded_run kind)
{
    kind.target = &options.targets[0];
    kind.instance = &plan.instances[i];
    kind.verdict = verdict;
    kind.transcript = transcript;
    ck_assert(recorder_write(&recorder, &kind, &nothing_listed, &tally));
}

static void read_lines(void)
{
    FILE *file = fopen("r/results.jsonl", "rb");
    ck_assert_ptr_nonnull(file);
    json_decref(lines);
    lines = json_array();
    json_t *line;
    while ((line = json_loadf(file, JSON_DISABLE_EOF_CHECK, NULL)) != NULL)
        json_array_append_new(lines, line);
    fclose(file);
}

static const char *text_of(const json_t *line, const char *key)
{
    const char *text = json_string_value(json_object_get(line, key));
    return text == NULL ? "" : text;
}

/* The `n`-th line of this type whose "id" is `id` (NULL: any), or NULL. */
static const json_t *line_of(const char *type, const char *id, size_t n)
{
    size_t i;
    const json_t *line;
    json_array_foreach(lines, i, line)
    {
        bool fits =
            strcmp(text_of(line, "type"), type) == 0 && (id == NULL || strcmp(text_of(line, "id"), id) == 0);
        if (fits && n-- == 0)
            return line;
    }
    return NULL;
}

static const struct run_verdict ok = {.verdict = VERDICT_OK, .closing = CLOSING_CLEAN, .reason = "fine"};

START_TEST(writes_case_and_requirement_once)
{
    record(0, &ok, NULL, (struct recorded_run){0});
    record(0, &ok, NULL, (struct recorded_run){0});
    record(1, &ok, NULL, (struct recorded_run){0});
    read_lines();
    ck_assert_ptr_nonnull(line_of("requirement", SERVERS_RULE, 0));
    ck_assert_ptr_null(line_of("requirement", SERVERS_RULE, 1));
    ck_assert_ptr_nonnull(line_of("case", "a/one", 0));
    ck_assert_ptr_null(line_of("case", "a/one", 1));
    ck_assert_ptr_nonnull(line_of("case", "a/two", 0));
    ck_assert_ptr_nonnull(line_of("result", NULL, 2));
    ck_assert_ptr_null(line_of("result", NULL, 3));
    ck_assert_uint_eq(tally.results, 3);
}
END_TEST

/* Rules for the other side are none that the target can break. */
START_TEST(names_rules_of_the_target)
{
    record(0, &ok, NULL, (struct recorded_run){0});
    read_lines();
    const json_t *requirements = json_object_get(line_of("case", "a/one", 0), "requirements");
    ck_assert_uint_eq(json_array_size(requirements), 1);
    ck_assert_str_eq(json_string_value(json_array_get(requirements, 0)), SERVERS_RULE);
    ck_assert_ptr_null(line_of("requirement", CLIENTS_RULE, 0));
}
END_TEST

/* What was not tested has a place in the report as well. */
START_TEST(writes_the_catalogue)
{
    record(0, &ok, NULL, (struct recorded_run){0});
    read_lines();
    size_t wanted = 0, i, found = 0;
    const json_t *line;
    for (size_t k = 0; k < plan.requirements.count; k++) {
        const struct requirement *row = &plan.requirements.rows[k];
        wanted += (strcmp(row->subject, "server") == 0 || strcmp(row->subject, "both") == 0) &&
                  (strcmp(row->status, "covered") == 0 || strcmp(row->status, "untestable") == 0) &&
                  (strcmp(row->level, "MUST") == 0 || strcmp(row->level, "SHOULD") == 0);
    }
    json_array_foreach(lines, i, line) found += strcmp(text_of(line, "type"), "requirement") == 0;
    ck_assert_uint_gt(wanted, 100);
    ck_assert_uint_eq(found, wanted);
}
END_TEST

START_TEST(says_what_was_expected)
{
    struct run_verdict verdict = ok;
    record(0, &verdict, NULL, (struct recorded_run){0});
    verdict.failed_step = plan.instances[0].definition->steps->next;
    record(0, &verdict, NULL, (struct recorded_run){0});
    record(1, &ok, NULL, (struct recorded_run){0});
    read_lines();
    ck_assert_str_eq(text_of(line_of("result", NULL, 0), "expected"), "text \"y\"\nend");
    ck_assert_str_eq(text_of(line_of("result", NULL, 1), "expected"), "text \"x\"");
    ck_assert_str_eq(text_of(line_of("result", NULL, 2), "expected"), "");
    ck_assert_str_eq(text_of(line_of("result", NULL, 0), "rerun"),
                     "wringer test 'ws://[::1]:1/' 'a/one@server~whole' -v");
}
END_TEST

static const struct {
    enum verdict verdict;
    bool verbose;
    size_t lines, octets;
} lengths[] = {
    {VERDICT_OK, false, 24, 32},
    {VERDICT_OK, true, 60, 100},
    {VERDICT_FAILED, false, 60, 100},
};

/* The first octet of a line of the transcript is its number. */
START_TEST(shortens_passes)
{
    struct transcript transcript = {0};
    uint8_t octets[100] = {0};
    for (uint8_t i = 0; i < 60; i++) {
        octets[0] = i;
        transcript_octets(transcript_begin(&transcript, TRANSCRIPT_SEND, i), octets, sizeof octets);
    }
    struct run_verdict verdict = {.verdict = lengths[_i].verdict, .closing = CLOSING_CLEAN};
    options.verbose = lengths[_i].verbose;
    record(0, &verdict, &transcript, (struct recorded_run){0});
    transcript_free(&transcript);
    read_lines();
    const json_t *written = json_object_get(line_of("result", NULL, 0), "lines");
    ck_assert_uint_eq(json_array_size(written), lengths[_i].lines);
    const json_t *last = json_array_get(written, lengths[_i].lines - 1);
    ck_assert_uint_eq(strlen(text_of(json_array_get(written, 0), "octets")), 2 * lengths[_i].octets);
    ck_assert_int_eq(strncmp(text_of(last, "octets"), "3b", 2), 0);
    for (size_t i = 0; i < lengths[_i].lines; i++) {
        const json_t *line = json_array_get(written, i);
        bool left_out = lengths[_i].lines == 24 && i == 17;
        ck_assert_int_eq(strcmp(text_of(line, "text"), "lines left out of a pass") == 0, left_out);
        char begin[3];
        snprintf(begin, sizeof begin, "%02x", (unsigned)(lengths[_i].lines == 24 && i > 17 ? i + 36 : i));
        ck_assert(left_out || strncmp(text_of(line, "octets"), begin, 2) == 0);
    }
}
END_TEST

/* A run that may be confirmed yet is in the journal, but does not count. */
START_TEST(writes_provisionally)
{
    record(0, &ok, NULL, (struct recorded_run){.provisional = true});
    read_lines();
    ck_assert_ptr_null(line_of("result", NULL, 0));
    ck_assert_str_eq(text_of(line_of("provisional", NULL, 0), "reason"), "fine (not confirmed)");
    ck_assert_uint_eq(tally.results, 0);
}
END_TEST

static const struct {
    struct recorded_run kind;
    bool unstable;
} confirmations[] = {
    {{.confirmed = true, .first_verdict = VERDICT_OK, .first_closing = CLOSING_CLEAN}, false},
    {{.confirmed = true, .first_verdict = VERDICT_FAILED, .first_closing = CLOSING_CLEAN}, true},
    {{.confirmed = true, .first_verdict = VERDICT_OK, .first_closing = CLOSING_UNCLEAN}, true},
    {{.confirmed = false, .first_verdict = VERDICT_FAILED, .first_closing = CLOSING_CLEAN}, false},
};

START_TEST(tells_the_unstable)
{
    record(0, &ok, NULL, confirmations[_i].kind);
    read_lines();
    const json_t *unstable = json_object_get(line_of("result", NULL, 0), "unstable");
    ck_assert_int_eq(json_is_true(unstable), confirmations[_i].unstable);
    ck_assert_uint_eq(tally.unstable, confirmations[_i].unstable);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("recorder");
    TCase *tests = tcase_create("recorder");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, writes_case_and_requirement_once);
    tcase_add_test(tests, names_rules_of_the_target);
    tcase_add_test(tests, writes_the_catalogue);
    tcase_add_test(tests, says_what_was_expected);
    tcase_add_loop_test(tests, shortens_passes, 0, sizeof lengths / sizeof lengths[0]);
    tcase_add_test(tests, writes_provisionally);
    tcase_add_loop_test(tests, tells_the_unstable, 0, sizeof confirmations / sizeof confirmations[0]);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
