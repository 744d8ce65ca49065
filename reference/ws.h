/* SPDX-License-Identifier: MIT */
/* ws.h: the reference WebSocket endpoint (RFC 6455), octets in and octets out. The one public header of
 * reference/. It owns the protocol: frames, masking, UTF-8, HTTP/1.1 heads, both sides of the opening
 * handshake, the endpoint's states, and an echo session on top. It does not own sockets, clocks, randomness
 * or memory of whole messages.
 *
 * Rules that hold for every function here:
 * - No I/O, no clock, no global state. Time comes in as a value, random octets come through a callback.
 * - Input is read-only and is not kept: what a function needs later it copies. Output that points into the
 * input or into an object is valid until the next call on that object.
 * - Any chunking of the same octets gives the same events.
 * - Nothing is allocated except where a function says so; what `*_init` makes that allocates has a `*_free`.
 */
#ifndef REFERENCE_WS_H
#define REFERENCE_WS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reference/fault.h"

/* A run of octets that somebody else owns. `at` may be NULL when `size` is 0. */
struct ws_octets {
    const uint8_t *at;
    size_t size;
};

/* The octets of a C string, without its NUL. */
struct ws_octets ws_octets_of(const char *text);

/* Equal, octet by octet. */
bool ws_octets_equal(struct ws_octets a, struct ws_octets b);

/* Equal when A-Z and a-z are taken as the same and nothing else is (RFC 6455 2.1). */
bool ws_octets_equal_ignoring_case(struct ws_octets a, struct ws_octets b);

/* Which end of the connection an endpoint is (RFC 6455 1.2). */
enum ws_role { WS_CLIENT, WS_SERVER };

/* Milliseconds from any fixed moment; only differences matter. */
typedef uint64_t ws_time;
#define WS_NEVER UINT64_MAX

/* Opcodes (RFC 6455 5.2). Frames carry any value 0..15; these are the six that have a meaning. */
enum ws_opcode {
    WS_CONTINUATION = 0x0,
    WS_TEXT = 0x1,
    WS_BINARY = 0x2,
    WS_CLOSE = 0x8,
    WS_PING = 0x9,
    WS_PONG = 0xA
};

/* RFC 6455 5.5: opcodes with their top bit set are control frames. */
static inline bool ws_opcode_is_control(uint8_t opcode)
{
    return (opcode & 0x8) != 0;
}

/* "text", "binary", "continuation", "close", "ping", "pong", or "reserved" for the other ten. */
const char *ws_opcode_name(uint8_t opcode);

/* ---------------------------------------------------------------------------------------------------------------------
 * Violations: everything that a peer can do wrong and that shows on the wire.
 *
 * X(NAME, code, requirement, sentence)
 *
 * code: 1000..1015 is the close code that the connection is failed with (RFC 6455 7.4.1), 400..599 the HTTP
 * status that a server answers a bad opening handshake with; 0: a client just closes TCP.
 *
 * requirement: id in cases/requirements.tsv of the rule that is broken.
 *
 * sentence: goes to the peer, as the reason of the Close frame (so at most 123 octets) or the refusal's body.
 *
 * The order is the order of precedence: of several violations in one frame the first listed is the one that
 * is reported as the cause of failing the connection.
 * ------------------------------------------------------------------------------------------------------------------
 */
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
    X(RESPONSE_426_WITHOUT_UPGRADE, 0, "R9110-15.5.22-01", "a 426 response must have an Upgrade")

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

/* ---------------------------------------------------------------------------------------------------------------------
 * Masking (RFC 6455 5.3)
 * ------------------------------------------------------------------------------------------------------------------
 */

/* Writes to `to` the `size` octets at `from`, each XORed with octet (offset + i) mod 4 of the key. `offset`
 * is the position of the first octet within the frame's payload. `to` and `from` may be the same; otherwise
 * they must not overlap. Masking and unmasking are the same operation. Works at memory speed at any
 * alignment. */
void ws_mask(uint8_t *to, const uint8_t *from, size_t size, const uint8_t key[4], uint64_t offset);

/* ---------------------------------------------------------------------------------------------------------------------
 * UTF-8 (RFC 3629), incremental
 * ------------------------------------------------------------------------------------------------------------------
 */

/* State between two calls. Begin with {0}. It is 0 again exactly when the octets so far end on a code point's
 * border. */
struct ws_utf8 {
    uint8_t state;
};

/* Takes `size` more octets. Returns true while some continuation could still make the whole valid; false at
 * the first octet that makes that impossible (no surrogates, no overlong forms, nothing above U+10FFFF: RFC
 * 3629 3, 4), and on every later call. `*bad`, if not NULL, is set to the index of that octet. */
bool ws_utf8_take(struct ws_utf8 *utf8, const uint8_t *octets, size_t size, size_t *bad);

/* True when no code point is left unfinished: with all octets taken, they were valid UTF-8. */
bool ws_utf8_complete(const struct ws_utf8 *utf8);

/* ---------------------------------------------------------------------------------------------------------------------
 * Frame codec (RFC 6455 5.2). Encodes and decodes any header, legal or not; legality is the judge's business.
 * ------------------------------------------------------------------------------------------------------------------
 */

/* How the payload length is written: in 7 bits, or in the 16 or 64 bits that follow them. */
enum ws_length_form { WS_LENGTH_7, WS_LENGTH_16, WS_LENGTH_64 };

#define WS_FRAME_HEADER_MAX    14
#define WS_CONTROL_PAYLOAD_MAX 125 /* RFC 6455 5.5 */

struct ws_frame_header {
    bool fin;
    uint8_t rsv;    /* 0..7: 4 is RSV1, 2 is RSV2, 1 is RSV3 */
    uint8_t opcode; /* 0..15 */
    bool masked;
    uint8_t masking_key[4];          /* zero when not masked */
    enum ws_length_form length_form; /* the form on the wire, which need not be the shortest */
    uint64_t length;                 /* as announced on the wire: any value that the form can carry */
};

/* The shortest form for a length (RFC 6455 5.2). */
enum ws_length_form ws_length_form_shortest(uint64_t length);

/* Octets of the header on the wire, masking key included: 2..14. */
size_t ws_frame_header_size(const struct ws_frame_header *header);

/* Writes the header and returns its size. The length is cut to what the form can carry: its low 7, 16 or 64
 * bits, where the 7-bit field may so come to be 126 or 127; callers that lie on purpose know. */
size_t ws_frame_header_encode(uint8_t out[WS_FRAME_HEADER_MAX], const struct ws_frame_header *header);

enum ws_frame_event_kind {
    WS_FRAME_NEED_MORE, /* all octets were taken; nothing to tell yet */
    WS_FRAME_HEADER,    /* a whole header is there */
    WS_FRAME_PAYLOAD,   /* a piece of payload, still masked if the header says so */
    WS_FRAME_END        /* the payload is complete (follows the header at once when it is empty) */
};

struct ws_frame_event {
    enum ws_frame_event_kind kind;
    const struct ws_frame_header *header; /* of the current frame; NULL with NEED_MORE */
    struct ws_octets payload;             /* with PAYLOAD: within the input, at least one octet */
    uint64_t offset;                      /* with PAYLOAD: of its first octet within the frame's payload */
};

/* A decoder holds no pointers: it may be copied. Begin with {0}. Only the decoder touches the fields. */
struct ws_frame_decoder {
    struct ws_frame_header header;
    uint8_t octets[WS_FRAME_HEADER_MAX]; /* the header as it comes in */
    uint8_t have;                        /* octets of it so far */
    uint8_t phase;
    uint64_t taken; /* octets of payload so far */
};

/* Takes octets until there is one event to tell, fills `*event` and returns how many octets were taken
 * (possibly 0, with END). Call again with the rest until NEED_MORE. */
size_t ws_frame_decode(struct ws_frame_decoder *decoder, const uint8_t *octets, size_t size,
                       struct ws_frame_event *event);

/* True between frames: nothing of a next header has been taken. */
bool ws_frame_decoder_idle(const struct ws_frame_decoder *decoder);

/* ---------------------------------------------------------------------------------------------------------------------
 * The judge: says what is illegal in a stream of frames and why. It follows one direction of a connection.
 * ------------------------------------------------------------------------------------------------------------------
 */

struct ws_judge {
    enum ws_role sender;     /* whose frames are judged: decides how the mask bit has to be */
    uint8_t rsv_allowed;     /* RSV bits that negotiated extensions define, as in ws_frame_header.rsv; RSV1 is
                                that of permessage-deflate: on the first frame of a message only (RFC 7692 6.1) */
    uint8_t message_opcode;  /* of the message that is being sent in fragments, 0 when none is */
    bool compressed;         /* that message began with RSV1: its payload is DEFLATE data (RFC 7692 6) */
    bool closed;             /* a Close frame has gone by */
    uint8_t frame_opcode;    /* of the current frame */
    uint8_t close_body_have; /* octets of a Close frame's code so far, 0..2 */
    uint16_t close_code;
    bool may_echo_1010;  /* set by the owner when a client has sent 1010: the server's echo is no fault */
    struct ws_utf8 utf8; /* of the current text message */
    struct ws_utf8 reason_utf8; /* of the current close reason */
    size_t bad; /* after ws_judge_payload or ws_judge_inflated told a violation: index in that piece of the
                   first octet at fault */
};

/* Legality of a close code that was received or is about to be sent in a Close frame (RFC 6455 7.4; IANA's
 * registry adds 1012-1014): WS_NO_VIOLATION or one of the CLOSE_CODE_ violations. */
enum ws_violation ws_close_code_judge(uint16_t code);

void ws_judge_init(struct ws_judge *judge, enum ws_role sender, uint8_t rsv_allowed);

/* Judges a header as soon as it is there; the set has every rule it breaks. An illegal header still moves the
 * judge on as well as it can be understood, so that a monitor may go on watching. After a Close, data frames
 * (FRAME_AFTER_CLOSE) and a further Close (SECOND_CLOSE) are violations; a Ping or Pong is none (RFC 6455
 * 5.5.1, 5.5.2). */
ws_violation_set ws_judge_header(struct ws_judge *judge, const struct ws_frame_header *header);

/* Judges a piece of unmasked payload of the frame whose header came last: UTF-8 of text and close reasons at
 * the first impossible octet, close codes as soon as they are complete. Text that is spoilt is told once per
 * message. Of a compressed message the payload as it comes may be anything (RFC 7692 6.1). */
ws_violation_set ws_judge_payload(struct ws_judge *judge, const uint8_t *octets, size_t size);

/* Judges what the payload of a compressed message inflates to; by pieces, the last before ws_judge_end. */
ws_violation_set ws_judge_inflated(struct ws_judge *judge, const uint8_t *octets, size_t size);

/* Judges the end of that frame: what can only be known then (UTF-8 that ends inside a code point, a Close
 * body of one octet). `fin` is that of its header. */
ws_violation_set ws_judge_end(struct ws_judge *judge, bool fin);

/* ---------------------------------------------------------------------------------------------------------------------
 * HTTP/1.1 heads (RFC 9112 2-5)
 * ------------------------------------------------------------------------------------------------------------------
 */

#define WS_HEAD_FIELDS_MAX 128

struct ws_head_field {
    struct ws_octets name;
    struct ws_octets value; /* without the white space around it (RFC 9112 5.1) */
};

/* How far a head has been parsed. Only ws_head_parse touches it. */
struct ws_head_scan {
    size_t taken, line, fields, folds;
    uint8_t state, at;
};

/* A parsed head; every slice points into the octets that were parsed. */
struct ws_head {
    struct ws_octets method, target; /* of a request */
    struct ws_octets reason;         /* of a response */
    unsigned status;                 /* of a response: 100..999 */
    uint8_t http_major, http_minor;
    size_t field_count;
    struct ws_head_field fields[WS_HEAD_FIELDS_MAX];
    size_t size; /* octets of the head with its empty line, and an empty line before it (RFC 9112 2.2) */
    /* Lines of a response that only continue the value of the line before. A user agent takes such a fold as
     * a space (RFC 9112 5.2), a server must not send it. The CR LF stays in the value; ws_list_next trims it
     * like a space, and no token holds one. */
    size_t folds;
    struct ws_head_scan scan;
};

enum ws_head_kind { WS_HEAD_REQUEST, WS_HEAD_RESPONSE };

struct ws_head_limits {
    size_t size;       /* octets of the whole head */
    size_t fields;     /* at most WS_HEAD_FIELDS_MAX */
    size_t start_line; /* octets of the first line; RFC 9112 3 recommends at least 8000 */
};

/* 64 KiB, WS_HEAD_FIELDS_MAX fields, first line of 16 KiB. */
extern const struct ws_head_limits ws_head_limits_default;

enum ws_head_progress { WS_HEAD_NEED_MORE, WS_HEAD_COMPLETE, WS_HEAD_BAD };

/* Parses the head at the start of `octets`. `seen` is how many of them the last call was given already (0 at
 * first), so that a head that trickles in is not scanned again and again. NEED_MORE: call again with the same
 * `head` and with more octets behind the same ones, which may have moved. BAD: `*violation` says why; told at
 * the first octet that cannot be right, or when a limit is passed. What follows the head is not looked at. */
enum ws_head_progress ws_head_parse(struct ws_head *head, enum ws_head_kind kind, struct ws_octets octets,
                                    size_t seen, const struct ws_head_limits *limits,
                                    enum ws_violation *violation);

/* The value of the first field of that name (any case), or NULL; `*count`, if not NULL, gets how often the
 * name appears. */
const struct ws_octets *ws_head_find(const struct ws_head *head, const char *name, size_t *count);

/* Walks the members of a comma-separated list field over all its lines in order (RFC 9110 5.3, 5.6.1): begin
 * with
 * {.head = head, .name = name}. Commas inside quoted strings do not separate; empty members are skipped. */
struct ws_list_walk {
    const struct ws_head *head;
    const char *name;
    size_t field;
    size_t offset;
};

/* The next member, trimmed. False at the end. */
bool ws_list_next(struct ws_list_walk *walk, struct ws_octets *member);

/* True if some member of the list field equals the token, ignoring case. */
bool ws_list_has(const struct ws_head *head, const char *name, const char *token);

/* RFC 9110 5.6.2: one or more tchar. */
bool ws_is_token(struct ws_octets octets);

/* One extension of Sec-WebSocket-Extensions: extension-token *( ";" extension-param ) (RFC 6455 9.1). */
#define WS_EXTENSION_PARAMETERS_MAX 16
#define WS_EXTENSION_VALUE_MAX      64
struct ws_extension_parameter {
    struct ws_octets name;
    bool has_value;
    uint8_t value[WS_EXTENSION_VALUE_MAX]; /* unescaped when it was a quoted string */
    size_t value_size;
};
struct ws_extension {
    struct ws_octets token;
    size_t parameter_count;
    struct ws_extension_parameter parameters[WS_EXTENSION_PARAMETERS_MAX];
};

/* Parses one list member. A quoted value must be a token after unescaping (RFC 6455 9.1). False if it does
 * not follow the grammar or passes the limits above. */
bool ws_extension_parse(struct ws_octets member, struct ws_extension *extension);

/* ---------------------------------------------------------------------------------------------------------------------
 * permessage-deflate (RFC 7692): what is agreed on, and the transformation of payloads. The endpoint does all
 * of this by itself when its config's policy is enabled; the parts can be used alone.
 * ------------------------------------------------------------------------------------------------------------------
 */

#define WS_DEFLATE_NAME "permessage-deflate"

/* The parameters of one element of Sec-WebSocket-Extensions: of an offer, of an answer, or those agreed on,
 * which are the answer's (RFC 7692 7.1). All 0: the element has no parameters. */
struct ws_deflate_parameters {
    bool server_no_context_takeover;
    bool client_no_context_takeover;
    uint8_t server_max_window_bits; /* 8..15; 0: absent */
    uint8_t client_max_window_bits; /* 8..15; 0: absent; in an offer also WS_DEFLATE_BITS_BARE: no value */
};
#define WS_DEFLATE_BITS_BARE 1
#define WS_DEFLATE_BITS_MIN  8
#define WS_DEFLATE_BITS_MAX  15

/* The window that `sender` may use under agreed parameters, as its base-2 logarithm: 8..15 (RFC 7692 7.2.1).
 */
uint8_t ws_deflate_window_bits(const struct ws_deflate_parameters *agreed, enum ws_role sender);

/* Whether `sender` may refer to its earlier messages under agreed parameters (RFC 7692 7.2.1). */
bool ws_deflate_takeover(const struct ws_deflate_parameters *agreed, enum ws_role sender);

/* Parses one element of an offer by the rules of RFC 7692 7 and 7.1. False if a server has to decline it: it
 * is not permessage-deflate, or has a parameter that is unknown, repeated, without the value it needs, with a
 * value it must not have, or with one that is no decimal number from 8 to 15 without leading zeros. A value
 * in quotes is as good as one without (RFC 6455 9.1). */
bool ws_deflate_offer_parse(const struct ws_extension *element, struct ws_deflate_parameters *offer);

/* Parses one element of a response, which is known to be permessage-deflate: WS_NO_VIOLATION or the rule that
 * a client has to fail the connection for (RFC 7692 7). */
enum ws_violation ws_deflate_answer_parse(const struct ws_extension *element,
                                          struct ws_deflate_parameters *answer);

/* Judges whether an answer accepts this offer (RFC 7692 7.1.1.1, 7.1.2.1, 7.1.2.2). An answer may ignore the
 * value that client_max_window_bits is offered with: that is a hint only (RFC 7692 7.2.1, 7.2.2). */
enum ws_violation ws_deflate_answer_judge(const struct ws_deflate_parameters *answer,
                                          const struct ws_deflate_parameters *offer);

/* What an endpoint wants of compression. All 0: it does not know of permessage-deflate. */
struct ws_deflate_policy {
    bool enabled;
    /* The largest window for each sender: 8..15; 0 is 15. A server names a smaller one in its answer; that
     * of the client only if the client offers to be told (RFC 7692 7.1.2.2). */
    uint8_t server_max_window_bits, client_max_window_bits;
    /* A server demands them in every answer; a client puts them into its offer. */
    bool server_no_context_takeover, client_no_context_takeover;
    uint8_t level; /* of zlib: 1..9; 0: zlib's default */
};

/* A server's choice: the first element of the request that it can accept (RFC 7692 5, 7.1.3), with what the
 * answer to it says in `*agreed`. False if there is none: then the response names no permessage-deflate. */
bool ws_deflate_accept(const struct ws_head *request, const struct ws_deflate_policy *policy,
                       struct ws_deflate_parameters *agreed);

/* A client's offer. */
struct ws_deflate_parameters ws_deflate_offer(const struct ws_deflate_policy *policy);

/* Writes an element, name and parameters, with a NUL; returns its size without. */
#define WS_DEFLATE_ELEMENT_MAX 160
size_t ws_deflate_element_build(char out[WS_DEFLATE_ELEMENT_MAX],
                                const struct ws_deflate_parameters *parameters);

/* What a client has agreed to by a response that ws_response_judge has found no fault with: false if it names
 * no permessage-deflate. */
bool ws_deflate_agreed(const struct ws_head *response, struct ws_deflate_parameters *agreed);

/* What can be wrong with DEFLATE data. X(NAME, text). */
#define WS_DEFLATE_FAULTS(X)                                                                           \
    X(BLOCK_TYPE, "a block has the reserved type 11 (RFC 1951 3.2.3)")                                 \
    X(STORED_LENGTH, "the length of a stored block and its complement differ (RFC 1951 3.2.4)")        \
    X(CODE_COUNTS, "a block announces more codes than there are symbols (RFC 1951 3.2.7)")             \
    X(CODE_LENGTHS, "the code lengths of a block make no Huffman code (RFC 1951 3.2.2)")               \
    X(CODE_REPEAT, "a repeat of code lengths has nothing to repeat, or goes too far (RFC 1951 3.2.7)") \
    X(CODE_WITHOUT_END, "a block has no code for its own end (RFC 1951 3.2.7)")                        \
    X(SYMBOL, "a code stands for no symbol (RFC 1951 3.2.5)")                                          \
    X(DISTANCE_BEFORE_START, "a distance reaches before the first octet of all (RFC 1951 3.2)")        \
    X(DISTANCE_BEYOND_WINDOW, "a distance is larger than the agreed window (RFC 7692 7.2.1)")          \
    X(DISTANCE_INTO_EARLIER_MESSAGE, "a distance reaches into an earlier message (RFC 7692 7.2.1)")    \
    X(CUT_OFF, "the message ends inside a block (RFC 7692 7.2.1)")                                     \
    X(NO_MEMORY, "out of memory: no fault of the data")

enum ws_deflate_fault {
    WS_DEFLATE_FINE = 0,
#define WS_DEFLATE_FAULT_ENUMERATOR(name, text) WS_DEFLATE_##name,
    WS_DEFLATE_FAULTS(WS_DEFLATE_FAULT_ENUMERATOR)
#undef WS_DEFLATE_FAULT_ENUMERATOR
};

const char *ws_deflate_fault_text(enum ws_deflate_fault fault);

/* The rule of the peer that a fault breaks. WS_NO_VIOLATION for FINE and NO_MEMORY. */
enum ws_violation ws_deflate_fault_violation(enum ws_deflate_fault fault, enum ws_role sender);

/* A Huffman code of a scanner: canonical, with a table for the first bits. */
struct ws_deflate_code {
    uint16_t count[16];   /* codes of each length */
    uint16_t symbol[288]; /* in order of code */
    uint16_t fast[512];   /* symbol << 4 | length, by the next 9 bits; 0: a longer code or none */
};

/* Follows DEFLATE data bit by bit and makes no output: it knows what the data inflates to by length only.
 * zlib cannot take its place: it lets a distance pass that is larger than the window when the octets happen
 * to be at hand. Owns no memory and holds no pointers. Only the scanner writes the fields. */
struct ws_deflate_scanner {
    uint64_t produced;      /* octets that the data so far inflates to */
    uint64_t message_start; /* `produced` when the current message began */
    uint32_t distance_max;  /* the largest distance so far; 0: none */
    uint32_t reach_max; /* how far a distance reached before the start of its message, at most; 0: never */
    uint64_t stored_blocks, fixed_blocks, dynamic_blocks; /* begun so far */
    uint64_t final_blocks;                                /* of them: with BFINAL set */
    enum ws_deflate_fault fault;                          /* the first; nothing is scanned behind it */

    uint32_t window;
    bool takeover;
    uint64_t hold; /* bits that were taken from the input and not used yet */
    uint8_t hold_bits;
    uint8_t phase;
    bool final, codes_fixed;
    uint16_t stored_left;
    uint16_t literal_count, distance_count, length_count, lengths_have;
    uint8_t lengths[320];
    struct ws_deflate_code literals, distances;
};

/* Begins with an empty window of 2^window_bits octets. Without takeover, a distance that reaches into an
 * earlier message is a fault. */
void ws_deflate_scanner_init(struct ws_deflate_scanner *scanner, uint8_t window_bits, bool takeover);

/* A message begins here. */
void ws_deflate_scanner_begin(struct ws_deflate_scanner *scanner);

/* Takes more of the data, in pieces of any size. Returns `fault`; with a fault, `produced` is what the data
 * before it inflates to. */
enum ws_deflate_fault ws_deflate_scan(struct ws_deflate_scanner *scanner, const uint8_t *octets, size_t size);

/* The message's last octet was taken: scans the 00 00 ff ff that its sender removed (RFC 7692 7.2.2) and
 * checks that a block ends there. Returns `fault`. */
enum ws_deflate_fault ws_deflate_scanner_end(struct ws_deflate_scanner *scanner);

/* Compresses the messages of one direction (RFC 7692 7.2.1). */
struct ws_deflater;

/* window_bits 8..15; level 1..9, 0: zlib's default. Allocates, up to 256 KiB by the window; NULL when memory
 * is out. */
struct ws_deflater *ws_deflater_new(uint8_t window_bits, bool takeover, uint8_t level);
void ws_deflater_free(struct ws_deflater *deflater);

/* What is to be done when the input is taken. */
enum ws_deflate_flush {
    WS_DEFLATE_MORE,     /* nothing: more of the message follows */
    WS_DEFLATE_FRAGMENT, /* all of it goes out, to an octet's end: what is told so far can be inflated */
    WS_DEFLATE_MESSAGE   /* as FRAGMENT, and the message is over: 00 00 ff ff is removed from its end */
};

/* Compresses `size` octets into the `room` octets at `out`. `*taken` and `*written` get how many were used of
 * both. False while the output is full: call again with the rest of the input and the same `flush`. The same
 * messages with the same flushes give the same octets for any pieces of input and output. An empty message is
 * one octet 00, an empty fragment is none (RFC 7692 7.2.3.6). */
bool ws_deflater_put(struct ws_deflater *deflater, const uint8_t *octets, size_t size, size_t *taken,
                     enum ws_deflate_flush flush, uint8_t *out, size_t room, size_t *written);

/* At most this much comes of `size` octets and a flush. */
size_t ws_deflater_bound(struct ws_deflater *deflater, size_t size);

/* Inflates the messages of one direction (RFC 7692 7.2.2) and checks every distance against the window. */
struct ws_inflater;

/* window_bits 8..15. Allocates, up to 48 KiB by the window; NULL when memory is out. */
struct ws_inflater *ws_inflater_new(uint8_t window_bits, bool takeover);
void ws_inflater_free(struct ws_inflater *inflater);

enum ws_inflate_progress {
    WS_INFLATE_NEED_INPUT,  /* all input was taken, all that comes of it was written */
    WS_INFLATE_OUTPUT_FULL, /* call again with the rest of the input, and with room */
    WS_INFLATE_END,         /* the message is complete; the next call begins the next one */
    WS_INFLATE_BAD          /* ws_inflater_fault says why; what was right before it was written. For good. */
};

/* Inflates `size` octets into the `room` octets at `out`; `*taken` and `*written` get how many were used of
 * both. `last`: the message ends with these octets. Input that was not taken comes first in the next call.
 * The same message gives the same output, and the same fault behind it, for any pieces of input and output.
 */
enum ws_inflate_progress ws_inflater_take(struct ws_inflater *inflater, const uint8_t *octets, size_t size,
                                          size_t *taken, bool last, uint8_t *out, size_t room,
                                          size_t *written);

enum ws_deflate_fault ws_inflater_fault(const struct ws_inflater *inflater);

/* What has been seen of the data so far, for those who watch. */
const struct ws_deflate_scanner *ws_inflater_scanner(const struct ws_inflater *inflater);

/* ---------------------------------------------------------------------------------------------------------------------
 * Opening handshake (RFC 6455 4)
 * ------------------------------------------------------------------------------------------------------------------
 */

#define WS_KEY_SIZE    24 /* characters of Sec-WebSocket-Key: 16 octets in base64 */
#define WS_ACCEPT_SIZE 28 /* characters of Sec-WebSocket-Accept: 20 octets in base64 */

/* base64 of 16 random octets (RFC 6455 4.1). `out` gets a NUL as well. */
void ws_key_encode(char out[WS_KEY_SIZE + 1], const uint8_t nonce[16]);

/* base64(SHA-1(key as received, without white space around it, + GUID)) (RFC 6455 4.2.2). `out` gets a NUL as
 * well. OpenSSL allocates for it: when that fails `out` is "", which no accept equals. */
void ws_accept_of_key(char out[WS_ACCEPT_SIZE + 1], struct ws_octets key);

/* What a client asks for. All strings are NUL-terminated, owned by the caller, and go out as they are: this
 * builds illegal requests as well. */
struct ws_request {
    const char *host;                /* value of Host, with the port where it is not the scheme's own */
    const char *target;              /* request target: path and query, "/" at least */
    const char *key;                 /* value of Sec-WebSocket-Key */
    const char *origin;              /* NULL: no Origin */
    const char *const *subprotocols; /* offered, in order of preference; NULL-terminated; NULL: none */
    const char *extensions;          /* value of Sec-WebSocket-Extensions; NULL: none */
    const char *const *fields;       /* further lines "Name: value", NULL-terminated; NULL: none */
};

/* Writes the request, head and empty line, to `out` (at most `size` octets) and returns its size; 0 if it
 * does not fit. */
size_t ws_request_build(uint8_t *out, size_t size, const struct ws_request *request);

/* Subprotocols that one request may offer: a longer list counts as malformed, so that telling its members
 * apart stays cheap. */
#define WS_SUBPROTOCOLS_MAX 256

/* Judges a request as a server must (RFC 6455 4.2.1): WS_NO_VIOLATION when it may be answered with 101. */
enum ws_violation ws_request_judge(const struct ws_head *head);

/* Judges a response as a client must (RFC 6455 4.1, second list): against the request it answers. Interim
 * responses, status 100..199 but 101, are for the caller to pass over first (RFC 9110 15.2). */
enum ws_violation ws_response_judge(const struct ws_head *head, const struct ws_request *request);

/* What a response of any status breaks of the rules for its sender, though a client need not refuse it:
 * writes the violations, each once, and returns how many. */
#define WS_RESPONSE_WATCH_MAX 8
size_t ws_response_watch(const struct ws_head *head, enum ws_violation found[WS_RESPONSE_WATCH_MAX]);

/* The subprotocol a server selects (RFC 6455 4.2.2): the first one the client offers that the server supports
 * (NULL-terminated list; NULL: none); NULL if there is none. The result is one of `supported`. */
const char *ws_subprotocol_select(const struct ws_head *request, const char *const *supported);

/* Writes a 101 response to a judged request; 0 if it does not fit. `subprotocol` and `extensions`, the value
 * of Sec-WebSocket-Extensions, may be NULL. When the request expects 100-continue a 100 response goes first
 * (RFC 9110 7.8). */
size_t ws_response_build(uint8_t *out, size_t size, const struct ws_head *request, const char *subprotocol,
                         const char *extensions);

/* Writes the HTTP error that refuses a request for a violation: status, the header fields it must carry (426:
 * Upgrade, Connection and Sec-WebSocket-Version: 13, RFC 6455 4.2.2, RFC 9110 15.5.22), Connection: close,
 * the sentence as body (405: no body, because the method may be HEAD, RFC 9110 9.3.2). 0 if it does not fit
 * or if the violation is not one of a request (no status 400..599). */
size_t ws_refusal_build(uint8_t *out, size_t size, enum ws_violation violation);

/* ---------------------------------------------------------------------------------------------------------------------
 * The endpoint (RFC 6455 4-7): CONNECTING, OPEN, CLOSING, CLOSED
 * ------------------------------------------------------------------------------------------------------------------
 */

enum ws_state { WS_CONNECTING, WS_OPEN, WS_CLOSING, WS_CLOSED };

/* Why a call was refused. X(NAME, value, text). */
#define WS_ERRORS(X)                                                            \
    X(ERROR_STATE, -1, "not possible in this state")                            \
    X(ERROR_MEMORY, -2, "out of memory")                                        \
    X(ERROR_OUTPUT_FULL, -3, "the output is at its cap; take some of it first") \
    X(ERROR_ARGUMENT, -4, "an argument is out of range")

enum ws_error {
    WS_DONE = 0,
#define WS_ERROR_ENUMERATOR(name, value, text) WS_##name = value,
    WS_ERRORS(WS_ERROR_ENUMERATOR)
#undef WS_ERROR_ENUMERATOR
};

const char *ws_error_text(enum ws_error error);

struct ws_endpoint_config {
    enum ws_role role;
    struct ws_head_limits head_limits; /* each that is 0: that of ws_head_limits_default */
    uint64_t frame_limit;              /* octets of one data frame's payload; 0: no limit of its own */
    /* Octets of one message; 0: none. Passed as soon as it is announced: 1009. A compressed message is
     * counted by what it inflates to, as that comes. */
    uint64_t message_limit;
    uint64_t fragment_limit; /* frames of one message; 0: none */
    size_t output_limit;  /* cap of octets that wait to be taken; 0: 128 MiB. Only the opening handshake and
                             the one Close frame may pass it. */
    ws_time open_timeout; /* ms for the opening handshake; 0: none */
    /* ms from a Close or a failure to the end of TCP; 0: 5000 */
    ws_time close_timeout;
    /* Server: supported; NULL-terminated or NULL. Must outlive the endpoint. */
    const char *const *subprotocols;
    const struct ws_request *request; /* client: what to ask for. Must outlive the endpoint. */
    /* What of permessage-deflate (RFC 7692) is accepted by a server, and offered by a client whose request
     * names no extensions itself. All 0: nothing. */
    struct ws_deflate_policy deflate;
    /* Fills `out` with unpredictable octets for masking keys (RFC 6455 5.3, 10.3). Needed by a client; may be
     * NULL for a server. */
    void (*random)(void *context, uint8_t *out, size_t size);
    void *random_context;
    enum ws_fault fault; /* server: what it does wrong on purpose (fault.h); 0: nothing */
};

enum ws_event_kind {
    WS_EVENT_NONE,  /* all octets were taken; nothing (more) to tell */
    WS_EVENT_OPEN,  /* the opening handshake is complete */
    WS_EVENT_DATA,  /* a piece of a message, unmasked, UTF-8 checked so far */
    WS_EVENT_PING,  /* a ping came; its pong is already in the output, or follows when that is full (then only
                       that of the latest ping: RFC 6455 5.5.3) */
    WS_EVENT_PONG,  /* a pong came, asked for or not */
    WS_EVENT_CLOSE, /* the peer's Close came; the answer is already in the output if none was sent before */
    WS_EVENT_FAILED, /* the peer broke a rule: the connection is failed (RFC 6455 7.1.7); nothing after it is
                        processed */
    WS_EVENT_END     /* TCP ended, or is to be closed now: the state is CLOSED. The last event. */
};

struct ws_event {
    enum ws_event_kind kind;
    uint8_t opcode;   /* DATA: WS_TEXT or WS_BINARY, of the message */
    bool first, last; /* DATA: the piece begins, ends the message. An empty message is one empty piece. */
    struct ws_octets octets;     /* DATA: the piece; PING, PONG: payload; CLOSE: reason */
    uint16_t code;               /* CLOSE: 1005 if the frame had none (RFC 6455 7.1.5) */
    enum ws_violation violation; /* FAILED */
    /* END: after a whole closing handshake (RFC 6455 7.1.4). Our Close counts as sent once it has been put
     * into the output. */
    bool clean;
};

/* What the transport should do once the output is empty. */
enum ws_transport {
    WS_TRANSPORT_KEEP,     /* nothing */
    WS_TRANSPORT_SHUTDOWN, /* send FIN, go on reading until the end of stream (RFC 6455 7.1.1) */
    WS_TRANSPORT_CLOSE     /* close the socket */
};

struct ws_endpoint;

/* Allocates an endpoint, which allocates further for its output and the peer's head. A client has its request
 * in the output at once. NULL when memory is out, or when a request takes more than 1 MiB. The config is
 * copied (what it points to is not). An endpoint speaks no extension: one that a client's request offers and
 * its server accepts is not in use, and what it sends by it fails the connection. */
struct ws_endpoint *ws_endpoint_new(const struct ws_endpoint_config *config, ws_time now);
void ws_endpoint_free(struct ws_endpoint *endpoint);

/* Takes octets from the peer until there is one event to tell and returns how many were taken. Call again
 * with the rest until WS_EVENT_NONE comes back. In state CLOSED, and after failing, octets are taken and
 * dropped (RFC 6455 7.1.7). */
size_t ws_endpoint_receive(struct ws_endpoint *endpoint, ws_time now, const uint8_t *octets, size_t size,
                           struct ws_event *event);

/* The peer's end of stream (FIN), or a reset. Tells WS_EVENT_END. */
void ws_endpoint_receive_end(struct ws_endpoint *endpoint, ws_time now, struct ws_event *event);

/* Time has come to `now`: tells WS_EVENT_END when a timeout has run out, WS_EVENT_NONE otherwise. What still
 * waits in the output is dropped then. A peer that goes on taking a long output is given close_timeout anew.
 */
void ws_endpoint_tick(struct ws_endpoint *endpoint, ws_time now, struct ws_event *event);

/* When ws_endpoint_tick wants to be called next; WS_NEVER if not at all. */
ws_time ws_endpoint_deadline(const struct ws_endpoint *endpoint);

/* Puts one data frame or control frame into the output. opcode: TEXT or BINARY for a first or only frame,
 * CONTINUATION for the next ones; PING, PONG with at most 125 octets. fin as on the wire. ERROR_STATE unless
 * OPEN. The payload is copied (and masked by a client). Text is not checked: the caller sends UTF-8. When
 * permessage-deflate was agreed on, every message goes out compressed, and what a fragment holds can be
 * inflated when the fragment has come; the output needs room as if nothing became shorter. */
enum ws_error ws_endpoint_send(struct ws_endpoint *endpoint, uint8_t opcode, bool fin, const uint8_t *octets,
                               size_t size);

/* As ws_endpoint_send, for a long payload that the caller has collected and needs no more. `buffer` is from
 * malloc and of `capacity` octets; the `size` octets of payload stand in it behind WS_FRAME_HEADER_MAX octets
 * of room for the header. With WS_DONE the endpoint has taken the buffer over; when nothing else waited it is
 * the output now, and nothing was copied. Otherwise it is the caller's as before. */
enum ws_error ws_endpoint_send_buffer(struct ws_endpoint *endpoint, uint8_t opcode, bool fin, uint8_t *buffer,
                                      size_t capacity, size_t size);

/* Starts the closing handshake (RFC 6455 7.1.2). code 1005: a Close frame without body. ERROR_ARGUMENT for a
 * code that must not be sent or a reason over 123 octets. */
enum ws_error ws_endpoint_close(struct ws_endpoint *endpoint, ws_time now, uint16_t code, const char *reason);

/* The octets that wait to go to the peer; and the report that `size` of them have gone. */
struct ws_octets ws_endpoint_output(const struct ws_endpoint *endpoint);
void ws_endpoint_output_taken(struct ws_endpoint *endpoint, size_t size);

/* What to do with the transport once the output is empty. SHUTDOWN is returned until
 * ws_endpoint_shutdown_done. After the closing handshake and after failing, a server is told SHUTDOWN at
 * once; a client is told KEEP, to wait for the server's FIN, and CLOSE when close_timeout has run out (RFC
 * 6455 7.1.1). */
enum ws_transport ws_endpoint_transport(const struct ws_endpoint *endpoint);
void ws_endpoint_shutdown_done(struct ws_endpoint *endpoint);

enum ws_state ws_endpoint_state(const struct ws_endpoint *endpoint);

/* A seeded fault has crashed the server: the program that it stands for would not be there any more. */
bool ws_endpoint_crashed(const struct ws_endpoint *endpoint);

/* The agreed parameters of permessage-deflate; NULL when it is not in use. */
const struct ws_deflate_parameters *ws_endpoint_deflate(const struct ws_endpoint *endpoint);

/* The subprotocol in use, or NULL. Of a client it is one of `request->subprotocols`: one that is offered in
 * `request->fields` only is accepted, but not told here. */
const char *ws_endpoint_subprotocol(const struct ws_endpoint *endpoint);

/* ---------------------------------------------------------------------------------------------------------------------
 * Echo: the first program to read. A session that sends every message back with its own opcode.
 * ------------------------------------------------------------------------------------------------------------------
 */

struct ws_echo;

/* `message_limit` caps what is held of a message while it comes in (default 64 MiB when 0). Allocates; NULL
 * when memory is out. */
struct ws_echo *ws_echo_new(const struct ws_endpoint_config *config, ws_time now);
void ws_echo_free(struct ws_echo *echo);

/* Takes all the octets, does what an echo does, and leaves the answers in the endpoint's output. A driver
 * stops reading while much waits there: an echo that passes the output's cap is closed with 1011. */
void ws_echo_receive(struct ws_echo *echo, ws_time now, const uint8_t *octets, size_t size);
void ws_echo_receive_end(struct ws_echo *echo, ws_time now);
void ws_echo_tick(struct ws_echo *echo, ws_time now);

/* The endpoint inside, for its output, transport, deadline and state. */
struct ws_endpoint *ws_echo_endpoint(struct ws_echo *echo);

#endif
