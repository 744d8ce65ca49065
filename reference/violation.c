/* SPDX-License-Identifier: MIT */
/* The texts and facts behind the names of violations (violation.h), opcodes (frame.h) and errors (ws.h).
 * Which violation applies when is decided elsewhere: judge.c and endpoint_receive.c for frames,
 * deflate_scanner.c for what is compressed, the handshake files for heads. */
#include "reference/ws.h"

const struct ws_violation_facts *ws_violation_facts(enum ws_violation violation)
{
    static const struct ws_violation_facts facts[WS_VIOLATION_COUNT] = {
        [WS_NO_VIOLATION] = {"NO_VIOLATION", 0, "", ""},
#define FACTS(name, code, requirement, sentence) [WS_##name] = {#name, code, requirement, sentence},
        WS_VIOLATIONS(FACTS)
#undef FACTS
    };
    return &facts[violation < WS_VIOLATION_COUNT ? violation : WS_NO_VIOLATION];
}

enum ws_violation ws_violation_set_first(ws_violation_set set)
{
    for (enum ws_violation violation = WS_NO_VIOLATION + 1; violation < WS_HEAD_TOO_LARGE; violation++)
        if (ws_violation_set_has(set, violation))
            return violation;
    return WS_NO_VIOLATION;
}

const char *ws_opcode_name(uint8_t opcode)
{
    switch (opcode) {
    case WS_CONTINUATION:
        return "continuation";
    case WS_TEXT:
        return "text";
    case WS_BINARY:
        return "binary";
    case WS_CLOSE:
        return "close";
    case WS_PING:
        return "ping";
    case WS_PONG:
        return "pong";
    default: /* any other of the sixteen values a frame can carry (RFC 6455 5.2) */
        return "reserved";
    }
}

const char *ws_error_text(enum ws_error error)
{
    switch (error) {
    case WS_DONE:
        return "done";
#define TEXT(name, value, text) \
    case WS_##name:             \
        return text;
        WS_ERRORS(TEXT)
#undef TEXT
    }
    return "unknown error";
}
