/* SPDX-License-Identifier: MIT */
/* fault_closing.c: how a faulty server ends a connection, and what it goes on to do where it had to stop. */
#include "reference/faulty.h"

bool fault_listens_on(const struct ws_endpoint *endpoint)
{
    switch (endpoint->fault->kind) {
    case WS_FAULT_ECHOES_AFTER_CLOSE:
    case WS_FAULT_CLOSE_ANSWERED_TWICE:
        return true;
    case WS_FAULT_GOES_ON:
    case WS_FAULT_PONGS_ON:
    case WS_FAULT_CROSSING_ANSWERED:
        return !endpoint->close_received; /* the connection was failed */
    default:                              /* the others hear nothing more */
        return false;
    }
}

bool fault_sends_on(const struct ws_endpoint *endpoint)
{
    return endpoint->fault->kind == WS_FAULT_ECHOES_AFTER_CLOSE || endpoint->fault->kind == WS_FAULT_GOES_ON;
}

bool fault_waits_for_fin(const struct ws_endpoint *endpoint)
{
    return endpoint->fault->kind == WS_FAULT_WAITS_FOR_FIN && endpoint->close_received;
}

bool fault_ends_tcp_first(const struct ws_endpoint *endpoint)
{
    return endpoint->fault->kind == WS_FAULT_ENDS_TCP_FIRST && endpoint->close_received;
}

bool fault_keeps_tcp(const struct ws_endpoint *endpoint)
{
    enum ws_fault kind = endpoint->fault->kind;
    return kind == WS_FAULT_LEAVES_TCP_OPEN ||
           (kind == WS_FAULT_REFUSAL_LEAVES_TCP && endpoint->state == WS_CLOSING && !endpoint->close_sent) ||
           (kind == WS_FAULT_LEAVES_TCP_AFTER_MESSAGE && endpoint->fault->messages_sent > 0) ||
           (kind == WS_FAULT_ANSWER_STAYS && endpoint->fault->refused) ||
           (kind == WS_FAULT_STAYS_AT_END && endpoint->fault->ended_early) ||
           (kind == WS_FAULT_HANGS && endpoint->close_sent && !endpoint->close_received) ||
           (kind == WS_FAULT_FAILS_WITHOUT_TCP && endpoint->close_sent && !endpoint->close_received);
}

void fault_end_tcp(struct ws_endpoint *endpoint)
{
    endpoint->deaf = true;
    endpoint->shutdown_wanted = true;
}

void fault_stream_ended(struct ws_endpoint *endpoint)
{
    static const uint8_t code_1006[] = {1006 >> 8, 1006 & 0xFF};
    struct ws_octets payload = {code_1006, sizeof code_1006};
    endpoint->fault->ended_early = endpoint->state == WS_CONNECTING;
    if (endpoint->fault->kind == WS_FAULT_ENDS_WITH_1006 && endpoint->state == WS_OPEN)
        (void)endpoint_put_frame(endpoint, WS_CLOSE, true, payload, SIZE_MAX);
}
