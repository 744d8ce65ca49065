/* SPDX-License-Identifier: MIT */
/* An echo server on libwebsockets: echo PORT [CERTIFICATE KEY]. Messages arrive in pieces and are put
 * together before they are sent back, because a piece does not say whether more follows it in the same frame.
 */
#include <libwebsockets.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGE_MAX ((size_t)64 << 20)

/* Octets waiting for the peer to read before we stop reading from it. */
#define WAITING_MAX ((size_t)1 << 20)

struct message {
    struct message *next;
    bool binary;
    size_t size, room;
    unsigned char *octets; /* LWS_PRE octets for the library, then size octets of payload */
};

/* Owned by libwebsockets, one per connection, zeroed. */
struct connection {
    struct message *arriving; /* NULL between messages */
    struct message *first, **end;
    size_t waiting;
};

static volatile sig_atomic_t stopped;

static void stop(int signal_number)
{
    (void)signal_number;
    stopped = 1;
}

static void message_free(struct message *message)
{
    if (message)
        free(message->octets);
    free(message);
}

static int message_append(struct message *message, const void *octets, size_t size)
{
    if (size > MESSAGE_MAX - message->size)
        return -1;
    size_t wanted = LWS_PRE + message->size + size;
    if (wanted > message->room) {
        size_t room = wanted < 4096 ? 4096 : wanted + wanted / 2;
        unsigned char *grown = realloc(message->octets, room);
        if (!grown)
            return -1;
        message->octets = grown;
        message->room = room;
    }
    if (size)
        memcpy(message->octets + LWS_PRE + message->size, octets, size);
    message->size += size;
    return 0;
}

static int piece_received(struct lws *wsi, struct connection *connection, const void *octets, size_t size)
{
    if (!connection->arriving) {
        connection->arriving = calloc(1, sizeof *connection->arriving);
        if (!connection->arriving)
            return -1;
        connection->arriving->binary = lws_frame_is_binary(wsi);
    }
    if (message_append(connection->arriving, octets, size)) {
        lws_close_reason(wsi, LWS_CLOSE_STATUS_MESSAGE_TOO_LARGE, NULL, 0);
        return -1;
    }
    if (!lws_is_final_fragment(wsi) || lws_remaining_packet_payload(wsi))
        return 0;
    *connection->end = connection->arriving;
    connection->end = &connection->arriving->next;
    connection->waiting += connection->arriving->size;
    connection->arriving = NULL;
    if (connection->waiting > WAITING_MAX)
        lws_rx_flow_control(wsi, 0);
    lws_callback_on_writable(wsi);
    return 0;
}

/* lws_write takes the whole message and keeps what the socket does not take; one message per writable
 * callback. */
static int send_first(struct lws *wsi, struct connection *connection)
{
    struct message *message = connection->first;
    if (!message)
        return 0;
    connection->first = message->next;
    if (!connection->first)
        connection->end = &connection->first;
    connection->waiting -= message->size;
    int written = lws_write(wsi, message->octets + LWS_PRE, message->size,
                            message->binary ? LWS_WRITE_BINARY : LWS_WRITE_TEXT);
    bool failed = written < 0 || (size_t)written < message->size;
    message_free(message);
    if (failed)
        return -1;
    if (connection->waiting <= WAITING_MAX)
        lws_rx_flow_control(wsi, 1);
    if (connection->first)
        lws_callback_on_writable(wsi);
    return 0;
}

static int echo(struct lws *wsi, enum lws_callback_reasons reason, void *user, void *octets, size_t size)
{
    struct connection *connection = user;
    if (reason == LWS_CALLBACK_ESTABLISHED) {
        connection->end = &connection->first;
    } else if (reason == LWS_CALLBACK_RECEIVE) {
        return piece_received(wsi, connection, octets, size);
    } else if (reason == LWS_CALLBACK_SERVER_WRITEABLE) {
        return send_first(wsi, connection);
    } else if (reason == LWS_CALLBACK_CLOSED) {
        message_free(connection->arriving);
        while (connection->first) {
            struct message *message = connection->first;
            connection->first = message->next;
            message_free(message);
        }
    }
    return 0;
}

static const struct lws_protocols protocols[] = {
    {.name = "echo",
     .callback = echo,
     .per_session_data_size = sizeof(struct connection),
     .rx_buffer_size = 65536},
    {.name = "Wringer.example",
     .callback = echo,
     .per_session_data_size = sizeof(struct connection),
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
