/* SPDX-License-Identifier: MIT */
/* echo_server.c: how a driver uses an endpoint: octets from the transport go in, its output goes to the
 * transport, and a timer tells it the time. What is said and when is up to the endpoint; here is decided only
 * when to stop reading. */
#include "harness/echo_server.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    OPEN_TIMEOUT = 10000, /* milliseconds, TLS included */
    CLOSE_TIMEOUT = 2000,
    WRITE_SIZE = 256 << 10, /* octets of one write */
    BACKLOG_MAX = 1 << 20   /* no reading from a peer for whom more than this waits */
};

struct session {
    struct echo_server *server;
    struct session *previous, *next;
    struct ws_echo *echo;
    struct transport *transport;
    uv_timer_t timer;
    unsigned open_handles; /* transport and timer */
    bool closing;
};

struct echo_server {
    uv_loop_t *loop;
    struct echo_server_config config;
    size_t listener_count;
    struct listener *listeners[TRANSPORT_ADDRESSES_MAX];
    struct session *sessions;
    bool closing, crashed;
};

static void advance(struct session *session);

/* ---- The end of a session ---- */

static void free_when_closed(struct session *session)
{
    struct echo_server *server = session->server;
    if (--session->open_handles > 0)
        return;
    if (session->previous != NULL)
        session->previous->next = session->next;
    else
        server->sessions = session->next;
    if (session->next != NULL)
        session->next->previous = session->previous;
    ws_echo_free(session->echo);
    free(session);
    if (server->closing && server->sessions == NULL)
        free(server);
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

static void close_session(struct session *session)
{
    if (session->closing)
        return;
    session->closing = true;
    transport_close(session->transport);
    uv_close((uv_handle_t *)&session->timer, on_timer_closed);
}

/* ---- What happens to a session ---- */

static void on_opened(void *context, struct transport *transport)
{
    (void)context;
    (void)transport; /* the client speaks first (RFC 6455 4.1) */
}

static void on_received(void *context, struct transport *transport, const uint8_t *octets, size_t size)
{
    struct session *session = context;
    (void)transport;
    ws_echo_receive(session->echo, uv_now(session->server->loop), octets, size);
    advance(session);
}

static void on_writable(void *context, struct transport *transport)
{
    (void)transport;
    advance(context);
}

static void on_ended(void *context, struct transport *transport, enum transport_end end, const char *text)
{
    struct session *session = context;
    enum ws_fault fault = transport_tls_fault(session->server->config.tls);
    (void)text;
    if ((fault == WS_FAULT_TLS_KEEPS_TCP && end == TRANSPORT_ERROR) ||
        (fault == WS_FAULT_TLS_IGNORES_FIN && end == TRANSPORT_EOF && transport_truncated(transport)))
        return;
    ws_echo_receive_end(session->echo, uv_now(session->server->loop));
    if (end == TRANSPORT_EOF)
        advance(session);
    else
        close_session(session);
}

static void on_timer(uv_timer_t *timer)
{
    struct session *session = timer->data;
    ws_echo_tick(session->echo, uv_now(session->server->loop));
    if (ws_endpoint_state(ws_echo_endpoint(session->echo)) == WS_CLOSED)
        close_session(session); /* a timeout has run out: what still waits will never be taken */
    else
        advance(session);
}

static const struct transport_events session_events = {
    .opened = on_opened,
    .received = on_received,
    .writable = on_writable,
    .ended = on_ended,
    .closed = on_closed,
};

/* After anything that happened: writes what the endpoint wants to say, decides whether to read on, closes
 * when the endpoint is done, and sets the timer. */
static void advance(struct session *session)
{
    struct ws_endpoint *endpoint = ws_echo_endpoint(session->echo);
    struct ws_octets output;
    size_t queued = transport_queued(session->transport);
    if (ws_endpoint_crashed(endpoint)) {
        session->server->crashed = true;
        uv_stop(session->server->loop);
        return;
    }
    while ((output = ws_endpoint_output(endpoint)).size > 0 && queued < BACKLOG_MAX) {
        size_t size = output.size < WRITE_SIZE ? output.size : WRITE_SIZE;
        queued = transport_write(session->transport, output.at, size);
        ws_endpoint_output_taken(endpoint, size);
    }
    if (queued + output.size > BACKLOG_MAX)
        transport_pause(session->transport);
    else
        transport_resume(session->transport);

    uint64_t now = uv_now(session->server->loop), wake_at = ws_endpoint_deadline(endpoint);
    if (output.size == 0) {
        switch (ws_endpoint_transport(endpoint)) {
        case WS_TRANSPORT_KEEP:
            break;
        case WS_TRANSPORT_SHUTDOWN:
            transport_shutdown(session->transport);
            ws_endpoint_shutdown_done(endpoint);
            break;
        case WS_TRANSPORT_CLOSE:
            if (queued == 0) {
                close_session(session);
                return;
            }
            break;
        }
    }
    if (ws_endpoint_state(endpoint) == WS_CLOSED)
        wake_at = now + CLOSE_TIMEOUT; /* for what is still queued */
    if (wake_at == WS_NEVER)
        uv_timer_stop(&session->timer);
    else
        uv_timer_start(&session->timer, on_timer, wake_at > now ? wake_at - now : 0, 0);
}

/* A message of one client goes to all others who are there. */
static void broadcast(void *context, uint8_t opcode, struct ws_octets message)
{
    struct session *from = context;
    for (struct session *other = from->server->sessions; other != NULL; other = other->next) {
        struct ws_endpoint *endpoint = ws_echo_endpoint(other->echo);
        if (other == from || other->closing || ws_endpoint_state(endpoint) != WS_OPEN)
            continue;
        /* Who reads too slowly for its cap misses a message; the others do not wait for it. */
        (void)ws_endpoint_send(endpoint, opcode, true, message.at, message.size);
        advance(other);
    }
}

/* ---- The beginning ---- */

static void on_connection(void *context, struct listener *listener)
{
    struct echo_server *server = context;
    const struct ws_endpoint_config config = {
        .role = WS_SERVER,
        .message_limit = server->config.message_limit,
        .subprotocols = server->config.subprotocols,
        .open_timeout = OPEN_TIMEOUT,
        .close_timeout = CLOSE_TIMEOUT,
        .deflate = server->config.deflate,
        .fault = server->config.fault,
    };
    struct session *session = calloc(1, sizeof *session);
    if (session == NULL)
        return; /* the listener closes what nobody takes */
    session->server = server;
    session->echo = ws_echo_new(&config, uv_now(server->loop));
    if (session->echo != NULL)
        session->transport = listener_accept(listener, server->config.tls, &session_events, session);
    if (session->transport == NULL) {
        ws_echo_free(session->echo);
        free(session);
        return;
    }
    if (server->config.broadcasts)
        ws_echo_watch(session->echo, broadcast, session);
    uv_timer_init(server->loop, &session->timer);
    session->timer.data = session;
    session->open_handles = 2;
    session->next = server->sessions;
    if (session->next != NULL)
        session->next->previous = session;
    server->sessions = session;
    advance(session);
}

struct echo_server *echo_server_open(uv_loop_t *loop, const struct echo_server_config *config,
                                     char error[TRANSPORT_TEXT_MAX])
{
    struct echo_server *server = calloc(1, sizeof *server);
    if (server == NULL) {
        snprintf(error, TRANSPORT_TEXT_MAX, "out of memory");
        return NULL;
    }
    server->loop = loop;
    server->config = *config;
    struct transport_addresses *addresses = &server->config.addresses;
    for (size_t i = 0; i < addresses->count; i++) {
        if (i > 0 && transport_address_port((struct sockaddr *)&addresses->at[i]) == 0)
            transport_address_set_port(&addresses->at[i],
                                       transport_address_port((struct sockaddr *)&addresses->at[0]));
        struct listener *listener =
            listener_open(loop, (struct sockaddr *)&addresses->at[i], on_connection, server, error);
        if (listener == NULL) {
            echo_server_close(server);
            return NULL;
        }
        addresses->at[i] = listener_address(listener);
        server->listeners[server->listener_count++] = listener;
    }
    return server;
}

bool echo_server_crashed(const struct echo_server *server)
{
    return server->crashed;
}

const struct transport_addresses *echo_server_addresses(const struct echo_server *server)
{
    return &server->config.addresses;
}

void echo_server_close(struct echo_server *server)
{
    for (size_t i = 0; i < server->listener_count; i++)
        listener_close(server->listeners[i]);
    for (struct session *session = server->sessions; session != NULL; session = session->next)
        close_session(session);
    server->closing = true;
    if (server->sessions == NULL)
        free(server);
}
