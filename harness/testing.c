/* SPDX-License-Identifier: MIT */
/* testing.c: options to plan, baselines and journal; journal to report. */
#include "harness/testing.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "harness/command.h"
#include "harness/conversation.h"

enum { ERRORS_MAX = 1 << 20, PATH_ROOM = 4096 };

static void now_text(char out[32])
{
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

static uint64_t processor_us(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
           (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

/* "wringer test" or "wringer serve". */
static const char *command_name(const struct testing *testing)
{
    return testing->options.tests == WS_SERVER ? "wringer test" : "wringer serve";
}

static int complain(const struct testing *testing)
{
    const struct text_buffer *errors = &testing->errors;
    if (errors->text == NULL) {
        fprintf(stderr, "%s: out of memory\n", command_name(testing));
        return EXIT_OWN_FAULT;
    }
    fprintf(stderr, "%s%s --help says more\n", errors->text, command_name(testing));
    return EXIT_USAGE;
}

/* Reads everything that may be wrong before anything is started. False when it is useless to look further. */
static bool load(struct testing *testing)
{
    struct test_options *options = &testing->options;
    struct text_buffer *errors = &testing->errors;
    if (!plan_load(&testing->plan, options->cases, options->tests, errors) ||
        !plan_select(&testing->plan, options->selectors, options->selector_count, errors))
        return false;
    if (!options->survey && !plan_drop_surveys(&testing->plan)) {
        text_print(errors, "only surveys are selected; they run with --survey\n");
        return false;
    }
    if (options->delivery != NULL) {
        enum delivery delivery = strcmp(options->delivery, "octet") == 0 ? DELIVER_OCTET : DELIVER_WHOLE;
        if (!plan_select_delivery(&testing->plan, delivery)) {
            text_print(errors, "nothing that is selected has the delivery %s\n", options->delivery);
            return false;
        }
    }
    for (size_t i = 0; i < options->target_count; i++) {
        if (options->targets[i].baseline != NULL)
            baseline_load(&testing->baselines[i], options->targets[i].baseline, &testing->arena, errors);
    }
    return true;
}

struct testing *testing_new(enum ws_role tests, int argc, char **argv, int *exit_code)
{
    struct testing *testing = calloc(1, sizeof *testing);
    *exit_code = EXIT_OWN_FAULT;
    if (testing == NULL) {
        fprintf(stderr, "wringer %s: out of memory\n", argv[0]);
        return NULL;
    }
    testing->argc = argc;
    testing->argv = argv;
    testing->arena.cap = PLAN_MEMORY_MAX;
    testing->errors.cap = ERRORS_MAX;
    bool read = test_options_parse(&testing->options, tests, argc - 1, argv + 1, &testing->errors);
    if (read && testing->options.help) {
        fputs(test_options_help(tests), stdout);
        *exit_code = EXIT_AS_EXPECTED;
    } else if (!read || !load(testing)) {
        *exit_code = complain(testing);
    } else {
        *exit_code = EXIT_AS_EXPECTED;
        return testing;
    }
    testing_free(testing);
    return NULL;
}

static bool write_run_line(struct testing *testing)
{
    char started[32];
    now_text(started);
    const char **command = calloc((size_t)testing->argc + 1, sizeof *command);
    if (command == NULL)
        return false;
    command[0] = "wringer";
    memcpy(command + 1, testing->argv, (size_t)testing->argc * sizeof *command);
    struct journal_run run = {.version = WRINGER_VERSION,
                              .started = started,
                              .command = command,
                              .command_count = (size_t)testing->argc + 1,
                              .cases = testing->options.cases == NULL ? "embedded" : testing->options.cases,
                              .selection = testing->options.selectors,
                              .selection_count = testing->options.selector_count,
                              .jobs = testing->options.jobs};
    bool written = journal_write_run(testing->journal, &run);
    free(command);
    return written;
}

int testing_begin(struct testing *testing)
{
    char error[PATH_ROOM];
    if (testing->errors.size > 0)
        return complain(testing);
    testing->journal = journal_open(testing->options.out, error, sizeof error);
    if (testing->journal == NULL) {
        fprintf(stderr, "%s: %s\n", command_name(testing), error);
        return EXIT_OWN_FAULT;
    }
    console_init(&testing->console);
    testing->began = conversation_now();
    if (!recorder_init(&testing->recorder, testing->journal, &testing->plan, &testing->options,
                       &testing->console)) {
        fprintf(stderr, "%s: out of memory\n", command_name(testing));
        return EXIT_OWN_FAULT;
    }
    if (!write_run_line(testing)) {
        fprintf(stderr, "%s: %s\n", command_name(testing), journal_error(testing->journal));
        return EXIT_OWN_FAULT;
    }
    return EXIT_AS_EXPECTED;
}

/* Lines of a baseline that name nothing at all, when everything was run: they would rot unseen. */
static size_t stale_lines(const struct testing *testing, const struct baseline *baseline)
{
    size_t stale = 0;
    if (testing->options.selector_count > 0 || testing->options.delivery != NULL)
        return 0;
    for (size_t i = 0; i < baseline->count; i++) {
        if (baseline->lines[i].matched > 0)
            continue;
        stale++;
        printf("%s:%u: error: %s names no case\n", baseline->path, baseline->lines[i].line,
               baseline->lines[i].pattern);
    }
    return stale;
}

int testing_sum_up(struct testing *testing, const char *name, const struct tally *tally,
                   const struct baseline *baseline)
{
    int exit_code = tally->unexpected > 0 ? EXIT_UNEXPECTED : EXIT_AS_EXPECTED;
    if (stale_lines(testing, baseline) > 0)
        exit_code = EXIT_UNEXPECTED;
    if (tally->verdicts[VERDICT_SKIP] == tally->results) {
        /* A gate must not read this as a pass: no statement about the target was made. */
        console_line(&testing->console,
                     "%s: every case that is selected was skipped: nothing has been tested", name);
        exit_code = EXIT_UNEXPECTED;
    }
    return exit_code;
}

void testing_print_tally(struct testing *testing, const char *name, const struct tally *tally)
{
    struct text_buffer text = {.cap = 4096};
    tally_print(&text, tally);
    if (tally->results > 0)
        console_line(&testing->console, "%s: %s", name, text.text == NULL ? "" : text.text);
    text_free(&text);
}

bool testing_report(struct testing *testing)
{
    char path[PATH_ROOM], error[PATH_ROOM];
    snprintf(path, sizeof path, "%s/results.jsonl", testing->options.out);
    const char *journals[] = {path};
    if (report_write_html(journals, 1, testing->options.out, error, sizeof error))
        return true;
    fprintf(stderr, "%s: %s\n", command_name(testing), error);
    return false;
}

int testing_end(struct testing *testing, int exit_code)
{
    char finished[32];
    now_text(finished);
    struct journal_end end = {.finished = finished,
                              .exit_code = exit_code,
                              .wall_us = conversation_now() - testing->began,
                              .processor_us = processor_us()};
    bool written = journal_write_end(testing->journal, &end);
    if (!written && exit_code != EXIT_OWN_FAULT) /* else it has been told */
        fprintf(stderr, "%s: %s\n", command_name(testing), journal_error(testing->journal));
    journal_close(testing->journal);
    testing->journal = NULL;
    if (!testing_report(testing))
        return EXIT_OWN_FAULT;
    printf("report: %s/index.html\n", testing->options.out);
    return written ? exit_code : EXIT_OWN_FAULT;
}

void testing_free(struct testing *testing)
{
    if (testing == NULL)
        return;
    text_free(&testing->errors);
    journal_close(testing->journal);
    recorder_free(&testing->recorder);
    plan_free(&testing->plan);
    arena_free(&testing->arena);
    free(testing);
}
