/* SPDX-License-Identifier: MIT */
/* fault_decoding.c: frames that a faulty server reads wrong: changes what the decoder tells before anybody
 * hears of it, and the decoder's own header, which it goes by. */
#include "reference/faulty.h"

#include <string.h>

static bool is_reserved(uint8_t opcode)
{
    return (opcode > WS_BINARY && opcode < WS_CLOSE) || opcode > WS_PONG;
}

/* Frames that a faulty server passes over. */
static bool passes_over(const struct ws_endpoint *endpoint, const struct ws_frame_header *header)
{
    const struct endpoint_fault *fault = endpoint->fault;
    bool control = ws_opcode_is_control(header->opcode);
    bool in_message = fault->fragments > 0;
    bool stray = header->opcode == WS_CONTINUATION && !in_message;
    switch (fault->kind) {
    case WS_FAULT_RESERVED_DATA:
        return is_reserved(header->opcode) && !control;
    case WS_FAULT_RESERVED_CONTROL:
        return is_reserved(header->opcode) && control;
    case WS_FAULT_RESERVED_IN_MESSAGE:
        return is_reserved(header->opcode) && in_message;
    case WS_FAULT_PASSES_OVER_GARBAGE:
        return header->rsv != 0 && (!header->masked || is_reserved(header->opcode));
    case WS_FAULT_OPCODE_7:
        return header->opcode == 7;
    case WS_FAULT_OPCODE_15:
        return header->opcode == 15;
    case WS_FAULT_CONTINUATION_IGNORED:
        return stray;
    case WS_FAULT_PING_UNFINISHED:
    case WS_FAULT_PONG_UNFINISHED:
    case WS_FAULT_CLOSE_UNFINISHED:
        return stray && fault->control_unfinished;
    case WS_FAULT_NO_DATA_BEHIND_PINGS:
        return !control && fault->pings > 100;
    case WS_FAULT_NO_DATA_BEHIND_PONGS:
        return !control && fault->pongs > 100;
    case WS_FAULT_CONTINUATION_LATER:
        return stray && fault->messages > 0;
    case WS_FAULT_CONTINUATION_EMPTY:
        return stray && header->length == 0;
    case WS_FAULT_INTERLEAVED_EMPTY:
        return !control && header->opcode != WS_CONTINUATION && in_message && header->length == 0;
    case WS_FAULT_EMPTY_DROPPED:
        return !control && header->opcode != WS_CONTINUATION && header->fin && header->length == 0;
    case WS_FAULT_CLOSE_IGNORED:
        return header->opcode == WS_CLOSE;
    default: /* the others pass over nothing */
        return false;
    }
}

/* The octets of a length in the other order. */
static uint64_t reversed(uint64_t length, unsigned octets)
{
    uint64_t result = 0;
    for (; octets > 0; octets--, length >>= 8)
        result = result << 8 | (length & 0xFF);
    return result;
}

static void change_length(const struct endpoint_fault *fault, struct ws_frame_header *header)
{
    bool in_16 = header->length_form == WS_LENGTH_16, in_64 = header->length_form == WS_LENGTH_64;
    if (fault->kind == WS_FAULT_LITTLE_ENDIAN_16 && in_16)
        header->length = reversed(header->length, 2);
    if (fault->kind == WS_FAULT_LITTLE_ENDIAN_64 && in_64)
        header->length = reversed(header->length, 8);
    if (fault->kind == WS_FAULT_LENGTH_8_BITS && in_16)
        header->length &= 0xFF;
    if (fault->kind == WS_FAULT_LENGTH_16_BITS && in_64)
        header->length &= 0xFFFF;
    if (fault->kind == WS_FAULT_LENGTH_WITH_KEY && header->masked)
        header->length += sizeof header->masking_key;
    /* Only what has been read is wrong here: it counts as if it had been written so. */
    if (header->length != 0 && ws_length_form_shortest(header->length) < header->length_form &&
        (fault->kind == WS_FAULT_LITTLE_ENDIAN_16 || fault->kind == WS_FAULT_LENGTH_8_BITS ||
         fault->kind == WS_FAULT_LENGTH_16_BITS))
        header->length_form = ws_length_form_shortest(header->length);
}

static void change_opcode(const struct endpoint_fault *fault, struct ws_frame_header *header)
{
    bool in_message = fault->fragments > 0;
    bool begins = header->opcode == WS_TEXT || header->opcode == WS_BINARY;
    if (fault->kind == WS_FAULT_RESERVED_AS_BINARY && is_reserved(header->opcode) &&
        header->opcode < WS_CLOSE)
        header->opcode = in_message ? WS_CONTINUATION : WS_BINARY;
    if (fault->kind == WS_FAULT_CONTINUATION_AS_MESSAGE && header->opcode == WS_CONTINUATION && !in_message)
        header->opcode = WS_BINARY;
    if (fault->kind == WS_FAULT_INTERLEAVED_JOINED && begins && in_message)
        header->opcode = WS_CONTINUATION;
    if (fault->kind == WS_FAULT_TYPE_OF_LAST && begins && !header->fin)
        header->opcode = WS_BINARY;
    if (fault->kind == WS_FAULT_FIN_MISSED && header->opcode == WS_CONTINUATION)
        header->fin = false;
    if (fault->kind == WS_FAULT_EMPTY_FRAGMENT_ENDS && header->length == 0 && in_message && !header->fin)
        header->fin = true;
}

/* The key so turned that its octet for `offset` is the one that was for `wanted`. */
static void turn_key(struct ws_frame_header *header, const uint8_t key[4], uint64_t offset, uint64_t wanted)
{
    for (uint64_t i = 0; i < 4; i++)
        header->masking_key[(offset + i) % 4] = key[(wanted + i) % 4];
}

/* At a frame's header. */
static void change_key(struct endpoint_fault *fault, struct ws_frame_header *header)
{
    bool control = ws_opcode_is_control(header->opcode);
    memcpy(fault->key, header->masking_key, sizeof fault->key);
    if (header->opcode == WS_PING)
        memcpy(fault->ping_key, header->masking_key, sizeof fault->ping_key);
    switch (fault->kind) {
    case WS_FAULT_KEY_IGNORED:
        memset(header->masking_key, 0, sizeof header->masking_key);
        break;
    case WS_FAULT_KEY_FIRST_OCTET:
        memset(header->masking_key, fault->key[0], sizeof header->masking_key);
        break;
    case WS_FAULT_KEY_BY_MESSAGE:
        if (header->opcode == WS_CONTINUATION)
            turn_key(header, fault->key, 0, fault->message_size);
        break;
    case WS_FAULT_KEY_OF_ZEROS:
        if (memcmp(fault->key, "\0\0\0\0", sizeof fault->key) == 0)
            memset(header->masking_key, 0x5A, sizeof header->masking_key);
        break;
    case WS_FAULT_KEY_NOT_FOR_LONG:
        if (header->length > 64)
            memset(header->masking_key, 0, sizeof header->masking_key);
        break;
    case WS_FAULT_KEY_NOT_FOR_CONTROL:
        if (control)
            memset(header->masking_key, 0, sizeof header->masking_key);
        break;
    case WS_FAULT_KEY_NOT_IN_64:
        if (header->length_form == WS_LENGTH_64)
            turn_key(header, fault->key, 0, 1);
        break;
    case WS_FAULT_KEY_BEHIND_PING:
        if (fault->ping_in_message && header->opcode == WS_CONTINUATION)
            memcpy(header->masking_key, fault->ping_key, sizeof fault->ping_key);
        break;
    default: /* not a fault of masking */
        break;
    }
}

static void change_header(const struct ws_endpoint *endpoint, struct ws_frame_header *header)
{
    struct endpoint_fault *fault = endpoint->fault;
    if (endpoint->deflate != NULL)
        fault_decode_compressed(endpoint, header);
    change_length(fault, header);
    change_opcode(fault, header);
    change_key(fault, header);
}

static bool begins_with(struct ws_octets payload, const uint8_t key[4], const char *text)
{
    size_t i = 0;
    while (i < payload.size && text[i] != '\0' && (payload.at[i] ^ key[i % 4]) == (uint8_t)text[i])
        i++;
    return text[i] == '\0';
}

static void change_data(struct ws_endpoint *endpoint, struct ws_frame_event *frame)
{
    struct endpoint_fault *fault = endpoint->fault;
    const struct ws_frame_header *header = &endpoint->decoder.header;
    if (fault->kind == WS_FAULT_FIRST_FRAGMENT_LOST && !header->fin && header->opcode != WS_CONTINUATION)
        frame->kind = WS_FRAME_NEED_MORE;
    if (fault->kind == WS_FAULT_LAST_FRAGMENT_LOST && header->fin && header->opcode == WS_CONTINUATION)
        frame->kind = WS_FRAME_NEED_MORE;
    if (fault->kind == WS_FAULT_HTTP_IN_PAYLOAD && frame->offset == 0 &&
        (begins_with(frame->payload, fault->key, "GET ") || begins_with(frame->payload, fault->key, "\r\n")))
        fault_end_tcp(endpoint);
    if (fault->kind == WS_FAULT_FRAMES_IN_PAYLOAD && frame->offset == 0 &&
        (begins_with(frame->payload, fault->key, "\x81") || begins_with(frame->payload, fault->key, "\x88")))
        fault_end_tcp(endpoint);
}

/* At a piece of payload. */
static void change_payload(struct ws_endpoint *endpoint, struct ws_frame_event *frame)
{
    struct endpoint_fault *fault = endpoint->fault;
    struct ws_frame_header *header = &endpoint->decoder.header;
    if (fault->kind == WS_FAULT_KEY_BY_READ)
        turn_key(header, fault->key, frame->offset, 0);
    if (!ws_opcode_is_control(header->opcode)) {
        change_data(endpoint, frame);
        return;
    }
    /* An endpoint holds no more of a control frame, whatever its fault. */
    if (frame->offset >= WS_CONTROL_PAYLOAD_MAX)
        frame->kind = WS_FRAME_NEED_MORE;
    else if (frame->payload.size > WS_CONTROL_PAYLOAD_MAX - frame->offset)
        frame->payload.size = WS_CONTROL_PAYLOAD_MAX - (size_t)frame->offset;
}

/* The decoder takes the masking key, which it has, for the beginning of the next frame: as much of it as does
 * not make a header whole. */
static void give_back_key(struct ws_frame_decoder *decoder, const uint8_t key[4])
{
    bool longer = (key[1] & 0x80) != 0 || (key[1] & 0x7F) >= 126;
    memcpy(decoder->octets, key, 4);
    decoder->have = longer ? 4 : 1;
}

/* At the end of a control frame. */
static void change_end(struct ws_endpoint *endpoint)
{
    struct endpoint_fault *fault = endpoint->fault;
    struct ws_frame_header *header = &endpoint->decoder.header;
    if (!ws_opcode_is_control(header->opcode))
        return;
    if (header->length > WS_CONTROL_PAYLOAD_MAX)
        header->length = WS_CONTROL_PAYLOAD_MAX;
    fault->control_unfinished = !header->fin;
    fault->pings += header->opcode == WS_PING;
    fault->pongs += header->opcode == WS_PONG;
    struct ws_octets payload = {endpoint->control, (size_t)header->length};
    if (fault->kind == WS_FAULT_PONG_TO_PONG && header->opcode == WS_PONG)
        (void)endpoint_put_frame(endpoint, WS_PONG, true, payload, SIZE_MAX);
    if (fault->kind == WS_FAULT_CLOSE_ANSWERED_TWICE && header->opcode == WS_CLOSE &&
        endpoint->close_received)
        (void)endpoint_put_frame(endpoint, WS_CLOSE, true, payload, SIZE_MAX);
    if (fault->kind == WS_FAULT_CROSSING_ANSWERED && header->opcode == WS_CLOSE && endpoint->close_sent)
        (void)endpoint_put_frame(endpoint, WS_CLOSE, true, payload, SIZE_MAX);
}

void fault_decoded(struct ws_endpoint *endpoint, struct ws_frame_event *frame)
{
    struct endpoint_fault *fault = endpoint->fault;
    bool over = false;
    switch (frame->kind) {
    case WS_FRAME_NEED_MORE:
        return;
    case WS_FRAME_HEADER:
        fault->passing_over = passes_over(endpoint, &endpoint->decoder.header);
        if (fault->kind == WS_FAULT_CRASHES && endpoint->decoder.header.length >> 31 != 0) {
            fault->crashed = true;
            fault->passing_over = true;
            fault_end_tcp(endpoint);
        }
        if (fault->kind == WS_FAULT_DIES_OF_LENGTH && endpoint->decoder.header.length >> 30 != 0) {
            fault->passing_over = true;
            fault_end_tcp(endpoint);
        }
        if (!fault->passing_over)
            change_header(endpoint, &endpoint->decoder.header);
        fault_keep(endpoint, &endpoint->decoder.header);
        break;
    case WS_FRAME_PAYLOAD:
        change_payload(endpoint, frame);
        break;
    case WS_FRAME_END:
        over = true;
        if (!fault->passing_over)
            change_end(endpoint);
        if (fault->kind == WS_FAULT_NO_KEY_WHEN_EMPTY && endpoint->decoder.header.length == 0)
            give_back_key(&endpoint->decoder, fault->key);
        break;
    }
    bool loses = fault->kind == WS_FAULT_LOSES_FURTHER_READS && frame->kind == WS_FRAME_PAYLOAD;
    if (fault->passing_over || (loses && frame->offset > 0))
        frame->kind = WS_FRAME_NEED_MORE;
    if (over)
        fault->passing_over = false;
}
