/* SPDX-License-Identifier: MIT */
/* command_serve.c: `wringer serve`: tests the clients that come, or that it starts, writes the report, and
 * gives the exit code. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/command.h"
#include "harness/key_log.h"
#include "harness/prepared.h"
#include "harness/runner.h"
#include "harness/serve_exec.h"
#include "harness/session_target.h"
#include "harness/testing.h"
#include "harness/ws_url.h"

enum { GRACE_US = 25 * 1000, LONGEST_US = 600 * 1000 * 1000 };

struct serving {
    struct testing *testing;
    uv_loop_t loop;
    struct serve *serve;
    struct serve_book book;
    struct transport_tls *tls;
    struct run_settings settings;
    uv_signal_t signals[2];
    uint64_t moved_at;
    bool stop, finished, interrupted;
    char url[TRANSPORT_TEXT_MAX];
    char log_file[4096];
};

/* ---- What the server tells ---- */

static unsigned on_update_reports(void *context, const char *agent)
{
    struct serving *serving = context;
    console_clear(&serving->testing->console);
    console_line(&serving->testing->console, "reports updated, as %s asked", agent);
    (void)testing_report(serving->testing);
    return 0;
}

static void on_stop(void *context)
{
    struct serving *serving = context;
    if (serving->testing->options.targets[0].exec != NULL) {
        serving->finished = true; /* not all: what it did is to be confirmed yet */
        return;
    }
    serving->stop = true;
    uv_stop(&serving->loop);
}

static void on_moved(void *context)
{
    struct serving *serving = context;
    serving->moved_at = uv_now(&serving->loop);
    if (!serving->book.failed)
        return;
    serving->stop = true;
    uv_stop(&serving->loop);
}

static const struct serve_events events = {
    .update_reports = on_update_reports, .stop = on_stop, .moved = on_moved};

static void on_signal(uv_signal_t *handle, int number)
{
    struct serving *serving = handle->data;
    (void)number;
    serving->stop = serving->interrupted = true;
    uv_stop(&serving->loop);
}

/* ---- From the options to the server ---- */

static void secure_random(void *context, uint8_t *out, size_t size)
{
    (void)context;
    session_target_random(out, size);
}

static void set_up_runs(struct serving *serving)
{
    const struct test_options *options = &serving->testing->options;
    serving->settings = (struct run_settings){
        .can = NEEDS_ECHO | NEEDS_PONG | NEEDS_SUBPROTOCOL | NEEDS_DEFLATE | NEEDS_SURVEY |
               (unsigned)(serving->tls != NULL ? NEEDS_TLS : NEEDS_PLAIN),
        .patience = (run_time)options->patience_ms * 1000,
        .grace = GRACE_US,
        .longest = LONGEST_US,
        .prepared = prepared_store_new(),
        .keys = key_log_new(),
        .random = secure_random,
    };
}

/* A client that was given our URL names us in Host as the URL does (RFC 6455 4.1). */
static void expect_host(struct serving *serving)
{
    const char *exec = serving->testing->options.targets[0].exec;
    if (exec != NULL && strstr(exec, "{url}") != NULL)
        serving->settings.request.host = strstr(serving->url, "://") + 3;
}

/* The URL of the first address. */
static void name_url(struct serving *serving)
{
    struct sockaddr_storage address = serve_addresses(serving->serve)->at[0];
    char where[TRANSPORT_ADDRESS_TEXT_MAX];
    transport_address_text(where, (struct sockaddr *)&address);
    snprintf(serving->url, sizeof serving->url, "%s://%s", serving->tls != NULL ? "wss" : "ws", where);
}

static bool open_server(struct serving *serving, char error[TRANSPORT_TEXT_MAX])
{
    const struct test_options *options = &serving->testing->options;
    struct serve_config config = {.book = &serving->book,
                                  .settings = &serving->settings,
                                  .derived_non_strict = options->derived_non_strict,
                                  .reports = options->out,
                                  .events = &events,
                                  .context = serving};
    char host[WS_URL_HOST_MAX];
    unsigned port = 0;
    if (!ws_url_parse_host_port(host, &port, options->listen, error) ||
        !transport_resolve(&config.addresses, host, port, error))
        return false;
    if (options->certificate != NULL) {
        serving->tls = transport_tls_server(options->certificate, options->key, error);
        if (serving->tls == NULL)
            return false;
    }
    config.tls = serving->tls;
    set_up_runs(serving);
    if (!serve_book_init(&serving->book, &serving->testing->recorder, &serving->testing->baselines[0],
                         &serving->settings, serving->url, options->targets[0].exec)) {
        snprintf(error, TRANSPORT_TEXT_MAX, "out of memory");
        return false;
    }
    serving->serve = serve_open(&serving->loop, &config, error);
    if (serving->serve != NULL) {
        name_url(serving);
        expect_host(serving);
    }
    return serving->serve != NULL;
}

/* ---- Running ---- */

static int run_alone(struct serving *serving)
{
    const struct transport_addresses *addresses = serve_addresses(serving->serve);
    for (size_t i = 0; i < addresses->count; i++) {
        char where[TRANSPORT_ADDRESS_TEXT_MAX];
        transport_address_text(where, (const struct sockaddr *)&addresses->at[i]);
        printf("listening on %s://%s/ with %zu cases\n", serving->tls != NULL ? "wss" : "ws", where,
               serving->book.list_count);
    }
    fflush(stdout);
    uv_run(&serving->loop, UV_RUN_DEFAULT);
    serve_book_release(&serving->book);
    if (serving->book.agent_count > 0)
        return EXIT_AS_EXPECTED;
    fprintf(stderr, "wringer serve: no client came\n");
    return EXIT_UNREACHABLE;
}

static int run_exec(struct serving *serving)
{
    const struct test_options *options = &serving->testing->options;
    char error[TRANSPORT_TEXT_MAX];
    const struct serve_exec_config config = {.command = options->targets[0].exec,
                                             .url = serving->url,
                                             .log_file = serving->log_file,
                                             .jobs = options->jobs,
                                             .patience_ms = options->patience_ms,
                                             .serve = serving->serve,
                                             .book = &serving->book,
                                             .stop = &serving->stop,
                                             .finished = &serving->finished,
                                             .moved_at = &serving->moved_at};
    serving->book.confirms = true;
    console_begin(&serving->testing->console, serving->testing->plan.selected_count, conversation_now());
    if (serve_exec(&serving->loop, &config, error))
        return EXIT_AS_EXPECTED;
    console_clear(&serving->testing->console);
    fprintf(stderr, "wringer serve: %s\n", error);
    return EXIT_UNREACHABLE;
}

static int sum_up(struct serving *serving, int exit_code)
{
    struct testing *testing = serving->testing;
    struct serve_book *book = &serving->book;
    console_clear(&testing->console);
    for (size_t i = 0; i < book->agent_count; i++) {
        const struct serve_agent *agent = book->agents[i];
        int one = testing_sum_up(testing, agent->name, &agent->tally, &testing->baselines[0]);
        testing_print_tally(testing, agent->name, &agent->tally);
        exit_code = one > exit_code ? one : exit_code;
    }
    if (book->failed) {
        fprintf(stderr, "wringer serve: %s\n", book->error);
        exit_code = EXIT_OWN_FAULT;
    } else if (serving->interrupted && testing->options.targets[0].exec != NULL) {
        fprintf(stderr, "wringer serve: interrupted; what ended before is written\n");
        exit_code = EXIT_OWN_FAULT;
    }
    return exit_code;
}

static void close_all(struct serving *serving)
{
    if (serving->serve != NULL)
        serve_close(serving->serve);
    for (size_t i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&serving->signals[i], NULL);
    uv_run(&serving->loop, UV_RUN_DEFAULT);
    serve_book_free(&serving->book);
    prepared_store_free(serving->settings.prepared);
    key_log_free(serving->settings.keys);
    transport_tls_free(serving->tls);
    uv_loop_close(&serving->loop);
}

static int serve_clients(struct testing *testing)
{
    struct serving serving = {.testing = testing};
    char error[TRANSPORT_TEXT_MAX];
    if (uv_loop_init(&serving.loop) != 0) {
        fprintf(stderr, "wringer serve: out of memory or of file descriptors\n");
        return EXIT_OWN_FAULT;
    }
    for (size_t i = 0; i < 2; i++) {
        uv_signal_init(&serving.loop, &serving.signals[i]);
        serving.signals[i].data = &serving;
        uv_signal_start(&serving.signals[i], on_signal, i == 0 ? SIGINT : SIGTERM);
        uv_unref((uv_handle_t *)&serving.signals[i]);
    }
    snprintf(serving.log_file, sizeof serving.log_file, "%.4000s/target.log", testing->options.out);
    int exit_code = EXIT_OWN_FAULT;
    if (!open_server(&serving, error)) {
        fprintf(stderr, "wringer serve: %s\n", error);
        exit_code = EXIT_USAGE;
    } else {
        exit_code = testing->options.targets[0].exec != NULL ? run_exec(&serving) : run_alone(&serving);
        exit_code = sum_up(&serving, exit_code);
    }
    close_all(&serving);
    return exit_code;
}

int command_serve(int argc, char **argv)
{
    int exit_code;
    struct testing *testing = testing_new(WS_CLIENT, argc, argv, &exit_code);
    if (testing == NULL)
        return exit_code;
    exit_code = testing_begin(testing);
    if (exit_code == EXIT_AS_EXPECTED) {
        exit_code = serve_clients(testing);
        exit_code = testing_end(testing, exit_code);
    }
    testing_free(testing);
    return exit_code;
}
