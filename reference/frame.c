/* SPDX-License-Identifier: MIT */
/* The frame codec (RFC 6455 5.2): headers to octets and back, payload by pieces. It takes and makes any
 * header, legal or not; the judge says what is legal. */
#include "reference/ws.h"

#include <string.h>

enum { PHASE_HEADER, PHASE_PAYLOAD };

enum { FIN_BIT = 0x80, MASK_BIT = 0x80, LENGTH_IN_16 = 126, LENGTH_IN_64 = 127 };

enum ws_length_form ws_length_form_shortest(uint64_t length)
{
    if (length < LENGTH_IN_16)
        return WS_LENGTH_7;
    return length <= UINT16_MAX ? WS_LENGTH_16 : WS_LENGTH_64;
}

/* Octets of the extended payload length. */
static size_t extended_size(enum ws_length_form form)
{
    switch (form) {
    case WS_LENGTH_7:
        return 0;
    case WS_LENGTH_16:
        return 2;
    case WS_LENGTH_64:
        return 8;
    }
    return 0;
}

size_t ws_frame_header_size(const struct ws_frame_header *header)
{
    return 2 + extended_size(header->length_form) + (header->masked ? sizeof header->masking_key : 0);
}

size_t ws_frame_header_encode(uint8_t out[WS_FRAME_HEADER_MAX], const struct ws_frame_header *header)
{
    out[0] = (uint8_t)((header->fin ? FIN_BIT : 0) | (header->rsv & 7) << 4 | (header->opcode & 15));
    uint8_t length = 0;
    switch (header->length_form) {
    case WS_LENGTH_7:
        length = header->length & 127;
        break;
    case WS_LENGTH_16:
        length = LENGTH_IN_16;
        break;
    case WS_LENGTH_64:
        length = LENGTH_IN_64;
        break;
    }
    out[1] = (uint8_t)((header->masked ? MASK_BIT : 0) | length);
    uint8_t *end = out + 2;
    for (size_t left = extended_size(header->length_form); left > 0; left--)
        *end++ = (uint8_t)(header->length >> 8 * (left - 1)); /* network byte order (RFC 6455 5.2) */
    if (header->masked) {
        memcpy(end, header->masking_key, sizeof header->masking_key);
        end += sizeof header->masking_key;
    }
    return (size_t)(end - out);
}

static enum ws_length_form form_of(uint8_t second_octet)
{
    uint8_t length = second_octet & 127;
    if (length < LENGTH_IN_16)
        return WS_LENGTH_7;
    return length == LENGTH_IN_16 ? WS_LENGTH_16 : WS_LENGTH_64;
}

/* Reads the header that `octets` hold as far as `have` goes. Returns how many octets it takes in all; the
 * header is only whole when that many are there. */
static size_t read_header(struct ws_frame_header *header, const uint8_t *octets, size_t have)
{
    if (have < 2)
        return 2;
    *header = (struct ws_frame_header){
        .fin = (octets[0] & FIN_BIT) != 0,
        .rsv = octets[0] >> 4 & 7,
        .opcode = octets[0] & 15,
        .masked = (octets[1] & MASK_BIT) != 0,
        .length_form = form_of(octets[1]),
    };
    size_t size = ws_frame_header_size(header);
    if (have < size)
        return size;
    const uint8_t *next = octets + 2;
    size_t extended = extended_size(header->length_form);
    if (extended == 0)
        header->length = octets[1] & 127;
    for (; extended > 0; extended--)
        header->length = header->length << 8 | *next++;
    if (header->masked)
        memcpy(header->masking_key, next, sizeof header->masking_key);
    return size;
}

static size_t decode_header(struct ws_frame_decoder *decoder, const uint8_t *octets, size_t size,
                            struct ws_frame_event *event)
{
    size_t taken = 0;
    for (;;) {
        size_t want = read_header(&decoder->header, decoder->octets, decoder->have);
        if (decoder->have == want)
            break;
        if (taken == size)
            return taken;
        size_t part = want - decoder->have;
        if (part > size - taken)
            part = size - taken;
        memcpy(decoder->octets + decoder->have, octets + taken, part);
        decoder->have = (uint8_t)(decoder->have + part);
        taken += part;
    }
    decoder->phase = PHASE_PAYLOAD;
    decoder->taken = 0;
    event->kind = WS_FRAME_HEADER;
    event->header = &decoder->header;
    return taken;
}

size_t ws_frame_decode(struct ws_frame_decoder *decoder, const uint8_t *octets, size_t size,
                       struct ws_frame_event *event)
{
    *event = (struct ws_frame_event){.kind = WS_FRAME_NEED_MORE};
    if (decoder->phase == PHASE_HEADER)
        return decode_header(decoder, octets, size, event);

    uint64_t left = decoder->header.length - decoder->taken;
    if (left == 0) {
        decoder->phase = PHASE_HEADER;
        decoder->have = 0;
        event->kind = WS_FRAME_END;
        event->header = &decoder->header;
        return 0;
    }
    if (size == 0)
        return 0;
    size_t part = left < size ? (size_t)left : size;
    event->kind = WS_FRAME_PAYLOAD;
    event->header = &decoder->header;
    event->payload = (struct ws_octets){.at = octets, .size = part};
    event->offset = decoder->taken;
    decoder->taken += part;
    return part;
}

bool ws_frame_decoder_idle(const struct ws_frame_decoder *decoder)
{
    return decoder->phase == PHASE_HEADER && decoder->have == 0;
}
