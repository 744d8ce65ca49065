/* SPDX-License-Identifier: MIT */
/* handshake_response.c: the server's half of the opening handshake (RFC 6455 4.2.2): builds the 101 response
 * and the refusals, and judges a response as a client must (4.1). */
#include "reference/faulty.h"
#include "reference/field_list.h"
#include "reference/head_writer.h"

#include <stdio.h>
#include <string.h>

size_t ws_response_build(uint8_t *out, size_t size, const struct ws_head *request, const char *subprotocol,
                         const char *extensions)
{
    const struct ws_octets *key = ws_head_find(request, "Sec-WebSocket-Key", NULL);
    char accept[WS_ACCEPT_SIZE + 1] = "";
    if (key != NULL) {
        ws_accept_of_key(accept, *key);
    }
    if (accept[0] == '\0') {
        return 0;
    }
    struct ws_head_writer writer = ws_head_writer_to(out, size);
    if (ws_list_has(request, "Expect", "100-continue")) { /* RFC 9110 7.8: 100 before 101 */
        ws_head_write(&writer, "HTTP/1.1 100 Continue\r\n\r\n");
    }
    ws_head_write(&writer, "HTTP/1.1 101 Switching Protocols\r\n");
    ws_head_write_field(&writer, "Upgrade", "websocket");
    ws_head_write_field(&writer, "Connection", "Upgrade");
    ws_head_write_field(&writer, "Sec-WebSocket-Accept", accept);
    if (subprotocol != NULL) {
        ws_head_write_field(&writer, "Sec-WebSocket-Protocol", subprotocol);
    }
    if (extensions != NULL) {
        ws_head_write_field(&writer, "Sec-WebSocket-Extensions", extensions);
    }
    ws_head_write(&writer, "\r\n");
    return ws_head_written(&writer);
}

/* The statuses of the violations in WS_VIOLATIONS (RFC 9110 15.5, 15.6; RFC 6585 5). */
static const struct refusal_status {
    unsigned code;
    const char *line;
} refusal_statuses[] = {
    {400, "HTTP/1.1 400 Bad Request\r\n"},
    {403, "HTTP/1.1 403 Forbidden\r\n"},
    {405, "HTTP/1.1 405 Method Not Allowed\r\n"},
    {414, "HTTP/1.1 414 URI Too Long\r\n"},
    {426, "HTTP/1.1 426 Upgrade Required\r\n"},
    {431, "HTTP/1.1 431 Request Header Fields Too Large\r\n"},
    {505, "HTTP/1.1 505 HTTP Version Not Supported\r\n"},
};

static const char *refusal_status_line(unsigned code)
{
    for (size_t i = 0; i < sizeof refusal_statuses / sizeof refusal_statuses[0]; i++) {
        if (refusal_statuses[i].code == code) {
            return refusal_statuses[i].line;
        }
    }
    return NULL;
}

/* Whether the versions that are supported have to be told: with any fault of the version that was asked for
 * (RFC 6455 4.2.2, 4.4), and with 426, whose reader is to try again. */
static bool refusal_tells_version(enum ws_violation violation, unsigned code)
{
    return code == 426 || violation == WS_REQUEST_VERSION_REPEATED ||
           violation == WS_REQUEST_VERSION_MALFORMED;
}

size_t ws_refusal_build(uint8_t *out, size_t size, enum ws_violation violation)
{
    const struct ws_violation_facts *facts = ws_violation_facts(violation);
    const char *status_line = refusal_status_line(facts->code);
    if (status_line == NULL) {
        return 0;
    }
    struct ws_head_writer writer = ws_head_writer_to(out, size);
    ws_head_write(&writer, status_line);
    if (facts->code == 426) { /* RFC 9110 15.5.22, 7.8 */
        ws_head_write_field(&writer, "Upgrade", "websocket");
        ws_head_write_field(&writer, "Connection", "Upgrade, close");
    } else {
        ws_head_write_field(&writer, "Connection", "close");
    }
    if (refusal_tells_version(violation, facts->code)) {
        ws_head_write_field(&writer, "Sec-WebSocket-Version", "13");
    }
    if (facts->code == 405) { /* RFC 9110 15.5.6; no content in answer to HEAD (9.3.2) */
        ws_head_write_field(&writer, "Allow", "GET");
        ws_head_write_field(&writer, "Content-Length", "0");
        ws_head_write(&writer, "\r\n");
        return ws_head_written(&writer);
    }
    char length[24];
    (void)snprintf(length, sizeof length, "%zu", strlen(facts->sentence) + 1);
    ws_head_write_field(&writer, "Content-Type", "text/plain; charset=utf-8");
    ws_head_write_field(&writer, "Content-Length", length);
    ws_head_write(&writer, "\r\n");
    ws_head_write(&writer, facts->sentence);
    ws_head_write(&writer, "\n");
    return ws_head_written(&writer);
}

static enum ws_violation judge_status_line(const struct ws_head *head)
{
    /* First, because anything else is legal in a response that does not accept (RFC 6455 4.1). */
    if (head->status != 101) {
        return WS_RESPONSE_STATUS_NOT_101;
    }
    /* RFC 9110 15.2: HTTP/1.0 knows no 1xx. RFC 9110 2.5: a higher minor version is taken as 1.1. */
    return head->http_major == 1 && head->http_minor >= 1 ? WS_NO_VIOLATION : WS_RESPONSE_VERSION_MALFORMED;
}

static enum ws_violation judge_upgrade(const struct ws_head *head)
{
    if (ws_head_find(head, "Upgrade", NULL) == NULL) {
        return WS_RESPONSE_UPGRADE_MISSING;
    }
    struct ws_list_walk walk = {.head = head, .name = "Upgrade"};
    struct ws_octets member;
    size_t count = 0;
    for (; ws_list_next(&walk, &member); count++) {
        if (!ws_octets_equal_ignoring_case(member, ws_octets_of("websocket"))) {
            return WS_RESPONSE_UPGRADE_WRONG;
        }
    }
    /* The value as a whole is "websocket", nothing besides it (RFC 6455 4.1). */
    return count == 1 ? WS_NO_VIOLATION : WS_RESPONSE_UPGRADE_WRONG;
}

static enum ws_violation judge_connection(const struct ws_head *head)
{
    if (ws_head_find(head, "Connection", NULL) == NULL) {
        return WS_RESPONSE_CONNECTION_MISSING;
    }
    return ws_list_has(head, "Connection", "Upgrade") ? WS_NO_VIOLATION : WS_RESPONSE_CONNECTION_WRONG;
}

static enum ws_violation judge_accept(const struct ws_head *head, const struct ws_request *request)
{
    size_t count = 0;
    const struct ws_octets *accept = ws_head_find(head, "Sec-WebSocket-Accept", &count);
    if (accept == NULL) {
        return WS_RESPONSE_ACCEPT_MISSING;
    }
    if (count > 1) { /* RFC 6455 11.3.3 */
        return WS_RESPONSE_ACCEPT_REPEATED;
    }
    char expected[WS_ACCEPT_SIZE + 1];
    ws_accept_of_key(expected, ws_octets_of(request->key));
    return accept->size == WS_ACCEPT_SIZE && ws_octets_equal(*accept, ws_octets_of(expected))
               ? WS_NO_VIOLATION
               : WS_RESPONSE_ACCEPT_WRONG;
}

/* The value of one line "Name: value" of the request's further lines, if that is its name. */
static bool line_value(const char *line, const char *name, struct ws_octets *value)
{
    const struct ws_octets octets = ws_octets_of(line);
    const char *colon = strchr(line, ':');
    const size_t name_size = colon == NULL ? octets.size : (size_t)(colon - line);
    if (colon == NULL ||
        !ws_octets_equal_ignoring_case((struct ws_octets){octets.at, name_size}, ws_octets_of(name))) {
        return false;
    }
    *value = (struct ws_octets){octets.at + name_size + 1, octets.size - name_size - 1};
    return true;
}

/* True if a member of the list is the token, parameters aside. */
static bool value_offers(struct ws_octets value, struct ws_octets token)
{
    struct ws_octets member;
    for (size_t offset = 0; ws_value_next(value, &offset, &member);) {
        if (ws_octets_equal(ws_extension_token(member), token)) {
            return true;
        }
    }
    return false;
}

static bool lines_offer(const struct ws_request *request, const char *name, struct ws_octets token)
{
    for (const char *const *line = request->fields; line != NULL && *line != NULL; line++) {
        struct ws_octets value;
        if (line_value(*line, name, &value) && value_offers(value, token)) {
            return true;
        }
    }
    return false;
}

static bool extension_is_offered(const struct ws_request *request, struct ws_octets token)
{
    return (request->extensions != NULL && value_offers(ws_octets_of(request->extensions), token)) ||
           lines_offer(request, "Sec-WebSocket-Extensions", token);
}

/* What an answer of permessage-deflate comes to against the offers of one value: WS_NO_VIOLATION when it
 * accepts one of them; otherwise what is wrong with it as an answer to the last that is legal. `*so_far`
 * holds what offers before this value have come to. */
static void judge_against(struct ws_octets offers, const struct ws_deflate_parameters *answer,
                          enum ws_violation *so_far)
{
    struct ws_octets member;
    for (size_t offset = 0; *so_far != WS_NO_VIOLATION && ws_value_next(offers, &offset, &member);) {
        struct ws_extension element;
        struct ws_deflate_parameters offer;
        if (ws_extension_parse(member, &element) && ws_deflate_offer_parse(&element, &offer)) {
            *so_far = ws_deflate_answer_judge(answer, &offer);
        }
    }
}

/* RFC 7692 7, 7.1: an answer that names permessage-deflate, which was offered. */
static enum ws_violation judge_deflate(struct ws_octets member, const struct ws_request *request)
{
    struct ws_extension element;
    struct ws_deflate_parameters answer;
    if (!ws_extension_parse(member,
                            &element)) { /* well-formed, but beyond the limits of struct ws_extension */
        return WS_RESPONSE_DEFLATE_PARAMETER_UNKNOWN;
    }
    enum ws_violation violation = ws_deflate_answer_parse(&element, &answer);
    if (violation != WS_NO_VIOLATION) {
        return violation;
    }
    violation = WS_RESPONSE_DEFLATE_OFFER_INVALID; /* when there is no legal offer to accept */
    if (request->extensions != NULL) {
        judge_against(ws_octets_of(request->extensions), &answer, &violation);
    }
    for (const char *const *line = request->fields; line != NULL && *line != NULL; line++) {
        struct ws_octets value;
        if (line_value(*line, "Sec-WebSocket-Extensions", &value)) {
            judge_against(value, &answer, &violation);
        }
    }
    return violation;
}

static enum ws_violation judge_extensions(const struct ws_head *head, const struct ws_request *request)
{
    if (ws_head_find(head, "Sec-WebSocket-Extensions", NULL) == NULL) {
        return WS_NO_VIOLATION;
    }
    struct ws_list_walk walk = {.head = head, .name = "Sec-WebSocket-Extensions"};
    struct ws_octets member;
    enum ws_violation violation = WS_NO_VIOLATION;
    size_t count = 0, deflates = 0;
    for (; ws_list_next(&walk, &member); count++) {
        const struct ws_octets token = ws_extension_token(member);
        if (!ws_extension_is_well_formed(member)) { /* RFC 6455 9.1 */
            return WS_RESPONSE_EXTENSIONS_MALFORMED;
        }
        if (!extension_is_offered(request, token)) {
            violation = WS_RESPONSE_EXTENSION_NOT_OFFERED;
        }
        if (violation == WS_NO_VIOLATION && ws_octets_equal(token, ws_octets_of(WS_DEFLATE_NAME))) {
            /* RFC 7692 5: no two that use the same RSV bit */
            violation = ++deflates > 1 ? WS_RESPONSE_DEFLATE_REPEATED : judge_deflate(member, request);
        }
    }
    return count != 0 ? violation : WS_RESPONSE_EXTENSIONS_MALFORMED;
}

static enum ws_violation judge_subprotocol(const struct ws_head *head, const struct ws_request *request)
{
    size_t count = 0;
    const struct ws_octets *value = ws_head_find(head, "Sec-WebSocket-Protocol", &count);
    if (value == NULL) {
        return WS_NO_VIOLATION;
    }
    if (count > 1) { /* RFC 6455 11.3.4 */
        return WS_RESPONSE_SUBPROTOCOL_REPEATED;
    }
    if (!ws_is_token(*value)) { /* RFC 6455 4.2.2 */
        return value->size == 0 ? WS_RESPONSE_SUBPROTOCOL_EMPTY : WS_RESPONSE_SUBPROTOCOL_MALFORMED;
    }
    for (const char *const *name = request->subprotocols; name != NULL && *name != NULL; name++) {
        if (ws_octets_equal(*value, ws_octets_of(*name))) {
            return WS_NO_VIOLATION;
        }
    }
    return lines_offer(request, "Sec-WebSocket-Protocol", *value) ? WS_NO_VIOLATION
                                                                  : WS_RESPONSE_SUBPROTOCOL_NOT_OFFERED;
}

/* RFC 9110 8.6, RFC 9112 6.1: neither field may be in a 1xx response; what follows are frames. */
static enum ws_violation judge_body(const struct ws_head *head)
{
    if (ws_head_find(head, "Content-Length", NULL) != NULL) {
        return WS_RESPONSE_LENGTH_PRESENT;
    }
    return ws_head_find(head, "Transfer-Encoding", NULL) != NULL ? WS_RESPONSE_CODING_PRESENT
                                                                 : WS_NO_VIOLATION;
}

enum ws_violation ws_response_judge_on(const struct ws_head *head, const struct ws_request *request,
                                       size_t *step)
{
    enum ws_violation violation = WS_NO_VIOLATION;
    while (violation == WS_NO_VIOLATION) {
        switch ((*step)++) {
        case 0:
            violation = judge_status_line(head);
            break;
        case 1:
            violation = judge_upgrade(head);
            break;
        case 2:
            violation = judge_connection(head);
            break;
        case 3:
            violation = judge_accept(head, request);
            break;
        case 4:
            violation = judge_extensions(head, request);
            break;
        case 5:
            violation = judge_subprotocol(head, request);
            break;
        case 6:
            violation = judge_body(head);
            break;
        default: /* nothing is left */
            return WS_NO_VIOLATION;
        }
    }
    return violation;
}

enum ws_violation ws_response_judge(const struct ws_head *head, const struct ws_request *request)
{
    size_t step = 0;
    return ws_response_judge_on(head, request, &step);
}
