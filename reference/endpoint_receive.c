/* SPDX-License-Identifier: MIT */
/* Frames that come in (RFC 6455 5, 6.2): judged when the header is whole, limits included, and then at the
 * first octet of payload that shows a violation; told as events. Holds no message: data is told by pieces,
 * unmasked through a fixed scratch. */
#include "reference/faulty.h"

#include <string.h>

/* RFC 6455 10.4. Judged on what is announced, before any of it is taken. */
static ws_violation_set judge_limits(struct ws_endpoint *endpoint, const struct ws_frame_header *header)
{
    const struct ws_endpoint_config *config = &endpoint->config;
    ws_violation_set set = 0;
    if (header->opcode != WS_CONTINUATION) {
        endpoint->message_size = 0;
        endpoint->message_fragments = 0;
        endpoint->message_told = false;
    }
    endpoint->message_fragments++;
    if (config->fragment_limit > 0 && endpoint->message_fragments > config->fragment_limit)
        set |= UINT64_C(1) << WS_TOO_MANY_FRAGMENTS;
    if (config->frame_limit > 0 && header->length > config->frame_limit)
        set |= UINT64_C(1) << WS_FRAME_TOO_BIG;
    /* What a compressed message comes to is not announced: endpoint_inflate counts. */
    if (config->message_limit > 0 && !endpoint->judge.compressed) {
        if (header->length > config->message_limit - endpoint->message_size)
            set |= UINT64_C(1) << WS_MESSAGE_TOO_BIG; /* which fails the connection: no sum that overflows */
        else
            endpoint->message_size += header->length;
    }
    return set;
}

static enum ws_violation take_header(struct ws_endpoint *endpoint, const struct ws_frame_header *header)
{
    ws_violation_set set = ws_judge_header(&endpoint->judge, header);
    if (!ws_opcode_is_control(header->opcode))
        set |= judge_limits(endpoint, header);
    if (endpoint->fault != NULL)
        set = fault_judge_header(endpoint, header, set);
    return ws_violation_set_first(set);
}

static enum ws_violation judge_payload(struct ws_endpoint *endpoint, struct ws_octets piece)
{
    ws_violation_set set = endpoint->fault == NULL ? ws_judge_payload(&endpoint->judge, piece.at, piece.size)
                                                   : fault_judge_payload(endpoint, piece.at, piece.size);
    /* RFC 6455 7.4.1 asks servers not to send 1010, and nothing of a client that gets it: the connection is
     * being closed anyway. */
    return ws_violation_set_first(set & ~(UINT64_C(1) << WS_SERVER_SENT_1010));
}

enum ws_violation endpoint_judge_end(struct ws_endpoint *endpoint, bool fin)
{
    return ws_violation_set_first(endpoint->fault == NULL ? ws_judge_end(&endpoint->judge, fin)
                                                          : fault_judge_end(endpoint, fin));
}

/* Control frames are told when they are complete; they are short enough to keep (RFC 6455 5.5). */
static enum ws_violation take_control_payload(struct ws_endpoint *endpoint,
                                              const struct ws_frame_event *frame)
{
    uint8_t *to = endpoint->control + frame->offset;
    if (frame->header->masked)
        ws_mask(to, frame->payload.at, frame->payload.size, frame->header->masking_key, frame->offset);
    else
        memcpy(to, frame->payload.at, frame->payload.size);
    return judge_payload(endpoint, (struct ws_octets){to, frame->payload.size});
}

static void tell_control(struct ws_endpoint *endpoint, ws_time now, const struct ws_frame_header *header,
                         struct ws_event *event)
{
    struct ws_octets payload = {endpoint->control, (size_t)header->length};
    switch (header->opcode) {
    case WS_CLOSE:
        endpoint_receive_close(endpoint, now, payload, event);
        break;
    case WS_PING:
        /* Also after our own Close: RFC 6455 5.5.2 exempts only one who has received a Close, and 5.5.1
         * forbids only data frames after one's own. */
        endpoint_put_pong(endpoint, payload);
        *event = (struct ws_event){.kind = WS_EVENT_PING, .octets = payload};
        break;
    case WS_PONG:
        *event = (struct ws_event){.kind = WS_EVENT_PONG, .octets = payload};
        break;
    default: /* reserved opcodes have failed the connection at their header */
        break;
    }
}

void endpoint_tell_data(struct ws_endpoint *endpoint, ws_time now, uint8_t opcode, struct ws_octets piece,
                        bool last, enum ws_violation violation, struct ws_event *event)
{
    if (violation != WS_NO_VIOLATION && piece.size == 0) {
        endpoint_fail(endpoint, now, violation, event);
        return;
    }
    endpoint->pending_failure = violation;
    *event = (struct ws_event){.kind = WS_EVENT_DATA,
                               .opcode = opcode,
                               .first = !endpoint->message_told,
                               .last = last && violation == WS_NO_VIOLATION,
                               .octets = piece};
    endpoint->message_told = true;
}

static void take_data_payload(struct ws_endpoint *endpoint, ws_time now, const struct ws_frame_event *frame,
                              struct ws_event *event)
{
    const struct ws_frame_header *header = frame->header;
    uint8_t opcode = endpoint->judge.message_opcode; /* until the judge hears that the message is over */
    struct ws_octets piece = frame->payload;
    bool complete = frame->offset + piece.size == header->length;
    if (endpoint->judge.compressed && endpoint->fault != NULL && fault_dislikes_data(endpoint, frame)) {
        endpoint_fail(endpoint, now, WS_DEFLATE_DATA_INVALID, event);
        return;
    }
    if (endpoint->judge.compressed) {
        endpoint_take_compressed(endpoint, header, piece, frame->offset, complete && header->fin);
        return;
    }
    if (header->masked) {
        ws_mask(endpoint->scratch, piece.at, piece.size, header->masking_key, frame->offset);
        piece.at = endpoint->scratch;
    }
    enum ws_violation violation = judge_payload(endpoint, piece);
    if (violation != WS_NO_VIOLATION)
        piece.size = endpoint->judge.bad;
    else if (complete)
        violation = endpoint_judge_end(endpoint, header->fin);
    endpoint_tell_data(endpoint, now, opcode, piece, complete && header->fin, violation, event);
}

static void take_end(struct ws_endpoint *endpoint, ws_time now, const struct ws_frame_header *header,
                     struct ws_event *event)
{
    bool control = ws_opcode_is_control(header->opcode);
    if (!control && header->length > 0)
        return; /* was told with the last piece of payload */
    if (!control && endpoint->judge.compressed) {
        endpoint_take_compressed(endpoint, header, (struct ws_octets){NULL, 0}, 0, header->fin);
        return;
    }
    uint8_t opcode = endpoint->judge.message_opcode;
    enum ws_violation violation = endpoint_judge_end(endpoint, header->fin);
    if (violation != WS_NO_VIOLATION)
        endpoint_fail(endpoint, now, violation, event);
    else if (control)
        tell_control(endpoint, now, header, event);
    else if (header->fin)
        endpoint_tell_data(endpoint, now, opcode, (struct ws_octets){NULL, 0}, true, WS_NO_VIOLATION, event);
}

static void take_frame_event(struct ws_endpoint *endpoint, ws_time now, const struct ws_frame_event *frame,
                             struct ws_event *event)
{
    enum ws_violation violation = WS_NO_VIOLATION;
    switch (frame->kind) {
    case WS_FRAME_NEED_MORE:
        break;
    case WS_FRAME_HEADER:
        violation = take_header(endpoint, frame->header);
        break;
    case WS_FRAME_PAYLOAD:
        if (ws_opcode_is_control(frame->header->opcode))
            violation = take_control_payload(endpoint, frame);
        else
            take_data_payload(endpoint, now, frame, event);
        break;
    case WS_FRAME_END:
        take_end(endpoint, now, frame->header, event);
        break;
    }
    if (violation != WS_NO_VIOLATION)
        endpoint_fail(endpoint, now, violation, event);
}

size_t endpoint_receive_frames(struct ws_endpoint *endpoint, ws_time now, const uint8_t *octets, size_t size,
                               struct ws_event *event)
{
    bool by_scratch =
        endpoint->config.role == WS_SERVER || endpoint->deflate != NULL || endpoint->fault != NULL;
    size_t taken = 0;
    for (;;) {
        if (endpoint->deflate != NULL && endpoint->deflate->inflating)
            endpoint_inflate(endpoint, now, event);
        if (event->kind != WS_EVENT_NONE)
            return taken;
        size_t part = size - taken;
        if (by_scratch && part > ENDPOINT_SCRATCH)
            part = ENDPOINT_SCRATCH;
        struct ws_frame_event frame;
        taken += ws_frame_decode(&endpoint->decoder, octets == NULL ? NULL : octets + taken, part, &frame);
        if (frame.kind == WS_FRAME_NEED_MORE && taken == size)
            return taken;
        if (endpoint->fault != NULL)
            fault_decoded(endpoint, &frame);
        take_frame_event(endpoint, now, &frame, event);
    }
}
