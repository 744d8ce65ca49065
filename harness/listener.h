/* SPDX-License-Identifier: MIT */
/* listener.h: a listening TCP socket on a libuv loop that hands out transports. Owns the socket; does not own
 * the loop or the transports. */
#ifndef HARNESS_LISTENER_H
#define HARNESS_LISTENER_H

#include "harness/transport.h"

struct listener;

/* Called from uv_run for each connection that waits. The owner takes it with listener_accept before it
 * returns; one that is not taken is closed. */
typedef void (*listener_connection)(void *context, struct listener *listener);

/* Listens at an IPv4 or IPv6 address (an IPv6 one for IPv6 only), port 0 meaning any free port. When the
 * process has no file descriptors left, connections are closed as they come. NULL with the reason in `error`,
 * which names the address. */
struct listener *listener_open(uv_loop_t *loop, const struct sockaddr *address,
                               listener_connection connection, void *context, char error[TRANSPORT_TEXT_MAX]);

/* Takes the waiting connection; parameters and result as in transport_accept, NULL when that failed. */
struct transport *listener_accept(struct listener *listener, struct transport_tls *tls,
                                  const struct transport_events *events, void *context);

/* Where it listens, with the real port. */
struct sockaddr_storage listener_address(const struct listener *listener);

/* Closes the socket; the memory goes on a later turn of the loop. Connections that were taken stay. May be
 * NULL. */
void listener_close(struct listener *listener);

#endif
