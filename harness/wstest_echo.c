/* SPDX-License-Identifier: MIT */
/* wstest_echo.c: modes testeeserver and echoserver: the reference as an echo server at a WebSocket URI, until
 * a signal ends it; and testeeclient and echoclient, which are `wringer connect`. */
#include <signal.h>
#include <stdio.h>

#include "harness/command.h"
#include "harness/echo_server.h"
#include "harness/ws_url.h"
#include "harness/wstest.h"

static void on_signal(uv_signal_t *signals, int number)
{
    (void)number;
    uv_stop(signals->loop);
}

static void serve(uv_loop_t *loop, struct echo_server *server)
{
    uv_signal_t signals[2];
    for (size_t i = 0; i < 2; i++) {
        uv_signal_init(loop, &signals[i]);
        uv_signal_start(&signals[i], on_signal, i == 0 ? SIGINT : SIGTERM);
    }
    uv_run(loop, UV_RUN_DEFAULT);
    echo_server_close(server);
    for (size_t i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&signals[i], NULL);
    uv_run(loop, UV_RUN_DEFAULT);
}

/* NULL with the reason in `error`. */
static struct echo_server *open_server(uv_loop_t *loop, const struct wstest_options *options,
                                       struct transport_tls **tls, struct ws_url *url,
                                       char error[TRANSPORT_TEXT_MAX])
{
    struct echo_server_config config = {.deflate = {.enabled = options->mode == WSTEST_TESTEESERVER},
                                        .broadcasts = options->mode == WSTEST_BROADCASTSERVER};
    if (!wstest_listen_url(url, options->uri, error) ||
        !transport_resolve(&config.addresses, url->host, url->port, error))
        return NULL;
    if (url->secure && options->certificate == NULL) {
        snprintf(error, TRANSPORT_TEXT_MAX, "%.200s: wss needs --key and --cert", options->uri);
        return NULL;
    }
    if (url->secure) {
        *tls = transport_tls_server(options->certificate, options->key, error);
        if (*tls == NULL)
            return NULL;
    }
    config.tls = *tls;
    return echo_server_open(loop, &config, error);
}

int wstest_echo_server(const struct wstest_options *options)
{
    char error[TRANSPORT_TEXT_MAX];
    uv_loop_t loop;
    struct transport_tls *tls = NULL;
    struct ws_url url;
    if (uv_loop_init(&loop) != 0) {
        printf("out of memory or of file descriptors\n");
        return 1;
    }
    struct echo_server *server = open_server(&loop, options, &tls, &url, error);
    if (server != NULL) {
        printf("Wringer %s, %s (Port %u%s)\n", WRINGER_VERSION, wstest_mode_word(options->mode), url.port,
               url.secure ? " TLS" : "");
        fflush(stdout);
        serve(&loop, server);
    } else {
        printf("%s\n", error);
        uv_run(&loop, UV_RUN_DEFAULT); /* what failed to open may still have to be closed */
    }
    transport_tls_free(tls);
    uv_loop_close(&loop);
    return server == NULL ? 1 : 0;
}

int wstest_echo_client(const struct wstest_options *options)
{
    /* getopt_long, which reads them, changes the order of words, never a word. */
    char *agent = options->ident == NULL ? "Wringer" : (char *)options->ident, *uri = (char *)options->uri;
    char *walk[] = {"connect", "--insecure", "--agent", agent, uri, NULL};
    char *once[] = {"connect", "--insecure", "--no-deflate", "--once", uri, NULL};
    bool walks = options->mode == WSTEST_TESTEECLIENT;
    return command_connect(5, walks ? walk : once) == EXIT_AS_EXPECTED ? 0 : 1;
}
