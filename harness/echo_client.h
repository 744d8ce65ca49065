/* SPDX-License-Identifier: MIT */
/* echo_client.h: the reference as a client that sends every message back, over the network: one connection.
 * Owns the transport and the timer; does not own the loop, nor what a message or an answer means. */
#ifndef HARNESS_ECHO_CLIENT_H
#define HARNESS_ECHO_CLIENT_H

#include "harness/transport.h"
#include "reference/ws.h"

#define ECHO_CLIENT_TEXT_MAX 4096

/* How a connection went; valid during the call that tells it. */
struct echo_client_end {
    bool connected;   /* TCP, and TLS where asked for */
    bool opened;      /* the opening handshake succeeded */
    const char *why;  /* not connected: why; else "" */
    const char *text; /* the first text message, cut to ECHO_CLIENT_TEXT_MAX - 1 octets; "" if none came */
};

struct echo_client_config {
    const struct sockaddr *address;
    struct transport_tls *tls;        /* NULL: plain TCP */
    const char *server_name;          /* for SNI and the certificate */
    const struct ws_request *request; /* its key is made anew */
    uint64_t message_limit;           /* octets; 0: 64 MiB */
    struct ws_deflate_policy deflate;
    enum ws_fault fault;
    const char *greeting; /* a text to send first, without `answers`; NULL: none */
    /* Told once when the connection is open, and of every piece of text without `answers`; either may be
     * NULL. */
    void (*opened)(void *context);
    void (*heard)(void *context, struct ws_octets text, bool last);
    bool answers; /* false: it only listens, and sends nothing back */
    /* Told once, when the connection is over and everything of it has been freed. */
    void (*ended)(void *context, const struct echo_client_end *end);
    void *context;
};

struct echo_client;

/* Connects. What the config points to must stay until `ended`. NULL when memory is out: then nothing is told.
 */
struct echo_client *echo_client_connect(uv_loop_t *loop, const struct echo_client_config *config);

/* Closes the connection without a closing handshake; `ended` is told on a later turn of the loop. */
void echo_client_close(struct echo_client *client);

#endif
