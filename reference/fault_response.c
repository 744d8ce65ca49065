/* SPDX-License-Identifier: MIT */
/* fault_response.c: what a faulty server answers to a request: a response is changed as text, after it was
 * built right. */
#include "reference/faulty.h"

#include <stdlib.h>
#include <string.h>

#include "reference/fault_text.h"

static const char accept_name[] = "Sec-WebSocket-Accept:", protocol_name[] = "Sec-WebSocket-Protocol:";

/* Puts a field whose value stands in the request behind the first line. */
static void add_field(struct fault_text *text, const char *name, struct ws_octets value)
{
    fault_text_add_line(text, "\r\n");
    size_t at = fault_text_line_behind_status(text);
    if (at == SIZE_MAX)
        return;
    fault_text_put(text, at, 0, value);
    fault_text_put(text, at, 0, ws_octets_of(": "));
    fault_text_put(text, at, 0, ws_octets_of(name));
}

static void set_accept(struct fault_text *text, struct ws_octets key)
{
    char accept[WS_ACCEPT_SIZE + 1];
    ws_accept_of_key(accept, key);
    fault_text_replace_line(text, accept_name, "");
    add_field(text, "Sec-WebSocket-Accept", ws_octets_of(accept));
}

static void set_accept_of_small_letters(struct fault_text *text, const struct ws_octets *key)
{
    uint8_t small[64];
    size_t size = key == NULL ? 0 : key->size < sizeof small ? key->size : sizeof small;
    for (size_t i = 0; i < size; i++)
        small[i] = (uint8_t)(key->at[i] >= 'A' && key->at[i] <= 'Z' ? key->at[i] - 'A' + 'a' : key->at[i]);
    set_accept(text, (struct ws_octets){small, size});
}

/* White space behind the key counts: with a NUL behind that, which ws_accept_of_key does not take off. */
static void set_accept_of_untrimmed(struct fault_text *text, const struct ws_octets *key)
{
    uint8_t untrimmed[64] = {0};
    size_t size = key == NULL ? 0 : key->size;
    if (size == 0 || size + 2 > sizeof untrimmed || (key->at[size] != ' ' && key->at[size] != '\t'))
        return;
    memcpy(untrimmed, key->at, size + 1);
    set_accept(text, (struct ws_octets){untrimmed, size + 2});
}

/* The server's own subprotocol, where one that was offered begins so or differs in case only. */
static void select_alike(const struct ws_endpoint *endpoint, struct fault_text *text,
                         struct ws_octets offered, bool any_case)
{
    const char *const *supported = endpoint->config.subprotocols;
    if (supported == NULL || *supported == NULL)
        return;
    struct ws_octets own = ws_octets_of(*supported);
    bool alike =
        any_case ? ws_octets_equal_ignoring_case(own, offered)
                 : offered.size > own.size && ws_octets_equal(own, (struct ws_octets){offered.at, own.size});
    if (alike && fault_text_find(text, 0, protocol_name) == SIZE_MAX)
        add_field(text, "Sec-WebSocket-Protocol", own);
}

static void edit_subprotocol(const struct ws_endpoint *endpoint, struct fault_text *text)
{
    const struct ws_octets *offered = ws_head_find(&endpoint->head->head, "Sec-WebSocket-Protocol", NULL);
    bool selected = fault_text_find(text, 0, protocol_name) != SIZE_MAX;
    switch (endpoint->fault->kind) {
    case WS_FAULT_SUBPROTOCOL_NOT_OFFERED:
        if (offered == NULL)
            fault_text_add_line(text, "Sec-WebSocket-Protocol: x-unoffered\r\n");
        break;
    case WS_FAULT_SUBPROTOCOL_WHEN_NONE_FITS:
        if (offered != NULL && !selected)
            fault_text_add_line(text, "Sec-WebSocket-Protocol: x-unoffered\r\n");
        break;
    case WS_FAULT_SUBPROTOCOLS_ECHOED:
        fault_text_replace_line(text, protocol_name, "");
        if (offered != NULL)
            add_field(text, "Sec-WebSocket-Protocol", *offered);
        break;
    case WS_FAULT_EMPTY_SUBPROTOCOL:
        if (offered != NULL && !selected)
            fault_text_add_line(text, "Sec-WebSocket-Protocol: \r\n");
        break;
    case WS_FAULT_TWO_SUBPROTOCOLS:
        if (selected)
            add_field(text, "Sec-WebSocket-Protocol", ws_octets_of(endpoint->subprotocol));
        break;
    case WS_FAULT_SUBPROTOCOL_QUOTED:
        if (selected) {
            fault_text_replace_line(text, protocol_name, "Sec-WebSocket-Protocol: \"\"\r\n");
            fault_text_put(text, fault_text_find(text, 0, "\"\"") + 1, 0,
                           ws_octets_of(endpoint->subprotocol));
        }
        break;
    case WS_FAULT_NO_SUBPROTOCOL:
        fault_text_replace_line(text, protocol_name, "");
        break;
    case WS_FAULT_SUBPROTOCOL_CASE:
    case WS_FAULT_SUBPROTOCOL_PART:
        if (offered != NULL)
            select_alike(endpoint, text, *offered, endpoint->fault->kind == WS_FAULT_SUBPROTOCOL_CASE);
        break;
    default: /* not a fault of subprotocols */
        break;
    }
}

static void edit_accept(const struct ws_endpoint *endpoint, struct fault_text *text)
{
    static const char wrong[] = "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n";
    const struct ws_octets *key = ws_head_find(&endpoint->head->head, "Sec-WebSocket-Key", NULL);
    switch (endpoint->fault->kind) {
    case WS_FAULT_WRONG_ACCEPT:
        fault_text_replace_line(text, accept_name, wrong);
        break;
    case WS_FAULT_ACCEPT_OF_OTHER_KEY:
        set_accept_of_small_letters(text, key);
        break;
    case WS_FAULT_ACCEPT_WITHOUT_PADDING:
        fault_text_replace(text, "=\r\n", "\r\n");
        break;
    case WS_FAULT_ACCEPT_WITH_SPACE:
        set_accept_of_untrimmed(text, key);
        break;
    case WS_FAULT_ACCEPT_IN_HEX:
        fault_text_replace_line(text, accept_name,
                                "Sec-WebSocket-Accept: da39a3ee5e6b4b0d3255bfef95601890afd80709\r\n");
        break;
    case WS_FAULT_NO_ACCEPT:
        fault_text_replace_line(text, accept_name, "");
        break;
    case WS_FAULT_TWO_ACCEPTS:
        fault_text_add_line(text, wrong);
        break;
    default: /* not a fault of Sec-WebSocket-Accept */
        break;
    }
}

static void edit_101(const struct ws_endpoint *endpoint, struct fault_text *text)
{
    static const char wrong_status[] = "101 Switching Protocols";
    const struct ws_head *request = &endpoint->head->head;
    const struct ws_octets *asked = NULL;
    switch (endpoint->fault->kind) {
    case WS_FAULT_NO_UPGRADE:
        fault_text_replace_line(text, "Upgrade:", "");
        break;
    case WS_FAULT_WRONG_UPGRADE:
        fault_text_replace(text, "Upgrade: websocket", "Upgrade: WebSocket/13");
        break;
    case WS_FAULT_ALL_UPGRADES:
        asked = ws_head_find(request, "Upgrade", NULL);
        fault_text_replace_line(text, "Upgrade:", "");
        if (asked != NULL)
            add_field(text, "Upgrade", *asked);
        break;
    case WS_FAULT_NO_CONNECTION:
        fault_text_replace_line(text, "Connection:", "");
        break;
    case WS_FAULT_WRONG_CONNECTION:
        fault_text_replace(text, "Connection: Upgrade", "Connection: keep-alive");
        break;
    case WS_FAULT_EMPTY_MEMBER:
        fault_text_replace(text, "Connection: Upgrade", "Connection: , Upgrade");
        break;
    case WS_FAULT_FOLDED_RESPONSE:
        fault_text_replace(text, "Upgrade: websocket", "Upgrade:\r\n websocket");
        break;
    case WS_FAULT_TWO_SERVERS:
        fault_text_add_line(text, "Server: one\r\nServer: two\r\n");
        break;
    case WS_FAULT_STATUS_200:
        fault_text_replace(text, wrong_status, "200 OK");
        break;
    case WS_FAULT_STATUS_HTTP_1_0:
        fault_text_replace(text, "HTTP/1.1 101", "HTTP/1.0 101");
        break;
    case WS_FAULT_LENGTH_IN_101:
        fault_text_add_line(text, "Content-Length: 0\r\n");
        break;
    case WS_FAULT_CHUNKED_101:
        fault_text_add_line(text, "Transfer-Encoding: chunked\r\n");
        break;
    case WS_FAULT_BODY_IN_101:
        fault_text_put(text, text->size, 0, ws_octets_of("switched\r\n"));
        break;
    case WS_FAULT_PAGE_IN_101:
        fault_text_put(text, text->size, 0, ws_octets_of("<!DOCTYPE html><title>101</title>\n"));
        break;
    case WS_FAULT_DEFLATE_ALWAYS:
        if (ws_head_find(request, "Sec-WebSocket-Extensions", NULL) == NULL)
            fault_text_add_line(text, "Sec-WebSocket-Extensions: permessage-deflate\r\n");
        break;
    case WS_FAULT_EXTENSION_NOT_OFFERED:
        fault_text_add_line(text, "Sec-WebSocket-Extensions: x-unoffered\r\n");
        break;
    case WS_FAULT_EXTENSION_ECHOED:
        asked = ws_head_find(request, "Sec-WebSocket-Extensions", NULL);
        if (asked != NULL)
            add_field(text, "Sec-WebSocket-Extensions", *asked);
        break;
    case WS_FAULT_FRAME_BEFORE_RESPONSE:
        fault_text_put(text, 0, 0, (struct ws_octets){(const uint8_t *)"\x89\x00", 2});
        break;
    case WS_FAULT_NO_INTERIM:
        fault_text_replace(text, "HTTP/1.1 100 Continue\r\n\r\n", "");
        break;
    default: /* not a fault of this response, or one of its parts below */
        break;
    }
    edit_accept(endpoint, text);
    fault_edit_deflate(endpoint, text);
    edit_subprotocol(endpoint, text);
}

static void edit_refusal(enum ws_fault fault, struct fault_text *text)
{
    static const char version[] = "Sec-WebSocket-Version:";
    switch (fault) {
    case WS_FAULT_INTERIM_TO_1_0:
        if (fault_text_find(text, 0, "HTTP/1.1 505 ") == 0)
            fault_text_put(text, 0, 0, ws_octets_of("HTTP/1.1 100 Continue\r\n\r\n"));
        break;
    case WS_FAULT_NO_VERSION_LIST:
        fault_text_replace_line(text, version, "");
        break;
    case WS_FAULT_EMPTY_VERSION_LIST:
        fault_text_replace_line(text, version, "Sec-WebSocket-Version:\r\n");
        break;
    case WS_FAULT_WRONG_VERSION_LIST:
        fault_text_replace_line(text, version, "Sec-WebSocket-Version: 8\r\n");
        break;
    case WS_FAULT_NO_UPGRADE_IN_426:
        fault_text_replace_line(text, "Upgrade:", "");
        break;
    case WS_FAULT_NO_CONNECTION_IN_426:
        fault_text_replace_line(text, "Connection: Upgrade", "");
        break;
    case WS_FAULT_REFUSES_WITH_401:
        fault_text_replace_line(text, "HTTP/1.1 ", "HTTP/1.1 401 Unauthorized\r\n");
        break;
    case WS_FAULT_NO_ALLOW:
        fault_text_replace_line(text, "Allow:", "");
        break;
    case WS_FAULT_REFUSES_WITH_200:
        fault_text_replace_line(text, "HTTP/1.1 ", "HTTP/1.1 200 OK\r\n");
        break;
    case WS_FAULT_ORIGIN_WITH_500:
    case WS_FAULT_REFUSES_WITH_500:
        fault_text_replace_line(text, "HTTP/1.1 ", "HTTP/1.1 500 Internal Server Error\r\n");
        break;
    default: /* not a fault of refusals */
        break;
    }
}

size_t fault_edit_response(const struct ws_endpoint *endpoint, uint8_t *out, size_t size, size_t room)
{
    struct fault_text text = {.size = size, .room = room};
    text.at = out;
    if (fault_text_find(&text, 0, "HTTP/1.1 101 ") != SIZE_MAX)
        edit_101(endpoint, &text);
    else
        edit_refusal(endpoint->fault->kind, &text);
    return text.failed ? 0 : text.size;
}

bool fault_refuses_silently(const struct ws_endpoint *endpoint, enum ws_violation violation)
{
    switch (endpoint->fault->kind) {
    case WS_FAULT_REFUSES_WITHOUT_RESPONSE:
        return true;
    case WS_FAULT_GONE:
        return violation == WS_REQUEST_ORIGIN_REFUSED;
    case WS_FAULT_DROPS_GARBAGE:
        return violation == WS_HEAD_START_LINE_MALFORMED;
    case WS_FAULT_DROPS_LONG_TARGET:
        return violation == WS_HEAD_START_LINE_TOO_LONG;
    case WS_FAULT_DROPS_FOLD:
        return violation == WS_HEAD_FIELD_FOLDED;
    case WS_FAULT_DROPS_CR:
        return violation == WS_HEAD_BARE_CARRIAGE_RETURN;
    case WS_FAULT_DROPS_NUL:
        return violation == WS_HEAD_FIELD_VALUE_MALFORMED;
    case WS_FAULT_DROPS_INDENT:
        return violation == WS_HEAD_FIELDS_AFTER_WHITE_SPACE;
    case WS_FAULT_DROPS_LARGE_HEAD:
        return violation == WS_HEAD_TOO_LARGE || violation == WS_HEAD_TOO_MANY_FIELDS;
    default: /* the others answer */
        return false;
    }
}
