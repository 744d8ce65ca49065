/* SPDX-License-Identifier: MIT */
/* violation.h: everything that a peer can do wrong and that shows on the wire. Part of ws.h. Owns the list
 * and its facts; does not own who finds them (judge.h, head.h, handshake.h, deflate.h). */
#ifndef REFERENCE_VIOLATION_H
#define REFERENCE_VIOLATION_H

#include <stdbool.h>
#include <stdint.h>

/* X(NAME, code, requirement, sentence)
 *
 * code: 1000..1015 is the close code that the connection is failed with (RFC 6455 7.4.1), 400..599 the HTTP
 * status that a server answers a bad opening handshake with; 0: a client just closes TCP.
 *
 * requirement: id in cases/requirements.tsv of the rule that is broken.
 *
 * sentence: goes to the peer, as the reason of the Close frame (so at most 123 octets) or the refusal's body.
 *
 * The order is the order of precedence: of several violations in one frame the first listed is the one that
 * is reported as the cause of failing the connection. */
#define WS_VIOLATIONS(X)                                                                                     \
    X(FRAME_AFTER_CLOSE, 1002, "R6455-5.5.1-07", "no data frame may follow a Close frame")                   \
    X(SECOND_CLOSE, 1002, "R6455-5.5.1-17", "an endpoint sends one Close frame, never a second")             \
    X(RSV1_SET, 1002, "R6455-5.2-03", "RSV1 must be 0 unless an extension that defines it was negotiated")   \
    X(RSV1_ON_CONTROL_FRAME, 1002, "R7692-6.1-03", "RSV1 must not be set on a control frame")                \
    X(RSV1_ON_CONTINUATION, 1002, "R7692-6.1-03",                                                            \
      "RSV1 is set on the first frame of a compressed message, not on those that follow")                    \
    X(RSV2_SET, 1002, "R6455-5.2-03", "RSV2 must be 0 unless an extension that defines it was negotiated")   \
    X(RSV3_SET, 1002, "R6455-5.2-03", "RSV3 must be 0 unless an extension that defines it was negotiated")   \
    X(RESERVED_DATA_OPCODE, 1002, "R6455-5.2-07", "opcodes 3-7 are reserved and must not be sent")           \
    X(RESERVED_CONTROL_OPCODE, 1002, "R6455-5.2-08", "opcodes B-F are reserved and must not be sent")        \
    X(CLIENT_FRAME_UNMASKED, 1002, "R6455-5.1-01", "a client must mask every frame that it sends")           \
    X(SERVER_FRAME_MASKED, 1002, "R6455-5.1-05", "a server must not mask any frame that it sends")           \
    X(CONTROL_FRAME_FRAGMENTED, 1002, "R6455-5.4-07", "control frames must not be fragmented")               \
    X(CONTROL_FRAME_TOO_LONG, 1002, "R6455-5.5-01", "a control frame carries at most 125 octets")            \
    X(LENGTH_TOP_BIT_SET, 1002, "R6455-5.2-13", "the most significant bit of a 64-bit length must be 0")     \
    X(LENGTH_NOT_MINIMAL, 1002, "R6455-5.2-15", "the shortest form that can carry a length must be used")    \
    X(CONTINUATION_OF_NOTHING, 1002, "R6455-5.4-04", "a continuation frame needs a message that was begun")  \
    X(MESSAGE_INSIDE_MESSAGE, 1002, "R6455-5.4-10",                                                          \
      "fragments of one message must not be interleaved with another")                                       \
    X(CLOSE_BODY_OF_ONE_OCTET, 1002, "R6455-5.5.1-02",                                                       \
      "the body of a Close frame starts with a 2-octet code")                                                \
    X(CLOSE_CODE_BELOW_1000, 1002, "R6455-7.4.2-01", "close codes 0-999 are not used")                       \
    X(CLOSE_CODE_1004, 1002, "R6455-7.4.1-06", "close code 1004 is reserved")                                \
    X(CLOSE_CODE_1005, 1002, "R6455-7.4.1-07", "close code 1005 must never be in a Close frame")             \
    X(CLOSE_CODE_1006, 1002, "R6455-7.4.1-09", "close code 1006 must never be in a Close frame")             \
    X(CLOSE_CODE_1015, 1002, "R6455-7.4.1-18", "close code 1015 must never be in a Close frame")             \
    X(CLOSE_CODE_UNASSIGNED, 1002, "R6455-7.4.2-02",                                                         \
      "close codes 1016-2999 belong to the protocol and are not in use")                                     \
    X(CLOSE_CODE_ABOVE_4999, 1002, "R6455-7.4.2-05", "close codes above 4999 are not defined")               \
    X(SERVER_SENT_1010, 1002, "R6455-7.4.1-16", "a server does not send close code 1010")                    \
    X(CLOSE_REASON_NOT_UTF8, 1007, "R6455-5.5.1-04", "a close reason must be UTF-8")                         \
    X(TEXT_NOT_UTF8, 1007, "R6455-5.6-01", "a text message must be UTF-8 as a whole")                        \
    /* A compressed message that is no DEFLATE data: "not consistent with the type of the message" (RFC 6455 \
     * 7.4.1), whose type RSV1 tells. A sender that goes beyond what was agreed breaks the protocol. */      \
    X(DEFLATE_DATA_INVALID, 1007, "R7692-7-01",                                                              \
      "the payload of a compressed message must be whole DEFLATE blocks")                                    \
    X(CLIENT_WINDOW_EXCEEDED, 1002, "R7692-7.2.1-14",                                                        \
      "a client must not use a larger window than client_max_window_bits says")                              \
    X(SERVER_WINDOW_EXCEEDED, 1002, "R7692-7.2.1-15",                                                        \
      "a server must not use a larger window than server_max_window_bits says")                              \
    X(CLIENT_CONTEXT_TAKEN_OVER, 1002, "R7692-7.2.1-10",                                                     \
      "with client_no_context_takeover a client begins each message with an empty window")                   \
    X(SERVER_CONTEXT_TAKEN_OVER, 1002, "R7692-7.2.1-12",                                                     \
      "with server_no_context_takeover a server begins each message with an empty window")                   \
    X(FRAME_TOO_BIG, 1009, "R6455-10.4-02", "the frame is larger than the endpoint's limit")                 \
    X(MESSAGE_TOO_BIG, 1009, "R6455-10.4-02", "the message is larger than the endpoint's limit")             \
    X(TOO_MANY_FRAGMENTS, 1008, "R6455-10.4-01", "the message has more fragments than the endpoint's limit") \
    /* Heads of either direction (RFC 9112) */                                                               \
    X(HEAD_TOO_LARGE, 431, "R9110-5.4-01", "the head is larger than the limit")                              \
    X(HEAD_TOO_MANY_FIELDS, 431, "R9110-5.4-01", "the head has more header fields than the limit")           \
    X(HEAD_START_LINE_TOO_LONG, 414, "R9112-3-01", "the request line is longer than the limit")              \
    X(HEAD_START_LINE_MALFORMED, 400, "R9112-3.2-01", "the first line is not a request line or status line") \
    X(HEAD_BARE_LINE_FEED, 400, "R9112-2.2-02", "a line must end with CR LF")                                \
    X(HEAD_BARE_CARRIAGE_RETURN, 400, "R9112-2.2-03", "a CR without LF is not allowed")                      \
    X(HEAD_FIELD_NAME_MALFORMED, 400, "R9112-5.1-01",                                                        \
      "a header field name is a token directly followed by a colon")                                         \
    X(HEAD_FIELD_VALUE_MALFORMED, 400, "R9110-5.5-02",                                                       \
      "a header field value must not hold control characters")                                               \
    X(HEAD_FIELD_FOLDED, 400, "R9112-5.2-02", "a header field must not be folded over lines")                \
    X(HEAD_FIELDS_AFTER_WHITE_SPACE, 400, "R9112-2.2-05",                                                    \
      "no white space may stand before the first header field")                                              \
    /* Requests (RFC 6455 4.1, 4.2.1) */                                                                     \
    X(REQUEST_VERSION_TOO_HIGH, 505, "R9112-2.2-06", "HTTP/2 and later are not written in this syntax")      \
    X(REQUEST_METHOD_NOT_GET, 405, "R6455-4.2.1-03", "the opening handshake is a GET request")               \
    X(REQUEST_VERSION_TOO_LOW, 505, "R6455-4.2.1-03", "the opening handshake needs HTTP/1.1 or higher")      \
    X(REQUEST_TARGET_MALFORMED, 400, "R6455-4.2.1-02",                                                       \
      "the request target is not a path or an absolute http URI")                                            \
    X(REQUEST_HOST_MISSING, 400, "R6455-4.2.1-05", "the request needs a Host header field")                  \
    X(REQUEST_HOST_MALFORMED, 400, "R9112-3.2-02", "the request needs exactly one valid Host header field")  \
    X(REQUEST_UPGRADE_MISSING, 426, "R6455-4.2.1-06", "the Upgrade header field must name websocket")        \
    X(REQUEST_UPGRADE_MALFORMED, 400, "R6455-4.2.1-02", "Upgrade must be a list of protocols")               \
    X(REQUEST_CONNECTION_MISSING, 400, "R6455-4.2.1-07", "the Connection header field must name Upgrade")    \
    X(REQUEST_CONNECTION_MALFORMED, 400, "R6455-4.2.1-02", "Connection must be a list of tokens")            \
    X(REQUEST_KEY_MISSING, 400, "R6455-4.2.1-08", "the request needs a Sec-WebSocket-Key header field")      \
    X(REQUEST_KEY_MALFORMED, 400, "R6455-4.2.1-08", "the key must be 16 octets in base64")                   \
    X(REQUEST_KEY_REPEATED, 400, "R6455-11.3.1-02", "Sec-WebSocket-Key must not appear more than once")      \
    X(REQUEST_VERSION_MISSING, 426, "R6455-4.2.1-09", "the request needs Sec-WebSocket-Version 13")          \
    X(REQUEST_VERSION_REPEATED, 400, "R6455-11.3.5-03",                                                      \
      "Sec-WebSocket-Version must not appear more than once")                                                \
    X(REQUEST_VERSION_MALFORMED, 400, "R6455-4.3-07",                                                        \
      "Sec-WebSocket-Version is a number from 0 to 255 without leading zeros")                               \
    X(REQUEST_VERSION_UNSUPPORTED, 426, "R6455-4.2.2-11", "the only version that is supported is 13")        \
    X(REQUEST_SUBPROTOCOL_MALFORMED, 400, "R6455-4.2.1-16",                                                  \
      "Sec-WebSocket-Protocol must be a list of distinct tokens")                                            \
    X(REQUEST_EXTENSIONS_MALFORMED, 400, "R6455-9.1-02",                                                     \
      "Sec-WebSocket-Extensions does not follow its grammar")                                                \
    X(REQUEST_BODY_PRESENT, 400, "R9112-9.3-01", "the opening handshake must not carry a body")              \
    X(REQUEST_ORIGIN_REPEATED, 400, "R9110-5.3-01", "Origin must not appear more than once")                 \
    X(REQUEST_ORIGIN_REFUSED, 403, "R6455-4.2.2-08", "the origin is not one that this server accepts")       \
    /* Responses (RFC 6455 4.1) */                                                                           \
    X(RESPONSE_VERSION_MALFORMED, 0, "R6455-4.2.2-20", "the response must be HTTP/1.1")                      \
    X(RESPONSE_STATUS_NOT_101, 0, "R6455-4.1-50", "the response is not 101 Switching Protocols")             \
    X(RESPONSE_UPGRADE_MISSING, 0, "R6455-4.2.2-22", "the response needs an Upgrade header field")           \
    X(RESPONSE_UPGRADE_WRONG, 0, "R6455-4.2.2-22", "the Upgrade header field must be websocket")             \
    X(RESPONSE_CONNECTION_MISSING, 0, "R6455-4.2.2-23", "the response needs a Connection header field")      \
    X(RESPONSE_CONNECTION_WRONG, 0, "R6455-4.2.2-23", "the Connection header field must name Upgrade")       \
    X(RESPONSE_ACCEPT_MISSING, 0, "R6455-4.2.2-24",                                                          \
      "the response needs a Sec-WebSocket-Accept header field")                                              \
    X(RESPONSE_ACCEPT_WRONG, 0, "R6455-4.2.2-24", "Sec-WebSocket-Accept does not fit the key")               \
    X(RESPONSE_ACCEPT_REPEATED, 0, "R6455-11.3.3-01", "Sec-WebSocket-Accept must not appear more than once") \
    X(RESPONSE_EXTENSIONS_MALFORMED, 0, "R6455-9.1-04",                                                      \
      "Sec-WebSocket-Extensions does not follow its grammar")                                                \
    X(RESPONSE_EXTENSION_NOT_OFFERED, 0, "R6455-9-03", "the server named an extension that was not offered") \
    X(RESPONSE_DEFLATE_REPEATED, 0, "R7692-5-10", "only one permessage-deflate can be accepted")             \
    X(RESPONSE_DEFLATE_PARAMETER_UNKNOWN, 0, "R6455-9.1-09",                                                 \
      "the answer has a parameter that permessage-deflate does not define")                                  \
    X(RESPONSE_DEFLATE_PARAMETER_REPEATED, 0, "R6455-9-04", "the answer has a parameter more than once")     \
    X(RESPONSE_DEFLATE_TAKEOVER_VALUE, 0, "R7692-7.1.1.1-02",                                                \
      "a no_context_takeover parameter has no value")                                                        \
    X(RESPONSE_DEFLATE_SERVER_BITS_INVALID, 0, "R7692-7.1.2.1-07",                                           \
      "server_max_window_bits is a number from 8 to 15 without leading zeros")                               \
    X(RESPONSE_DEFLATE_CLIENT_BITS_INVALID, 0, "R7692-7.1.2.2-06",                                           \
      "client_max_window_bits of an answer is a number from 8 to 15 without leading zeros")                  \
    X(RESPONSE_DEFLATE_OFFER_INVALID, 0, "R7692-7-03",                                                       \
      "an offer with a parameter that is unknown, repeated or invalid must be declined")                     \
    X(RESPONSE_DEFLATE_SERVER_TAKEOVER, 0, "R7692-7.1.1.1-03",                                               \
      "an accepted server_no_context_takeover must be in the answer")                                        \
    X(RESPONSE_DEFLATE_SERVER_WINDOW, 0, "R7692-7.1.2.1-06",                                                 \
      "an accepted server_max_window_bits must be in the answer, with no larger value")                      \
    X(RESPONSE_DEFLATE_CLIENT_WINDOW_NOT_OFFERED, 0, "R7692-7.1.2.2-07",                                     \
      "client_max_window_bits must not be in the answer unless it was offered")                              \
    X(RESPONSE_SUBPROTOCOL_MALFORMED, 0, "R6455-4.2.2-17",                                                   \
      "Sec-WebSocket-Protocol of a response is one token")                                                   \
    X(RESPONSE_SUBPROTOCOL_EMPTY, 0, "R6455-4.2.2-16", "the empty string is no subprotocol")                 \
    X(RESPONSE_SUBPROTOCOL_REPEATED, 0, "R6455-11.3.4-02",                                                   \
      "Sec-WebSocket-Protocol must not appear more than once in a response")                                 \
    X(RESPONSE_SUBPROTOCOL_NOT_OFFERED, 0, "R6455-4.2.2-13",                                                 \
      "the server named a subprotocol that was not offered")                                                 \
    X(RESPONSE_LENGTH_PRESENT, 0, "R9110-8.6-01", "a 101 response must not have a Content-Length")           \
    X(RESPONSE_CODING_PRESENT, 0, "R9112-6.1-01", "a 101 response must not have a Transfer-Encoding")        \
    /* Responses of any status: what breaks a rule though a client need not refuse it (ws_response_watch) */ \
    X(RESPONSE_FIELD_FOLDED, 0, "R9112-5.2-01", "a header field must not be folded over lines")              \
    X(RESPONSE_FIELD_REPEATED, 0, "R9110-5.3-01", "a header field that is no list must not be repeated")     \
    X(RESPONSE_EMPTY_MEMBER, 0, "R9110-5.6.1.1-01", "a list must not be sent with empty members")            \
    X(RESPONSE_UPGRADE_NOT_IN_CONNECTION, 0, "R9110-7.8-04",                                                 \
      "a sender of Upgrade must also send Connection: Upgrade")                                              \
    X(RESPONSE_VERSIONS_MALFORMED, 0, "R6455-4.3-09",                                                        \
      "Sec-WebSocket-Version of a response is a list of numbers from 0 to 255")                              \
    X(RESPONSE_401_WITHOUT_CHALLENGE, 0, "R9110-15.5.2-01", "a 401 response must have a WWW-Authenticate")   \
    X(RESPONSE_405_WITHOUT_ALLOW, 0, "R9110-15.5.6-01", "a 405 response must have an Allow")                 \
    X(RESPONSE_426_WITHOUT_UPGRADE, 0, "R9110-15.5.22-01", "a 426 response must have an Upgrade")            \
    /* Requests: what breaks a rule for the client that sends it (ws_request_watch), whatever a server does  \
     * about it */                                                                                           \
    X(ASKED_NOT_IN_HTTP, 0, "R6455-4.1-23", "the opening handshake must be a valid HTTP request")            \
    X(ASKED_NOT_BY_GET, 0, "R6455-4.1-24", "the method of the opening handshake must be GET")                \
    X(ASKED_IN_OLD_HTTP, 0, "R6455-4.1-25",                                                                  \
      "the HTTP version of the opening handshake must be 1.1 at least")                                      \
    X(ASKED_FOR_NO_RESOURCE, 0, "R6455-4.1-26",                                                              \
      "the request target must be a path with a query, or an absolute http URI")                             \
    X(ASKED_WITHOUT_SLASH, 0, "R9112-3.2.1-01", "an empty path must be sent as /")                           \
    X(ASKED_WITHOUT_HOST, 0, "R6455-4.1-27", "the request must have a Host header field")                    \
    X(ASKED_OF_OTHER_HOST, 0, "R6455-4.1-28",                                                                \
      "Host must name the host, and the port where it is not the default")                                   \
    X(ASKED_OF_NO_HOST, 0, "R9112-3.2-03", "Host must be the authority of the URI, without userinfo")        \
    X(ASKED_WITHOUT_UPGRADE, 0, "R6455-4.1-29", "the request must have Upgrade with websocket")              \
    X(ASKED_WITHOUT_CONNECTION, 0, "R6455-4.1-30", "the request must have Connection with Upgrade")          \
    X(ASKED_UPGRADE_ALONE, 0, "R9110-7.8-04", "who sends Upgrade must also send Connection: Upgrade")        \
    X(ASKED_WITHOUT_KEY, 0, "R6455-4.1-31", "the request must have a Sec-WebSocket-Key")                     \
    X(ASKED_WITH_LONG_OR_SHORT_KEY, 0, "R6455-4.1-32", "Sec-WebSocket-Key must be 16 octets in base64")      \
    X(ASKED_WITH_KEY_NOT_IN_BASE64, 0, "R6455-4.3-02", "Sec-WebSocket-Key must be written in base64")        \
    X(ASKED_WITH_SPARE_BITS, 0, "R6455-E3150-01",                                                            \
      "the last letter of Sec-WebSocket-Key is always A, Q, g or w")                                         \
    X(ASKED_WITH_OLD_KEY, 0, "R6455-4.1-33", "the key must be chosen at random for each connection")         \
    X(ASKED_WITH_TWO_KEYS, 0, "R6455-11.3.1-01",                                                             \
      "Sec-WebSocket-Key must not appear more than once in a request")                                       \
    X(ASKED_FOR_NO_VERSION, 0, "R6455-4.1-37", "the request must have a Sec-WebSocket-Version")              \
    X(ASKED_FOR_OTHER_VERSION, 0, "R6455-4.1-38", "Sec-WebSocket-Version must be 13")                        \
    X(ASKED_FOR_SEVERAL_VERSIONS, 0, "R6455-4.3-04", "Sec-WebSocket-Version of a request is one number")     \
    X(ASKED_WITH_TWO_VERSIONS, 0, "R6455-11.3.5-02",                                                         \
      "Sec-WebSocket-Version must not appear more than once in a request")                                   \
    X(OFFERED_NO_TOKEN, 0, "R6455-4.1-42", "a subprotocol must be a token")                                  \
    X(OFFERED_SUBPROTOCOL_TWICE, 0, "R6455-4.1-43", "the subprotocols of a request must all be unique")      \
    X(OFFERED_NO_SUBPROTOCOL, 0, "R6455-4.1-44",                                                             \
      "Sec-WebSocket-Protocol of a request lists one subprotocol at least")                                  \
    X(OFFERED_EMPTY_LIST, 0, "R6455-4.3-03",                                                                 \
      "Sec-WebSocket-Protocol of a request is a list of one token or more")                                  \
    X(OFFERED_NO_EXTENSION, 0, "R6455-9.1-04", "Sec-WebSocket-Extensions does not follow its grammar")       \
    X(OFFERED_UNDEFINED_PARAMETER, 0, "R6455-9.1-09", "permessage-deflate does not define this parameter")   \
    X(OFFERED_SERVER_TAKEOVER_VALUE, 0, "R7692-7.1.1.1-02", "server_no_context_takeover has no value")       \
    X(OFFERED_CLIENT_TAKEOVER_VALUE, 0, "R7692-7.1.1.2-02", "client_no_context_takeover has no value")       \
    X(OFFERED_SERVER_BITS, 0, "R7692-7.1.2.1-02",                                                            \
      "server_max_window_bits of an offer is a number from 8 to 15")                                         \
    X(OFFERED_CLIENT_BITS, 0, "R7692-7.1.2.2-02",                                                            \
      "client_max_window_bits of an offer has no value, or a number from 8 to 15")                           \
    X(ASKED_WITH_FOLD, 0, "R9112-5.2-01", "a header field must not be folded over lines")                    \
    X(ASKED_WITH_FIELD_TWICE, 0, "R9110-5.3-01", "a header field that is no list must not be repeated")      \
    X(ASKED_WITH_EMPTY_MEMBER, 0, "R9110-5.6.1.1-01", "a list must not be sent with empty members")

enum ws_violation {
    WS_NO_VIOLATION = 0,
#define WS_VIOLATION_ENUMERATOR(name, code, requirement, sentence) WS_##name,
    WS_VIOLATIONS(WS_VIOLATION_ENUMERATOR)
#undef WS_VIOLATION_ENUMERATOR
        WS_VIOLATION_COUNT
};

/* What the list says of a violation. The strings are static. `name` is as in the list ("RSV1_SET"). */
struct ws_violation_facts {
    const char *name;
    unsigned code;
    const char *requirement;
    const char *sentence;
};

/* Facts of any violation; those of WS_NO_VIOLATION are {"NO_VIOLATION", 0, "", ""}. Never NULL. */
const struct ws_violation_facts *ws_violation_facts(enum ws_violation violation);

/* Several violations of one frame: bit i is set for violation i. Only the frame violations (before
 * HEAD_TOO_LARGE) are ever in a set, so 64 bits are enough. */
typedef uint64_t ws_violation_set;
_Static_assert(WS_HEAD_TOO_LARGE < 64, "the frame violations fit a 64-bit set");

static inline bool ws_violation_set_has(ws_violation_set set, enum ws_violation violation)
{
    return violation < WS_HEAD_TOO_LARGE && (set >> violation & 1U) != 0;
}

/* The first of a set in order of precedence, or WS_NO_VIOLATION. */
enum ws_violation ws_violation_set_first(ws_violation_set set);

#endif
