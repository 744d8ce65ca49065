/* SPDX-License-Identifier: MIT */
/* ws_url.h: ws and wss URLs (RFC 6455 3), and HOST:PORT as in --listen. Text in, values out: resolves and
 * connects nothing. */
#ifndef HARNESS_WS_URL_H
#define HARNESS_WS_URL_H

#include <stdbool.h>
#include <stddef.h>

#define WS_URL_HOST_MAX   256  /* with the NUL: RFC 1035 2.3.4 allows 255 octets */
#define WS_URL_TARGET_MAX 8192 /* RFC 9112 3: request lines of 8000 octets should be supported */
#define WS_URL_TEXT_MAX   320

struct ws_url {
    bool secure;                         /* wss */
    char host[WS_URL_HOST_MAX];          /* a name, or an IP literal without brackets */
    unsigned port;                       /* 1..65535; 80 or 443 when the URL has none */
    char authority[WS_URL_HOST_MAX + 8]; /* value of the Host field: brackets around an IPv6 literal, the port
                                            unless it is the scheme's own (RFC 9110 7.2) */
    char target[WS_URL_TARGET_MAX];      /* resource name (RFC 6455 3): path, "/" at least, and query */
};

/* False with the reason in `error`: what is wrong and at which character of the URL, without a full stop.
 * Percent signs of path and query stay as they are. */
bool ws_url_parse(struct ws_url *out, const char *text, char error[WS_URL_TEXT_MAX]);

/* "127.0.0.1:9001", "[::1]:0", "localhost:9001": port 0..65535, host without brackets. Errors as above. */
bool ws_url_parse_host_port(char host[WS_URL_HOST_MAX], unsigned *port, const char *text,
                            char error[WS_URL_TEXT_MAX]);

#endif
