/* SPDX-License-Identifier: MIT */
/* fault_asking.c: what is wrong about the request of a faulty client: it is changed as text, after it was
 * built right. */
#include "reference/faulty.h"

#include "reference/fault_text.h"

#define KEY "Sec-WebSocket-Key:"

/* How: the first `what` becomes `with`; the first line that begins with it does; a line is added. */
enum change { TEXT, LINE, ADDED };

static const struct {
    enum ws_fault fault;
    enum change change;
    const char *what, *with;
} changes[] = {
    {WS_FAULT_ASKS_NO_HTTP, TEXT, " HTTP/1.1", ""},
    {WS_FAULT_ASKS_BY_POST, TEXT, "GET ", "POST "},
    {WS_FAULT_ASKS_IN_1_0, TEXT, " HTTP/1.1", " HTTP/1.0"},
    {WS_FAULT_ASKS_WITH_FRAGMENT, TEXT, " HTTP/1.1", "#top HTTP/1.1"},
    {WS_FAULT_ASKS_WITH_WS_URI, TEXT, "GET /", "GET ws://reference.invalid/"},
    {WS_FAULT_ASKS_WITHOUT_SLASH, TEXT, "GET /", "GET ?"},
    {WS_FAULT_ASKS_WITHOUT_HOST, LINE, "Host:", ""},
    {WS_FAULT_ASKS_OTHER_HOST, LINE, "Host:", "Host: other.invalid\r\n"},
    {WS_FAULT_ASKS_WITH_USER, TEXT, "Host: ", "Host: user@"},
    {WS_FAULT_ASKS_TWO_HOSTS, ADDED, NULL, "Host: other.invalid\r\n"},
    {WS_FAULT_ASKS_WITHOUT_UPGRADE, LINE, "Upgrade:", ""},
    {WS_FAULT_ASKS_OTHER_UPGRADE, LINE, "Upgrade:", "Upgrade: websockets\r\n"},
    {WS_FAULT_ASKS_WITHOUT_CONNECTION, LINE, "Connection:", ""},
    {WS_FAULT_ASKS_TO_KEEP_ALIVE, LINE, "Connection:", "Connection: keep-alive\r\n"},
    {WS_FAULT_ASKS_WITHOUT_KEY, LINE, KEY, ""},
    {WS_FAULT_ASKS_WITH_KEY_OF_8, LINE, KEY, KEY " AAECAwQFBgc=\r\n"},
    {WS_FAULT_ASKS_WITH_KEY_IN_HEX, LINE, KEY, KEY " 000102030405-0607080\r\n"},
    {WS_FAULT_ASKS_WITH_SPARE_BITS, LINE, KEY, KEY " dGhlIHNhbXBsZSBub25jZR==\r\n"},
    {WS_FAULT_ASKS_WITH_SAMPLE_KEY, LINE, KEY, KEY " dGhlIHNhbXBsZSBub25jZQ==\r\n"},
    {WS_FAULT_ASKS_WITH_TWO_KEYS, ADDED, NULL, KEY " dGhlIHNhbXBsZSBub25jZQ==\r\n"},
    {WS_FAULT_ASKS_NO_VERSION, LINE, "Sec-WebSocket-Version:", ""},
    {WS_FAULT_ASKS_VERSION_8, LINE, "Sec-WebSocket-Version:", "Sec-WebSocket-Version: 8\r\n"},
    {WS_FAULT_ASKS_SEVERAL_VERSIONS, LINE, "Sec-WebSocket-Version:", "Sec-WebSocket-Version: 13, 8\r\n"},
    {WS_FAULT_ASKS_TWO_VERSIONS, ADDED, NULL, "Sec-WebSocket-Version: 13\r\n"},
    {WS_FAULT_OFFERS_BAD_SUBPROTOCOL, TEXT, "Sec-WebSocket-Protocol: ", "Sec-WebSocket-Protocol: a/b, "},
    {WS_FAULT_OFFERS_SUBPROTOCOL_TWICE, TEXT, "Sec-WebSocket-Protocol: ", "Sec-WebSocket-Protocol: a, a, "},
    {WS_FAULT_OFFERS_NO_SUBPROTOCOL, LINE, "Sec-WebSocket-Protocol:", "Sec-WebSocket-Protocol:\r\n"},
    {WS_FAULT_OFFERS_NOTHING, LINE, "Sec-WebSocket-Protocol:", "Sec-WebSocket-Protocol: ,\r\n"},
    {WS_FAULT_OFFERS_BAD_EXTENSION, ADDED, NULL, "Sec-WebSocket-Extensions: a=b; ;c\r\n"},
    {WS_FAULT_OFFERS_UNDEFINED, ADDED, NULL,
     "Sec-WebSocket-Extensions: permessage-deflate; max_window_bits\r\n"},
    {WS_FAULT_OFFERS_SERVER_VALUE, ADDED, NULL,
     "Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover=1\r\n"},
    {WS_FAULT_OFFERS_CLIENT_VALUE, ADDED, NULL,
     "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover=1\r\n"},
    {WS_FAULT_OFFERS_SERVER_BITS, ADDED, NULL,
     "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=16\r\n"},
    {WS_FAULT_OFFERS_CLIENT_BITS, ADDED, NULL,
     "Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits=08\r\n"},
    {WS_FAULT_ASKS_WITH_FOLD, LINE, "Upgrade:", "Upgrade:\r\n websocket\r\n"},
    {WS_FAULT_ASKS_TWO_ORIGINS, ADDED, NULL, "Origin: http://one.invalid\r\nOrigin: http://two.invalid\r\n"},
    {WS_FAULT_ASKS_EMPTY_MEMBER, LINE, "Connection:", "Connection: keep-alive,, Upgrade\r\n"},
};

size_t fault_edit_request(const struct ws_endpoint *endpoint, uint8_t *out, size_t size, size_t room)
{
    struct fault_text text = {.size = size, .room = room};
    text.at = out;
    for (size_t i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        if (changes[i].fault != endpoint->fault->kind)
            continue;
        switch (changes[i].change) {
        case TEXT:
            fault_text_replace(&text, changes[i].what, changes[i].with);
            break;
        case LINE:
            fault_text_replace_line(&text, changes[i].what, changes[i].with);
            break;
        case ADDED:
            fault_text_add_line(&text, changes[i].with);
            break;
        }
    }
    return text.failed ? 0 : text.size;
}
