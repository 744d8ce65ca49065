/* SPDX-License-Identifier: MIT */
/* handshake.h: the opening handshake (RFC 6455 4): building and judging requests and responses. Part of ws.h,
 * whose rules hold here. When they are sent is the endpoint's business. */
#ifndef REFERENCE_HANDSHAKE_H
#define REFERENCE_HANDSHAKE_H

#include <stddef.h>
#include <stdint.h>

#include "reference/head.h"

#define WS_KEY_SIZE    24 /* characters of Sec-WebSocket-Key: 16 octets in base64 */
#define WS_ACCEPT_SIZE 28 /* characters of Sec-WebSocket-Accept: 20 octets in base64 */

/* base64 of 16 random octets (RFC 6455 4.1). `out` gets a NUL as well. */
void ws_key_encode(char out[WS_KEY_SIZE + 1], const uint8_t nonce[16]);

/* base64(SHA-1(key as received, without white space around it, + GUID)) (RFC 6455 4.2.2). `out` gets a NUL as
 * well. OpenSSL allocates for it: when that fails `out` is "", which no accept equals. */
void ws_accept_of_key(char out[WS_ACCEPT_SIZE + 1], struct ws_octets key);

/* What a client asks for. All strings are NUL-terminated, owned by the caller, and go out as they are: this
 * builds illegal requests as well. */
struct ws_request {
    const char *host;                /* value of Host, with the port where it is not the scheme's own */
    const char *target;              /* request target: path and query, "/" at least */
    const char *key;                 /* value of Sec-WebSocket-Key */
    const char *origin;              /* NULL: no Origin */
    const char *const *subprotocols; /* offered, in order of preference; NULL-terminated; NULL: none */
    const char *extensions;          /* value of Sec-WebSocket-Extensions; NULL: none */
    const char *const *fields;       /* further lines "Name: value", NULL-terminated; NULL: none */
};

/* Writes the request, head and empty line, to `out` (at most `size` octets) and returns its size; 0 if it
 * does not fit. */
size_t ws_request_build(uint8_t *out, size_t size, const struct ws_request *request);

/* Subprotocols that one request may offer: a longer list counts as malformed, so that telling its members
 * apart stays cheap. */
#define WS_SUBPROTOCOLS_MAX 256

/* Judges a request as a server must (RFC 6455 4.2.1): WS_NO_VIOLATION when it may be answered with 101. */
enum ws_violation ws_request_judge(const struct ws_head *head);

/* Judges a response as a client must (RFC 6455 4.1, second list): against the request it answers. Interim
 * responses, status 100..199 but 101, are for the caller to pass over first (RFC 9110 15.2). */
enum ws_violation ws_response_judge(const struct ws_head *head, const struct ws_request *request);

/* What a response of any status breaks of the rules for its sender, though a client need not refuse it:
 * writes the violations, each once, and returns how many. */
#define WS_RESPONSE_WATCH_MAX 8
size_t ws_response_watch(const struct ws_head *head, enum ws_violation found[WS_RESPONSE_WATCH_MAX]);

/* What a request breaks of the rules for its sender, whatever a server makes of it: writes the violations and
 * returns how many, at most WS_REQUEST_WATCH_MAX. */
#define WS_REQUEST_WATCH_MAX 16
size_t ws_request_watch(const struct ws_head *head, enum ws_violation found[WS_REQUEST_WATCH_MAX]);

/* The rule for its sender that a head breaks which ws_head_parse found BAD for this violation. */
enum ws_violation ws_request_watch_bad(enum ws_violation violation);

/* The subprotocol a server selects (RFC 6455 4.2.2): the first one the client offers that the server supports
 * (NULL-terminated list; NULL: none); NULL if there is none. The result is one of `supported`. */
const char *ws_subprotocol_select(const struct ws_head *request, const char *const *supported);

/* Writes a 101 response to a judged request; 0 if it does not fit. `subprotocol` and `extensions`, the value
 * of Sec-WebSocket-Extensions, may be NULL. When the request expects 100-continue a 100 response goes first
 * (RFC 9110 7.8). */
size_t ws_response_build(uint8_t *out, size_t size, const struct ws_head *request, const char *subprotocol,
                         const char *extensions);

/* Writes the HTTP error that refuses a request for a violation: status, the header fields it must carry (426:
 * Upgrade, Connection and Sec-WebSocket-Version: 13, RFC 6455 4.2.2, RFC 9110 15.5.22), Connection: close,
 * the sentence as body (405: no body, because the method may be HEAD, RFC 9110 9.3.2). 0 if it does not fit
 * or if the violation is not one of a request (no status 400..599). */
size_t ws_refusal_build(uint8_t *out, size_t size, enum ws_violation violation);

#endif
