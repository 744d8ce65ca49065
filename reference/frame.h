/* SPDX-License-Identifier: MIT */
/* frame.h: the frame codec (RFC 6455 5.2) and masking (5.3). Part of ws.h, whose rules hold here. Encodes and
 * decodes any header, legal or not; legality is the judge's business (judge.h). */
#ifndef REFERENCE_FRAME_H
#define REFERENCE_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reference/octets.h"

/* Opcodes (RFC 6455 5.2). Frames carry any value 0..15; these are the six that have a meaning. */
enum ws_opcode {
    WS_CONTINUATION = 0x0,
    WS_TEXT = 0x1,
    WS_BINARY = 0x2,
    WS_CLOSE = 0x8,
    WS_PING = 0x9,
    WS_PONG = 0xA
};

/* The reserved bits of a frame as they stand in ws_frame_header.rsv (RFC 6455 5.2). permessage-deflate's is
 * RSV1 (RFC 7692 6). */
enum { WS_RSV3 = 1, WS_RSV2 = 2, WS_RSV1 = 4 };

/* RFC 6455 5.5: opcodes with their top bit set are control frames. */
static inline bool ws_opcode_is_control(uint8_t opcode)
{
    return (opcode & 0x8) != 0;
}

/* "text", "binary", "continuation", "close", "ping", "pong", or "reserved" for the other ten. */
const char *ws_opcode_name(uint8_t opcode);

/* ---- Masking (RFC 6455 5.3) ---- */

/* Writes to `to` the `size` octets at `from`, each XORed with octet (offset + i) mod 4 of the key. `offset`
 * is the position of the first octet within the frame's payload. `to` and `from` may be the same; otherwise
 * they must not overlap. Masking and unmasking are the same operation. Works at memory speed at any
 * alignment. */
void ws_mask(uint8_t *to, const uint8_t *from, size_t size, const uint8_t key[4], uint64_t offset);

/* ---- Codec (RFC 6455 5.2) ---- */

/* How the payload length is written: in 7 bits, or in the 16 or 64 bits that follow them. */
enum ws_length_form { WS_LENGTH_7, WS_LENGTH_16, WS_LENGTH_64 };

#define WS_FRAME_HEADER_MAX    14
#define WS_CONTROL_PAYLOAD_MAX 125 /* RFC 6455 5.5 */

struct ws_frame_header {
    bool fin;
    uint8_t rsv;    /* 0..7: WS_RSV1, WS_RSV2, WS_RSV3 */
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

#endif
