/* SPDX-License-Identifier: MIT */
/* Frames that go out (RFC 6455 5, 6.1): written into the output in the shortest form, masked by a client.
 * What may be sent when is checked here for the caller's frames; Close frames are endpoint_close.c's. */
#include "reference/endpoint.h"

#include <string.h>

enum ws_error endpoint_put_frame(struct ws_endpoint *endpoint, uint8_t opcode, bool fin,
                                 struct ws_octets payload, size_t limit)
{
    struct ws_frame_header header = {.fin = fin,
                                     .opcode = opcode,
                                     .masked = endpoint->config.role == WS_CLIENT, /* RFC 6455 5.1 */
                                     .length_form = ws_length_form_shortest(payload.size),
                                     .length = payload.size};
    if (payload.size > SIZE_MAX - WS_FRAME_HEADER_MAX)
        return WS_ERROR_OUTPUT_FULL;
    size_t size = ws_frame_header_size(&header) + payload.size;
    uint8_t *room;
    enum ws_error error = ws_output_reserve(&endpoint->output, size, limit, &room);
    if (error != WS_DONE)
        return error;
    if (header.masked) /* a new key for every frame (RFC 6455 5.3) */
        endpoint->config.random(endpoint->config.random_context, header.masking_key,
                                sizeof header.masking_key);
    uint8_t *to = room + ws_frame_header_encode(room, &header);
    if (header.masked)
        ws_mask(to, payload.at, payload.size, header.masking_key, 0);
    else if (payload.size > 0)
        memcpy(to, payload.at, payload.size);
    ws_output_commit(&endpoint->output, size);
    return WS_DONE;
}

void endpoint_put_pong(struct ws_endpoint *endpoint, struct ws_octets payload)
{
    if (endpoint->close_received || endpoint->deaf)
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

enum ws_error ws_endpoint_send(struct ws_endpoint *endpoint, uint8_t opcode, bool fin, const uint8_t *octets,
                               size_t size)
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
    if (endpoint->state != WS_OPEN)
        return WS_ERROR_STATE;
    bool data = !ws_opcode_is_control(opcode);
    if (data && endpoint->sending_message != (opcode == WS_CONTINUATION)) /* RFC 6455 5.4 */
        return WS_ERROR_STATE;
    enum ws_error error = endpoint_put_frame(endpoint, opcode, fin, (struct ws_octets){octets, size},
                                             endpoint->config.output_limit);
    if (error == WS_DONE && data)
        endpoint->sending_message = !fin;
    return error;
}
