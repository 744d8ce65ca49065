/* SPDX-License-Identifier: MIT */
/* endpoint.h: what the files of the endpoint share. Private to reference/; the manual is ws.h.
 *
 *   endpoint.c          its life, its inlets (octets, end of stream, time) and what can be asked of it
 *   endpoint_open.c     CONNECTING: heads in, head out
 *   endpoint_receive.c  OPEN: frames in, events out
 *   endpoint_send.c     frames out
 *   endpoint_deflate.c  payloads of compressed messages, both ways
 *   endpoint_close.c    CLOSING and CLOSED: the closing handshake, failing, the end of TCP
 */
#ifndef REFERENCE_ENDPOINT_H
#define REFERENCE_ENDPOINT_H

#include "reference/output.h"
#include "reference/ws.h"

/* Masked payload is unmasked by pieces of this size, small enough for a processor's first cache. */
enum { ENDPOINT_SCRATCH = 16 * 1024 };

/* A head on its way in. It lives from its first octet until the connection is open or given up. */
struct endpoint_head {
    struct ws_head head;
    uint8_t *octets;
    size_t have, capacity;
    size_t interim; /* octets of interim responses that were passed over */
};

/* Compression, from the opening handshake on, when it was agreed on. What zlib needs is allocated with the
 * first message of its direction. */
struct endpoint_deflate {
    struct ws_deflate_parameters agreed;
    struct ws_deflater *deflater;
    struct ws_inflater *inflater;
    struct ws_output compressed; /* the payload that is to be sent */
    bool inflating;              /* octets [at, size) of `payload`, or what comes of them, wait to be told */
    bool last;                   /* the message ends with them */
    size_t at, size;
    uint8_t payload[ENDPOINT_SCRATCH];  /* as it came, unmasked */
    uint8_t inflated[ENDPOINT_SCRATCH]; /* the piece that is told */
};

struct ws_endpoint {
    struct ws_endpoint_config config;
    enum ws_state state;
    struct ws_output output;
    struct endpoint_head *head;
    const char *subprotocol;
    struct ws_request request; /* of a client: the config's, with its own offer of compression */
    char offer[WS_DEFLATE_ELEMENT_MAX];
    struct endpoint_deflate *deflate; /* NULL: not agreed on */

    /* receiving */
    struct ws_frame_decoder decoder;
    struct ws_judge judge;
    uint8_t control[WS_CONTROL_PAYLOAD_MAX]; /* payload of the control frame that comes in, or came last */
    uint64_t message_size;      /* octets of the current message: announced so far; inflated, if compressed */
    uint64_t message_fragments; /* frames of it so far */
    bool message_told;          /* a piece of it has been told */
    enum ws_violation pending_failure; /* to be told at the next call, after a last piece of data */
    bool pending_end;                  /* END is to be told at the next call */

    /* sending */
    bool sending_message; /* a fragment went out without FIN */
    bool pong_waits;      /* the output was full: `pong` goes when it is not */
    uint8_t pong[WS_CONTROL_PAYLOAD_MAX];
    size_t pong_size;

    /* closing */
    bool close_sent, close_received; /* Close frames */
    bool deaf;                       /* what comes in is dropped */
    bool shutdown_wanted, shutdown_done;
    bool draining;    /* some, but not all of the output has gone since the closing began */
    bool progress;    /* and more of it has gone since the deadline was set */
    ws_time deadline; /* of the handshake or of the closing; WS_NEVER */

    struct endpoint_fault *fault; /* NULL: none. See faulty.h. */

    uint8_t scratch[]; /* ENDPOINT_SCRATCH octets of a server; none of a client, whose peer masks nothing,
                          unless a fault has it take what is masked */
};

/* `now` plus a timeout, at most WS_NEVER. */
static inline ws_time endpoint_after(ws_time now, ws_time timeout)
{
    return timeout < WS_NEVER - now ? now + timeout : WS_NEVER;
}

/* ---- endpoint_open.c ---- */

/* A client's request goes into the output. False when memory is out. */
bool endpoint_put_request(struct ws_endpoint *endpoint);

/* As ws_endpoint_receive, while CONNECTING. */
size_t endpoint_receive_head(struct ws_endpoint *endpoint, ws_time now, const uint8_t *octets, size_t size,
                             struct ws_event *event);

/* A server's refusal goes into the output. False if there is none or memory is out. */
bool endpoint_put_refusal(struct ws_endpoint *endpoint, enum ws_violation violation);

void endpoint_head_free(struct ws_endpoint *endpoint);

/* ---- endpoint_receive.c ---- */

/* As ws_endpoint_receive, while frames are listened to. */
size_t endpoint_receive_frames(struct ws_endpoint *endpoint, ws_time now, const uint8_t *octets, size_t size,
                               struct ws_event *event);

/* Judges the end of a frame of a message. */
enum ws_violation endpoint_judge_end(struct ws_endpoint *endpoint, bool fin);

/* Tells a piece of data; `violation` is what the octet behind it, or the end of its frame, breaks. When there
 * is a violation and nothing to tell before it, it is told at once. */
void endpoint_tell_data(struct ws_endpoint *endpoint, ws_time now, uint8_t opcode, struct ws_octets piece,
                        bool last, enum ws_violation violation, struct ws_event *event);

/* ---- endpoint_deflate.c ---- */

/* These parameters have been agreed on. False when memory is out. */
bool endpoint_deflate_start(struct ws_endpoint *endpoint, const struct ws_deflate_parameters *agreed);

void endpoint_deflate_free(struct ws_endpoint *endpoint);

/* Takes a piece of a compressed message, at most ENDPOINT_SCRATCH octets, from this offset of the frame's
 * payload on; `last`: the message ends with it. endpoint_inflate does the rest. */
void endpoint_take_compressed(struct ws_endpoint *endpoint, const struct ws_frame_header *header,
                              struct ws_octets piece, uint64_t offset, bool last);

/* Inflates what waits, until there is an event to tell or nothing waits any more. */
void endpoint_inflate(struct ws_endpoint *endpoint, ws_time now, struct ws_event *event);

/* Compresses the payload of a frame, and sets `*payload` to what it is now, until the next call. */
enum ws_error endpoint_compress(struct ws_endpoint *endpoint, bool fin, struct ws_octets *payload);

/* What endpoint_compress made is in the output now, or could not be put there. */
void endpoint_compressed_gone(struct ws_endpoint *endpoint, bool sent);

/* ---- endpoint_send.c ---- */

/* One frame goes into the output, which may then hold at most `limit` octets. */
enum ws_error endpoint_put_frame(struct ws_endpoint *endpoint, uint8_t opcode, bool fin,
                                 struct ws_octets payload, size_t limit);

/* The same with any header. Its length is written as it stands there, whatever the payload's. */
enum ws_error endpoint_put_header(struct ws_endpoint *endpoint, const struct ws_frame_header *header,
                                  struct ws_octets payload, size_t limit);

/* The pong to a ping with this payload goes into the output, or waits until there is room. */
void endpoint_put_pong(struct ws_endpoint *endpoint, struct ws_octets payload);

/* ---- endpoint_close.c ---- */

/* Fails the connection (RFC 6455 7.1.7) and tells so. */
void endpoint_fail(struct ws_endpoint *endpoint, ws_time now, enum ws_violation violation,
                   struct ws_event *event);

/* The peer's Close frame is complete and legal; `body` is its code and reason. Tells CLOSE. */
void endpoint_receive_close(struct ws_endpoint *endpoint, ws_time now, struct ws_octets body,
                            struct ws_event *event);

/* The state is CLOSED from now on; tells END. */
void endpoint_end(struct ws_endpoint *endpoint, struct ws_event *event);

#endif
