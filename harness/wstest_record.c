/* SPDX-License-Identifier: MIT */
/* wstest_record.c: cases, journal and reports of a fuzzing mode. */
#include "harness/wstest_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "harness/conversation.h"
#include "reports/autobahn.h"

enum { PATH_ROOM = 4096, JOBS = 16 };

static void now_text(char out[32])
{
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

/* ---- Cases ---- */

bool wstest_record_init(struct wstest_record *record, const struct wstest_options *asked,
                        const struct wstest_spec *spec, enum ws_role tests, struct text_buffer *errors)
{
    char place[64];
    *record = (struct wstest_record){.asked = asked,
                                     .spec = spec,
                                     .options = {.tests = tests,
                                                 .jobs = JOBS,
                                                 .insecure = true,
                                                 .survey = true,
                                                 .out = spec->outdir,
                                                 .verbose = asked->debug},
                                     .began = conversation_now()};
    if (!plan_load(&record->plan, NULL, tests, errors))
        return false;
    if (!wstest_numbers_init(&record->numbers, &record->plan)) {
        text_print(errors, "out of memory\n");
        return false;
    }
    snprintf(place, sizeof place, "%s.json", wstest_mode_word(asked->mode));
    return wstest_numbers_choose(&record->numbers, spec->cases.at, spec->cases.count, spec->excludes.at,
                                 spec->excludes.count, asked->spec == NULL ? place : asked->spec, errors);
}

void wstest_record_free(struct wstest_record *record)
{
    journal_close(record->journal);
    recorder_free(&record->recorder);
    wstest_numbers_free(&record->numbers);
    plan_free(&record->plan);
}

bool wstest_record_excludes(const struct wstest_record *record, const char *agent, const char *number)
{
    const struct wstest_spec *spec = record->spec;
    for (size_t i = 0; i < spec->exclusion_count; i++) {
        const struct wstest_exclusion *exclusion = &spec->exclusions[i];
        for (size_t c = 0; c < exclusion->cases.count && plan_matches(exclusion->agent, agent); c++) {
            if (plan_matches(exclusion->cases.at[c], number))
                return true;
        }
    }
    return false;
}

void wstest_record_select(struct wstest_record *record, const char *agent, bool tells)
{
    struct plan *plan = &record->plan;
    memset(plan->selected, 0, plan->instance_count * sizeof *plan->selected);
    plan->selected_count = 0;
    for (size_t k = 0; k < record->numbers.count; k++) {
        const struct wstest_number *row = &record->numbers.rows[k];
        bool excluded = row->wanted && agent != NULL && wstest_record_excludes(record, agent, row->number);
        if (excluded && tells)
            printf("Skipping test case ID %s for agent %s by test configuration!\n", row->number, agent);
        plan->selected[row->instance] = row->wanted && !excluded;
        plan->selected_count += plan->selected[row->instance];
    }
}

void wstest_record_print_list(const char *name, const char *const *texts, size_t count)
{
    printf("%s = [", name);
    for (size_t i = 0; i < count; i++)
        printf("%s'%s'", i == 0 ? "" : ", ", texts[i]);
    printf("]\n");
}

void wstest_record_print_cases(const struct wstest_record *record)
{
    const char *texts[WSTEST_NUMBER_COUNT];
    size_t count = 0;
    for (size_t k = 0; k < record->numbers.count && count < WSTEST_NUMBER_COUNT; k++) {
        if (record->numbers.rows[k].wanted)
            texts[count++] = record->numbers.rows[k].number;
    }
    wstest_record_print_list("Cases", texts, count);
}

/* ---- Journal ---- */

static bool write_run_line(struct wstest_record *record, int argc, char **argv)
{
    char started[32];
    now_text(started);
    const char **command = calloc((size_t)argc + 1, sizeof *command);
    if (command == NULL)
        return false;
    memcpy(command, argv, (size_t)argc * sizeof *command);
    struct journal_run run = {.version = WRINGER_VERSION,
                              .started = started,
                              .command = command,
                              .command_count = (size_t)argc,
                              .cases = "embedded",
                              .selection = record->spec->cases.at,
                              .selection_count = record->spec->cases.count,
                              .jobs = record->options.jobs};
    bool written = journal_write_run(record->journal, &run);
    free(command);
    return written;
}

bool wstest_record_open(struct wstest_record *record, const struct recorder_watch *watch, int argc,
                        char **argv)
{
    char error[PATH_ROOM];
    record->journal = journal_open(record->options.out, error, sizeof error);
    if (record->journal == NULL) {
        printf("%s\n", error);
        return false;
    }
    console_init(&record->console);
    record->console.quiet = !record->asked->debug;
    if (!recorder_init(&record->recorder, record->journal, &record->plan, &record->options,
                       &record->console)) {
        printf("out of memory\n");
        return false;
    }
    record->recorder.numbers = &record->numbers;
    record->recorder.watch = watch;
    if (write_run_line(record, argc, argv))
        return true;
    printf("%s\n", journal_error(record->journal));
    return false;
}

static bool write_end_line(struct wstest_record *record)
{
    char finished[32];
    struct rusage usage;
    now_text(finished);
    getrusage(RUSAGE_SELF, &usage);
    struct journal_end end = {.finished = finished,
                              .exit_code = record->exit_code,
                              .wall_us = conversation_now() - record->began,
                              .processor_us =
                                  (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
                                  (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)};
    return journal_write_end(record->journal, &end);
}

/* ---- Reports ---- */

/* Does any result deviate in any way? */
static bool any_failed(const struct journal_contents *journal, bool server)
{
    for (size_t i = 0; i < journal->result_count; i++) {
        const struct journal_result *result = &journal->results[i];
        const char *behavior = autobahn_behavior(result, server),
                   *close = autobahn_behavior_close(result, server);
        if (strcmp(behavior, "FAILED") == 0 ||
            (strcmp(close, "OK") != 0 && strcmp(close, "INFORMATIONAL") != 0))
            return true;
    }
    return false;
}

static bool report(struct wstest_record *record, bool *failed)
{
    char path[PATH_ROOM], error[PATH_ROOM];
    snprintf(path, sizeof path, "%s/results.jsonl", record->options.out);
    struct journal_contents *journal = journal_read(path, error, sizeof error);
    bool written =
        journal != NULL && autobahn_write_reports(journal, record->options.out, error, sizeof error);
    if (!written)
        printf("%s\n", error);
    else
        *failed = any_failed(journal, record->options.tests == WS_CLIENT);
    journal_contents_free(journal);
    return written;
}

bool wstest_record_report(struct wstest_record *record)
{
    bool failed;
    return report(record, &failed);
}

int wstest_record_end(struct wstest_record *record, bool reached)
{
    bool failed = false;
    if (!write_end_line(record)) {
        printf("%s\n", journal_error(record->journal));
        record->exit_code = 1;
    }
    if (!report(record, &failed) || (record->asked->fail && (failed || !reached)))
        record->exit_code = 1;
    return record->exit_code;
}
