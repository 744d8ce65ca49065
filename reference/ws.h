/* SPDX-License-Identifier: MIT */
/* ws.h: the reference WebSocket endpoint (RFC 6455), octets in and octets out: its states, and an echo
 * session on top. It brings in what the endpoint is made of, each part with a header of its own that can be
 * used alone; whoever uses reference/ includes this. It does not own sockets, clocks, randomness or memory of
 * whole messages.
 *
 * Rules that hold for every function here and in those headers:
 * - No I/O, no clock, no global state. Time comes in as a value, random octets come through a callback.
 * - Input is read-only and is not kept: what a function needs later it copies. Output that points into the
 *   input or into an object is valid until the next call on that object.
 * - Any chunking of the same octets gives the same events.
 * - Nothing is allocated except where a function says so; what `*_init` makes that allocates has a `*_free`.
 */
#ifndef REFERENCE_WS_H
#define REFERENCE_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reference/deflate.h"
#include "reference/fault.h"
#include "reference/frame.h"
#include "reference/handshake.h"
#include "reference/head.h"
#include "reference/judge.h"
#include "reference/octets.h"
#include "reference/role.h"
#include "reference/utf8.h"
#include "reference/violation.h"

/* Milliseconds from any fixed moment; only differences matter. */
typedef uint64_t ws_time;
#define WS_NEVER UINT64_MAX

/* ---- The endpoint (RFC 6455 4-7): CONNECTING, OPEN, CLOSING, CLOSED ---- */

enum ws_state { WS_CONNECTING, WS_OPEN, WS_CLOSING, WS_CLOSED };

/* Why a call was refused. X(NAME, value, text). */
#define WS_ERRORS(X)                                                            \
    X(ERROR_STATE, -1, "not possible in this state")                            \
    X(ERROR_MEMORY, -2, "out of memory")                                        \
    X(ERROR_OUTPUT_FULL, -3, "the output is at its cap; take some of it first") \
    X(ERROR_ARGUMENT, -4, "an argument is out of range")

enum ws_error {
    WS_DONE = 0,
#define WS_ERROR_ENUMERATOR(name, value, text) WS_##name = value,
    WS_ERRORS(WS_ERROR_ENUMERATOR)
#undef WS_ERROR_ENUMERATOR
};

const char *ws_error_text(enum ws_error error);

struct ws_endpoint_config {
    enum ws_role role;
    struct ws_head_limits head_limits; /* each that is 0: that of ws_head_limits_default */
    uint64_t frame_limit;              /* octets of one data frame's payload; 0: no limit of its own */
    /* Octets of one message; 0: none. Passed as soon as it is announced: 1009. A compressed message is
     * counted by what it inflates to, as that comes. */
    uint64_t message_limit;
    uint64_t fragment_limit; /* frames of one message; 0: none */
    size_t output_limit;  /* cap of octets that wait to be taken; 0: 128 MiB. Only the opening handshake and
                             the one Close frame may pass it. */
    ws_time open_timeout; /* ms for the opening handshake; 0: none */
    /* ms from a Close or a failure to the end of TCP; 0: 5000 */
    ws_time close_timeout;
    /* Server: supported; NULL-terminated or NULL. Must outlive the endpoint. */
    const char *const *subprotocols;
    const struct ws_request *request; /* client: what to ask for. Must outlive the endpoint. */
    /* What of permessage-deflate (RFC 7692) is accepted by a server, and offered by a client whose request
     * names no extensions itself. All 0: nothing. */
    struct ws_deflate_policy deflate;
    /* Fills `out` with unpredictable octets for masking keys (RFC 6455 5.3, 10.3). Needed by a client; may be
     * NULL for a server. */
    void (*random)(void *context, uint8_t *out, size_t size);
    void *random_context;
    enum ws_fault fault; /* what it does wrong on purpose (fault.h); 0: nothing */
};

enum ws_event_kind {
    WS_EVENT_NONE,  /* all octets were taken; nothing (more) to tell */
    WS_EVENT_OPEN,  /* the opening handshake is complete */
    WS_EVENT_DATA,  /* a piece of a message, unmasked, UTF-8 checked so far */
    WS_EVENT_PING,  /* a ping came; its pong is already in the output, or follows when that is full (then only
                       that of the latest ping: RFC 6455 5.5.3) */
    WS_EVENT_PONG,  /* a pong came, asked for or not */
    WS_EVENT_CLOSE, /* the peer's Close came; the answer is already in the output if none was sent before */
    WS_EVENT_FAILED, /* the peer broke a rule: the connection is failed (RFC 6455 7.1.7); nothing after it is
                        processed */
    WS_EVENT_END     /* TCP ended, or is to be closed now: the state is CLOSED. The last event. */
};

struct ws_event {
    enum ws_event_kind kind;
    uint8_t opcode;   /* DATA: WS_TEXT or WS_BINARY, of the message */
    bool first, last; /* DATA: the piece begins, ends the message. An empty message is one empty piece. */
    struct ws_octets octets;     /* DATA: the piece; PING, PONG: payload; CLOSE: reason */
    uint16_t code;               /* CLOSE: 1005 if the frame had none (RFC 6455 7.1.5) */
    enum ws_violation violation; /* FAILED */
    /* END: after a whole closing handshake (RFC 6455 7.1.4). Our Close counts as sent once it has been put
     * into the output. */
    bool clean;
};

/* What the transport should do once the output is empty. */
enum ws_transport {
    WS_TRANSPORT_KEEP,     /* nothing */
    WS_TRANSPORT_SHUTDOWN, /* send FIN, go on reading until the end of stream (RFC 6455 7.1.1) */
    WS_TRANSPORT_CLOSE     /* close the socket */
};

struct ws_endpoint;

/* Allocates an endpoint, which allocates further for its output and the peer's head. A client has its request
 * in the output at once. NULL when memory is out, or when a request takes more than 1 MiB. The config is
 * copied (what it points to is not). An endpoint speaks no extension but permessage-deflate, and that only
 * when its policy is enabled: another one that a client's request offers and its server accepts is not in
 * use, and what is sent by it fails the connection. */
struct ws_endpoint *ws_endpoint_new(const struct ws_endpoint_config *config, ws_time now);
void ws_endpoint_free(struct ws_endpoint *endpoint);

/* Takes octets from the peer until there is one event to tell and returns how many were taken. Call again
 * with the rest until WS_EVENT_NONE comes back. In state CLOSED, and after failing, octets are taken and
 * dropped (RFC 6455 7.1.7). */
size_t ws_endpoint_receive(struct ws_endpoint *endpoint, ws_time now, const uint8_t *octets, size_t size,
                           struct ws_event *event);

/* The peer's end of stream (FIN), or a reset. Tells WS_EVENT_END. */
void ws_endpoint_receive_end(struct ws_endpoint *endpoint, ws_time now, struct ws_event *event);

/* Time has come to `now`: tells WS_EVENT_END when a timeout has run out, WS_EVENT_NONE otherwise. What still
 * waits in the output is dropped then. A peer that goes on taking a long output is given close_timeout anew.
 */
void ws_endpoint_tick(struct ws_endpoint *endpoint, ws_time now, struct ws_event *event);

/* When ws_endpoint_tick wants to be called next; WS_NEVER if not at all. */
ws_time ws_endpoint_deadline(const struct ws_endpoint *endpoint);

/* Puts one data frame or control frame into the output. opcode: TEXT or BINARY for a first or only frame,
 * CONTINUATION for the next ones; PING, PONG with at most 125 octets. fin as on the wire. ERROR_STATE unless
 * OPEN. The payload is copied (and masked by a client). Text is not checked: the caller sends UTF-8. When
 * permessage-deflate was agreed on, every message goes out compressed, and what a fragment holds can be
 * inflated when the fragment has come; the output needs room as if nothing became shorter. */
enum ws_error ws_endpoint_send(struct ws_endpoint *endpoint, uint8_t opcode, bool fin, const uint8_t *octets,
                               size_t size);

/* As ws_endpoint_send, for a long payload that the caller has collected and needs no more. `buffer` is from
 * malloc and of `capacity` octets; the `size` octets of payload stand in it behind WS_FRAME_HEADER_MAX octets
 * of room for the header. With WS_DONE the endpoint has taken the buffer over; when nothing else waited it is
 * the output now, and nothing was copied. Otherwise it is the caller's as before. */
enum ws_error ws_endpoint_send_buffer(struct ws_endpoint *endpoint, uint8_t opcode, bool fin, uint8_t *buffer,
                                      size_t capacity, size_t size);

/* Starts the closing handshake (RFC 6455 7.1.2). code 1005: a Close frame without body. ERROR_ARGUMENT for a
 * code that must not be sent or a reason over 123 octets. */
enum ws_error ws_endpoint_close(struct ws_endpoint *endpoint, ws_time now, uint16_t code, const char *reason);

/* The octets that wait to go to the peer; and the report that `size` of them have gone. */
struct ws_octets ws_endpoint_output(const struct ws_endpoint *endpoint);
void ws_endpoint_output_taken(struct ws_endpoint *endpoint, size_t size);

/* What to do with the transport once the output is empty. SHUTDOWN is returned until
 * ws_endpoint_shutdown_done. After the closing handshake and after failing, a server is told SHUTDOWN at
 * once; a client is told KEEP, to wait for the server's FIN, and CLOSE when close_timeout has run out (RFC
 * 6455 7.1.1). */
enum ws_transport ws_endpoint_transport(const struct ws_endpoint *endpoint);
void ws_endpoint_shutdown_done(struct ws_endpoint *endpoint);

enum ws_state ws_endpoint_state(const struct ws_endpoint *endpoint);

/* A seeded fault has crashed the endpoint: the program that it stands for would not be there any more. */
bool ws_endpoint_crashed(const struct ws_endpoint *endpoint);

/* The agreed parameters of permessage-deflate; NULL when it is not in use. */
const struct ws_deflate_parameters *ws_endpoint_deflate(const struct ws_endpoint *endpoint);

/* The subprotocol in use, or NULL. Of a client it is one of `request->subprotocols`: one that is offered in
 * `request->fields` only is accepted, but not told here. */
const char *ws_endpoint_subprotocol(const struct ws_endpoint *endpoint);

/* ---- Echo: the first program to read. A session that sends every message back with its own opcode. ---- */

struct ws_echo;

/* `message_limit` caps what is held of a message while it comes in (default 64 MiB when 0). Allocates; NULL
 * when memory is out. */
struct ws_echo *ws_echo_new(const struct ws_endpoint_config *config, ws_time now);
void ws_echo_free(struct ws_echo *echo);

/* Takes all the octets, does what an echo does, and leaves the answers in the endpoint's output. A driver
 * stops reading while much waits there: an echo that passes the output's cap is closed with 1011. */
void ws_echo_receive(struct ws_echo *echo, ws_time now, const uint8_t *octets, size_t size);
void ws_echo_receive_end(struct ws_echo *echo, ws_time now);
void ws_echo_tick(struct ws_echo *echo, ws_time now);

/* Tells of every message that came, whole, before it goes back: valid during the call, in which the session
 * must not be used. NULL: nobody wants to know. */
typedef void ws_echo_message(void *context, uint8_t opcode, struct ws_octets message);
void ws_echo_watch(struct ws_echo *echo, ws_echo_message *message, void *context);

/* The endpoint inside, for its output, transport, deadline and state. */
struct ws_endpoint *ws_echo_endpoint(struct ws_echo *echo);

#endif
