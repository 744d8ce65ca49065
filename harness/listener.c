/* SPDX-License-Identifier: MIT */
/* listener.c: listening over libuv. */
#include "harness/listener.h"

#include <stdio.h>
#include <stdlib.h>

enum { BACKLOG = 4096 }; /* the kernel cuts it to net.core.somaxconn */

struct listener {
    uv_tcp_t tcp;
    uv_tcp_t refused; /* the connection that nobody took, while it is being closed */
    bool waiting;     /* a connection waits to be taken */
    bool refusing;
    bool closing;
    listener_connection connection;
    void *context;
};

static void on_closed(uv_handle_t *handle)
{
    free(handle->data);
}

static void free_when_closed(struct listener *listener)
{
    if (listener->closing && !listener->refusing && uv_is_closing((uv_handle_t *)&listener->tcp) == 0)
        uv_close((uv_handle_t *)&listener->tcp, on_closed);
}

static void refuse_waiting(struct listener *listener);

static void on_refused_closed(uv_handle_t *handle)
{
    struct listener *listener = handle->data;
    listener->refusing = false;
    if (listener->closing)
        free_when_closed(listener);
    else
        refuse_waiting(listener);
}

/* libuv accepts no further connection until the one that waits is taken, so it has to be taken in any case.
 */
static void refuse_waiting(struct listener *listener)
{
    if (!listener->waiting || listener->refusing || listener->closing)
        return;
    listener->waiting = false;
    listener->refusing = true;
    uv_tcp_init(listener->tcp.loop, &listener->refused);
    listener->refused.data = listener;
    uv_accept((uv_stream_t *)&listener->tcp, (uv_stream_t *)&listener->refused);
    uv_close((uv_handle_t *)&listener->refused, on_refused_closed);
}

static void on_connection(uv_stream_t *stream, int status)
{
    struct listener *listener = stream->data;
    if (status < 0 || listener->closing) /* a connection that was gone before it was taken */
        return;
    listener->waiting = true;
    listener->connection(listener->context, listener);
    refuse_waiting(listener);
}

struct listener *listener_open(uv_loop_t *loop, const struct sockaddr *address,
                               listener_connection connection, void *context, char error[TRANSPORT_TEXT_MAX])
{
    struct listener *listener = calloc(1, sizeof *listener);
    if (listener == NULL) {
        snprintf(error, TRANSPORT_TEXT_MAX, "out of memory");
        return NULL;
    }
    listener->connection = connection;
    listener->context = context;
    uv_tcp_init(loop, &listener->tcp);
    listener->tcp.data = listener;
    int failed = uv_tcp_bind(&listener->tcp, address, address->sa_family == AF_INET6 ? UV_TCP_IPV6ONLY : 0);
    if (failed == 0)
        failed = uv_listen((uv_stream_t *)&listener->tcp, BACKLOG, on_connection);
    if (failed == 0)
        return listener;
    char where[TRANSPORT_ADDRESS_TEXT_MAX];
    transport_address_text(where, address);
    snprintf(error, TRANSPORT_TEXT_MAX, "cannot listen on %s: %s", where, uv_strerror(failed));
    listener_close(listener);
    return NULL;
}

struct transport *listener_accept(struct listener *listener, struct transport_tls *tls,
                                  const struct transport_events *events, void *context)
{
    int error;
    struct transport *transport =
        transport_accept((uv_stream_t *)&listener->tcp, tls, events, context, &error);
    if (transport != NULL || error != UV_ENOMEM)
        listener->waiting = false;
    return transport;
}

struct sockaddr_storage listener_address(const struct listener *listener)
{
    struct sockaddr_storage address = {0};
    int size = (int)sizeof address;
    uv_tcp_getsockname(&listener->tcp, (struct sockaddr *)&address, &size);
    return address;
}

void listener_close(struct listener *listener)
{
    if (listener == NULL || listener->closing)
        return;
    listener->closing = true;
    free_when_closed(listener);
}
