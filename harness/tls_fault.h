/* SPDX-License-Identifier: MIT */
/* tls_fault.h: the seams at which a seeded fault (reference/fault_tls.h) takes hold of a server's TLS. Used
 * by transport_tls.c, transport.c and echo_server.c; without a fault each says "as usual". Owns nothing. */
#ifndef HARNESS_TLS_FAULT_H
#define HARNESS_TLS_FAULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <openssl/ssl.h>

#include "reference/fault.h"

/* Seeds what is decided during the TLS handshake: ALPN, and what the client asks for. A handshake that is to
 * hang wants to be called again for ever: SSL_ERROR_WANT_CLIENT_HELLO_CB. */
void tls_fault_configure(SSL_CTX *context, enum ws_fault fault);

/* How many octets are read out of a record at a time, at most `room`. */
size_t tls_fault_room(enum ws_fault fault, size_t room);

/* `size` octets of a record were read: drops what the faulty server does not take. Returns how many are left.
 */
size_t tls_fault_read(enum ws_fault fault, SSL *ssl, size_t size);

/* The `number`-th write, from 0, goes past TLS. */
bool tls_fault_writes_plain(enum ws_fault fault, uint64_t number);

#endif
