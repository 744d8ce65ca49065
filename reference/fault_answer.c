/* SPDX-License-Identifier: MIT */
/* fault_answer.c: what a faulty client makes of the response to its opening handshake. The judge of the
 * reference judges, one part after the other; here its findings are changed. */
#include "reference/faulty.h"

#include <string.h>

static bool is_of_deflate(enum ws_violation violation)
{
    return violation >= WS_RESPONSE_DEFLATE_REPEATED &&
           violation <= WS_RESPONSE_DEFLATE_CLIENT_WINDOW_NOT_OFFERED;
}

/* Violations that a fault does not see, one row for each. */
static const struct {
    enum ws_fault fault;
    enum ws_violation violation;
} pardons[] = {
    {WS_FAULT_ANY_STATUS, WS_RESPONSE_STATUS_NOT_101},
    {WS_FAULT_ANY_STATUS, WS_RESPONSE_LENGTH_PRESENT}, /* of any status but 101 it is right */
    {WS_FAULT_STATUS_2XX, WS_RESPONSE_LENGTH_PRESENT},
    {WS_FAULT_ANSWER_HTTP_1_0, WS_RESPONSE_VERSION_MALFORMED},
    {WS_FAULT_ANSWER_NO_UPGRADE, WS_RESPONSE_UPGRADE_MISSING},
    {WS_FAULT_ANSWER_ANY_UPGRADE, WS_RESPONSE_UPGRADE_WRONG},
    {WS_FAULT_ANSWER_NO_CONNECTION, WS_RESPONSE_CONNECTION_MISSING},
    {WS_FAULT_ANSWER_ANY_CONNECTION, WS_RESPONSE_CONNECTION_WRONG},
    {WS_FAULT_ANSWER_NO_ACCEPT, WS_RESPONSE_ACCEPT_MISSING},
    {WS_FAULT_ANSWER_ANY_ACCEPT, WS_RESPONSE_ACCEPT_WRONG},
    {WS_FAULT_ANSWER_TWO_ACCEPTS, WS_RESPONSE_ACCEPT_REPEATED},
    {WS_FAULT_ANSWER_ANY_EXTENSION, WS_RESPONSE_EXTENSION_NOT_OFFERED},
    {WS_FAULT_ANSWER_BAD_EXTENSION, WS_RESPONSE_EXTENSIONS_MALFORMED},
    {WS_FAULT_ANSWER_ANY_SUBPROTOCOL, WS_RESPONSE_SUBPROTOCOL_NOT_OFFERED},
    {WS_FAULT_ANSWER_BAD_SUBPROTOCOL, WS_RESPONSE_SUBPROTOCOL_MALFORMED},
    {WS_FAULT_ANSWER_BAD_SUBPROTOCOL, WS_RESPONSE_SUBPROTOCOL_EMPTY},
    {WS_FAULT_ANSWER_TWO_SUBPROTOCOLS, WS_RESPONSE_SUBPROTOCOL_REPEATED},
    {WS_FAULT_ANSWER_DEFLATE_UNKNOWN, WS_RESPONSE_DEFLATE_PARAMETER_UNKNOWN},
    {WS_FAULT_ANSWER_DEFLATE_VALUE, WS_RESPONSE_DEFLATE_TAKEOVER_VALUE},
    {WS_FAULT_ANSWER_DEFLATE_VALUE, WS_RESPONSE_DEFLATE_SERVER_BITS_INVALID},
    {WS_FAULT_ANSWER_DEFLATE_VALUE, WS_RESPONSE_DEFLATE_CLIENT_BITS_INVALID},
    {WS_FAULT_ANSWER_DEFLATE_REPEATED, WS_RESPONSE_DEFLATE_PARAMETER_REPEATED},
    {WS_FAULT_ANSWER_DEFLATE_UNSUPPORTED, WS_RESPONSE_DEFLATE_CLIENT_WINDOW_NOT_OFFERED},
    {WS_FAULT_ANSWER_DEFLATE_TWICE, WS_RESPONSE_DEFLATE_REPEATED},
    {WS_FAULT_ANSWER_DEFLATE_BITS, WS_RESPONSE_DEFLATE_CLIENT_WINDOW_NOT_OFFERED},
};

static bool has_accept_in_any_case(const struct ws_endpoint *endpoint, const struct ws_head *head)
{
    char accept[WS_ACCEPT_SIZE + 1];
    const struct ws_octets *value = ws_head_find(head, "Sec-WebSocket-Accept", NULL);
    ws_accept_of_key(accept, ws_octets_of(endpoint->request.key));
    return value != NULL && ws_octets_equal_ignoring_case(*value, ws_octets_of(accept));
}

static bool pardons_violation(const struct ws_endpoint *endpoint, const struct ws_head *head,
                              enum ws_violation violation)
{
    enum ws_fault fault = endpoint->fault->kind;
    for (size_t i = 0; i < sizeof pardons / sizeof pardons[0]; i++)
        if (pardons[i].fault == fault && pardons[i].violation == violation)
            return true;
    switch (fault) {
    case WS_FAULT_ANY_ANSWER:
        return true;
    case WS_FAULT_STATUS_2XX:
        return violation == WS_RESPONSE_STATUS_NOT_101 && head->status / 100 == 2;
    case WS_FAULT_ANSWER_ACCEPT_CASE:
        return violation == WS_RESPONSE_ACCEPT_WRONG && has_accept_in_any_case(endpoint, head);
    case WS_FAULT_ANSWER_ANY_DEFLATE:
    case WS_FAULT_ANSWER_INVALID_DEFLATE:
        return is_of_deflate(violation);
    default: /* the others have their rows in the table */
        return false;
    }
}

static bool has_space_around(const struct ws_octets *value)
{
    return value != NULL && value->size > 0 && (value->at[-2] != ':' || value->at[value->size] != '\r');
}

/* Is the name of each field written as the RFC writes it? */
static bool is_as_written(const struct ws_head *head)
{
    static const char *const names[] = {"Upgrade", "Connection", "Sec-WebSocket-Accept"};
    for (size_t i = 0; i < head->field_count; i++)
        for (size_t k = 0; k < sizeof names / sizeof names[0]; k++)
            if (ws_octets_equal_ignoring_case(head->fields[i].name, ws_octets_of(names[k])) &&
                !ws_octets_equal(head->fields[i].name, ws_octets_of(names[k])))
                return false;
    return true;
}

/* White space that is not one space behind a semicolon, or a semicolon without it. */
static bool has_other_spaces(struct ws_octets value)
{
    for (size_t i = 1; i < value.size; i++)
        if (value.at[i] == '\t' || (value.at[i] == ' ') != (value.at[i - 1] == ';'))
            return true;
    return false;
}

/* A response that is right, but not to the taste of the faulty client. */
static bool is_disliked(const struct ws_endpoint *endpoint, const struct ws_head *head)
{
    const struct ws_octets *upgrade = ws_head_find(head, "Upgrade", NULL);
    const struct ws_octets *connection = ws_head_find(head, "Connection", NULL);
    const struct ws_octets *extensions = ws_head_find(head, "Sec-WebSocket-Extensions", NULL);
    struct ws_deflate_parameters agreed = {0};
    bool deflate = ws_deflate_agreed(head, &agreed);
    switch (endpoint->fault->kind) {
    case WS_FAULT_ANSWER_UPGRADE_CASE:
        return upgrade != NULL && !ws_octets_equal(*upgrade, ws_octets_of("websocket"));
    case WS_FAULT_ANSWER_CONNECTION_ALONE:
    case WS_FAULT_ANSWER_FIRST_LINE:
        return connection != NULL && !ws_octets_equal_ignoring_case(*connection, ws_octets_of("Upgrade"));
    case WS_FAULT_ANSWER_ACCEPT_SPACE:
        return has_space_around(ws_head_find(head, "Sec-WebSocket-Accept", NULL));
    case WS_FAULT_ANSWER_NO_CLIENT_TAKEOVER:
        return deflate && agreed.client_no_context_takeover;
    case WS_FAULT_ANSWER_NEEDS_NO_TAKEOVER:
        return deflate && !agreed.server_no_context_takeover;
    case WS_FAULT_ANSWER_NEEDS_WINDOW:
        return deflate && agreed.server_max_window_bits != WS_DEFLATE_BITS_MIN;
    case WS_FAULT_ANSWER_NO_QUOTED:
        return extensions != NULL && memchr(extensions->at, '"', extensions->size) != NULL;
    case WS_FAULT_ANSWER_NO_WHITE_SPACE:
        return extensions != NULL && has_other_spaces(*extensions);
    case WS_FAULT_ANSWER_NO_EMPTY_MEMBER:
        return connection != NULL && connection->size > 0 && connection->at[0] == ',';
    case WS_FAULT_ANSWER_NO_SUBPROTOCOL:
        return ws_head_find(head, "Sec-WebSocket-Protocol", NULL) != NULL;
    case WS_FAULT_ANSWER_SUBPROTOCOL:
        return ws_head_find(head, "Sec-WebSocket-Protocol", NULL) == NULL;
    case WS_FAULT_ANSWER_NO_COOKIE:
        return ws_head_find(head, "Set-Cookie", NULL) != NULL;
    case WS_FAULT_ANSWER_WITH_REASON:
        return !ws_octets_equal(head->reason, ws_octets_of("Switching Protocols"));
    case WS_FAULT_ANSWER_SMALL:
        return head->size > 4096;
    case WS_FAULT_ANSWER_AS_WRITTEN:
        return !is_as_written(head);
    case WS_FAULT_ANSWER_NO_FOLD:
        return head->folds > 0;
    default: /* not a fault of strictness */
        return false;
    }
}

enum ws_violation fault_judge_response(struct ws_endpoint *endpoint, const struct ws_head *head)
{
    size_t step = 0;
    enum ws_violation violation;
    do
        violation = ws_response_judge_on(head, &endpoint->request, &step);
    while (violation != WS_NO_VIOLATION && pardons_violation(endpoint, head, violation));
    if (violation == WS_NO_VIOLATION && is_disliked(endpoint, head))
        violation = WS_RESPONSE_STATUS_NOT_101;
    endpoint->fault->refused = violation != WS_NO_VIOLATION;
    return violation;
}

bool fault_takes_interim_for_final(const struct ws_endpoint *endpoint)
{
    return endpoint->fault->kind == WS_FAULT_ANSWER_NO_INTERIM;
}

bool fault_wants_head_at_once(const struct ws_endpoint *endpoint)
{
    return endpoint->fault->kind == WS_FAULT_ANSWER_AT_ONCE;
}

bool fault_loses_rest(const struct ws_endpoint *endpoint)
{
    return endpoint->fault->kind == WS_FAULT_ANSWER_LOSES_REST;
}

bool fault_answers_bad_response(const struct ws_endpoint *endpoint)
{
    return endpoint->fault->kind == WS_FAULT_ANSWER_WITH_CLOSE;
}

void fault_request_sent(struct ws_endpoint *endpoint)
{
    if (endpoint->fault->kind == WS_FAULT_SPEAKS_FIRST)
        (void)endpoint_put_frame(endpoint, WS_PING, true, (struct ws_octets){0}, SIZE_MAX);
}
