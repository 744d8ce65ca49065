/* SPDX-License-Identifier: MIT */
/* The server's half of the opening handshake (RFC 6455 4.2), which an application on wslay has to bring
 * itself: here it is the reference's, so that what a run finds is wslay's. One subprotocol, no extensions;
 * does no I/O. */
#ifndef TARGET_WSLAY_HANDSHAKE_H
#define TARGET_WSLAY_HANDSHAKE_H

#include <stddef.h>
#include <stdint.h>

#define HANDSHAKE_HEAD_MAX     (64 * 1024 + 1) /* what is longer is refused */
#define HANDSHAKE_RESPONSE_MAX 1024

enum handshake {
    HANDSHAKE_INCOMPLETE, /* the head has not ended yet; nothing was written */
    HANDSHAKE_ACCEPTED,   /* response holds 101 */
    HANDSHAKE_REFUSED,    /* response holds an error; the connection is to be closed after it */
};

/* Reads a request head of *head_size octets at the start of octets[0..size) and writes the response of
 * *response_size octets. */
enum handshake handshake_answer(const uint8_t *octets, size_t size, size_t *head_size,
                                uint8_t response[HANDSHAKE_RESPONSE_MAX], size_t *response_size);

#endif
