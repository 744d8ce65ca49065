/* SPDX-License-Identifier: MIT */
/* An echo session: the first program to read. It sends every message back with its own opcode, as one frame,
 * however many it came in. It shows the whole use of an endpoint: octets go in, events come out, and what the
 * endpoint is told to send stands in its output, from where the caller takes it to a socket (or, in a test,
 * to another endpoint). Pings, the closing handshake and every error of the peer are the endpoint's own
 * business.
 *
 * It owns the message that is coming in. It does not own sockets or time. */
#include "reference/ws.h"

#include <stdlib.h>
#include <string.h>

enum {
    MESSAGE_LIMIT_DEFAULT = 64 << 20,
    BUFFER_FIRST = 4096 /* the capacity that a message begins with */
};

/* RFC 6455 7.4.1: a condition of our own keeps us from going on. */
enum { CLOSE_INTERNAL_ERROR = 1011 };

struct ws_echo {
    struct ws_endpoint *endpoint;
    /* What has come of the current message: `size` octets, with room in front for the header they are sent
     * with. `capacity` is that of the buffer in all. */
    uint8_t *buffer;
    size_t size, capacity;
    ws_echo_message *message; /* or NULL */
    void *context;
};

struct ws_echo *ws_echo_new(const struct ws_endpoint_config *config, ws_time now)
{
    struct ws_echo *echo = calloc(1, sizeof *echo);
    if (echo == NULL)
        return NULL;
    /* The endpoint watches the limit: a message that announces more fails the connection with 1009 before any
     * of it is stored. So what is stored here is bounded. */
    struct ws_endpoint_config own = *config;
    if (own.message_limit == 0)
        own.message_limit = MESSAGE_LIMIT_DEFAULT;
    echo->endpoint = ws_endpoint_new(&own, now);
    if (echo->endpoint == NULL) {
        free(echo);
        return NULL;
    }
    return echo;
}

void ws_echo_free(struct ws_echo *echo)
{
    if (echo == NULL)
        return;
    ws_endpoint_free(echo->endpoint);
    free(echo->buffer);
    free(echo);
}

struct ws_endpoint *ws_echo_endpoint(struct ws_echo *echo)
{
    return echo->endpoint;
}

static void forget_message(struct ws_echo *echo)
{
    free(echo->buffer);
    echo->buffer = NULL;
    echo->size = 0;
    echo->capacity = 0;
}

/* Puts a piece behind what is there. The room doubles, so that a message of many pieces is not copied for
 * each of them; the message limit bounds it. */
static bool keep(struct ws_echo *echo, struct ws_octets piece)
{
    size_t need = WS_FRAME_HEADER_MAX + echo->size + piece.size;
    if (need > echo->capacity) {
        size_t capacity = echo->capacity == 0 ? BUFFER_FIRST : echo->capacity;
        while (capacity < need)
            capacity *= 2;
        uint8_t *buffer = realloc(echo->buffer, capacity);
        if (buffer == NULL)
            return false;
        echo->buffer = buffer;
        echo->capacity = capacity;
    }
    if (piece.size > 0)
        memcpy(echo->buffer + WS_FRAME_HEADER_MAX + echo->size, piece.at, piece.size);
    echo->size += piece.size;
    return true;
}

void ws_echo_watch(struct ws_echo *echo, ws_echo_message *message, void *context)
{
    echo->message = message;
    echo->context = context;
}

static void tell(const struct ws_echo *echo, uint8_t opcode, struct ws_octets message)
{
    if (echo->message != NULL)
        echo->message(echo->context, opcode, message);
}

/* A piece of a message. Most messages come in one piece: those go back without being stored. Others are
 * collected, and the buffer as a whole is handed over to be sent. */
static enum ws_error echo_data(struct ws_echo *echo, const struct ws_event *data)
{
    if (data->first && data->last) {
        tell(echo, data->opcode, data->octets);
        return ws_endpoint_send(echo->endpoint, data->opcode, true, data->octets.at, data->octets.size);
    }
    if (!keep(echo, data->octets))
        return WS_ERROR_MEMORY;
    if (!data->last)
        return WS_DONE;
    tell(echo, data->opcode, (struct ws_octets){echo->buffer + WS_FRAME_HEADER_MAX, echo->size});
    enum ws_error error =
        ws_endpoint_send_buffer(echo->endpoint, data->opcode, true, echo->buffer, echo->capacity, echo->size);
    if (error == WS_DONE)
        echo->buffer = NULL; /* it is the endpoint's now */
    forget_message(echo);
    return error;
}

static void handle(struct ws_echo *echo, ws_time now, const struct ws_event *event)
{
    switch (event->kind) {
    case WS_EVENT_DATA: {
        enum ws_error error = echo_data(echo, event);
        /* Refused with ERROR_STATE when our own Close is on its way: no data may follow it (RFC 6455 5.5.1).
         */
        if (error != WS_DONE && error != WS_ERROR_STATE)
            (void)ws_endpoint_close(echo->endpoint, now, CLOSE_INTERNAL_ERROR, ws_error_text(error));
        break;
    }
    case WS_EVENT_CLOSE:
    case WS_EVENT_FAILED:
    case WS_EVENT_END: /* no more data will come */
        forget_message(echo);
        break;
    case WS_EVENT_NONE:
    case WS_EVENT_OPEN:
    case WS_EVENT_PING: /* the pong is in the output already */
    case WS_EVENT_PONG:
        break;
    }
}

void ws_echo_receive(struct ws_echo *echo, ws_time now, const uint8_t *octets, size_t size)
{
    struct ws_event event;
    do {
        size_t taken = ws_endpoint_receive(echo->endpoint, now, octets, size, &event);
        if (taken > 0) { /* `octets` may be NULL when there are none */
            octets += taken;
            size -= taken;
        }
        handle(echo, now, &event);
    } while (event.kind != WS_EVENT_NONE);
}

void ws_echo_receive_end(struct ws_echo *echo, ws_time now)
{
    struct ws_event event;
    ws_endpoint_receive_end(echo->endpoint, now, &event);
    handle(echo, now, &event);
}

void ws_echo_tick(struct ws_echo *echo, ws_time now)
{
    struct ws_event event;
    ws_endpoint_tick(echo->endpoint, now, &event);
    handle(echo, now, &event);
}
