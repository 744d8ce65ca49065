/* SPDX-License-Identifier: MIT */
/* echo_server.h: the reference's echo session (reference/ws.h) over TCP and TLS. Owns the listening sockets
 * and the connections; does not own the loop or anything of the protocol. */
#ifndef HARNESS_ECHO_SERVER_H
#define HARNESS_ECHO_SERVER_H

#include "harness/listener.h"
#include "reference/ws.h"

struct echo_server;

struct echo_server_config {
    struct transport_addresses addresses; /* listens at each; port 0: any free one, the same for all */
    struct transport_tls *tls;            /* a server's, or NULL for plain TCP; must outlive the server */
    const char *const *subprotocols;      /* supported; NULL-terminated or NULL; must outlive the server */
    uint64_t message_limit;               /* octets of one message; 0: 64 MiB */
    struct ws_deflate_policy deflate;     /* all 0: permessage-deflate is declined */
    bool broadcasts;                      /* what one client sends goes to all others as well */
    enum ws_fault fault;                  /* what every connection does wrong on purpose; 0: nothing */
};

/* NULL with the reason in `error` if it cannot listen. */
struct echo_server *echo_server_open(uv_loop_t *loop, const struct echo_server_config *config,
                                     char error[TRANSPORT_TEXT_MAX]);

/* A seeded fault has crashed it: the loop was stopped, and the program should end now. */
bool echo_server_crashed(const struct echo_server *server);

/* The addresses with the real port. */
const struct transport_addresses *echo_server_addresses(const struct echo_server *server);

/* Closes all sockets; uv_run returns, and all memory is freed, when that is done. */
void echo_server_close(struct echo_server *server);

#endif
