/* SPDX-License-Identifier: MIT */
/* web_port.h: a small HTTP server beside a fuzzing server: a page of its own, a page that tests the browser
 * that shows it, and the files of the current directory below /cwd/, for reports. GET and HEAD, one request
 * on each connection. Owns the sockets and the open files; does not own the loop. */
#ifndef HARNESS_WEB_PORT_H
#define HARNESS_WEB_PORT_H

#include "harness/listener.h"

struct web_port;

/* Listens at each address; the port of the addresses counts. `ws_port` is that of the fuzzing server, for the
 * page. Files outside of the directory that is current now are never sent, whatever links are in it. NULL
 * with the reason in `error`. */
struct web_port *web_port_open(uv_loop_t *loop, const struct transport_addresses *addresses, unsigned ws_port,
                               bool secure, char error[TRANSPORT_TEXT_MAX]);

/* Closes everything; freed on later turns of the loop. May be NULL. */
void web_port_close(struct web_port *web);

#endif
