/* SPDX-License-Identifier: MIT */
/* transport.h: one TCP connection on a libuv loop, with TLS in it if asked for. Owns the socket, the TLS
 * session and the queue of octets that the kernel did not take yet; does not own the loop, deadlines, or
 * anything of WebSocket. The case driver, the probe and the echo server use it alike.
 *
 * Rules that hold for every function here:
 * - One thread: everything on a transport happens on the thread that runs its loop.
 * - No callback is called from inside a function of this header: they all come from uv_run.
 * - Every function may be called from inside every callback but `closed`.
 * - The program must ignore SIGPIPE: signal(SIGPIPE, SIG_IGN).
 * - Failures come as values: NULL when memory is out, everything else through `ended`.
 */
#ifndef HARNESS_TRANSPORT_H
#define HARNESS_TRANSPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sys/socket.h>
#include <uv.h>

#include "harness/transport_tls.h"

/* ---- Addresses ---- */

#define TRANSPORT_ADDRESSES_MAX 16
#define TRANSPORT_TEXT_MAX      320

/* What a host name stands for, in the order in which to try it. No duplicates. */
struct transport_addresses {
    size_t count;
    struct sockaddr_storage at[TRANSPORT_ADDRESSES_MAX];
};

/* Asks the system's resolver, and blocks meanwhile: to be called once, at the start. `host` is a name or an
 * IP literal, the IPv6 one with or without brackets; `port` 0..65535 goes into the addresses. False with the
 * reason in `error` (a sentence without a full stop that names the host, at most TRANSPORT_TEXT_MAX octets
 * with its NUL). */
bool transport_resolve(struct transport_addresses *out, const char *host, unsigned port,
                       char error[TRANSPORT_TEXT_MAX]);

/* "127.0.0.1:9001", "[::1]:9001". */
#define TRANSPORT_ADDRESS_TEXT_MAX 64
void transport_address_text(char out[TRANSPORT_ADDRESS_TEXT_MAX], const struct sockaddr *address);

/* The port of an IPv4 or IPv6 address. */
unsigned transport_address_port(const struct sockaddr *address);
void transport_address_set_port(struct sockaddr_storage *address, unsigned port);

/* ---- The connection ---- */

struct transport;

/* How a connection came to its end. */
enum transport_end {
    TRANSPORT_EOF,   /* the peer will send no more: FIN, or close_notify under TLS. Writing is still possible.
                      */
    TRANSPORT_RESET, /* RST, in either direction of use: everything is over */
    TRANSPORT_ERROR  /* anything else, from "connection refused" to a failed TLS handshake: everything is over
                      */
};

/* What the owner is told. Every member must be set. The order is: `opened` at most once; `received`,
 * `writable`; `ended`; after transport_close or transport_reset nothing but `closed`, which is always the
 * last. */
struct transport_events {
    /* Connected, and the TLS handshake is complete. From now on octets may be written. */
    void (*opened)(void *context, struct transport *transport);

    /* `size` octets (1..65536) came; under TLS they are plain text. Valid during the call. */
    void (*received)(void *context, struct transport *transport, const uint8_t *octets, size_t size);

    /* The queue of output had something in it and is empty now: all is with the kernel, or was dropped
     * because the connection broke. Not called after a write that left nothing queued. */
    void (*writable)(void *context, struct transport *transport);

    /* No more will be received. All that came before the end, also before an RST, was told by `received` (as
     * long as reading is paused the end is not told either). Without `opened` before it: the connection never
     * came to be. `text` is a few words for people, such as "connection refused"; valid during the call.
     * Under TLS an EOF says "close_notify" or "FIN without close_notify". Called once, and after
     * TRANSPORT_EOF once more if the writing direction breaks as well. The owner still has to call
     * transport_close. */
    void (*ended)(void *context, struct transport *transport, enum transport_end end, const char *text);

    /* The socket is closed; the transport is freed when this returns. `transport` must not be used any more.
     */
    void (*closed)(void *context, struct transport *transport);
};

/* Begins to connect to an IPv4 or IPv6 address. `tls` is a client's configuration, or NULL for plain TCP; it
 * and `events` must outlive the transport. `server_name` is the host as the user wrote it, an IPv6 literal
 * without brackets: it is sent as SNI unless it is an IP literal, and the certificate must be for it; not
 * used when tls is NULL; copied. There is no deadline in here: the owner closes what takes too long. NULL
 * when memory is out. */
struct transport *transport_connect(uv_loop_t *loop, const struct sockaddr *address,
                                    struct transport_tls *tls, const char *server_name,
                                    const struct transport_events *events, void *context);

/* The same, with wishes of what the TLS client is to say; they are copied. NULL also when they cannot be met:
 * a name for ALPN that is empty or longer than 255 octets. */
struct transport *transport_connect_as(uv_loop_t *loop, const struct sockaddr *address,
                                       struct transport_tls *tls, const char *server_name,
                                       const struct tls_wishes *wishes, const struct transport_events *events,
                                       void *context);

/* Was TCP there, whatever became of TLS? */
bool transport_reached(const struct transport *transport);

/* The protocol that a server selected by ALPN, at most 255 octets; "" if none, or without TLS. */
#define TRANSPORT_ALPN_MAX 256
void transport_alpn(const struct transport *transport, char out[TRANSPORT_ALPN_MAX]);

/* After TRANSPORT_EOF: was it a FIN that no close_notify stood before, although there is TLS? */
bool transport_truncated(const struct transport *transport);

/* Takes the connection that waits at a listening libuv stream, from within its connection callback
 * (listener.h does). `tls` is a server's configuration or NULL. NULL with the libuv error code in `*error`
 * when that fails, for instance UV_EMFILE. */
struct transport *transport_accept(uv_stream_t *listening, struct transport_tls *tls,
                                   const struct transport_events *events, void *context, int *error);

/* Octets that may wait for the kernel (ciphertext under TLS). Whoever writes looks at what transport_write
 * returns and waits for `writable` long before. */
#define TRANSPORT_QUEUE_MAX ((size_t)32 << 20)

/* Writes octets: with one call of the kernel when nothing is queued before them, so that each write leaves as
 * segments of its own (TCP_NODELAY is set); under TLS each write is at least one record. What the kernel does
 * not take is copied and queued, still one call a write. Returns the octets that are queued now, 0 if all are
 * with the kernel. Octets are dropped without further notice when the transport is not open yet, has been
 * shut down, or has broken. A queue that would pass TRANSPORT_QUEUE_MAX breaks the connection:
 * TRANSPORT_ERROR. */
size_t transport_write(struct transport *transport, const uint8_t *octets, size_t size);

/* Octets that are queued now. */
size_t transport_queued(const struct transport *transport);

/* Sends FIN behind all that was written, under TLS close_notify before it; reading goes on. The second call,
 * and one before `opened`, does nothing. */
void transport_shutdown(struct transport *transport);

/* The two halves of the above, for tests: FIN without close_notify before it, and, under TLS, close_notify
 * without FIN. Nothing can be written after either. */
void transport_truncate(struct transport *transport);
void transport_close_notify(struct transport *transport);

/* Sends RST at once, also after a shutdown, drops what is queued, and closes. */
void transport_reset(struct transport *transport);

/* Closes, and drops what is queued: to get it out, shut down and wait for `ended` first. Under TLS a
 * close_notify goes first when that is possible at once. The kernel sends RST instead of FIN if octets came
 * that were not read. The second call does nothing. */
void transport_close(struct transport *transport);

/* Stops and resumes reading; TCP's own flow control then stops the peer. What was being told may have a rest,
 * which comes after resuming. Reading is on at first; neither call counts how often it was made. */
void transport_pause(struct transport *transport);
void transport_resume(struct transport *transport);

/* ---- For servers ---- */

/* The address of the other end; false if it is not known any more. */
bool transport_peer(const struct transport *transport, struct sockaddr_storage *out);

#endif
