/* SPDX-License-Identifier: MIT */
/* The payloads of compressed messages (RFC 7692 6, 7.2) of an endpoint that has agreed on
 * permessage-deflate: inflated by pieces as they come, compressed frame by frame as they go. Frames, RSV1
 * included, are endpoint_receive.c's and endpoint_send.c's. */
#include "reference/faulty.h"

#include <stdlib.h>
#include <string.h>

static enum ws_role peer_of(const struct ws_endpoint *endpoint)
{
    return endpoint->config.role == WS_SERVER ? WS_CLIENT : WS_SERVER;
}

bool endpoint_deflate_start(struct ws_endpoint *endpoint, const struct ws_deflate_parameters *agreed)
{
    endpoint->deflate = calloc(1, sizeof *endpoint->deflate);
    if (endpoint->deflate == NULL)
        return false;
    endpoint->deflate->agreed = *agreed;
    endpoint->judge.rsv_allowed = WS_RSV1;
    if (endpoint->fault != NULL)
        fault_use_deflate(endpoint);
    return true;
}

void endpoint_deflate_free(struct ws_endpoint *endpoint)
{
    if (endpoint->deflate == NULL)
        return;
    ws_deflater_free(endpoint->deflate->deflater);
    ws_inflater_free(endpoint->deflate->inflater);
    ws_output_discard(&endpoint->deflate->compressed);
    free(endpoint->deflate);
}

/* ---- receiving ---- */

void endpoint_take_compressed(struct ws_endpoint *endpoint, const struct ws_frame_header *header,
                              struct ws_octets piece, uint64_t offset, bool last)
{
    struct endpoint_deflate *deflate = endpoint->deflate;
    if (header->masked)
        ws_mask(deflate->payload, piece.at, piece.size, header->masking_key, offset);
    else if (piece.size > 0)
        memcpy(deflate->payload, piece.at, piece.size);
    deflate->at = 0;
    deflate->size = piece.size;
    deflate->last = last;
    deflate->inflating = true;
}

/* Cuts the piece to what the message limit leaves (RFC 6455 10.4). A small message may inflate to any size:
 * what is told, and kept by those who are told, stays within the limit. */
static enum ws_violation judge_limit(struct ws_endpoint *endpoint, struct ws_octets *piece)
{
    uint64_t limit = endpoint->config.message_limit;
    if (limit == 0)
        return WS_NO_VIOLATION;
    uint64_t left = limit - endpoint->message_size;
    bool passed = piece->size > left;
    if (passed)
        piece->size = (size_t)left;
    endpoint->message_size += piece->size;
    return passed ? WS_MESSAGE_TOO_BIG : WS_NO_VIOLATION;
}

/* A piece of the inflated message: what of it is right is told; `violation` is what comes behind it. */
static void tell_inflated(struct ws_endpoint *endpoint, ws_time now, struct ws_octets piece, bool ended,
                          enum ws_violation violation, struct ws_event *event)
{
    uint8_t opcode = endpoint->judge.message_opcode; /* until the judge hears that the message is over */
    enum ws_violation first = judge_limit(endpoint, &piece);
    if (first != WS_NO_VIOLATION)
        violation = first;
    /* "subject to the constraints for the original data type again" (RFC 7692 6.1) */
    first = ws_violation_set_first(endpoint->fault == NULL
                                       ? ws_judge_inflated(&endpoint->judge, piece.at, piece.size)
                                       : fault_judge_message(endpoint, piece.at, piece.size));
    if (first != WS_NO_VIOLATION) {
        violation = first;
        piece.size = endpoint->judge.bad;
    }
    if (ended && violation == WS_NO_VIOLATION)
        violation = endpoint_judge_end(endpoint, true);
    if (piece.size > 0 || ended || violation != WS_NO_VIOLATION)
        endpoint_tell_data(endpoint, now, opcode, piece, ended, violation, event);
}

static bool has_inflater(struct ws_endpoint *endpoint)
{
    struct endpoint_deflate *deflate = endpoint->deflate;
    enum ws_role peer = peer_of(endpoint);
    if (deflate->inflater == NULL)
        deflate->inflater = ws_inflater_new(ws_deflate_window_bits(&deflate->agreed, peer),
                                            ws_deflate_takeover(&deflate->agreed, peer));
    return deflate->inflater != NULL;
}

/* One step: at most a scratch of output. */
static void inflate_piece(struct ws_endpoint *endpoint, ws_time now, struct ws_event *event)
{
    struct endpoint_deflate *deflate = endpoint->deflate;
    size_t taken, written;
    enum ws_inflate_progress progress =
        ws_inflater_take(deflate->inflater, deflate->payload + deflate->at, deflate->size - deflate->at,
                         &taken, deflate->last, deflate->inflated, sizeof deflate->inflated, &written);
    deflate->at += taken;
    deflate->inflating = progress == WS_INFLATE_OUTPUT_FULL;
    enum ws_violation violation = WS_NO_VIOLATION;
    if (progress == WS_INFLATE_BAD) {
        enum ws_deflate_fault fault = ws_inflater_fault(deflate->inflater);
        if (fault == WS_DEFLATE_NO_MEMORY) {
            endpoint_end(endpoint, event);
            return;
        }
        violation = ws_deflate_fault_violation(fault, peer_of(endpoint));
        if (endpoint->fault != NULL)
            violation = fault_judge_deflate(endpoint, violation);
    }
    tell_inflated(endpoint, now, (struct ws_octets){deflate->inflated, written}, progress == WS_INFLATE_END,
                  violation, event);
}

void endpoint_inflate(struct ws_endpoint *endpoint, ws_time now, struct ws_event *event)
{
    if (!has_inflater(endpoint)) {
        endpoint_end(endpoint, event);
        return;
    }
    do
        inflate_piece(endpoint, now, event);
    while (endpoint->deflate->inflating && event->kind == WS_EVENT_NONE);
}

/* ---- sending ---- */

static bool has_deflater(struct ws_endpoint *endpoint)
{
    struct endpoint_deflate *deflate = endpoint->deflate;
    const struct ws_deflate_policy *policy = &endpoint->config.deflate;
    enum ws_role role = endpoint->config.role;
    if (deflate->deflater != NULL)
        return true;
    /* A client may do with less than it was allowed (RFC 7692 7.1.1.2, 7.1.2.2). */
    struct ws_deflate_parameters own = {
        .server_no_context_takeover = policy->server_no_context_takeover,
        .client_no_context_takeover = policy->client_no_context_takeover,
        .server_max_window_bits = policy->server_max_window_bits,
        .client_max_window_bits = policy->client_max_window_bits,
    };
    uint8_t bits = ws_deflate_window_bits(&deflate->agreed, role);
    if (bits > ws_deflate_window_bits(&own, role))
        bits = ws_deflate_window_bits(&own, role);
    bool takeover = ws_deflate_takeover(&deflate->agreed, role) && ws_deflate_takeover(&own, role);
    deflate->deflater = ws_deflater_new(bits, takeover, policy->level);
    return deflate->deflater != NULL;
}

enum ws_error endpoint_compress(struct ws_endpoint *endpoint, bool fin, struct ws_octets *payload)
{
    struct endpoint_deflate *deflate = endpoint->deflate;
    if (endpoint->fault != NULL && !fault_compresses(endpoint, payload))
        return WS_DONE;
    if (!has_deflater(endpoint))
        return WS_ERROR_MEMORY;
    /* Found out before: what is compressed has to be sent, for the peer's window to stay the same. */
    size_t bound = ws_deflater_bound(deflate->deflater, payload->size);
    size_t waiting = ws_output_size(&endpoint->output), limit = endpoint->config.output_limit;
    if (waiting > limit || bound > limit - waiting || limit - waiting - bound < WS_FRAME_HEADER_MAX)
        return WS_ERROR_OUTPUT_FULL;
    uint8_t *room;
    enum ws_error error = ws_output_reserve(&deflate->compressed, bound, SIZE_MAX, &room);
    if (error != WS_DONE)
        return error;
    size_t taken, written;
    if (!ws_deflater_put(deflate->deflater, payload->at, payload->size, &taken,
                         fin ? WS_DEFLATE_MESSAGE : WS_DEFLATE_FRAGMENT, room, bound, &written))
        return WS_ERROR_MEMORY; /* cannot be: the bound is zlib's own */
    *payload = (struct ws_octets){room, written};
    return WS_DONE;
}

void endpoint_compressed_gone(struct ws_endpoint *endpoint, bool sent)
{
    struct endpoint_deflate *deflate = endpoint->deflate;
    ws_output_take(&deflate->compressed, 0); /* nothing waits in it: a large buffer is given back */
    if (sent)
        return;
    /* The peer's window lacks what was not sent. A new one may begin empty at any time (RFC 7692 7.2.1). */
    ws_deflater_free(deflate->deflater);
    deflate->deflater = NULL;
}
