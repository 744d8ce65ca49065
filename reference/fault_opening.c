/* SPDX-License-Identifier: MIT */
/* fault_opening.c: the opening handshake of a faulty server: requests that it accepts, and responses that it
 * builds wrong. A response is changed as text, after it was built right. */
#include "reference/faulty.h"

#include <string.h>

enum ws_violation fault_judge_request(const struct ws_endpoint *endpoint, const struct ws_head *head)
{
    (void)endpoint;
    return ws_request_judge(head);
}

/* A head as text on its way out. */
struct text {
    uint8_t *at;
    size_t size, room;
};

/* The place of `wanted` in the text, or NULL. */
static uint8_t *place_of(const struct text *text, const char *wanted)
{
    size_t size = strlen(wanted);
    for (size_t i = 0; i + size <= text->size; i++)
        if (memcmp(text->at + i, wanted, size) == 0)
            return text->at + i;
    return NULL;
}

/* Puts `with` in the place of `size` octets at `place`. What does not fit makes the size 0. */
static void put_at(struct text *text, uint8_t *place, size_t size, const char *with)
{
    size_t added = strlen(with);
    if (text->size == 0 || text->size - size + added > text->room) {
        text->size = 0;
        return;
    }
    size_t behind = text->size - (size_t)(place - text->at) - size;
    memmove(place + added, place + size, behind);
    memcpy(place, with, added);
    text->size = text->size - size + added;
}

static void replace(struct text *text, const char *what, const char *with)
{
    uint8_t *place = place_of(text, what);
    if (place != NULL)
        put_at(text, place, strlen(what), with);
}

/* The line that begins with `what`, line end included, becomes `with`. */
static void replace_line(struct text *text, const char *what, const char *with)
{
    uint8_t *place = place_of(text, what);
    if (place == NULL)
        return;
    struct text rest = {place, text->size - (size_t)(place - text->at), 0};
    const uint8_t *end = place_of(&rest, "\r\n");
    if (end != NULL)
        put_at(text, place, (size_t)(end + 2 - place), with);
}

/* A field line behind the status line. */
static void add_line(struct text *text, const char *line)
{
    uint8_t *end = place_of(text, "\r\n");
    if (end != NULL)
        put_at(text, end + 2, 0, line);
}

static void edit_101(enum ws_fault fault, struct text *text)
{
    static const char wrong_accept[] = "Sec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n";
    switch (fault) {
    case WS_FAULT_WRONG_ACCEPT:
        replace_line(text, "Sec-WebSocket-Accept:", wrong_accept);
        break;
    case WS_FAULT_NO_ACCEPT:
        replace_line(text, "Sec-WebSocket-Accept:", "");
        break;
    case WS_FAULT_TWO_ACCEPTS:
        add_line(text, wrong_accept);
        break;
    case WS_FAULT_NO_UPGRADE:
        replace_line(text, "Upgrade:", "");
        break;
    case WS_FAULT_WRONG_UPGRADE:
        replace(text, "Upgrade: websocket", "Upgrade: WebSocket/13");
        break;
    case WS_FAULT_NO_CONNECTION:
        replace_line(text, "Connection:", "");
        break;
    case WS_FAULT_WRONG_CONNECTION:
        replace(text, "Connection: Upgrade", "Connection: keep-alive");
        break;
    case WS_FAULT_LENGTH_IN_101:
        add_line(text, "Content-Length: 0\r\n");
        break;
    case WS_FAULT_CHUNKED_101:
        add_line(text, "Transfer-Encoding: chunked\r\n");
        break;
    case WS_FAULT_EXTENSION_NOT_OFFERED:
        add_line(text, "Sec-WebSocket-Extensions: x-unoffered\r\n");
        break;
    case WS_FAULT_SUBPROTOCOL_NOT_OFFERED:
        add_line(text, "Sec-WebSocket-Protocol: x-unoffered\r\n");
        break;
    default: /* not a fault of this response */
        break;
    }
}

size_t fault_edit_response(const struct ws_endpoint *endpoint, uint8_t *out, size_t size, size_t room)
{
    struct text text = {out, size, room};
    if (size > 0 && place_of(&text, "HTTP/1.1 101 ") != NULL)
        edit_101(endpoint->fault->kind, &text);
    return text.size;
}
