/* SPDX-License-Identifier: MIT */
/* The judge: which rules of RFC 6455 a stream of frames breaks. One judge follows one direction. It decodes
 * nothing, fails nothing and goes on after a violation; limits of size are the endpoint's. */
#include "reference/ws.h"

static ws_violation_set one(enum ws_violation violation)
{
    return violation == WS_NO_VIOLATION ? 0 : UINT64_C(1) << violation;
}

static ws_violation_set when(bool condition, enum ws_violation violation)
{
    return condition ? one(violation) : 0;
}

enum ws_violation ws_close_code_judge(uint16_t code)
{
    if (code < 1000)
        return WS_CLOSE_CODE_BELOW_1000; /* RFC 6455 7.4.2 */
    if (code > 4999)
        return WS_CLOSE_CODE_ABOVE_4999;
    if (code >= 3000)
        return WS_NO_VIOLATION; /* libraries, frameworks, private use (RFC 6455 7.4.2) */
    switch (code) {
    case 1004:
        return WS_CLOSE_CODE_1004; /* RFC 6455 7.4.1, as the three below */
    case 1005:
        return WS_CLOSE_CODE_1005;
    case 1006:
        return WS_CLOSE_CODE_1006;
    case 1015:
        return WS_CLOSE_CODE_1015;
    default: /* 1012-1014 are in IANA's registry */
        return code <= 1014 ? WS_NO_VIOLATION : WS_CLOSE_CODE_UNASSIGNED;
    }
}

void ws_judge_init(struct ws_judge *judge, enum ws_role sender, uint8_t rsv_allowed)
{
    *judge = (struct ws_judge){.sender = sender, .rsv_allowed = rsv_allowed};
}

static ws_violation_set judge_length(const struct ws_frame_header *header)
{
    /* Only the 64-bit form can carry the top bit, and no shorter one could: never both. RFC 6455 5.2. */
    return when(header->length >> 63 != 0, WS_LENGTH_TOP_BIT_SET) |
           when(header->length_form > ws_length_form_shortest(header->length), WS_LENGTH_NOT_MINIMAL);
}

static ws_violation_set judge_control(struct ws_judge *judge, const struct ws_frame_header *header)
{
    ws_violation_set set =
        when(header->opcode > WS_PONG, WS_RESERVED_CONTROL_OPCODE) |              /* RFC 6455 5.2 */
        when(!header->fin, WS_CONTROL_FRAME_FRAGMENTED) |                         /* RFC 6455 5.4, 5.5 */
        when(header->length > WS_CONTROL_PAYLOAD_MAX, WS_CONTROL_FRAME_TOO_LONG); /* RFC 6455 5.5 */
    if (header->opcode == WS_CLOSE) {
        /* Each endpoint sends one, also when the two cross (RFC 6455 5.5.1). */
        set |= when(judge->closed, WS_SECOND_CLOSE);
        judge->closed = true;
        judge->close_body_have = 0;
        judge->close_code = 0;
        judge->reason_utf8 = (struct ws_utf8){0};
    }
    /* Other control frames after a Close are no violation: RFC 6455 5.5.1 forbids data frames only, and
     * 5.5.2 demands that a Ping be answered until the peer's Close has come. */
    return set;
}

static ws_violation_set judge_data(struct ws_judge *judge, const struct ws_frame_header *header)
{
    ws_violation_set set = when(judge->closed, WS_FRAME_AFTER_CLOSE); /* RFC 6455 5.5.1 */
    if (header->opcode == WS_CONTINUATION)
        return set | when(judge->message_opcode == 0, WS_CONTINUATION_OF_NOTHING); /* RFC 6455 5.4 */
    if (header->opcode > WS_BINARY) {
        set |= one(WS_RESERVED_DATA_OPCODE); /* RFC 6455 5.2 */
        if (judge->message_opcode == 0)
            judge->message_opcode =
                header->opcode; /* so that its own fragments are not faults of their own */
        return set;
    }
    set |= when(judge->message_opcode != 0, WS_MESSAGE_INSIDE_MESSAGE); /* RFC 6455 5.4 */
    /* The newcomer takes the place of the message that was never ended. */
    judge->message_opcode = header->opcode;
    judge->compressed = (header->rsv & judge->rsv_allowed & WS_RSV1) != 0;
    judge->utf8 = (struct ws_utf8){0};
    return set;
}

/* With permessage-deflate: where RSV1 may be set (RFC 7692 6.1). */
static ws_violation_set judge_compressed_bit(const struct ws_judge *judge,
                                             const struct ws_frame_header *header)
{
    if ((header->rsv & judge->rsv_allowed & WS_RSV1) == 0)
        return 0;
    return when(ws_opcode_is_control(header->opcode), WS_RSV1_ON_CONTROL_FRAME) |
           when(header->opcode == WS_CONTINUATION, WS_RSV1_ON_CONTINUATION);
}

ws_violation_set ws_judge_header(struct ws_judge *judge, const struct ws_frame_header *header)
{
    uint8_t rsv = header->rsv & (uint8_t)~judge->rsv_allowed;
    ws_violation_set set = when((rsv & WS_RSV1) != 0, WS_RSV1_SET) | when((rsv & WS_RSV2) != 0, WS_RSV2_SET) |
                           when((rsv & WS_RSV3) != 0, WS_RSV3_SET); /* RFC 6455 5.2 */
    switch (judge->sender) {                                        /* RFC 6455 5.1 */
    case WS_CLIENT:
        set |= when(!header->masked, WS_CLIENT_FRAME_UNMASKED);
        break;
    case WS_SERVER:
        set |= when(header->masked, WS_SERVER_FRAME_MASKED);
        break;
    }
    judge->frame_opcode = header->opcode;
    set |= judge_compressed_bit(judge, header);
    set |= judge_length(header);
    set |= ws_opcode_is_control(header->opcode) ? judge_control(judge, header) : judge_data(judge, header);
    return set;
}

/* True when the current frame carries text: a text frame or a continuation of one. */
static bool carries_text(const struct ws_judge *judge)
{
    return judge->message_opcode == WS_TEXT &&
           (judge->frame_opcode == WS_TEXT || judge->frame_opcode == WS_CONTINUATION);
}

/* Whether these octets are the first to make `utf8` impossible. What is spoilt already is not told again, so
 * that the violations are the same for any chunking. */
static bool spoils(struct ws_utf8 *utf8, const uint8_t *octets, size_t size, size_t *bad)
{
    return ws_utf8_take(utf8, NULL, 0, NULL) && !ws_utf8_take(utf8, octets, size, bad);
}

static ws_violation_set judge_close_code(const struct ws_judge *judge)
{
    ws_violation_set set = one(ws_close_code_judge(judge->close_code));
    /* RFC 6455 7.4.1: not used by the server, which can refuse the handshake; an answer to 1010 may echo it
     * (5.5.1). */
    if (judge->close_code == 1010 && judge->sender == WS_SERVER && !judge->may_echo_1010)
        set |= one(WS_SERVER_SENT_1010);
    return set;
}

static ws_violation_set judge_close_body(struct ws_judge *judge, const uint8_t *octets, size_t size)
{
    ws_violation_set set = 0;
    size_t i = 0;
    for (; i < size && judge->close_body_have < 2; i++) {
        judge->close_code = (uint16_t)(judge->close_code << 8 | octets[i]);
        judge->close_body_have++;
        if (judge->close_body_have == 2)
            set |= judge_close_code(judge);
        if (set != 0)
            judge->bad = i;
    }
    size_t bad = 0;
    if (i < size && spoils(&judge->reason_utf8, octets + i, size - i, &bad)) { /* RFC 6455 5.5.1 */
        if (set == 0)
            judge->bad = i + bad;
        set |= one(WS_CLOSE_REASON_NOT_UTF8);
    }
    return set;
}

static ws_violation_set judge_text(struct ws_judge *judge, const uint8_t *octets, size_t size)
{
    if (carries_text(judge) && spoils(&judge->utf8, octets, size, &judge->bad))
        return one(WS_TEXT_NOT_UTF8); /* RFC 6455 5.6, 8.1 */
    return 0;
}

ws_violation_set ws_judge_payload(struct ws_judge *judge, const uint8_t *octets, size_t size)
{
    if (judge->frame_opcode == WS_CLOSE)
        return judge_close_body(judge, octets, size);
    return judge->compressed ? 0 : judge_text(judge, octets, size);
}

ws_violation_set ws_judge_inflated(struct ws_judge *judge, const uint8_t *octets, size_t size)
{
    return judge_text(judge, octets, size);
}

/* Valid so far, but cut off inside a code point. */
static bool cut_off(struct ws_utf8 *utf8)
{
    return ws_utf8_take(utf8, NULL, 0, NULL) && !ws_utf8_complete(utf8);
}

ws_violation_set ws_judge_end(struct ws_judge *judge, bool fin)
{
    if (judge->frame_opcode == WS_CLOSE) /* RFC 6455 5.5.1 */
        return when(judge->close_body_have == 1, WS_CLOSE_BODY_OF_ONE_OCTET) |
               when(cut_off(&judge->reason_utf8), WS_CLOSE_REASON_NOT_UTF8);
    if (ws_opcode_is_control(judge->frame_opcode) || !fin)
        return 0;
    ws_violation_set set = when(carries_text(judge) && cut_off(&judge->utf8), WS_TEXT_NOT_UTF8);
    /* A reserved opcode in the middle of a message ends only itself. */
    if (judge->frame_opcode == WS_CONTINUATION || judge->frame_opcode == judge->message_opcode) {
        judge->message_opcode = 0;
        judge->compressed = false;
    }
    return set;
}
