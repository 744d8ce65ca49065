/* SPDX-License-Identifier: MIT */
/* fault_judgement.c: violations that a faulty server does not see, and frames that it takes for violations.
 * The judge of the reference judges; here its findings are changed. */
#include "reference/faulty.h"

/* Which frames, and when. */
enum which { ANY, DATA, CONTROL, CONTINUATION, PING, PONG, CLOSE, EMPTY };
enum when { ALWAYS, LATER, IN_MESSAGE, AFTER_PING_IN_MESSAGE, COMPRESSING, COMPRESSED };

#define BIT(name)     (UINT64_C(1) << WS_##name)
#define RSV           (BIT(RSV1_SET) | BIT(RSV2_SET) | BIT(RSV3_SET))
#define LENGTH_LIMITS (BIT(FRAME_TOO_BIG) | BIT(MESSAGE_TOO_BIG))

static const struct pardon {
    enum ws_fault fault;
    ws_violation_set violations;
    enum which which;
    enum when when;
    uint64_t length; /* only frames of this length; 0: any */
} pardons[] = {
    {WS_FAULT_UNMASKED, BIT(CLIENT_FRAME_UNMASKED), ANY, ALWAYS, 0},
    {WS_FAULT_UNMASKED_CONTROL, BIT(CLIENT_FRAME_UNMASKED), CONTROL, ALWAYS, 0},
    {WS_FAULT_UNMASKED_EMPTY, BIT(CLIENT_FRAME_UNMASKED), EMPTY, ALWAYS, 0},
    {WS_FAULT_UNMASKED_CONTINUATION, BIT(CLIENT_FRAME_UNMASKED), CONTINUATION, ALWAYS, 0},
    {WS_FAULT_UNMASKED_LATER, BIT(CLIENT_FRAME_UNMASKED), ANY, LATER, 0},
    {WS_FAULT_MASKED, BIT(SERVER_FRAME_MASKED), ANY, ALWAYS, 0},
    {WS_FAULT_MASKED_CONTROL, BIT(SERVER_FRAME_MASKED), CONTROL, ALWAYS, 0},
    {WS_FAULT_MASKED_EMPTY, BIT(SERVER_FRAME_MASKED), EMPTY, ALWAYS, 0},
    {WS_FAULT_MASKED_CONTINUATION, BIT(SERVER_FRAME_MASKED), CONTINUATION, ALWAYS, 0},
    {WS_FAULT_MASKED_LATER, BIT(SERVER_FRAME_MASKED), ANY, LATER, 0},
    {WS_FAULT_RSV1, BIT(RSV1_SET), ANY, ALWAYS, 0},
    {WS_FAULT_RSV2, BIT(RSV2_SET), ANY, ALWAYS, 0},
    {WS_FAULT_RSV3, BIT(RSV3_SET), ANY, ALWAYS, 0},
    {WS_FAULT_RSV_ON_CONTROL, RSV, CONTROL, ALWAYS, 0},
    {WS_FAULT_RSV_ON_CONTINUATION, RSV, CONTINUATION, ALWAYS, 0},
    {WS_FAULT_RSV_LATER, RSV, ANY, LATER, 0},
    {WS_FAULT_DEFLATE_RSV1_CONTROL, BIT(RSV1_ON_CONTROL_FRAME), ANY, ALWAYS, 0},
    {WS_FAULT_DEFLATE_RSV1_CONTINUATION, BIT(RSV1_ON_CONTINUATION), ANY, ALWAYS, 0},
    {WS_FAULT_DEFLATE_RSV2, BIT(RSV2_SET) | BIT(RSV3_SET), ANY, COMPRESSING, 0},
    {WS_FAULT_PING_UNFINISHED, BIT(CONTROL_FRAME_FRAGMENTED), PING, ALWAYS, 0},
    {WS_FAULT_PONG_UNFINISHED, BIT(CONTROL_FRAME_FRAGMENTED), PONG, ALWAYS, 0},
    {WS_FAULT_CLOSE_UNFINISHED, BIT(CONTROL_FRAME_FRAGMENTED), CLOSE, ALWAYS, 0},
    {WS_FAULT_UNFINISHED_IN_MESSAGE, BIT(CONTROL_FRAME_FRAGMENTED), CONTROL, IN_MESSAGE, 0},
    {WS_FAULT_LONG_PING, BIT(CONTROL_FRAME_TOO_LONG), PING, ALWAYS, 0},
    {WS_FAULT_LONG_PONG, BIT(CONTROL_FRAME_TOO_LONG), PONG, ALWAYS, 0},
    {WS_FAULT_LONG_CLOSE, BIT(CONTROL_FRAME_TOO_LONG), CLOSE, ALWAYS, 0},
    {WS_FAULT_CONTROL_OF_126, BIT(CONTROL_FRAME_TOO_LONG), CONTROL, ALWAYS, 126},
    {WS_FAULT_LONGER_FORM, BIT(LENGTH_NOT_MINIMAL), ANY, ALWAYS, 0},
    {WS_FAULT_LONGER_FORM_ON_CONTROL, BIT(LENGTH_NOT_MINIMAL), CONTROL, ALWAYS, 0},
    {WS_FAULT_LONGER_FORM_125, BIT(LENGTH_NOT_MINIMAL), ANY, ALWAYS, 125},
    {WS_FAULT_LONGER_FORM_65535, BIT(LENGTH_NOT_MINIMAL), ANY, ALWAYS, 65535},
    {WS_FAULT_TOP_BIT, BIT(LENGTH_TOP_BIT_SET) | LENGTH_LIMITS | BIT(CONTROL_FRAME_TOO_LONG), ANY, ALWAYS, 0},
    {WS_FAULT_LENGTH_TRUSTED, LENGTH_LIMITS, ANY, ALWAYS, 0},
    {WS_FAULT_LENGTH_SUM_OVERFLOWS, LENGTH_LIMITS, CONTINUATION, ALWAYS, 0},
    {WS_FAULT_INTERLEAVED, BIT(MESSAGE_INSIDE_MESSAGE), ANY, ALWAYS, 0},
    {WS_FAULT_INTERLEAVED_AFTER_PING, BIT(MESSAGE_INSIDE_MESSAGE), ANY, AFTER_PING_IN_MESSAGE, 0},
    {WS_FAULT_CLOSE_OF_ONE, BIT(CLOSE_BODY_OF_ONE_OCTET), ANY, ALWAYS, 0},
    {WS_FAULT_CLOSE_BELOW_1000, BIT(CLOSE_CODE_BELOW_1000), ANY, ALWAYS, 0},
    {WS_FAULT_CLOSE_1005, BIT(CLOSE_CODE_1005), ANY, ALWAYS, 0},
    {WS_FAULT_CLOSE_1006, BIT(CLOSE_CODE_1006), ANY, ALWAYS, 0},
    {WS_FAULT_CLOSE_1015, BIT(CLOSE_CODE_1015), ANY, ALWAYS, 0},
    {WS_FAULT_CLOSE_REASON, BIT(CLOSE_REASON_NOT_UTF8), ANY, ALWAYS, 0},
    {WS_FAULT_TEXT, BIT(TEXT_NOT_UTF8), ANY, ALWAYS, 0},
    {WS_FAULT_TEXT_LATER, BIT(TEXT_NOT_UTF8), ANY, LATER, 0},
    {WS_FAULT_TEXT_CONTINUED, BIT(TEXT_NOT_UTF8), CONTINUATION, ALWAYS, 0},
    {WS_FAULT_TEXT_BEHIND_PING, BIT(TEXT_NOT_UTF8), ANY, AFTER_PING_IN_MESSAGE, 0},
    {WS_FAULT_DEFLATE_TEXT, BIT(TEXT_NOT_UTF8), ANY, COMPRESSED, 0},
    {WS_FAULT_DEFLATE_TEXT_CONTINUED, BIT(TEXT_NOT_UTF8), CONTINUATION, COMPRESSED, 0},
    {WS_FAULT_ECHOES_AFTER_CLOSE, BIT(FRAME_AFTER_CLOSE), ANY, ALWAYS, 0},
    {WS_FAULT_CLOSE_ANSWERED_TWICE, BIT(SECOND_CLOSE), ANY, ALWAYS, 0},
    {WS_FAULT_GOES_ON, BIT(FRAME_AFTER_CLOSE), ANY, ALWAYS, 0},
};

static bool is_which(enum which which, const struct ws_frame_header *header)
{
    switch (which) {
    case ANY:
        return true;
    case DATA:
        return !ws_opcode_is_control(header->opcode);
    case CONTROL:
        return ws_opcode_is_control(header->opcode);
    case CONTINUATION:
        return header->opcode == WS_CONTINUATION;
    case PING:
        return header->opcode == WS_PING;
    case PONG:
        return header->opcode == WS_PONG;
    case CLOSE:
        return header->opcode == WS_CLOSE;
    case EMPTY:
        return header->length == 0;
    }
    return false;
}

static bool is_when(enum when when, const struct ws_endpoint *endpoint)
{
    switch (when) {
    case ALWAYS:
        return true;
    case LATER:
        return endpoint->fault->messages > 0;
    case IN_MESSAGE:
        return endpoint->fault->fragments > 0;
    case AFTER_PING_IN_MESSAGE:
        return endpoint->fault->ping_in_message;
    case COMPRESSING:
        return endpoint->deflate != NULL;
    case COMPRESSED:
        return endpoint->fault->compressed;
    }
    return false;
}

/* What is left of the violations of the current frame. */
static ws_violation_set pardon(const struct ws_endpoint *endpoint, ws_violation_set set)
{
    const struct ws_frame_header *header = &endpoint->decoder.header;
    for (size_t i = 0; i < sizeof pardons / sizeof pardons[0]; i++) {
        const struct pardon *p = &pardons[i];
        if (p->fault == endpoint->fault->kind && is_which(p->which, header) && is_when(p->when, endpoint) &&
            (p->length == 0 || p->length == header->length))
            set &= ~p->violations;
    }
    return set;
}

/* The frame before this one, of the same text, has ended inside a character. */
static bool ends_in_character(const struct ws_endpoint *endpoint, const struct ws_frame_header *header)
{
    return header->opcode == WS_CONTINUATION && endpoint->judge.message_opcode == WS_TEXT &&
           !ws_utf8_complete(&endpoint->judge.utf8);
}

/* A frame that is right, but of a kind that the faulty server does not like. */
static ws_violation_set dislike(const struct ws_endpoint *endpoint, const struct ws_frame_header *header)
{
    bool control = ws_opcode_is_control(header->opcode);
    bool in_message = endpoint->fault->fragments > 0;
    uint64_t length = header->length;
    switch (endpoint->fault->kind) {
    case WS_FAULT_NO_EMPTY:
        return length == 0 && !control ? BIT(FRAME_TOO_BIG) : 0;
    case WS_FAULT_NO_EMPTY_CONTROL:
        return length == 0 && header->opcode == WS_PING ? BIT(FRAME_TOO_BIG) : 0;
    case WS_FAULT_NO_FRAGMENTS:
        return !header->fin && !control ? BIT(TOO_MANY_FRAGMENTS) : 0;
    case WS_FAULT_NO_TEN_FRAGMENTS:
        return endpoint->fault->fragments >= 10 && !control ? BIT(TOO_MANY_FRAGMENTS) : 0;
    case WS_FAULT_NO_CONTROL_IN_MESSAGE:
        return control && in_message ? BIT(MESSAGE_INSIDE_MESSAGE) : 0;
    case WS_FAULT_NO_CLOSE_IN_MESSAGE:
        return header->opcode == WS_CLOSE && in_message ? BIT(MESSAGE_INSIDE_MESSAGE) : 0;
    case WS_FAULT_NO_PONG:
        return header->opcode == WS_PONG ? BIT(RESERVED_CONTROL_OPCODE) : 0;
    case WS_FAULT_NO_125:
        return length == 125 ? BIT(FRAME_TOO_BIG) : 0;
    case WS_FAULT_NO_126:
        return length == 126 ? BIT(FRAME_TOO_BIG) : 0;
    case WS_FAULT_NO_65535:
        return length == 65535 ? BIT(FRAME_TOO_BIG) : 0;
    case WS_FAULT_NO_65536:
        return length == 65536 ? BIT(FRAME_TOO_BIG) : 0;
    case WS_FAULT_NO_64_BIT:
        return header->length_form == WS_LENGTH_64 ? BIT(LENGTH_NOT_MINIMAL) : 0;
    case WS_FAULT_SIGNED_16:
        return header->length_form == WS_LENGTH_16 && length > INT16_MAX ? BIT(FRAME_TOO_BIG) : 0;
    case WS_FAULT_LARGE_WITH_1002:
        return length > UINT32_MAX / 2 ? BIT(LENGTH_TOP_BIT_SET) : 0;
    case WS_FAULT_TEXT_PER_FRAME:
        return ends_in_character(endpoint, header) ? BIT(TEXT_NOT_UTF8) : 0;
    case WS_FAULT_DEFLATE_TEXT_PER_FRAME:
        return endpoint->fault->compressed && ends_in_character(endpoint, header) ? BIT(TEXT_NOT_UTF8) : 0;
    case WS_FAULT_NO_LONG_REASON:
        return header->opcode == WS_CLOSE && length == 125 ? BIT(CONTROL_FRAME_TOO_LONG) : 0;
    default: /* the others dislike nothing in a header */
        return 0;
    }
}

ws_violation_set fault_judge_header(struct ws_endpoint *endpoint, const struct ws_frame_header *header,
                                    ws_violation_set set)
{
    struct endpoint_fault *fault = endpoint->fault;
    set = pardon(endpoint, set) | dislike(endpoint, header);
    if (endpoint->deflate != NULL)
        set |= fault_dislike_compressed(endpoint, header);
    if (fault->kind == WS_FAULT_LONGER_FORM_16 && header->length_form == WS_LENGTH_16)
        set &= ~BIT(LENGTH_NOT_MINIMAL);
    if (fault->kind == WS_FAULT_LONGER_FORM_64 && header->length_form == WS_LENGTH_64)
        set &= ~BIT(LENGTH_NOT_MINIMAL);
    if (header->opcode == WS_PING && fault->fragments > 0)
        fault->ping_in_message = true;
    if (ws_opcode_is_control(header->opcode))
        return set;
    if (header->opcode != WS_CONTINUATION) {
        fault->compressed = endpoint->judge.compressed;
        fault->fragments = 0;
        fault->message_size = 0;
        fault->ping_in_message = false;
        fault->tails_pass = false;
        fault->last_octets = 0;
        fault->utf8 = (struct ws_utf8){0};
    }
    fault->fragments++;
    return set;
}

/* ---- Text ---- */

static bool is_tail(uint8_t octet)
{
    return (octet & 0xC0) == 0x80;
}

/* Whether the faulty server lets pass the octet at `bad` of a piece, which makes a text impossible: what came
 * before it ended on a character's border or not, its last octet was `previous`. */
static bool passes(const struct endpoint_fault *fault, size_t bad, bool at_border, uint8_t previous,
                   uint8_t octet)
{
    switch (fault->kind) {
    case WS_FAULT_SURROGATES:
        return !at_border && previous == 0xED && is_tail(octet);
    case WS_FAULT_OVERLONG_2:
        return at_border && (octet == 0xC0 || octet == 0xC1);
    case WS_FAULT_OVERLONG_3:
        return !at_border && previous == 0xE0 && is_tail(octet);
    case WS_FAULT_OVERLONG_4:
        return !at_border && previous == 0xF0 && is_tail(octet);
    case WS_FAULT_ABOVE_10FFFF:
        return (!at_border && previous == 0xF4 && is_tail(octet)) ||
               (at_border && octet >= 0xF5 && octet <= 0xF7);
    case WS_FAULT_LONG_FORMS:
        return at_border && octet >= 0xF8 && octet <= 0xFD;
    case WS_FAULT_IMPOSSIBLE:
        return at_border && octet >= 0xFE;
    case WS_FAULT_STRAY_TAILS:
        return at_border && is_tail(octet);
    case WS_FAULT_WRONG_TAILS:
        return !at_border;
    case WS_FAULT_TEXT_BEHIND_BINARY:
        return fault->binary_seen;
    case WS_FAULT_TEXT_IN_FRAGMENTS:
        return fault->fragments > 1;
    case WS_FAULT_TEXT_BEHIND_64K:
        return fault->message_size + bad >= 65536;
    case WS_FAULT_DEFLATE_TEXT_BEHIND_64K:
        return fault->compressed && fault->message_size + bad >= 65536;
    default: /* the others take what the judge finds, or have their pardon in the table */
        return false;
    }
}

/* A sequence that begins before these octets and is still going on at `bad`. */
static bool began_before(const uint8_t *octets, size_t bad)
{
    for (size_t i = 0; i < bad; i++)
        if (!is_tail(octets[i]))
            return false;
    return true;
}

/* Judges text that goes on where something impossible is let pass: behind it, and behind its tail octets. */
static ws_violation_set judge_text(struct ws_endpoint *endpoint, const uint8_t *octets, size_t size)
{
    struct endpoint_fault *fault = endpoint->fault;
    struct ws_judge *judge = &endpoint->judge;
    size_t at = 0;
    for (;;) {
        while (fault->tails_pass && at < size && is_tail(octets[at]))
            at++;
        fault->tails_pass = fault->tails_pass && at == size;
        struct ws_utf8 before = judge->utf8;
        ws_violation_set set = ws_judge_inflated(judge, octets + at, size - at);
        if (!ws_violation_set_has(set, WS_TEXT_NOT_UTF8))
            return set;
        size_t bad = judge->bad;
        judge->bad += at;
        (void)ws_utf8_take(&before, octets + at, bad, NULL);
        bool at_border = ws_utf8_complete(&before);
        uint8_t previous = judge->bad > 0 ? octets[judge->bad - 1] : fault->last_octet;
        bool cut_in_two = !at_border && at == 0 && began_before(octets, bad);
        if (!passes(fault, judge->bad, at_border, previous, octets[judge->bad]) &&
            !(fault->kind == WS_FAULT_TEXT_PER_CHUNK && cut_in_two))
            return set;
        at = judge->bad + 1;
        judge->utf8 = (struct ws_utf8){0};
        fault->tails_pass = true;
    }
}

/* A character that is right, but not to the taste of the faulty server; `octets` are its last four so far. */
static bool is_disliked(enum ws_fault fault, uint32_t octets)
{
    uint8_t last = octets & 0xFF;
    bool ends_plane =
        (octets & 0xFFFFFE) == 0xEFBFBE || (octets >= 0xF0000000 && (octets & 0xFFFFE) == 0xFBFBE);
    return (fault == WS_FAULT_NO_NUL && last == 0) || (fault == WS_FAULT_NO_FOUR_OCTETS && last >= 0xF0) ||
           (fault == WS_FAULT_ASCII_TEXT && last >= 0x80) ||
           (fault == WS_FAULT_NO_NONCHARACTERS && ends_plane);
}

static ws_violation_set dislike_text(struct ws_endpoint *endpoint, const uint8_t *octets, size_t size)
{
    struct endpoint_fault *fault = endpoint->fault;
    for (size_t i = 0; i < size; i++) {
        fault->last_octets = fault->last_octets << 8 | octets[i];
        if (is_disliked(fault->kind, fault->last_octets)) {
            endpoint->judge.bad = i;
            return BIT(TEXT_NOT_UTF8);
        }
    }
    return 0;
}

/* Payload that is no text, but is taken for it. */
static ws_violation_set check_binary(struct ws_endpoint *endpoint, const uint8_t *octets, size_t size)
{
    struct endpoint_fault *fault = endpoint->fault;
    bool checked = fault->kind == WS_FAULT_BINARY_CHECKED ||
                   (fault->kind == WS_FAULT_CONTINUATION_CHECKED && fault->fragments > 1);
    if (!checked || ws_utf8_take(&fault->utf8, octets, size, &endpoint->judge.bad))
        return 0;
    return BIT(TEXT_NOT_UTF8);
}

static ws_violation_set judge_data(struct ws_endpoint *endpoint, const uint8_t *octets, size_t size)
{
    struct endpoint_fault *fault = endpoint->fault;
    if (endpoint->judge.message_opcode != WS_TEXT)
        return check_binary(endpoint, octets, size);
    if (fault->kind == WS_FAULT_TEXT_PER_READ)
        endpoint->judge.utf8 = (struct ws_utf8){0};
    ws_violation_set set = judge_text(endpoint, octets, size);
    if (set == 0)
        set = dislike_text(endpoint, octets, size);
    if (size > 0)
        fault->last_octet = octets[size - 1];
    return set;
}

/* A legal close code that the faulty server has never heard of. */
static ws_violation_set dislike_code(const struct ws_endpoint *endpoint)
{
    uint16_t code = endpoint->judge.close_code;
    bool complete = endpoint->judge.close_body_have == 2;
    switch (endpoint->fault->kind) {
    case WS_FAULT_NO_REGISTERED_CODE:
        return complete && code >= 3000 ? BIT(CLOSE_CODE_UNASSIGNED) : 0;
    case WS_FAULT_NO_1012:
        return complete && code >= 1012 && code <= 1014 ? BIT(CLOSE_CODE_UNASSIGNED) : 0;
    default: /* not a fault of codes */
        return 0;
    }
}

ws_violation_set fault_judge_message(struct ws_endpoint *endpoint, const uint8_t *octets, size_t size)
{
    ws_violation_set set = judge_data(endpoint, octets, size);
    endpoint->fault->message_size += size;
    return pardon(endpoint, set);
}

ws_violation_set fault_judge_payload(struct ws_endpoint *endpoint, const uint8_t *octets, size_t size)
{
    if (!ws_opcode_is_control(endpoint->judge.frame_opcode))
        return fault_judge_message(endpoint, octets, size);
    ws_violation_set set = ws_judge_payload(&endpoint->judge, octets, size);
    if (endpoint->judge.frame_opcode == WS_CLOSE)
        set |= dislike_code(endpoint);
    if (endpoint->fault->kind == WS_FAULT_CLOSE_999 && endpoint->judge.close_code == 999)
        set &= ~BIT(CLOSE_CODE_BELOW_1000);
    return pardon(endpoint, set);
}

ws_violation_set fault_judge_end(struct ws_endpoint *endpoint, bool fin)
{
    struct endpoint_fault *fault = endpoint->fault;
    struct ws_judge *judge = &endpoint->judge;
    bool control = ws_opcode_is_control(judge->frame_opcode);
    bool binary = judge->message_opcode == WS_BINARY && !control;
    ws_violation_set set = pardon(endpoint, ws_judge_end(judge, fin));
    if (fault->kind == WS_FAULT_TEXT_CUT || (fault->kind == WS_FAULT_DEFLATE_TEXT_CUT && fault->compressed))
        set &= ~BIT(TEXT_NOT_UTF8);
    if (passes(fault, 0, true, 0, 0))
        set &= ~BIT(TEXT_NOT_UTF8);
    if (fault->kind == WS_FAULT_CLOSE_REASON_CUT)
        set &= ~BIT(CLOSE_REASON_NOT_UTF8);
    if (fin && !control) {
        fault->messages++;
        fault->last_fragments = fault->fragments;
        fault->binary_seen = fault->binary_seen || binary;
        fault->fragments = 0;
    }
    return set;
}
