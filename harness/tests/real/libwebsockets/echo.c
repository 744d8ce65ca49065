/* SPDX-License-Identifier: MIT */
/* An echo server on libwebsockets: echo PORT [CERTIFICATE KEY]. */
#include <libwebsockets.h>
#include <signal.h>
#include <stdlib.h>

#include "echoing.h"

static volatile sig_atomic_t stopped;

static void stop(int signal_number)
{
    (void)signal_number;
    stopped = 1;
}

static int echo(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *octets, size_t size)
{
    switch (reason) {
    case LWS_CALLBACK_ESTABLISHED:
        echoing_begin(user);
        return 0;
    case LWS_CALLBACK_RECEIVE:
        return echoing_received(wsi, user, octets, size);
    case LWS_CALLBACK_SERVER_WRITEABLE:
        return echoing_writable(wsi, user);
    case LWS_CALLBACK_CLOSED:
        echoing_end(user);
        return 0;
    default:
        return 0;
    }
}

static const struct lws_protocols protocols[] = {
    {.name = "echo",
     .callback = echo,
     .per_session_data_size = sizeof(struct echoing),
     .rx_buffer_size = 65536},
    {.name = "Wringer.example",
     .callback = echo,
     .per_session_data_size = sizeof(struct echoing),
     .rx_buffer_size = 65536},
    {.name = NULL},
};

int main(int argc, char **argv)
{
    if (argc != 2 && argc != 4)
        return 2;
    signal(SIGTERM, stop);
    lws_set_log_level(LLL_ERR, NULL);
    struct lws_context_creation_info info = {
        .port = (int)strtol(argv[1], NULL, 10),
        .iface = "127.0.0.1",
        .protocols = protocols,
        /* UTF-8 is validated only when asked for. */
        .options = LWS_SERVER_OPTION_VALIDATE_UTF8,
    };
    if (argc == 4) {
        info.options |= LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
        info.ssl_cert_filepath = argv[2];
        info.ssl_private_key_filepath = argv[3];
    }
    struct lws_context *context = lws_create_context(&info);
    if (!context)
        return 1;
    while (!stopped && lws_service(context, 0) >= 0)
        continue;
    lws_context_destroy(context);
    return 0;
}
