/* SPDX-License-Identifier: MIT */
/* judge.h: says what is illegal in a stream of frames and why. Part of ws.h, whose rules hold here. A judge
 * follows one direction of a connection; it decodes nothing and fails nothing. */
#ifndef REFERENCE_JUDGE_H
#define REFERENCE_JUDGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reference/frame.h"
#include "reference/role.h"
#include "reference/utf8.h"
#include "reference/violation.h"

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

#endif
