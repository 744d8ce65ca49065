/* SPDX-License-Identifier: MIT */
/* A client on libwebsockets that sends every message back: client URL [CERTIFICATE]. Asks for the number of
 * cases, runs each on a connection of its own, and asks for the reports. */
#include <libwebsockets.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../libwebsockets/echoing.h"

enum { AT_ONCE = 16 };

/* All connections have the same server; the cases are counted from 1. */
static struct {
    struct lws_context *context;
    const char *protocol, *host;
    int port;
    char url[256];
    unsigned running, count, next;
} walk;

static int on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *octets, size_t size)
{
    switch (reason) {
    case LWS_CALLBACK_CLIENT_ESTABLISHED:
        echoing_begin(user);
        return 0;
    case LWS_CALLBACK_CLIENT_RECEIVE:
        if (walk.next > 0)
            return echoing_received(wsi, user, octets, size);
        char digits[16];
        snprintf(digits, sizeof digits, "%.*s", (int)size, (const char *)octets);
        walk.count = (unsigned)strtoul(digits, NULL, 10);
        return 0;
    case LWS_CALLBACK_CLIENT_WRITEABLE:
        return echoing_writable(wsi, user);
    case LWS_CALLBACK_CLIENT_CLOSED:
        echoing_end(user);
        walk.running--;
        return 0;
    case LWS_CALLBACK_CLIENT_CONNECTION_ERROR:
        walk.running--;
        return 0;
    default:
        return 0;
    }
}

static const struct lws_protocols protocols[] = {
    {.name = "echo",
     .callback = on_event,
     .per_session_data_size = sizeof(struct echoing),
     .rx_buffer_size = 65536},
    {.name = NULL},
};

/* When the server cannot be reached, the callback is told, or NULL is returned, or both. */
static void begin(const char *path)
{
    const struct lws_client_connect_info info = {
        .context = walk.context,
        .address = walk.host,
        .port = walk.port,
        .path = path,
        .host = walk.host,
        .ssl_connection = strcmp(walk.protocol, "wss") == 0 ? LCCSCF_USE_SSL : 0,
        .local_protocol_name = protocols[0].name,
        .ietf_version_or_minus_one = -1,
    };
    walk.running++;
    if (!lws_client_connect_via_info(&info))
        exit(EXIT_FAILURE);
}

static void finish_all(void)
{
    while (walk.running > 0 && lws_service(walk.context, 0) >= 0)
        continue;
}

int main(int argc, char **argv)
{
    const char *path;
    if (argc != 2 && argc != 3)
        return 2;
    snprintf(walk.url, sizeof walk.url, "%s", argv[1]);
    if (lws_parse_uri(walk.url, &walk.protocol, &walk.host, &walk.port, &path))
        return 2;
    lws_set_log_level(LLL_ERR, NULL);
    const struct lws_context_creation_info info = {
        .port = CONTEXT_PORT_NO_LISTEN,
        .protocols = protocols,
        /* UTF-8 is validated only when asked for. */
        .options = LWS_SERVER_OPTION_VALIDATE_UTF8 | LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT,
        .client_ssl_ca_filepath = argc == 3 ? argv[2] : NULL,
    };
    walk.context = lws_create_context(&info);
    if (!walk.context)
        return 1;
    begin("/getCaseCount");
    finish_all();
    for (walk.next = 1; walk.next <= walk.count; walk.next++) {
        char target[64];
        snprintf(target, sizeof target, "/runCase?case=%u&agent=libwebsockets", walk.next);
        begin(target);
        while (walk.running == AT_ONCE && lws_service(walk.context, 0) >= 0)
            continue;
    }
    finish_all();
    begin("/updateReports?agent=libwebsockets");
    finish_all();
    lws_context_destroy(walk.context);
    return 0;
}
