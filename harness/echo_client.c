/* SPDX-License-Identifier: MIT */
/* echo_client.c: a transport, a timer, and an echo session or an endpoint that only listens. */
#include "harness/echo_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

enum {
    OPEN_TIMEOUT = 10000, /* milliseconds */
    CLOSE_TIMEOUT = 5000,
    WRITE_SIZE = 256 << 10, /* octets of one write */
    BACKLOG_MAX = 1 << 20   /* no reading from a peer for whom more than this waits */
};

struct echo_client {
    struct echo_client_config config;
    uv_loop_t *loop;
    struct ws_request request;
    char key[WS_KEY_SIZE + 1];
    struct ws_echo *echo;         /* `answers`; else */
    struct ws_endpoint *endpoint; /* that of the echo, or one of our own */
    struct transport *transport;
    uv_timer_t timer;
    unsigned open_handles;
    bool closing, connected, opened;
    char text[ECHO_CLIENT_TEXT_MAX];
    size_t text_size;
    bool text_done;
    char why[TRANSPORT_TEXT_MAX];
};

static void advance(struct echo_client *client);

static void secure_random(void *context, uint8_t *out, size_t size)
{
    (void)context;
    if (RAND_bytes(out, (int)size) != 1)
        memset(out, 0, size);
}

/* ---- The end ---- */

static void free_when_closed(struct echo_client *client)
{
    if (--client->open_handles > 0)
        return;
    client->text[client->text_size] = '\0';
    const struct echo_client_end end = {
        .connected = client->connected, .opened = client->opened, .why = client->why, .text = client->text};
    client->config.ended(client->config.context, &end);
    if (client->echo != NULL)
        ws_echo_free(client->echo);
    else
        ws_endpoint_free(client->endpoint);
    free(client);
}

static void on_closed(void *context, struct transport *transport)
{
    (void)transport;
    free_when_closed(context);
}

static void on_timer_closed(uv_handle_t *timer)
{
    free_when_closed(timer->data);
}

void echo_client_close(struct echo_client *client)
{
    if (client->closing)
        return;
    client->closing = true;
    transport_close(client->transport);
    uv_close((uv_handle_t *)&client->timer, on_timer_closed);
}

/* ---- What happens ---- */

static void on_opened(void *context, struct transport *transport)
{
    struct echo_client *client = context;
    (void)transport;
    client->connected = true;
    advance(client);
}

/* Keeps the first text message. */
static void listen_to(struct echo_client *client, const struct ws_event *event)
{
    if (event->kind != WS_EVENT_DATA || event->opcode != WS_TEXT)
        return;
    if (client->config.heard != NULL)
        client->config.heard(client->config.context, event->octets, event->last);
    if (client->text_done)
        return;
    size_t room = sizeof client->text - 1 - client->text_size;
    size_t kept = event->octets.size < room ? event->octets.size : room;
    memcpy(client->text + client->text_size, event->octets.at, kept);
    client->text_size += kept;
    client->text_done = event->last;
}

/* The opening handshake has succeeded, or the server ended it. */
static void begin_talking(struct echo_client *client)
{
    const char *greeting = client->config.greeting;
    client->opened = true;
    if (ws_endpoint_state(client->endpoint) != WS_OPEN)
        return;
    if (greeting != NULL)
        (void)ws_endpoint_send(client->endpoint, WS_TEXT, true, (const uint8_t *)greeting, strlen(greeting));
    if (client->config.opened != NULL)
        client->config.opened(client->config.context);
}

static void on_received(void *context, struct transport *transport, const uint8_t *octets, size_t size)
{
    struct echo_client *client = context;
    struct ws_event event = {.kind = WS_EVENT_NONE};
    (void)transport;
    if (client->echo != NULL)
        ws_echo_receive(client->echo, uv_now(client->loop), octets, size);
    else
        do {
            size_t taken = ws_endpoint_receive(client->endpoint, uv_now(client->loop), octets, size, &event);
            octets += taken;
            size -= taken;
            listen_to(client, &event);
        } while (event.kind != WS_EVENT_NONE);
    if (!client->opened && ws_endpoint_state(client->endpoint) != WS_CONNECTING)
        begin_talking(client);
    advance(client);
}

static void on_writable(void *context, struct transport *transport)
{
    (void)transport;
    advance(context);
}

static void on_ended(void *context, struct transport *transport, enum transport_end end, const char *text)
{
    struct echo_client *client = context;
    (void)transport;
    if (!client->connected)
        snprintf(client->why, sizeof client->why, "%s", text);
    struct ws_event event;
    if (client->echo != NULL)
        ws_echo_receive_end(client->echo, uv_now(client->loop));
    else
        ws_endpoint_receive_end(client->endpoint, uv_now(client->loop), &event);
    if (end == TRANSPORT_EOF)
        advance(client);
    else
        echo_client_close(client);
}

static const struct transport_events events = {.opened = on_opened,
                                               .received = on_received,
                                               .writable = on_writable,
                                               .ended = on_ended,
                                               .closed = on_closed};

static void on_timer(uv_timer_t *timer)
{
    struct echo_client *client = timer->data;
    struct ws_event event;
    if (client->echo != NULL)
        ws_echo_tick(client->echo, uv_now(client->loop));
    else
        ws_endpoint_tick(client->endpoint, uv_now(client->loop), &event);
    if (ws_endpoint_state(client->endpoint) == WS_CLOSED || !client->connected)
        echo_client_close(client);
    else
        advance(client);
}

/* After anything that happened: writes, decides whether to read on, closes when it is over, sets the timer.
 */
static void advance(struct echo_client *client)
{
    struct ws_endpoint *endpoint = client->endpoint;
    struct ws_octets output = {0};
    size_t queued = transport_queued(client->transport);
    if (client->closing || !client->connected)
        return;
    while ((output = ws_endpoint_output(endpoint)).size > 0 && queued < BACKLOG_MAX) {
        size_t size = output.size < WRITE_SIZE ? output.size : WRITE_SIZE;
        queued = transport_write(client->transport, output.at, size);
        ws_endpoint_output_taken(endpoint, size);
    }
    if (queued + output.size > BACKLOG_MAX)
        transport_pause(client->transport);
    else
        transport_resume(client->transport);
    uint64_t now = uv_now(client->loop), wake_at = ws_endpoint_deadline(endpoint);
    if (output.size == 0) {
        switch (ws_endpoint_transport(endpoint)) {
        case WS_TRANSPORT_KEEP:
            break;
        case WS_TRANSPORT_SHUTDOWN:
            transport_shutdown(client->transport);
            ws_endpoint_shutdown_done(endpoint);
            break;
        case WS_TRANSPORT_CLOSE:
            if (queued == 0) {
                echo_client_close(client);
                return;
            }
            break;
        }
    }
    if (ws_endpoint_state(endpoint) == WS_CLOSED)
        wake_at = now + CLOSE_TIMEOUT; /* for what is still queued */
    if (wake_at == WS_NEVER)
        uv_timer_stop(&client->timer);
    else
        uv_timer_start(&client->timer, on_timer, wake_at > now ? wake_at - now : 0, 0);
}

/* ---- The beginning ---- */

struct echo_client *echo_client_connect(uv_loop_t *loop, const struct echo_client_config *config)
{
    struct echo_client *client = calloc(1, sizeof *client);
    uint8_t nonce[16];
    if (client == NULL)
        return NULL;
    client->loop = loop;
    client->config = *config;
    client->request = *config->request;
    secure_random(NULL, nonce, sizeof nonce);
    ws_key_encode(client->key, nonce);
    client->request.key = client->key;
    const struct ws_endpoint_config endpoint_config = {.role = WS_CLIENT,
                                                       .message_limit = config->message_limit,
                                                       .open_timeout = OPEN_TIMEOUT,
                                                       .close_timeout = CLOSE_TIMEOUT,
                                                       .request = &client->request,
                                                       .deflate = config->deflate,
                                                       .random = secure_random,
                                                       .fault =
                                                           config->answers ? config->fault : WS_NO_FAULT};
    if (config->answers) {
        client->echo = ws_echo_new(&endpoint_config, uv_now(loop));
        client->endpoint = client->echo == NULL ? NULL : ws_echo_endpoint(client->echo);
    } else {
        client->endpoint = ws_endpoint_new(&endpoint_config, uv_now(loop));
    }
    if (client->endpoint != NULL)
        client->transport =
            transport_connect(loop, config->address, config->tls, config->server_name, &events, client);
    if (client->transport == NULL) {
        if (client->echo != NULL)
            ws_echo_free(client->echo);
        else
            ws_endpoint_free(client->endpoint);
        free(client);
        return NULL;
    }
    uv_timer_init(loop, &client->timer);
    client->timer.data = client;
    client->open_handles = 2;
    uv_timer_start(&client->timer, on_timer, OPEN_TIMEOUT, 0);
    return client;
}
