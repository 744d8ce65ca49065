/* SPDX-License-Identifier: MIT */
/* wstest_client.c: mode fuzzingclient: the cases of a spec against its servers, one server after the other,
 * and the reports of all of them. Owns the order of things and the lines on stdout; does not own the sessions
 * (session.h) or the reports (wstest_record.h). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/session.h"
#include "harness/ws_url.h"
#include "harness/wstest.h"
#include "harness/wstest_record.h"
#include "reports/autobahn.h"

enum { ERRORS_MAX = 1 << 16 };

struct client {
    struct wstest_record record;
    const char *agent; /* of the server that is tested now; NULL: it has not said yet */
    char agent_text[1024];
    char peer[WS_URL_HOST_MAX + 32];
    bool all_reached;
};

/* The server has said who it is. */
static void on_target(void *context, const struct journal_target *target)
{
    struct client *client = context;
    if (client->agent == NULL) {
        snprintf(client->agent_text, sizeof client->agent_text, "%s",
                 target->agent[0] != '\0' ? target->agent : AUTOBAHN_NO_AGENT);
        client->agent = client->agent_text;
    }
    wstest_record_select(&client->record, client->agent, true);
}

static void on_result(void *context, const struct journal_result *result)
{
    struct client *client = context;
    printf("Running test case ID %s for agent %s from peer %s\n", result->wstest, client->agent,
           client->peer);
    fflush(stdout);
}

/* ---- One server ---- */

/* What the spec says about this server alone. */
static void set_up_server(struct client *client, unsigned index)
{
    const struct wstest_spec *spec = client->record.spec;
    struct test_options *options = &client->record.options;
    struct wstest_protocol protocol = spec->options;
    options->origin = NULL;
    options->subprotocol_count = 0;
    if (index < spec->server_count) {
        const struct wstest_server *server = &spec->servers[index];
        protocol = server->options;
        options->origin = server->origin;
        for (size_t i = 0; i < server->protocols.count && i < TEST_WORDS_MAX; i++)
            options->subprotocols[options->subprotocol_count++] = server->protocols.at[i];
    }
    options->subprotocols[options->subprotocol_count] = NULL;
    options->patience_ms = wstest_patience(&protocol, true);
    client->agent = options->targets[index].name;
    struct ws_url url;
    char why[WS_URL_TEXT_MAX];
    if (ws_url_parse(&url, options->targets[index].url, why))
        snprintf(client->peer, sizeof client->peer, "tcp%c:%s:%u", strchr(url.host, ':') == NULL ? '4' : '6',
                 url.host, url.port);
    wstest_record_select(&client->record, NULL, false);
}

static void test_server(struct client *client, uv_loop_t *loop, unsigned index)
{
    struct wstest_record *record = &client->record;
    struct session_result result;
    struct baseline nothing_known = {0};
    set_up_server(client, index);
    session_run(&result, loop, &record->options, index, &record->recorder, &nothing_known);
    switch (result.end) {
    case SESSION_DONE:
        return;
    case SESSION_UNREACHABLE:
        client->all_reached = false;
        printf("Connection to %s failed (%s)\n", record->options.targets[index].url, result.text);
        return;
    case SESSION_FAULT:
        printf("%s\n", result.text);
        record->exit_code = 1;
        return;
    }
}

/* ---- Everything ---- */

static void print_plan(const struct client *client)
{
    const struct test_options *options = &client->record.options;
    const char *servers[TEST_TARGETS_MAX];
    printf("Autobahn Fuzzing WebSocket Client (Autobahn Testsuite Version %s / Autobahn Version %s), "
           "Wringer %s\n",
           WSTEST_SUITE_VERSION, WSTEST_LIBRARY_VERSION, WRINGER_VERSION);
    printf("Ok, will run %zu test cases against %zu servers\n", client->record.numbers.wanted,
           options->target_count);
    wstest_record_print_cases(&client->record);
    for (size_t i = 0; i < options->target_count; i++)
        servers[i] = options->targets[i].url;
    wstest_record_print_list("Servers", servers, options->target_count);
    fflush(stdout);
}

static int run_servers(struct client *client, int argc, char **argv)
{
    struct wstest_record *record = &client->record;
    const struct recorder_watch watch = {.context = client, .target = on_target, .result = on_result};
    uv_loop_t loop;
    if (!wstest_record_open(record, &watch, argc, argv))
        return 1;
    if (uv_loop_init(&loop) != 0) {
        printf("out of memory or of file descriptors\n");
        return 1;
    }
    client->all_reached = true;
    for (unsigned i = 0; i < record->options.target_count && record->exit_code == 0; i++)
        test_server(client, &loop, i);
    uv_loop_close(&loop);
    int exit_code = wstest_record_end(record, client->all_reached);
    printf("Report generation complete.\n");
    return exit_code;
}

/* The servers of the spec, or the one of --wsuri. */
static bool prepare_targets(struct wstest_record *record, struct text_buffer *errors)
{
    const struct wstest_spec *spec = record->spec;
    struct test_options *options = &record->options;
    for (size_t i = 0; i < spec->server_count; i++)
        options->targets[options->target_count++] =
            (struct test_target){.url = spec->servers[i].url,
                                 .name = spec->servers[i].agent,
                                 .server_name = spec->servers[i].hostname};
    if (spec->server_count == 0 && record->asked->uri != NULL)
        options->targets[options->target_count++] = (struct test_target){.url = record->asked->uri};
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
    if (wstest_record_init(&client->record, options, spec, WS_SERVER, &errors) &&
        prepare_targets(&client->record, &errors)) {
        print_plan(client);
        exit_code = run_servers(client, argc, argv);
    } else {
        printf("%s", errors.text == NULL ? "out of memory\n" : errors.text);
    }
    wstest_record_free(&client->record);
    text_free(&errors);
    free(client);
    return exit_code;
}
