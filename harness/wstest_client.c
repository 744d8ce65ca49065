/* SPDX-License-Identifier: MIT */
/* wstest_client.c: mode fuzzingclient: the cases of a spec against its servers, one server after the other,
 * and the reports of all of them. Owns the order of things and the lines on stdout; does not own the sessions
 * (session.h) or the reports (reports/autobahn.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#include "harness/session.h"
#include "harness/ws_url.h"
#include "harness/wstest.h"
#include "harness/wstest_spec.h"
#include "reports/autobahn.h"

enum { ERRORS_MAX = 1 << 16, PATH_ROOM = 4096, JOBS = 16, PATIENCE_MS = 2000 };

struct client {
    const struct wstest_options *asked;
    const struct wstest_spec *spec;
    struct test_options options;
    struct plan plan;
    struct wstest_numbers numbers;
    struct console console;
    struct journal *journal;
    struct recorder recorder;
    const char *agent; /* of the server that is tested now; lives as long as its session */
    char agent_text[1024];
    char peer[WS_URL_HOST_MAX + 32];
    bool all_reached;
};

static void now_text(char out[32])
{
    time_t now = time(NULL);
    struct tm utc;
    gmtime_r(&now, &utc);
    strftime(out, 32, "%Y-%m-%dT%H:%M:%SZ", &utc);
}

/* ---- What is to be run ---- */

/* The plan's selection: what is wanted, without what the spec excludes for the agent. */
static void select_for(struct client *client, const char *agent)
{
    struct plan *plan = &client->plan;
    memset(plan->selected, 0, plan->instance_count * sizeof *plan->selected);
    plan->selected_count = 0;
    for (size_t k = 0; k < client->numbers.count; k++) {
        const struct wstest_number *row = &client->numbers.rows[k];
        bool excluded = false;
        for (size_t i = 0; i < client->spec->exclusion_count && agent != NULL && row->wanted; i++) {
            const struct wstest_exclusion *exclusion = &client->spec->exclusions[i];
            for (size_t c = 0; c < exclusion->cases.count && plan_matches(exclusion->agent, agent); c++)
                excluded = excluded || plan_matches(exclusion->cases.at[c], row->number);
        }
        if (excluded)
            printf("Skipping test case ID %s for agent %s by test configuration!\n", row->number, agent);
        plan->selected[row->instance] = row->wanted && !excluded;
        plan->selected_count += plan->selected[row->instance];
    }
}

/* The server has said who it is. */
static void on_target(void *context, const struct journal_target *target)
{
    struct client *client = context;
    if (client->agent == NULL) {
        snprintf(client->agent_text, sizeof client->agent_text, "%s",
                 target->agent[0] != '\0' ? target->agent : AUTOBAHN_NO_AGENT);
        client->agent = client->agent_text;
    }
    if (client->spec->exclusion_count > 0)
        select_for(client, client->agent);
}

static void on_result(void *context, const struct case_instance *instance)
{
    struct client *client = context;
    printf("Running test case ID %s for agent %s from peer %s\n", instance->wstest, client->agent,
           client->peer);
    fflush(stdout);
}

/* ---- One server ---- */

static void test_server(struct client *client, uv_loop_t *loop, unsigned index, int *exit_code)
{
    struct test_target *target = &client->options.targets[index];
    const struct wstest_server *server = &client->spec->servers[index];
    struct wstest_protocol protocol = client->spec->options;
    client->options.origin = NULL;
    client->options.subprotocol_count = 0;
    if (index < client->spec->server_count) {
        protocol = server->options;
        client->options.origin = server->origin;
        for (size_t i = 0; i < server->protocols.count && i < TEST_WORDS_MAX; i++)
            client->options.subprotocols[client->options.subprotocol_count++] = server->protocols.at[i];
    }
    client->options.subprotocols[client->options.subprotocol_count] = NULL;
    client->options.patience_ms =
        protocol.patience_ms > PATIENCE_MS ? protocol.patience_ms : (unsigned)PATIENCE_MS;
    client->agent = target->name;
    struct ws_url url;
    char why[WS_URL_TEXT_MAX];
    if (ws_url_parse(&url, target->url, why))
        snprintf(client->peer, sizeof client->peer, "tcp%c:%s:%u", strchr(url.host, ':') == NULL ? '4' : '6',
                 url.host, url.port);
    select_for(client, NULL);
    struct session_result result;
    struct baseline nothing_known = {0};
    session_run(&result, loop, &client->options, index, &client->recorder, &nothing_known);
    switch (result.end) {
    case SESSION_DONE:
        return;
    case SESSION_UNREACHABLE:
        client->all_reached = false;
        printf("Connection to %s failed (%s)\n", target->url, result.text);
        return;
    case SESSION_FAULT:
        printf("%s\n", result.text);
        *exit_code = 1;
        return;
    }
}

/* ---- Everything ---- */

static void print_list(const char *name, const char *const *texts, size_t count)
{
    printf("%s = [", name);
    for (size_t i = 0; i < count; i++)
        printf("%s'%s'", i == 0 ? "" : ", ", texts[i]);
    printf("]\n");
}

static bool print_plan(const struct client *client)
{
    const char **texts = calloc(client->numbers.count + TEST_TARGETS_MAX, sizeof *texts);
    if (texts == NULL)
        return false;
    size_t count = 0;
    for (size_t k = 0; k < client->numbers.count; k++) {
        if (client->numbers.rows[k].wanted)
            texts[count++] = client->numbers.rows[k].number;
    }
    printf("Autobahn Fuzzing WebSocket Client (Autobahn Testsuite Version %s / Autobahn Version %s), "
           "Wringer %s\n",
           WSTEST_SUITE_VERSION, WSTEST_LIBRARY_VERSION, WRINGER_VERSION);
    printf("Ok, will run %zu test cases against %zu servers\n", count, client->options.target_count);
    print_list("Cases", texts, count);
    for (size_t i = 0; i < client->options.target_count; i++)
        texts[i] = client->options.targets[i].url;
    print_list("Servers", texts, client->options.target_count);
    fflush(stdout);
    free(texts);
    return true;
}

static bool write_run_line(struct client *client, int argc, char **argv)
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
                              .selection = client->spec->cases.at,
                              .selection_count = client->spec->cases.count,
                              .jobs = client->options.jobs};
    bool written = journal_write_run(client->journal, &run);
    free(command);
    return written;
}

static bool write_end_line(struct client *client, int exit_code, run_time began)
{
    char finished[32];
    struct rusage usage;
    now_text(finished);
    getrusage(RUSAGE_SELF, &usage);
    struct journal_end end = {.finished = finished,
                              .exit_code = exit_code,
                              .wall_us = conversation_now() - began,
                              .processor_us =
                                  (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
                                  (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec)};
    return journal_write_end(client->journal, &end);
}

/* Does any result deviate in any way? */
static bool any_failed(const struct journal_contents *journal)
{
    for (size_t i = 0; i < journal->result_count; i++) {
        const struct journal_result *result = &journal->results[i];
        const char *behavior = autobahn_behavior(result, false),
                   *close = autobahn_behavior_close(result, false);
        if (strcmp(behavior, "FAILED") == 0 ||
            (strcmp(close, "OK") != 0 && strcmp(close, "INFORMATIONAL") != 0))
            return true;
    }
    return false;
}

/* From the journal to the reports, and to the exit code if verdicts count. */
static int write_reports(struct client *client, int exit_code)
{
    char path[PATH_ROOM], error[PATH_ROOM];
    snprintf(path, sizeof path, "%s/results.jsonl", client->options.out);
    struct journal_contents *journal = journal_read(path, error, sizeof error);
    bool written =
        journal != NULL && autobahn_write_reports(journal, client->options.out, error, sizeof error);
    if (!written)
        printf("%s\n", error);
    else
        printf("Report generation complete.\n");
    bool fails = client->asked->fail && written && (!client->all_reached || any_failed(journal));
    journal_contents_free(journal);
    return written && !fails ? exit_code : 1;
}

static int run_servers(struct client *client, int argc, char **argv)
{
    char error[PATH_ROOM];
    uv_loop_t loop;
    int exit_code = 0;
    run_time began = conversation_now();
    client->journal = journal_open(client->options.out, error, sizeof error);
    if (client->journal == NULL) {
        printf("%s\n", error);
        return 1;
    }
    console_init(&client->console);
    client->console.quiet = !client->asked->debug;
    struct recorder_watch watch = {.context = client, .target = on_target, .result = on_result};
    bool ready =
        recorder_init(&client->recorder, client->journal, &client->plan, &client->options, &client->console);
    client->recorder.numbers = &client->numbers;
    client->recorder.watch = &watch;
    if (!ready || uv_loop_init(&loop) != 0) {
        printf("out of memory or of file descriptors\n");
        return 1;
    }
    bool written = write_run_line(client, argc, argv);
    for (unsigned i = 0; i < client->options.target_count && written && exit_code == 0; i++)
        test_server(client, &loop, i, &exit_code);
    uv_loop_close(&loop);
    written = written && write_end_line(client, exit_code, began);
    if (!written) {
        printf("%s\n", journal_error(client->journal));
        exit_code = 1;
    }
    journal_close(client->journal);
    client->journal = NULL;
    return write_reports(client, exit_code);
}

/* The servers of the spec, or the one of --wsuri. */
static bool prepare_targets(struct client *client, struct text_buffer *errors)
{
    const struct wstest_spec *spec = client->spec;
    struct test_options *options = &client->options;
    for (size_t i = 0; i < spec->server_count; i++)
        options->targets[options->target_count++] =
            (struct test_target){.url = spec->servers[i].url,
                                 .name = spec->servers[i].agent,
                                 .server_name = spec->servers[i].hostname};
    if (spec->server_count == 0 && client->asked->uri != NULL)
        options->targets[options->target_count++] = (struct test_target){.url = client->asked->uri};
    if (options->target_count == 0)
        text_print(errors,
                   "there is no server to test: neither the spec's \"servers\" nor --wsuri names one\n");
    for (size_t i = 0; i < options->target_count; i++) {
        struct ws_url url;
        char why[WS_URL_TEXT_MAX];
        if (!ws_url_parse(&url, options->targets[i].url, why))
            text_print(errors, "%s\n", why);
    }
    return errors->size == 0;
}

static bool prepare(struct client *client, struct text_buffer *errors)
{
    const struct wstest_spec *spec = client->spec;
    client->options = (struct test_options){.tests = WS_SERVER,
                                            .jobs = JOBS,
                                            .insecure = true,
                                            .survey = true,
                                            .out = spec->outdir,
                                            .verbose = client->asked->debug};
    client->all_reached = true;
    if (!prepare_targets(client, errors) || !plan_load(&client->plan, NULL, WS_SERVER, errors))
        return false;
    if (!wstest_numbers_init(&client->numbers, &client->plan)) {
        text_print(errors, "out of memory\n");
        return false;
    }
    const char *place = client->asked->spec == NULL ? "fuzzingclient.json" : client->asked->spec;
    return wstest_numbers_choose(&client->numbers, spec->cases.at, spec->cases.count, spec->excludes.at,
                                 spec->excludes.count, place, errors);
}

int wstest_fuzzing_client(const struct wstest_options *options, const struct wstest_spec *spec, int argc,
                          char **argv)
{
    struct text_buffer errors = {.cap = ERRORS_MAX};
    struct client *client = calloc(1, sizeof *client);
    int exit_code = 1;
    if (client == NULL) {
        printf("out of memory\n");
        return exit_code;
    }
    client->asked = options;
    client->spec = spec;
    if (!prepare(client, &errors))
        printf("%s", errors.text == NULL ? "out of memory\n" : errors.text);
    else if (!print_plan(client))
        printf("out of memory\n");
    else
        exit_code = run_servers(client, argc, argv);
    journal_close(client->journal);
    recorder_free(&client->recorder);
    wstest_numbers_free(&client->numbers);
    plan_free(&client->plan);
    text_free(&errors);
    free(client);
    return exit_code;
}
