/* SPDX-License-Identifier: MIT */
/* serve.h: the server that clients under test connect to: one case on each connection, and the resources that
 * runners for Autobahn|Testsuite ask for. Owns the sockets and connections; does not own the results
 * (serve_book.h), the reports, nor when it is over. */
#ifndef HARNESS_SERVE_H
#define HARNESS_SERVE_H

#include "harness/listener.h"
#include "harness/run.h"
#include "harness/serve_book.h"

struct serve;

/* All are called from uv_run. */
struct serve_events {
    /* A client asks for the reports. Returns 0 when they are written, else a ticket, greater than those
     * before: serve_updated tells when. */
    unsigned (*update_reports)(void *context, const char *agent);
    /* A client asks for the end; its connection has been closed. */
    void (*stop)(void *context);
    /* Is this case not to be run with this agent? Then its connection is opened and closed. NULL: all are. */
    bool (*skips)(void *context, const char *agent, const struct case_instance *instance);
    /* A case is begun with an agent, which connects from the address `peer`. NULL: nobody wants to know. */
    void (*begins)(void *context, const char *agent, const struct case_instance *instance, const char *peer);
    /* A run has begun or ended, a client has asked for something: it lives. */
    void (*moved)(void *context);
};

struct serve_config {
    struct transport_addresses addresses; /* where to listen; port 0: any free one, the same at each */
    struct transport_tls *tls;            /* NULL: plain TCP */
    struct serve_book *book;
    const struct run_settings *settings;
    bool derived_non_strict; /* what the RFC forbids only the sender is no failure */
    const char *reports;     /* directory: served below /report/; NULL: none */
    const struct serve_events *events;
    void *context;
};

/* Listens. The config is copied; what it points to must outlive the server. NULL with the reason in `error`.
 */
struct serve *serve_open(uv_loop_t *loop, const struct serve_config *config, char error[TRANSPORT_TEXT_MAX]);

/* Where it listens, with the real port. */
const struct transport_addresses *serve_addresses(const struct serve *serve);

/* How many connections carry a case now; and how many have been given one since the beginning. */
size_t serve_running(const struct serve *serve);
size_t serve_given(const struct serve *serve);

/* Has a client asked for its cases by number? Else each connection has been given the next one. */
bool serve_asked_by_number(const struct serve *serve);

/* The reports are written for which tickets up to this one were given: who waits for them is answered. */
void serve_updated(struct serve *serve, unsigned ticket);

/* Stops listening and closes all connections; what was running is not told. Freed on later turns of the loop.
 */
void serve_close(struct serve *serve);

#endif
