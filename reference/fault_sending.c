/* SPDX-License-Identifier: MIT */
/* fault_sending.c: frames that a faulty server sends wrong: each frame that would go out is dropped, changed,
 * repeated or cut up here. */
#include "reference/faulty.h"

#include <stdlib.h>
#include <string.h>

enum { LONG_CONTROL = 126, CUT_AT = 64, LARGE = 65536, MUCH = 65536, CODE_SIZE = 2 };

/* A frame on its way out. `octets` are a copy with `PADDING` octets of room. */
enum { PADDING = 256 };
struct leaving {
    struct ws_frame_header header;
    uint8_t *octets;
    size_t size;
    size_t limit;
};

static enum ws_error put(struct ws_endpoint *endpoint, struct leaving *leaving)
{
    endpoint->fault->frames_sent++;
    return endpoint_put_header(endpoint, &leaving->header, (struct ws_octets){leaving->octets, leaving->size},
                               leaving->limit);
}

/* A further frame, besides the one that is leaving. */
static enum ws_error put_other(struct ws_endpoint *endpoint, const struct leaving *leaving, uint8_t opcode,
                               bool fin, const uint8_t *octets, size_t size)
{
    struct leaving other = {.header = {.fin = fin,
                                       .opcode = opcode,
                                       .length_form = ws_length_form_shortest(size),
                                       .length = size},
                            .size = size,
                            .limit = leaving->limit};
    uint8_t copy[PADDING];
    uint8_t *large = NULL;
    other.octets = copy;
    if (size > sizeof copy) {
        large = malloc(size);
        if (large == NULL)
            return WS_ERROR_MEMORY;
        other.octets = large;
    }
    if (size > 0)
        memcpy(other.octets, octets, size);
    enum ws_error error = put(endpoint, &other);
    free(large);
    return error;
}

static void set_size(struct leaving *leaving, size_t size)
{
    leaving->size = size;
    leaving->header.length = size;
    leaving->header.length_form = ws_length_form_shortest(size);
}

/* Cut at the first NUL. */
static void cut_at_nul(struct leaving *leaving)
{
    const uint8_t *nul = leaving->size == 0 ? NULL : memchr(leaving->octets, 0, leaving->size);
    if (nul != NULL)
        set_size(leaving, (size_t)(nul - leaving->octets));
}

/* ---- Messages ---- */

/* A compressed message. */
static void change_compressed(struct endpoint_fault *fault, struct leaving *leaving)
{
    switch (fault->kind) {
    case WS_FAULT_DEFLATE_NO_RSV1:
        leaving->header.rsv = 0;
        break;
    case WS_FAULT_DEFLATE_TAIL_KEPT:
        memcpy(leaving->octets + leaving->size, "\x00\x00\xFF\xFF", 4);
        set_size(leaving, leaving->size + 4);
        break;
    case WS_FAULT_DEFLATE_CUT_TOO_FAR:
        set_size(leaving, leaving->size > 5 ? leaving->size - 5 : 0);
        break;
    case WS_FAULT_DEFLATE_ZLIB: /* RFC 1950 2.2 */
        memmove(leaving->octets + 2, leaving->octets, leaving->size);
        memcpy(leaving->octets, "\x78\x9C", 2);
        set_size(leaving, leaving->size + 2);
        break;
    case WS_FAULT_DEFLATE_TYPE:
        leaving->header.opcode = WS_TEXT;
        break;
    default: /* not a fault of compressed messages */
        break;
    }
}

/* In two frames: the halves exchanged, or both with the RSV bits of the message. */
static enum ws_error put_halves(struct ws_endpoint *endpoint, const struct leaving *leaving, bool exchanged)
{
    struct leaving first = *leaving, second = *leaving;
    size_t half = leaving->size / 2;
    set_size(&first, exchanged ? leaving->size - half : half);
    set_size(&second, leaving->size - first.size);
    if (exchanged)
        first.octets += half;
    else
        second.octets += half;
    first.header.fin = false;
    second.header.opcode = WS_CONTINUATION;
    if (exchanged)
        second.header.rsv = 0;
    enum ws_error error = put(endpoint, &first);
    return error == WS_DONE ? put(endpoint, &second) : error;
}

static void change_message(struct endpoint_fault *fault, struct leaving *leaving)
{
    static const uint8_t byte_order_mark[] = {0xEF, 0xBB, 0xBF};
    struct ws_frame_header *header = &leaving->header;
    size_t size = leaving->size;
    switch (fault->kind) {
    case WS_FAULT_SENDS_UNFINISHED:
        header->fin = false;
        break;
    case WS_FAULT_SENDS_WRONG_TYPE:
        header->opcode = WS_BINARY;
        break;
    case WS_FAULT_SENDS_TEXT_TYPE:
        header->opcode = WS_TEXT;
        break;
    case WS_FAULT_LOSES_LAST_OCTET:
        set_size(leaving, size > 0 ? size - 1 : 0);
        break;
    case WS_FAULT_ADDS_FIRST:
        memmove(leaving->octets + 1, leaving->octets, size);
        leaving->octets[0] = 'x';
        set_size(leaving, size + 1);
        break;
    case WS_FAULT_ROUNDS_LENGTH:
        set_size(leaving, size - size % 4);
        break;
    case WS_FAULT_SENDS_AS_CONTINUATION:
        header->opcode = WS_CONTINUATION;
        break;
    case WS_FAULT_KEEPS_TYPE:
        if (fault->first_opcode == 0)
            fault->first_opcode = header->opcode;
        header->opcode = fault->first_opcode;
        break;
    case WS_FAULT_FRAGMENTS_SWAPPED:
        if (size >= 2 && fault->last_fragments > 100) {
            uint8_t first = leaving->octets[0];
            leaving->octets[0] = leaving->octets[1];
            leaving->octets[1] = first;
        }
        break;
    case WS_FAULT_ADDS_OCTET:
        leaving->octets[size] = 'x';
        set_size(leaving, size + 1);
        break;
    case WS_FAULT_LOSES_LAST_OCTET_LONG:
        set_size(leaving, size >= LARGE ? size - 1 : size);
        break;
    case WS_FAULT_CHANGES_OCTET:
        if (size > 4096)
            leaving->octets[4096] ^= 0x01;
        break;
    case WS_FAULT_CUTS_TEXT:
        if (header->opcode == WS_TEXT && size > CUT_AT)
            set_size(leaving, CUT_AT);
        break;
    case WS_FAULT_NO_BYTE_ORDER_MARK:
        if (size >= 3 && memcmp(leaving->octets, byte_order_mark, 3) == 0) {
            memmove(leaving->octets, leaving->octets + 3, size - 3);
            set_size(leaving, size - 3);
        }
        break;
    case WS_FAULT_NO_NUL_OCTETS:
        cut_at_nul(leaving);
        break;
    default: /* not a fault of a message's octets */
        break;
    }
}

static enum ws_error put_message(struct ws_endpoint *endpoint, struct leaving *leaving)
{
    struct endpoint_fault *fault = endpoint->fault;
    enum ws_error error = WS_DONE;
    fault->messages_sent++;
    change_message(fault, leaving);
    if (endpoint->deflate != NULL)
        change_compressed(fault, leaving);
    switch (fault->kind) {
    case WS_FAULT_LOSES_MESSAGE:
        return fault->messages_sent == 2 ? WS_DONE : put(endpoint, leaving);
    case WS_FAULT_LOSES_LARGE:
        return leaving->size >= 1 << 20 ? WS_DONE : put(endpoint, leaving);
    case WS_FAULT_SENDS_REORDERED:
        return leaving->size > 125 ? put_halves(endpoint, leaving, true) : put(endpoint, leaving);
    case WS_FAULT_SENDS_INTERLEAVED:
        error = put_other(endpoint, leaving, leaving->header.opcode, false, leaving->octets, 0);
        return error == WS_DONE ? put(endpoint, leaving) : error;
    case WS_FAULT_SENDS_STRAY_CONTINUATION:
        error = put(endpoint, leaving);
        return error == WS_DONE ? put_other(endpoint, leaving, WS_CONTINUATION, true, NULL, 0) : error;
    case WS_FAULT_SENDS_OPCODE_3:
    case WS_FAULT_SENDS_OPCODE_11:
        if (fault->messages_sent == 1)
            error =
                put_other(endpoint, leaving, fault->kind == WS_FAULT_SENDS_OPCODE_3 ? 3 : 11, true, NULL, 0);
        return error == WS_DONE ? put(endpoint, leaving) : error;
    case WS_FAULT_DEFLATE_RSV1_ON_FRAGMENT:
        return endpoint->deflate != NULL ? put_halves(endpoint, leaving, false) : put(endpoint, leaving);
    case WS_FAULT_SENDS_TWICE:
        error = put(endpoint, leaving);
        return error == WS_DONE ? put(endpoint, leaving) : error;
    case WS_FAULT_ENDS_AFTER_MESSAGE:
        error = put(endpoint, leaving);
        if (fault->messages_sent == 3)
            fault_end_tcp(endpoint);
        return error;
    default: /* changed already, if at all */
        return put(endpoint, leaving);
    }
}

/* ---- Pongs ---- */

static void remember_ping(struct endpoint_fault *fault, struct leaving *leaving)
{
    uint8_t payload[WS_CONTROL_PAYLOAD_MAX];
    size_t size = leaving->size;
    memcpy(payload, leaving->octets, size);
    memcpy(leaving->octets, fault->previous_ping, fault->previous_ping_size);
    set_size(leaving, fault->previous_ping_size);
    memcpy(fault->previous_ping, payload, size);
    fault->previous_ping_size = size;
}

static void change_pong(struct endpoint_fault *fault, struct leaving *leaving)
{
    struct ws_frame_header *header = &leaving->header;
    switch (fault->kind) {
    case WS_FAULT_SENDS_PONG_UNFINISHED:
        header->fin = false;
        break;
    case WS_FAULT_SENDS_LONG_PONG:
        memset(leaving->octets + leaving->size, 0, LONG_CONTROL - leaving->size);
        set_size(leaving, LONG_CONTROL);
        break;
    case WS_FAULT_PONG_EMPTY:
        set_size(leaving, 0);
        break;
    case WS_FAULT_PONG_OTHER:
        if (leaving->size > 0)
            leaving->octets[leaving->size - 1] ^= 0x01;
        break;
    case WS_FAULT_PONG_CUT:
        set_size(leaving, leaving->size > CUT_AT ? CUT_AT : leaving->size);
        break;
    case WS_FAULT_PONG_TEXT:
        cut_at_nul(leaving);
        break;
    case WS_FAULT_PONG_PREVIOUS:
        remember_ping(fault, leaving);
        break;
    case WS_FAULT_PONG_AS_PING:
        header->opcode = WS_PING;
        break;
    default: /* not a fault of a pong's octets */
        break;
    }
}

static enum ws_error put_pong(struct ws_endpoint *endpoint, struct leaving *leaving)
{
    struct endpoint_fault *fault = endpoint->fault;
    fault->pongs_sent++;
    switch (fault->kind) {
    case WS_FAULT_NO_PONGS:
        return WS_DONE;
    case WS_FAULT_PONG_TO_FIRST:
        if (fault->pongs_sent > 1)
            return WS_DONE;
        break;
    case WS_FAULT_NO_PONG_IN_MESSAGE:
        if (fault->fragments > 0)
            return WS_DONE;
        break;
    case WS_FAULT_NO_PONG_TO_EMPTY:
        if (leaving->size == 0)
            return WS_DONE;
        break;
    case WS_FAULT_NO_PONG_TO_LONGEST:
        if (leaving->size == WS_CONTROL_PAYLOAD_MAX)
            return WS_DONE;
        break;
    case WS_FAULT_DEFLATE_CONTROL:
        if (endpoint->deflate != NULL && leaving->size > 0)
            return WS_DONE;
        break;
    case WS_FAULT_PONG_TWICE:
        (void)put(endpoint, leaving);
        break;
    default: /* answered */
        break;
    }
    change_pong(fault, leaving);
    return put(endpoint, leaving);
}

/* ---- Close frames ---- */

static void set_code(struct leaving *leaving, uint16_t code)
{
    leaving->octets[0] = (uint8_t)(code >> 8);
    leaving->octets[1] = (uint8_t)(code & 0xFF);
    if (leaving->size < CODE_SIZE)
        set_size(leaving, CODE_SIZE);
}

static void set_reason(struct leaving *leaving, const char *text, size_t size)
{
    if (leaving->size < CODE_SIZE)
        set_code(leaving, 1000);
    memcpy(leaving->octets + CODE_SIZE, text, size);
    set_size(leaving, CODE_SIZE + size);
}

/* The peer's Close frame is answered, or the connection is failed. */
static void change_close(const struct ws_endpoint *endpoint, struct leaving *leaving)
{
    static const char long_reason[] =
        "the reason why this connection is closed takes more room than a control frame has, because it tells "
        "in whole sentences what has happened";
    bool answer = endpoint->close_received, without_code = leaving->size < CODE_SIZE;
    uint16_t code = 1005;
    if (!without_code)
        code = (uint16_t)(leaving->octets[0] << 8 | leaving->octets[1]);
    switch (endpoint->fault->kind) {
    case WS_FAULT_SENDS_1005:
        if (without_code)
            set_code(leaving, 1005);
        break;
    case WS_FAULT_SENDS_CODE_0:
        if (without_code)
            set_code(leaving, 0);
        break;
    case WS_FAULT_SENDS_1006:
        set_code(leaving, 1006);
        break;
    case WS_FAULT_SENDS_1015:
        set_code(leaving, 1015);
        break;
    case WS_FAULT_SENDS_1010:
        set_code(leaving, 1010);
        break;
    case WS_FAULT_SENDS_CLOSE_OF_ONE:
        set_size(leaving, 1);
        break;
    case WS_FAULT_SENDS_INVALID_REASON:
        set_reason(leaving, "\xE2\x82", 2);
        break;
    case WS_FAULT_SENDS_LONG_CLOSE:
        set_reason(leaving, long_reason, sizeof long_reason - 1);
        break;
    case WS_FAULT_SENDS_CLOSE_UNFINISHED:
        leaving->header.fin = false;
        break;
    case WS_FAULT_FAILS_WITH_1000:
        if (!answer)
            set_code(leaving, 1000);
        break;
    case WS_FAULT_DEFLATE_BOMB:
        if (!answer && code == 1009)
            set_code(leaving, 1011);
        break;
    case WS_FAULT_FAILS_NOT_1007:
        if (!answer && code == 1007)
            set_code(leaving, 1002);
        break;
    default: /* not a fault of a Close frame's octets */
        break;
    }
}

static enum ws_error put_close(struct ws_endpoint *endpoint, struct leaving *leaving)
{
    static const uint8_t word[] = {'l', 'a', 't', 'e'};
    enum ws_fault kind = endpoint->fault->kind;
    if (kind == WS_FAULT_NO_CLOSE_ANSWER && endpoint->close_received)
        return WS_DONE;
    if (kind == WS_FAULT_NO_CLOSE_BEHIND_MUCH && ws_output_size(&endpoint->output) > MUCH)
        return WS_DONE;
    if (kind == WS_FAULT_HANGS && !endpoint->close_received)
        return WS_DONE;
    change_close(endpoint, leaving);
    enum ws_error error = put(endpoint, leaving);
    if (error == WS_DONE && kind == WS_FAULT_SENDS_CLOSE_TWICE)
        error = put(endpoint, leaving);
    if (error == WS_DONE && kind == WS_FAULT_SENDS_AFTER_CLOSE)
        error = put_other(endpoint, leaving, WS_TEXT, true, word, sizeof word);
    return error;
}

/* ---- All frames ---- */

static void mask(struct leaving *leaving)
{
    leaving->header.masked = true;
    memcpy(leaving->header.masking_key, (const uint8_t[4]){0x37, 0xFA, 0x21, 0x3D}, 4);
}

static void change_header(const struct ws_endpoint *endpoint, struct leaving *leaving)
{
    const struct endpoint_fault *fault = endpoint->fault;
    struct ws_frame_header *header = &leaving->header;
    bool control = ws_opcode_is_control(header->opcode);
    bool in_16 = header->length_form == WS_LENGTH_16;
    switch (fault->kind) {
    case WS_FAULT_MASKS:
        mask(leaving);
        break;
    case WS_FAULT_MASKS_CONTROL:
        if (control)
            mask(leaving);
        break;
    case WS_FAULT_MASKS_LATER:
        if (fault->messages_sent > 0)
            mask(leaving);
        break;
    case WS_FAULT_MASKS_NOTHING:
        header->masked = false;
        break;
    case WS_FAULT_MASKS_NO_CONTROL:
        header->masked = !control;
        break;
    case WS_FAULT_MASKS_NO_DATA:
        header->masked = control;
        break;
    case WS_FAULT_MASKS_NO_CLOSE:
        header->masked = header->opcode != WS_CLOSE;
        break;
    case WS_FAULT_MASKS_FIRST:
        header->masked = fault->messages_sent == 0;
        break;
    case WS_FAULT_KEY_FOR_ALL:
        memcpy(header->masking_key, (const uint8_t[4]){0x37, 0xFA, 0x21, 0x3D}, 4);
        break;
    case WS_FAULT_KEY_OF_ZERO:
        memset(header->masking_key, 0, sizeof header->masking_key);
        break;
    case WS_FAULT_KEY_COUNTS:
        memcpy(header->masking_key, (const uint8_t[4]){0x37, 0xFA, 0x21, (uint8_t)fault->frames_sent}, 4);
        break;
    case WS_FAULT_COMPRESSES_UNASKED:
        if (endpoint->deflate == NULL && (header->opcode == WS_TEXT || header->opcode == WS_BINARY))
            header->rsv = WS_RSV1;
        break;
    case WS_FAULT_SETS_RSV1:
        header->rsv = WS_RSV1;
        break;
    case WS_FAULT_SETS_RSV2:
        header->rsv |= control ? 0 : WS_RSV2;
        break;
    case WS_FAULT_SETS_RSV3:
        header->rsv |= control ? WS_RSV3 : 0;
        break;
    case WS_FAULT_DEFLATE_RSV1_ON_PONG:
        if (control && endpoint->deflate != NULL)
            header->rsv = WS_RSV1;
        break;
    case WS_FAULT_ECHOES_RSV:
        header->rsv |= fault->frames_sent >= 64 ? WS_RSV3 : 0;
        break;
    case WS_FAULT_SENDS_LONGER_16:
        if (header->length_form == WS_LENGTH_7)
            header->length_form = WS_LENGTH_16;
        break;
    case WS_FAULT_SENDS_64_AS_16:
        if (header->length_form == WS_LENGTH_64)
            header->length_form = WS_LENGTH_16;
        break;
    case WS_FAULT_SENDS_LONGER_64:
        if (in_16)
            header->length_form = WS_LENGTH_64;
        break;
    case WS_FAULT_SENDS_125_IN_16:
        if (header->length == 125)
            header->length_form = WS_LENGTH_16;
        break;
    case WS_FAULT_SENDS_65535_IN_64:
        if (header->length == 65535)
            header->length_form = WS_LENGTH_64;
        break;
    case WS_FAULT_SENDS_TOP_BIT:
        if (header->length_form == WS_LENGTH_64)
            header->length |= UINT64_C(1) << 63;
        break;
    case WS_FAULT_SENDS_REVERSED_16:
        if (in_16)
            header->length = (header->length & 0xFF) << 8 | header->length >> 8;
        break;
    default: /* not a fault of every header */
        break;
    }
}

enum ws_error fault_put_frame(struct ws_endpoint *endpoint, const struct ws_frame_header *header,
                              struct ws_octets payload, size_t limit)
{
    struct leaving leaving = {.header = *header, .size = payload.size, .limit = limit};
    leaving.octets = malloc(payload.size + PADDING);
    if (leaving.octets == NULL)
        return WS_ERROR_MEMORY;
    if (payload.size > 0)
        memcpy(leaving.octets, payload.at, payload.size);
    change_header(endpoint, &leaving);
    enum ws_error error;
    switch (header->opcode) {
    case WS_PONG:
        error = put_pong(endpoint, &leaving);
        break;
    case WS_CLOSE:
        error = put_close(endpoint, &leaving);
        break;
    case WS_PING:
        error = put(endpoint, &leaving);
        break;
    default: /* data: an endpoint sends no other opcodes */
        if (fault_tears(endpoint)) {
            leaving.size /= 2;
            fault_end_tcp(endpoint);
        }
        error = fault_loses(endpoint) ? WS_DONE : put_message(endpoint, &leaving);
        break;
    }
    free(leaving.octets);
    return error;
}
