/* SPDX-License-Identifier: MIT */
/* An echo server on wslay: echo PORT. wslay handles frames and messages; the sockets, one poll loop for all
 * connections are ours, the opening handshake is the reference's (handshake.c). */
#include "handshake.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <wslay/wslay.h>

#define CONNECTIONS_MAX 1024
#define MESSAGE_MAX     ((uint64_t)64 << 20)

/* Octets waiting for the peer to read before we stop reading from it. */
#define WAITING_MAX ((size_t)1 << 20)

struct connection {
    int fd;
    wslay_event_context_ptr frames;   /* NULL until the opening handshake is done */
    size_t head_size;                 /* octets in head not yet consumed */
    uint8_t head[HANDSHAKE_HEAD_MAX]; /* the request, then what followed it in the same segment */
};

static ssize_t receive_octets(wslay_event_context_ptr ctx, uint8_t *buf, size_t len, int flags,
                              void *user_data)
{
    struct connection *connection = user_data;
    (void)flags;
    if (connection->head_size) {
        size_t size = connection->head_size < len ? connection->head_size : len;
        memcpy(buf, connection->head, size);
        connection->head_size -= size;
        memmove(connection->head, connection->head + size, connection->head_size);
        return (ssize_t)size;
    }
    ssize_t size = recv(connection->fd, buf, len, 0);
    if (size > 0)
        return size;
    bool again = size < 0 && (errno == EAGAIN || errno == EINTR);
    wslay_event_set_error(ctx, again ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
    return -1;
}

static ssize_t send_octets(wslay_event_context_ptr ctx, const uint8_t *data, size_t len, int flags,
                           void *user_data)
{
    const struct connection *connection = user_data;
    ssize_t size = send(connection->fd, data, len, MSG_NOSIGNAL | ((flags & WSLAY_MSG_MORE) ? MSG_MORE : 0));
    if (size >= 0)
        return size;
    bool again = errno == EAGAIN || errno == EINTR;
    wslay_event_set_error(ctx, again ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
    return -1;
}

/* wslay answers Ping and Close by itself; it has checked the UTF-8 of text before it calls. */
static void message_received(wslay_event_context_ptr ctx, const struct wslay_event_on_msg_recv_arg *arg,
                             void *user_data)
{
    (void)user_data;
    if (wslay_is_ctrl_frame(arg->opcode))
        return;
    struct wslay_event_msg message = {.opcode = arg->opcode, .msg = arg->msg, .msg_length = arg->msg_length};
    wslay_event_queue_msg(ctx, &message);
}

static const struct wslay_event_callbacks callbacks = {
    .recv_callback = receive_octets,
    .send_callback = send_octets,
    .on_msg_recv_callback = message_received,
};

static bool send_all(int fd, const uint8_t *octets, size_t size)
{
    /* A handshake response fits the empty send buffer of a new connection. */
    return send(fd, octets, size, MSG_NOSIGNAL) == (ssize_t)size;
}

/* Reads on until the request is complete, answers it and starts wslay; false ends the connection. */
static bool shake_hands(struct connection *connection)
{
    ssize_t size = recv(connection->fd, connection->head + connection->head_size,
                        HANDSHAKE_HEAD_MAX - connection->head_size, 0);
    if (size < 0)
        return errno == EAGAIN || errno == EINTR;
    if (size == 0)
        return false;
    connection->head_size += (size_t)size;
    uint8_t response[HANDSHAKE_RESPONSE_MAX];
    size_t head_size = 0, response_size = 0;
    enum handshake result =
        handshake_answer(connection->head, connection->head_size, &head_size, response, &response_size);
    if (result == HANDSHAKE_INCOMPLETE)
        return connection->head_size < HANDSHAKE_HEAD_MAX;
    if (!send_all(connection->fd, response, response_size) || result == HANDSHAKE_REFUSED)
        return false;
    connection->head_size -= head_size;
    memmove(connection->head, connection->head + head_size, connection->head_size);
    if (wslay_event_context_server_init(&connection->frames, &callbacks, connection))
        return false;
    wslay_event_config_set_max_recv_msg_length(connection->frames, MESSAGE_MAX);
    return true;
}

/* False when the connection is over: an error, or both Close frames have gone (RFC 6455 7.1.1: the server
 * closes). */
static bool serve(struct connection *connection)
{
    if (!connection->frames && !shake_hands(connection))
        return false;
    if (!connection->frames)
        return true;
    if (wslay_event_recv(connection->frames) || wslay_event_send(connection->frames))
        return false;
    return wslay_event_want_read(connection->frames) || wslay_event_want_write(connection->frames);
}

static short wanted_events(const struct connection *connection)
{
    if (!connection->frames)
        return POLLIN;
    bool write = wslay_event_want_write(connection->frames);
    bool read = wslay_event_want_read(connection->frames) &&
                wslay_event_get_queued_msg_length(connection->frames) <= WAITING_MAX;
    return (short)((read ? POLLIN : 0) | (write ? POLLOUT : 0));
}

static void end(struct connection *connection)
{
    if (connection->frames)
        wslay_event_context_free(connection->frames);
    close(connection->fd);
    free(connection);
}

static struct connection *accept_connection(int listener)
{
    int fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0)
        return NULL;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &(int){1}, sizeof(int));
    struct connection *connection = calloc(1, sizeof *connection);
    if (connection)
        connection->fd = fd;
    else
        close(fd);
    return connection;
}

int main(int argc, char **argv)
{
    if (argc != 2)
        return 2;
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)strtoul(argv[1], NULL, 10)),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &(int){1}, sizeof(int));
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 511))
        return 1;

    static struct connection *connections[CONNECTIONS_MAX];
    static struct pollfd polled[CONNECTIONS_MAX + 1];
    size_t count = 0;
    for (;;) {
        for (size_t i = 0; i < count; i++)
            polled[i] = (struct pollfd){.fd = connections[i]->fd, .events = wanted_events(connections[i])};
        polled[count] = (struct pollfd){.fd = listener, .events = count < CONNECTIONS_MAX ? POLLIN : 0};
        if (poll(polled, count + 1, -1) < 0)
            continue;
        bool arrived = polled[count].revents & POLLIN;
        for (size_t i = count; i-- > 0;)
            if (polled[i].revents && !serve(connections[i])) {
                end(connections[i]);
                connections[i] = connections[--count];
            }
        struct connection *accepted = arrived ? accept_connection(listener) : NULL;
        if (accepted)
            connections[count++] = accepted;
    }
}
