/* SPDX-License-Identifier: MIT */
/* The end of a connection (RFC 6455 7): the closing handshake from either side, failing, and who closes TCP
 * when. Sockets are closed by the caller, who is told through ws_endpoint_transport. */
#include "reference/faulty.h"

#include <string.h>

enum { CODE_SIZE = 2, REASON_MAX = WS_CONTROL_PAYLOAD_MAX - CODE_SIZE, CODE_NONE = 1005 };

/* Puts the one Close frame into the output. It may pass the output's cap, which it does once. When memory is
 * out it is left away, as RFC 6455 7.1.7 allows. */
static void put_close(struct ws_endpoint *endpoint, uint16_t code, const char *reason)
{
    uint8_t body[WS_CONTROL_PAYLOAD_MAX] = {(uint8_t)(code >> 8), (uint8_t)(code & 0xff)};
    size_t reason_size = strlen(reason);
    memcpy(body + CODE_SIZE, reason, reason_size);
    struct ws_octets payload = {body, code == CODE_NONE ? 0 : CODE_SIZE + reason_size};
    (void)endpoint_put_frame(endpoint, WS_CLOSE, true, payload, SIZE_MAX);
    endpoint->close_sent = true;
    endpoint->judge.may_echo_1010 = code == 1010;
}

static void start_closing(struct ws_endpoint *endpoint, ws_time now)
{
    endpoint->state = WS_CLOSING; /* RFC 6455 7.1.3 */
    endpoint->deadline = endpoint_after(now, endpoint->config.close_timeout);
    endpoint->draining = false;
    endpoint->progress = false;
}

/* Close the WebSocket Connection (RFC 6455 7.1.1). A server sends FIN at once and reads until the peer's; a
 * client waits for the server's. What still comes in is discarded. */
static void close_tcp(struct ws_endpoint *endpoint)
{
    endpoint->deaf = endpoint->fault == NULL || !fault_listens_on(endpoint);
    if (endpoint->config.role == WS_SERVER)
        endpoint->shutdown_wanted = endpoint->fault == NULL || !fault_waits_for_fin(endpoint);
    else
        endpoint->shutdown_wanted = endpoint->fault != NULL && fault_ends_tcp_first(endpoint);
}

enum ws_error ws_endpoint_close(struct ws_endpoint *endpoint, ws_time now, uint16_t code, const char *reason)
{
    struct ws_octets text = ws_octets_of(reason == NULL ? "" : reason);
    struct ws_utf8 utf8 = {0};
    if (text.size > REASON_MAX || (code == CODE_NONE && text.size > 0))
        return WS_ERROR_ARGUMENT;
    if (!ws_utf8_take(&utf8, text.at, text.size, NULL) || !ws_utf8_complete(&utf8)) /* RFC 6455 5.5.1 */
        return WS_ERROR_ARGUMENT;
    if (code != CODE_NONE && ws_close_code_judge(code) != WS_NO_VIOLATION)
        return WS_ERROR_ARGUMENT;
    if (code == 1010 && endpoint->config.role == WS_SERVER) /* RFC 6455 7.4.1 */
        return WS_ERROR_ARGUMENT;
    if (endpoint->state != WS_OPEN)
        return WS_ERROR_STATE;
    put_close(endpoint, code, reason == NULL ? "" : reason);
    start_closing(endpoint, now);
    return WS_DONE;
}

void endpoint_receive_close(struct ws_endpoint *endpoint, ws_time now, struct ws_octets body,
                            struct ws_event *event)
{
    uint16_t code = CODE_NONE; /* RFC 6455 7.1.5 */
    struct ws_octets reason = {0};
    if (body.size >= CODE_SIZE) {
        code = (uint16_t)(body.at[0] << 8 | body.at[1]);
        reason = (struct ws_octets){body.at + CODE_SIZE, body.size - CODE_SIZE};
    }
    endpoint->close_received = true;
    if (!endpoint->close_sent)
        put_close(endpoint, code, ""); /* the same code, as is usual (RFC 6455 5.5.1) */
    start_closing(endpoint, now);
    close_tcp(endpoint);
    *event = (struct ws_event){.kind = WS_EVENT_CLOSE, .code = code, .octets = reason};
}

void endpoint_fail(struct ws_endpoint *endpoint, ws_time now, enum ws_violation violation,
                   struct ws_event *event)
{
    const struct ws_violation_facts *facts = ws_violation_facts(violation);
    *event = (struct ws_event){.kind = WS_EVENT_FAILED, .violation = violation};
    if (endpoint->state == WS_CONNECTING) {
        /* Not established: no Close frame. A server says why in HTTP (RFC 6455 4.2.1, 7.2.2); a client just
         * closes (RFC 6455 4.1, 7.1.7). */
        endpoint_head_free(endpoint);
        if (endpoint->fault != NULL && fault_answers_bad_response(endpoint)) {
            put_close(endpoint, 1002, facts->sentence);
            endpoint->shutdown_wanted = true;
            endpoint->deaf = true;
            start_closing(endpoint, now);
            return;
        }
        if (endpoint->config.role == WS_CLIENT || !endpoint_put_refusal(endpoint, violation)) {
            ws_output_discard(&endpoint->output);
            endpoint->state = WS_CLOSED;
            endpoint->deaf = true;
            endpoint->deadline = WS_NEVER;
            endpoint->pending_end = true;
            return;
        }
    } else if (!endpoint->close_sent) {
        put_close(endpoint, (uint16_t)facts->code, facts->sentence); /* RFC 6455 7.1.7 */
    }
    start_closing(endpoint, now);
    close_tcp(endpoint);
}

void endpoint_end(struct ws_endpoint *endpoint, struct ws_event *event)
{
    endpoint->state = WS_CLOSED; /* RFC 6455 7.1.4 */
    endpoint->deaf = true;
    endpoint->pending_end = false;
    endpoint->pending_failure = WS_NO_VIOLATION;
    endpoint->pong_waits = false;
    endpoint->deadline = WS_NEVER;
    endpoint_head_free(endpoint);
    *event =
        (struct ws_event){.kind = WS_EVENT_END, .clean = endpoint->close_sent && endpoint->close_received};
}

enum ws_transport ws_endpoint_transport(const struct ws_endpoint *endpoint)
{
    if (endpoint->fault != NULL && fault_keeps_tcp(endpoint))
        return WS_TRANSPORT_KEEP;
    if (endpoint->state == WS_CLOSED)
        return WS_TRANSPORT_CLOSE;
    return endpoint->shutdown_wanted && !endpoint->shutdown_done ? WS_TRANSPORT_SHUTDOWN : WS_TRANSPORT_KEEP;
}

void ws_endpoint_shutdown_done(struct ws_endpoint *endpoint)
{
    endpoint->shutdown_done = true;
}
