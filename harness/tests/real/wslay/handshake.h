/* SPDX-License-Identifier: MIT */
/* The server's half of the opening handshake (RFC 6455 4.2), as much of it as an application on wslay has to
 * bring itself. No subprotocols, no extensions; does no I/O. */
#ifndef TARGET_WSLAY_HANDSHAKE_H
#define TARGET_WSLAY_HANDSHAKE_H

#include <stddef.h>

enum handshake {
    HANDSHAKE_INCOMPLETE, /* the head has not ended yet; nothing was written */
    HANDSHAKE_ACCEPTED,   /* response holds 101 */
    HANDSHAKE_REFUSED,    /* response holds an error; the connection is to be closed after it */
};

/* Reads a request head of *head_size octets at the start of octets[0..size) and writes the response as a
 * string. */
enum handshake handshake_answer(const char *octets, size_t size, size_t *head_size, char *response,
                                size_t room);

#endif
