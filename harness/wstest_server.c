/* SPDX-License-Identifier: MIT */
/* wstest_server.c: mode fuzzingserver: the cases of a spec for whatever clients come, under the control URLs
 * of Autobahn|Testsuite. Owns the lines on stdout and the end; does not own connections (serve.h), results
 * (serve_book.h) or reports (wstest_record.h). */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/prepared.h"
#include "harness/serve.h"
#include "harness/session_target.h"
#include "harness/web_port.h"
#include "harness/ws_url.h"
#include "harness/wstest.h"
#include "harness/wstest_record.h"

enum { ERRORS_MAX = 1 << 16, GRACE_US = 25 * 1000, LONGEST_US = 600 * 1000 * 1000 };

struct server {
    struct wstest_record record;
    uv_loop_t loop;
    uv_signal_t signals[2];
    struct ws_url url;
    char listen[WS_URL_HOST_MAX + 16]; /* HOST:PORT */
    struct transport_tls *tls;
    struct run_settings settings;
    struct serve_book book;
    struct serve *serve;
    struct web_port *web; /* NULL: none */
    bool shutdown;        /* a client has asked for the end */
    uv_work_t work;
    bool writing;                    /* reports, in another thread */
    unsigned ticket, ticket_written; /* given last; of the reports that are written last */
    bool serve_closed;
};

/* ---- What happens ---- */

static bool on_skips(void *context, const char *agent, const struct case_instance *instance)
{
    struct server *server = context;
    if (!wstest_record_excludes(&server->record, agent, instance->wstest))
        return false;
    printf("Skipping test case ID %s for agent %s by test configuration!\n", instance->wstest, agent);
    fflush(stdout);
    return true;
}

static void on_begins(void *context, const char *agent, const struct case_instance *instance,
                      const char *peer)
{
    (void)context;
    printf("Running test case ID %s for agent %s from peer tcp%c:%s\n", instance->wstest, agent,
           peer[0] == '[' ? '6' : '4', peer);
    fflush(stdout);
}

/* ---- Reports, in another thread: runs have their eyes on the clock ---- */

static void write_reports(uv_work_t *work)
{
    struct server *server = work->data;
    (void)wstest_record_report(&server->record);
}

static void begin_reports(struct server *server);

static void on_written(uv_work_t *work, int status)
{
    struct server *server = work->data;
    (void)status;
    server->writing = false;
    if (!server->serve_closed)
        serve_updated(server->serve, server->ticket_written);
    printf("Report generation complete.\n");
    fflush(stdout);
    if (server->ticket_written < server->ticket)
        begin_reports(server);
}

static void begin_reports(struct server *server)
{
    server->ticket_written = server->ticket; /* when it is done */
    server->work.data = server;
    server->writing = true;
    if (uv_queue_work(&server->loop, &server->work, write_reports, on_written) == 0)
        return;
    write_reports(&server->work);
    on_written(&server->work, 0);
}

static unsigned on_update_reports(void *context, const char *agent)
{
    struct server *server = context;
    printf("Updating reports, requested by peer %s\n", agent);
    fflush(stdout);
    server->ticket++;
    if (!server->writing)
        begin_reports(server);
    return server->ticket;
}

static void on_stop(void *context)
{
    struct server *server = context;
    server->shutdown = true;
    uv_stop(&server->loop);
}

static void on_moved(void *context)
{
    struct server *server = context;
    if (!server->book.failed)
        return;
    printf("%s\n", server->book.error);
    server->record.exit_code = 1;
    uv_stop(&server->loop);
}

static void on_signal(uv_signal_t *handle, int number)
{
    (void)number;
    uv_stop(handle->loop);
}

static const struct serve_events events = {.update_reports = on_update_reports,
                                           .stop = on_stop,
                                           .skips = on_skips,
                                           .begins = on_begins,
                                           .moved = on_moved};

/* ---- From the spec to the server ---- */

static void secure_random(void *context, uint8_t *out, size_t size)
{
    (void)context;
    session_target_random(out, size);
}

/* The key and the certificate of the spec, or of the command line. */
static const char *key_of(const struct wstest_record *record)
{
    return record->spec->key == NULL ? record->asked->key : record->spec->key;
}

static const char *certificate_of(const struct wstest_record *record)
{
    return record->spec->certificate == NULL ? record->asked->certificate : record->spec->certificate;
}

static bool open_tls(struct server *server, char error[TRANSPORT_TEXT_MAX])
{
    const char *key = key_of(&server->record), *certificate = certificate_of(&server->record);
    if (!server->url.secure)
        return true;
    if (key == NULL || certificate == NULL) {
        snprintf(error, TRANSPORT_TEXT_MAX,
                 "wss needs \"key\" and \"cert\" in the spec, or --key and --cert");
        return false;
    }
    server->tls = transport_tls_server(certificate, key, error);
    return server->tls != NULL;
}

/* Cases are numbered as the spec has chosen them, in numeric order. */
static void number_cases(struct server *server)
{
    const struct wstest_numbers *numbers = &server->record.numbers;
    server->book.list_count = 0;
    for (size_t k = 0; k < numbers->count; k++) {
        if (numbers->rows[k].wanted)
            server->book.list[server->book.list_count++] = numbers->rows[k].instance;
    }
}

static bool open_server(struct server *server, char error[TRANSPORT_TEXT_MAX])
{
    struct wstest_record *record = &server->record;
    struct serve_config config = {.book = &server->book,
                                  .settings = &server->settings,
                                  .reports = record->options.out,
                                  .events = &events,
                                  .context = server};
    if (!wstest_listen_url(&server->url, record->spec->url, error) ||
        !transport_resolve(&config.addresses, server->url.host, server->url.port, error) ||
        !open_tls(server, error))
        return false;
    config.tls = server->tls;
    bool ipv6 = strchr(server->url.host, ':') != NULL;
    snprintf(server->listen, sizeof server->listen, "%s%s%s:%u", ipv6 ? "[" : "", server->url.host,
             ipv6 ? "]" : "", server->url.port);
    record->options.listen = server->listen;
    record->options.certificate = server->url.secure ? certificate_of(record) : NULL;
    record->options.key = server->url.secure ? key_of(record) : NULL;
    server->settings =
        (struct run_settings){.can = NEEDS_ECHO | NEEDS_PONG | NEEDS_SUBPROTOCOL | NEEDS_DEFLATE |
                                     NEEDS_SURVEY | (unsigned)(server->tls != NULL ? NEEDS_TLS : NEEDS_PLAIN),
                              .patience = (run_time)wstest_patience(&record->spec->options, false) * 1000,
                              .grace = GRACE_US,
                              .longest = LONGEST_US,
                              .opens_always = true,
                              .prepared = prepared_store_new(),
                              .random = secure_random};
    static struct baseline nothing_known;
    wstest_record_select(record, NULL, false);
    if (!serve_book_init(&server->book, &record->recorder, &nothing_known, &server->settings,
                         record->spec->url, NULL)) {
        snprintf(error, TRANSPORT_TEXT_MAX, "out of memory");
        return false;
    }
    number_cases(server);
    server->serve = serve_open(&server->loop, &config, error);
    return server->serve != NULL;
}

/* Beside the fuzzing server, at the same host. Without it the cases can be run as well. */
static void open_web_port(struct server *server)
{
    char error[TRANSPORT_TEXT_MAX];
    struct transport_addresses addresses;
    unsigned port = server->record.asked->web_port;
    if (port == 0)
        return;
    if (transport_resolve(&addresses, server->url.host, port, error))
        server->web = web_port_open(&server->loop, &addresses, server->url.port, server->url.secure, error);
    if (server->web == NULL)
        printf("The web port is not there: %s\n", error);
    else
        printf("Web port: http://%s:%u/\n", server->url.host, port);
}

/* ---- Running ---- */

static int run_server(struct server *server)
{
    for (size_t i = 0; i < 2; i++) {
        uv_signal_init(&server->loop, &server->signals[i]);
        uv_signal_start(&server->signals[i], on_signal, i == 0 ? SIGINT : SIGTERM);
    }
    open_web_port(server);
    printf("Ok, will run %zu test cases for any clients connecting\n", server->book.list_count);
    wstest_record_print_cases(&server->record);
    fflush(stdout);
    uv_run(&server->loop, UV_RUN_DEFAULT);
    serve_book_release(&server->book);
    bool anybody = server->book.agent_count > 0;
    web_port_close(server->web);
    serve_close(server->serve);
    server->serve_closed = true;
    for (size_t i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&server->signals[i], NULL);
    uv_run(&server->loop, UV_RUN_DEFAULT); /* reports may be under way */
    int exit_code = wstest_record_end(&server->record, anybody);
    printf("Report generation complete%s\n", server->shutdown ? "; shutting down server." : ".");
    printf("Shutting down server.\n");
    return exit_code;
}

static int serve_spec(struct server *server, int argc, char **argv)
{
    char error[TRANSPORT_TEXT_MAX];
    int exit_code = 1;
    if (uv_loop_init(&server->loop) != 0) {
        printf("out of memory or of file descriptors\n");
        return exit_code;
    }
    if (wstest_record_open(&server->record, NULL, argc, argv)) {
        if (open_server(server, error)) {
            printf("Autobahn WebSocket %s/%s Fuzzing Server (Port %u%s)\n", WSTEST_SUITE_VERSION,
                   WSTEST_LIBRARY_VERSION, server->url.port, server->url.secure ? " TLS" : "");
            exit_code = run_server(server);
        } else {
            printf("%s\n", error);
        }
    }
    uv_run(&server->loop, UV_RUN_DEFAULT); /* what is closed is still to be freed */
    serve_book_free(&server->book);
    prepared_store_free(server->settings.prepared);
    transport_tls_free(server->tls);
    uv_loop_close(&server->loop);
    return exit_code;
}

int wstest_fuzzing_server(const struct wstest_options *options, const struct wstest_spec *spec, int argc,
                          char **argv)
{
    struct text_buffer errors = {.cap = ERRORS_MAX};
    struct server *server = calloc(1, sizeof *server);
    int exit_code = 1;
    if (server == NULL) {
        printf("out of memory\n");
        return exit_code;
    }
    if (wstest_record_init(&server->record, options, spec, WS_CLIENT, &errors))
        exit_code = serve_spec(server, argc, argv);
    else
        printf("%s", errors.text == NULL ? "out of memory\n" : errors.text);
    wstest_record_free(&server->record);
    text_free(&errors);
    free(server);
    return exit_code;
}
