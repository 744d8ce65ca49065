/* SPDX-License-Identifier: MIT */
/* The opening handshake for the wslay target: the reference reads the request, judges it and writes the
 * response. */
#include "handshake.h"

#include "reference/ws.h"

enum handshake handshake_answer(const uint8_t *octets, size_t size, size_t *head_size,
                                uint8_t response[HANDSHAKE_RESPONSE_MAX], size_t *response_size)
{
    struct ws_head head = {0};
    enum ws_violation violation = WS_NO_VIOLATION;
    enum ws_head_progress progress = ws_head_parse(&head, WS_HEAD_REQUEST, (struct ws_octets){octets, size},
                                                   0, &ws_head_limits_default, &violation);
    if (progress == WS_HEAD_NEED_MORE)
        return HANDSHAKE_INCOMPLETE;
    if (progress == WS_HEAD_COMPLETE) {
        *head_size = head.size;
        violation = ws_request_judge(&head);
    }
    if (violation != WS_NO_VIOLATION) {
        *response_size = ws_refusal_build(response, HANDSHAKE_RESPONSE_MAX, violation);
        return HANDSHAKE_REFUSED;
    }
    static const char *const subprotocols[] = {"Wringer.example", NULL};
    *response_size = ws_response_build(response, HANDSHAKE_RESPONSE_MAX, &head,
                                       ws_subprotocol_select(&head, subprotocols), NULL);
    return HANDSHAKE_ACCEPTED;
}
