/* SPDX-License-Identifier: MIT */
/* faulty.h: the seams at which a seeded fault (fault.h) takes hold of an endpoint. Private to reference/. An
 * endpoint without a fault has `fault` NULL and calls none of this.
 *
 *   fault.c             which there are, and which one an endpoint has
 *   fault_judgement.c   violations that are not seen, and violations that are none
 *   fault_decoding.c    frames that are read wrong, or passed over
 *   fault_sending.c     frames that are sent wrong
 *   fault_closing.c     the end of the connection
 *   fault_resources.c   what is kept and what is lost
 *   fault_deflate.c     permessage-deflate
 *   fault_request.c     requests that are judged wrong
 *   fault_head.c        heads that are read wrong
 *   fault_response.c    responses that are wrong
 *   fault_asking.c      a client: requests that are wrong
 *   fault_answer.c      a client: responses that are judged wrong
 */
#ifndef REFERENCE_FAULTY_H
#define REFERENCE_FAULTY_H

#include "reference/endpoint.h"

/* What a fault remembers. */
struct endpoint_fault {
    enum ws_fault kind;
    bool crashed; /* told by ws_endpoint_crashed */

    bool refused;     /* a client has refused the response */
    bool ended_early; /* the peer's stream ended in the opening handshake */

    /* received */
    uint64_t messages;       /* data messages that are complete */
    bool binary_seen;        /* one of them was binary */
    bool ping_in_message;    /* a ping came between the fragments of the current message */
    bool compressed;         /* the current message, or the last one, is */
    uint64_t message_size;   /* octets of it so far, inflated */
    uint64_t last_fragments; /* frames of the last message that was complete */
    uint64_t fragments;      /* frames of it */
    uint64_t pings, pongs;
    bool control_unfinished; /* the last control frame had FIN 0 */
    bool passing_over;       /* the current frame is dropped */
    uint8_t key[4];          /* masking key of the current frame as it came */
    uint8_t ping_key[4];     /* of the last ping */
    bool tails_pass;         /* the tail octets of a sequence that was let pass follow */
    uint8_t last_octet;      /* of the text so far */
    uint32_t last_octets;    /* its last four */
    struct ws_utf8 utf8;     /* of what is no text */

    /* sent */
    uint8_t first_opcode; /* of the first message */
    uint64_t frames_sent, messages_sent, pongs_sent;
    uint8_t previous_ping[WS_CONTROL_PAYLOAD_MAX];
    size_t previous_ping_size;

    struct fault_kept *kept; /* memory that is of no use */
};

/* Gives an endpoint the fault of its config. False when memory is out. */
bool fault_seed(struct ws_endpoint *endpoint);

/* ---- fault_decoding.c ---- */

/* A frame event that was decoded: may change it, the decoder's header included, or make it NEED_MORE: then
 * nobody hears of it. Keeps control payloads within what an endpoint can hold. */
void fault_decoded(struct ws_endpoint *endpoint, struct ws_frame_event *frame);

/* ---- fault_judgement.c ---- */

/* What the faulty server sees of the violations that a header, a piece of payload, a piece of a message as it
 * is after inflating, and the end of a frame have. Judges the pieces itself, as ws_judge_payload and
 * ws_judge_inflated do. */
ws_violation_set fault_judge_header(struct ws_endpoint *endpoint, const struct ws_frame_header *header,
                                    ws_violation_set set);
ws_violation_set fault_judge_payload(struct ws_endpoint *endpoint, const uint8_t *octets, size_t size);
ws_violation_set fault_judge_message(struct ws_endpoint *endpoint, const uint8_t *octets, size_t size);
ws_violation_set fault_judge_end(struct ws_endpoint *endpoint, bool fin);

/* ---- fault_deflate.c ---- */

/* Instead of ws_deflate_accept. */
bool fault_accept_deflate(const struct ws_endpoint *endpoint, const struct ws_head *head,
                          struct ws_deflate_parameters *agreed);

/* Changes the extensions of a 101 response. */
struct fault_text;
void fault_edit_deflate(const struct ws_endpoint *endpoint, struct fault_text *text);

/* Changes what was agreed on into what the faulty server uses. */
void fault_use_deflate(struct ws_endpoint *endpoint);

/* Whether a payload is compressed before it is sent; may cut it. */
bool fault_compresses(const struct ws_endpoint *endpoint, struct ws_octets *payload);

/* A header that was decoded is taken for that of a compressed message. */
void fault_decode_compressed(const struct ws_endpoint *endpoint, struct ws_frame_header *header);

/* What the faulty server sees of the violation that compressed octets have. */
enum ws_violation fault_judge_deflate(const struct ws_endpoint *endpoint, enum ws_violation violation);

/* Headers, and pieces of compressed payload, that are right but not liked. */
ws_violation_set fault_dislike_compressed(const struct ws_endpoint *endpoint,
                                          const struct ws_frame_header *header);
bool fault_dislikes_data(const struct ws_endpoint *endpoint, const struct ws_frame_event *frame);

/* ---- fault_sending.c ---- */

/* Instead of endpoint_put_header. */
enum ws_error fault_put_frame(struct ws_endpoint *endpoint, const struct ws_frame_header *header,
                              struct ws_octets payload, size_t limit);

/* ---- fault_closing.c ---- */

/* Octets are still listened to, messages and pongs still sent, though the connection is being closed. */
bool fault_listens_on(const struct ws_endpoint *endpoint);
bool fault_sends_on(const struct ws_endpoint *endpoint);

/* The client is to end TCP first, while the closing has time. */
bool fault_waits_for_fin(const struct ws_endpoint *endpoint);

/* The other way round: a client ends TCP, and does not wait for the server to do so. */
bool fault_ends_tcp_first(const struct ws_endpoint *endpoint);

/* TCP is left open for ever. */
bool fault_keeps_tcp(const struct ws_endpoint *endpoint);

/* Ends TCP and hears nothing more: no closing handshake. */
void fault_end_tcp(struct ws_endpoint *endpoint);

/* The peer's stream is over. */
void fault_stream_ended(struct ws_endpoint *endpoint);

/* ---- fault_resources.c ---- */

/* A header has come: takes memory for it, if that is the fault. */
void fault_keep(struct ws_endpoint *endpoint, const struct ws_frame_header *header);

/* A data frame is not sent. */
bool fault_loses(const struct ws_endpoint *endpoint);

/* A data frame is sent in part, and TCP ends. */
bool fault_tears(const struct ws_endpoint *endpoint);

/* Gives back what was kept. */
void fault_forget(struct endpoint_fault *fault);

/* ---- fault_request.c ---- */

/* Instead of ws_request_judge. */
enum ws_violation fault_judge_request(const struct ws_endpoint *endpoint, const struct ws_head *head);

/* As ws_request_judge, from the step `*step` on (handshake_request.c): tells the violations of a request one
 * by one when it is called until there is none. Begin with 0. */
enum ws_violation ws_request_judge_on(const struct ws_head *head, size_t *step);

/* ---- fault_asking.c ---- */

/* Changes a request, as fault_edit_response does a response. */
size_t fault_edit_request(const struct ws_endpoint *endpoint, uint8_t *out, size_t size, size_t room);

/* ---- fault_answer.c ---- */

/* Instead of ws_response_judge. */
enum ws_violation fault_judge_response(struct ws_endpoint *endpoint, const struct ws_head *head);

/* As ws_response_judge, from the step `*step` on (handshake_response.c): see ws_request_judge_on. */
enum ws_violation ws_response_judge_on(const struct ws_head *head, const struct ws_request *request,
                                       size_t *step);

bool fault_takes_interim_for_final(const struct ws_endpoint *endpoint);
bool fault_wants_head_at_once(const struct ws_endpoint *endpoint);

/* What came in one read with the response is lost. */
bool fault_loses_rest(const struct ws_endpoint *endpoint);

/* A response that is refused is told so by a Close frame. */
bool fault_answers_bad_response(const struct ws_endpoint *endpoint);

/* The request is in the output. */
void fault_request_sent(struct ws_endpoint *endpoint);

/* ---- fault_head.c ---- */

/* Before the collected octets of a head are parsed: changes them into what the faulty server takes them for.
 */
void fault_read_head(struct ws_endpoint *endpoint);

/* At the beginning: other limits. */
void fault_limit(struct ws_endpoint *endpoint);

/* ---- fault_response.c ---- */

/* Changes a response or refusal of `size` octets, at least one, that stands in `room` octets. Returns its new
 * size, 0 if it does not fit. */
size_t fault_edit_response(const struct ws_endpoint *endpoint, uint8_t *out, size_t size, size_t room);

/* TCP ends instead of a refusal. */
bool fault_refuses_silently(const struct ws_endpoint *endpoint, enum ws_violation violation);

#endif
