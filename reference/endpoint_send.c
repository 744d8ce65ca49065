/* SPDX-License-Identifier: MIT */
/* Frames that go out (RFC 6455 5, 6.1): written into the output in the shortest form, masked by a client.
 * What may be sent when is checked here for the caller's frames; Close frames are endpoint_close.c's. */
#include "reference/faulty.h"

#include <stdlib.h>
#include <string.h>

static struct ws_frame_header header_of(const struct ws_endpoint *endpoint, uint8_t opcode, bool fin,
                                        size_t size)
{
    /* RFC 7692 6.1: on the first frame of a compressed message */
    bool compressed = endpoint->deflate != NULL && (opcode == WS_TEXT || opcode == WS_BINARY);
    struct ws_frame_header header = {.fin = fin,
                                     .rsv = compressed ? WS_RSV1 : 0,
                                     .opcode = opcode,
                                     .masked = endpoint->config.role == WS_CLIENT, /* RFC 6455 5.1 */
                                     .length_form = ws_length_form_shortest(size),
                                     .length = size};
    if (header.masked) /* a new key for every frame (RFC 6455 5.3) */
        endpoint->config.random(endpoint->config.random_context, header.masking_key,
                                sizeof header.masking_key);
    return header;
}

enum ws_error endpoint_put_header(struct ws_endpoint *endpoint, const struct ws_frame_header *header,
                                  struct ws_octets payload, size_t limit)
{
    uint8_t *room;
    if (payload.size > SIZE_MAX - WS_FRAME_HEADER_MAX)
        return WS_ERROR_OUTPUT_FULL;
    size_t size = ws_frame_header_size(header) + payload.size;
    enum ws_error error = ws_output_reserve(&endpoint->output, size, limit, &room);
    if (error != WS_DONE)
        return error;
    uint8_t *to = room + ws_frame_header_encode(room, header);
    if (header->masked)
        ws_mask(to, payload.at, payload.size, header->masking_key, 0);
    else if (payload.size > 0)
        memcpy(to, payload.at, payload.size);
    ws_output_commit(&endpoint->output, size);
    return WS_DONE;
}

enum ws_error endpoint_put_frame(struct ws_endpoint *endpoint, uint8_t opcode, bool fin,
                                 struct ws_octets payload, size_t limit)
{
    struct ws_frame_header header = header_of(endpoint, opcode, fin, payload.size);
    return endpoint->fault == NULL ? endpoint_put_header(endpoint, &header, payload, limit)
                                   : fault_put_frame(endpoint, &header, payload, limit);
}

void endpoint_put_pong(struct ws_endpoint *endpoint, struct ws_octets payload)
{
    if (endpoint->deaf)
        return; /* it waited too long: no longer asked for (RFC 6455 5.5.2) */
    if (endpoint_put_frame(endpoint, WS_PONG, true, payload, endpoint->config.output_limit) == WS_DONE) {
        endpoint->pong_waits = false;
        return;
    }
    /* No room. Only the most recent ping need be answered (RFC 6455 5.5.3), so one pong is enough to keep. */
    if (payload.size > 0 && payload.at != endpoint->pong)
        memcpy(endpoint->pong, payload.at, payload.size);
    endpoint->pong_size = payload.size;
    endpoint->pong_waits = true;
}

/* Whether the caller may send such a frame now. */
static enum ws_error may_send(const struct ws_endpoint *endpoint, uint8_t opcode, bool fin, size_t size)
{
    switch (opcode) {
    case WS_CONTINUATION:
    case WS_TEXT:
    case WS_BINARY:
        break;
    case WS_PING:
    case WS_PONG: /* RFC 6455 5.5 */
        if (!fin || size > WS_CONTROL_PAYLOAD_MAX)
            return WS_ERROR_ARGUMENT;
        break;
    default: /* reserved, or a Close, which has its own call */
        return WS_ERROR_ARGUMENT;
    }
    if (endpoint->state != WS_OPEN && (endpoint->fault == NULL || !fault_sends_on(endpoint)))
        return WS_ERROR_STATE;
    bool data = !ws_opcode_is_control(opcode);
    if (data && endpoint->sending_message != (opcode == WS_CONTINUATION)) /* RFC 6455 5.4 */
        return WS_ERROR_STATE;
    return WS_DONE;
}

static void has_sent(struct ws_endpoint *endpoint, uint8_t opcode, bool fin)
{
    if (!ws_opcode_is_control(opcode))
        endpoint->sending_message = !fin;
}

enum ws_error ws_endpoint_send(struct ws_endpoint *endpoint, uint8_t opcode, bool fin, const uint8_t *octets,
                               size_t size)
{
    enum ws_error error = may_send(endpoint, opcode, fin, size);
    if (error != WS_DONE)
        return error;
    struct ws_octets payload = {octets, size};
    bool compressed = endpoint->deflate != NULL && !ws_opcode_is_control(opcode);
    if (compressed)
        error = endpoint_compress(endpoint, fin, &payload);
    if (error != WS_DONE)
        return error;
    error = endpoint_put_frame(endpoint, opcode, fin, payload, endpoint->config.output_limit);
    if (compressed)
        endpoint_compressed_gone(endpoint, error == WS_DONE);
    if (error == WS_DONE)
        has_sent(endpoint, opcode, fin);
    return error;
}

enum ws_error ws_endpoint_send_buffer(struct ws_endpoint *endpoint, uint8_t opcode, bool fin, uint8_t *buffer,
                                      size_t capacity, size_t size)
{
    uint8_t *payload = buffer + WS_FRAME_HEADER_MAX;
    if (ws_output_size(&endpoint->output) > 0 || endpoint->fault != NULL || endpoint->deflate != NULL) {
        enum ws_error error = ws_endpoint_send(endpoint, opcode, fin, payload, size);
        if (error == WS_DONE)
            free(buffer);
        return error;
    }
    enum ws_error error = may_send(endpoint, opcode, fin, size);
    if (error != WS_DONE)
        return error;
    struct ws_frame_header header = header_of(endpoint, opcode, fin, size);
    size_t header_size = ws_frame_header_size(&header);
    if (size > endpoint->config.output_limit || header_size > endpoint->config.output_limit - size)
        return WS_ERROR_OUTPUT_FULL;
    uint8_t octets[WS_FRAME_HEADER_MAX];
    ws_frame_header_encode(octets, &header);
    memcpy(payload - header_size, octets, header_size);
    if (header.masked)
        ws_mask(payload, payload, size, header.masking_key, 0);
    ws_output_adopt(&endpoint->output, buffer, capacity, WS_FRAME_HEADER_MAX - header_size,
                    WS_FRAME_HEADER_MAX + size);
    has_sent(endpoint, opcode, fin);
    return WS_DONE;
}
