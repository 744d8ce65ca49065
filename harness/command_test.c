/* SPDX-License-Identifier: MIT */
/* command_test.c: `wringer test`: reads the command line, tests each target, writes the report, and gives the
 * exit code. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "harness/command.h"
#include "harness/session.h"
#include "harness/transport_tls.h"
#include "harness/ws_url.h"

enum { ERRORS_MAX = 1 << 20, PATH_ROOM = 4096 };

struct test {
    struct test_options options;
    struct plan plan;
    struct arena arena; /* of the baselines */
    struct baseline baselines[TEST_TARGETS_MAX];
    struct console console;
    struct journal *journal;
    struct recorder recorder;
    struct session_result results[TEST_TARGETS_MAX];
    int argc;
    char **argv;
};

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

static int complain(const struct text_buffer *errors, int exit_code)
{
    fprintf(stderr, "%s", errors->text == NULL ? "wringer test: out of memory\n" : errors->text);
    if (exit_code == EXIT_USAGE)
        fprintf(stderr, "wringer test --help says more\n");
    return exit_code;
}

/* The URL, and whether it and --exec agree on {port}. */
static void check_target(const struct test_target *target, struct text_buffer *errors)
{
    struct ws_url url;
    char why[WS_URL_TEXT_MAX];
    bool hole = strstr(target->url, "{port}") != NULL;
    if (!hole && !ws_url_parse(&url, target->url, why))
        text_print(errors, "%s\n", why);
    else if (hole && target->exec == NULL)
        text_print(errors, "%s: {port} needs --exec in front of the URL\n", target->url);
    else if (hole && strstr(target->exec, "{port}") == NULL)
        text_print(errors, "--exec '%s': without {port} the target cannot know the port of %s\n",
                   target->exec, target->url);
    else if (target->exec != NULL && target->exec[strspn(target->exec, " \t\n")] == '\0')
        text_print(errors, "--exec: expected a command, found nothing\n");
}

static void check_cafile(const char *cafile, struct text_buffer *errors)
{
    char why[TRANSPORT_TLS_TEXT_MAX];
    struct transport_tls_config config = {.cafile = cafile};
    struct transport_tls *tls = transport_tls_client(&config, why);
    if (tls == NULL)
        text_print(errors, "--cafile: %s\n", why);
    transport_tls_free(tls);
}

/* Reads everything that may be wrong before anything is started. */
static int prepare(struct test *test, struct text_buffer *errors)
{
    struct test_options *options = &test->options;
    if (!plan_load(&test->plan, options->cases, WS_SERVER, errors))
        return complain(errors, EXIT_USAGE);
    if (!plan_select(&test->plan, options->selectors, options->selector_count, errors))
        return complain(errors, EXIT_USAGE);
    if (!options->survey && !plan_drop_surveys(&test->plan)) {
        text_print(errors, "only surveys are selected; they run with --survey\n");
        return complain(errors, EXIT_USAGE);
    }
    if (options->delivery != NULL) {
        enum delivery delivery = strcmp(options->delivery, "octet") == 0 ? DELIVER_OCTET : DELIVER_WHOLE;
        if (!plan_select_delivery(&test->plan, delivery)) {
            text_print(errors, "nothing that is selected has the delivery %s\n", options->delivery);
            return complain(errors, EXIT_USAGE);
        }
    }
    for (size_t i = 0; i < options->target_count; i++) {
        check_target(&options->targets[i], errors);
        if (options->targets[i].baseline != NULL)
            baseline_load(&test->baselines[i], options->targets[i].baseline, &test->arena, errors);
    }
    if (options->cafile != NULL)
        check_cafile(options->cafile, errors);
    return errors->size > 0 ? complain(errors, EXIT_USAGE) : EXIT_AS_EXPECTED;
}

static bool write_run_line(struct test *test)
{
    char started[32];
    now_text(started);
    const char **command = calloc((size_t)test->argc + 1, sizeof *command);
    if (command == NULL)
        return false;
    command[0] = "wringer";
    memcpy(command + 1, test->argv, (size_t)test->argc * sizeof *command);
    struct journal_run run = {.version = WRINGER_VERSION,
                              .started = started,
                              .command = command,
                              .command_count = (size_t)test->argc + 1,
                              .cases = test->options.cases == NULL ? "embedded" : test->options.cases,
                              .selection = test->options.selectors,
                              .selection_count = test->options.selector_count,
                              .jobs = test->options.jobs};
    bool written = journal_write_run(test->journal, &run);
    free(command);
    return written;
}

/* Lines of a baseline that name nothing at all, when everything was run: they would rot unseen. */
static size_t stale_lines(const struct test *test, const struct baseline *baseline)
{
    size_t stale = 0;
    if (test->options.selector_count > 0 || test->options.delivery != NULL)
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

static int test_target(struct test *test, uv_loop_t *loop, unsigned index)
{
    struct session_result *result = &test->results[index];
    session_run(result, loop, &test->options, index, &test->recorder, &test->baselines[index]);
    console_clear(&test->console);
    const char *name = test->options.targets[index].name;
    const char *url = name != NULL ? name : result->url;
    struct text_buffer text = {.cap = 4096};
    tally_print(&text, &result->tally);
    int exit_code = result->tally.unexpected > 0 ? EXIT_UNEXPECTED : EXIT_AS_EXPECTED;
    switch (result->end) {
    case SESSION_DONE:
        if (stale_lines(test, &test->baselines[index]) > 0)
            exit_code = EXIT_UNEXPECTED;
        if (result->tally.verdicts[VERDICT_SKIP] == result->tally.results) {
            /* A gate must not read this as a pass: no statement about the target was made. */
            console_line(&test->console,
                         "%s: every case that is selected was skipped: nothing has been tested", url);
            exit_code = EXIT_UNEXPECTED;
        }
        break;
    case SESSION_UNREACHABLE:
        console_line(&test->console, "%s: %s", url, result->text);
        exit_code = result->tally.verdicts[VERDICT_CRASH] > 0 ? EXIT_UNEXPECTED : EXIT_UNREACHABLE;
        break;
    case SESSION_FAULT:
        fprintf(stderr, "wringer test: %s\n", result->text);
        exit_code = EXIT_OWN_FAULT;
        break;
    }
    if (result->unexplained_deaths > 0) {
        console_line(&test->console, "%s: died %zu time%s, and no case kills it when run alone", url,
                     result->unexplained_deaths, result->unexplained_deaths == 1 ? "" : "s");
        exit_code = exit_code == EXIT_AS_EXPECTED ? EXIT_UNEXPECTED : exit_code;
    }
    if (result->tally.results > 0)
        console_line(&test->console, "%s: %s", url, text.text == NULL ? "" : text.text);
    text_free(&text);
    return exit_code;
}

static int write_report(struct test *test, int exit_code, uint64_t began)
{
    char finished[32];
    now_text(finished);
    struct journal_end end = {.finished = finished,
                              .exit_code = exit_code,
                              .wall_us = conversation_now() - began,
                              .processor_us = processor_us()};
    char path[PATH_ROOM], error[PATH_ROOM];
    bool written = journal_write_end(test->journal, &end);
    if (!written && exit_code != EXIT_OWN_FAULT) /* else it has been told */
        fprintf(stderr, "wringer test: %s\n", journal_error(test->journal));
    journal_close(test->journal);
    test->journal = NULL;
    snprintf(path, sizeof path, "%s/results.jsonl", test->options.out);
    const char *journals[] = {path};
    if (!report_write_html(journals, 1, test->options.out, error, sizeof error)) {
        fprintf(stderr, "wringer test: %s\n", error);
        return EXIT_OWN_FAULT;
    }
    printf("report: %s/index.html\n", test->options.out);
    return written ? exit_code : EXIT_OWN_FAULT;
}

static int run_tests(struct test *test)
{
    char error[PATH_ROOM];
    test->journal = journal_open(test->options.out, error, sizeof error);
    if (test->journal == NULL) {
        fprintf(stderr, "wringer test: %s\n", error);
        return EXIT_OWN_FAULT;
    }
    console_init(&test->console);
    int exit_code = EXIT_AS_EXPECTED;
    uint64_t began = conversation_now();
    uv_loop_t loop;
    if (uv_loop_init(&loop) != 0 ||
        !recorder_init(&test->recorder, test->journal, &test->plan, &test->options, &test->console)) {
        fprintf(stderr, "wringer test: out of memory\n");
        return EXIT_OWN_FAULT;
    }
    if (!write_run_line(test)) {
        fprintf(stderr, "wringer test: %s\n", journal_error(test->journal));
        exit_code = EXIT_OWN_FAULT;
    }
    for (unsigned i = 0; i < test->options.target_count && exit_code != EXIT_OWN_FAULT; i++) {
        int one = test_target(test, &loop, i);
        exit_code = one > exit_code ? one : exit_code;
    }
    uv_loop_close(&loop);
    return write_report(test, exit_code, began);
}

int command_test(int argc, char **argv)
{
    struct test *test = calloc(1, sizeof *test);
    struct text_buffer errors = {.cap = ERRORS_MAX};
    if (test == NULL) {
        fprintf(stderr, "wringer test: out of memory\n");
        return EXIT_OWN_FAULT;
    }
    test->argc = argc;
    test->argv = argv;
    test->arena.cap = PLAN_MEMORY_MAX;
    int exit_code = EXIT_AS_EXPECTED;
    if (!test_options_parse(&test->options, WS_SERVER, argc - 1, argv + 1, &errors)) {
        exit_code = complain(&errors, EXIT_USAGE);
    } else if (test->options.help) {
        fputs(test_options_help(WS_SERVER), stdout);
    } else {
        exit_code = prepare(test, &errors);
        if (exit_code == EXIT_AS_EXPECTED)
            exit_code = run_tests(test);
    }
    text_free(&errors);
    journal_close(test->journal);
    recorder_free(&test->recorder);
    plan_free(&test->plan);
    arena_free(&test->arena);
    free(test);
    return exit_code;
}
