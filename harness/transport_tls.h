/* SPDX-License-Identifier: MIT */
/* transport_tls.h: TLS for transports: what is configured once, and (for transport.c only) a session between
 * octets in the clear and octets on the wire. Owns OpenSSL objects; does no I/O and calls nobody back.
 * TLS 1.2 at least (RFC 8996). */
#ifndef HARNESS_TRANSPORT_TLS_H
#define HARNESS_TRANSPORT_TLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "reference/fault.h"

#define TRANSPORT_TLS_TEXT_MAX 320

/* How a client is to treat the server's certificate. {0} is the safe choice: the system's authorities, host
 * checked. */
struct transport_tls_config {
    const char *cafile; /* PEM file of authorities to trust instead of the system's; NULL: the system's */
    bool insecure;      /* neither the chain nor the host name is verified */
};

/* A configuration that many transports share. */
struct transport_tls;

/* A client's: SNI, ALPN "http/1.1" (RFC 7301), the certificate must be valid and for the host that
 * transport_connect is given (an IP literal needs a matching IP address in the certificate, RFC 9110 4.3.5)
 * unless `insecure`. NULL with the reason in `error`, a sentence without a full stop that names the file.
 * Freed with transport_tls_free. */
struct transport_tls *transport_tls_client(const struct transport_tls_config *config,
                                           char error[TRANSPORT_TLS_TEXT_MAX]);

/* A server's: PEM files of the certificate (with its chain) and its private key. Asks clients for none.
 * Errors as above: file missing, not PEM, key does not belong to the certificate. */
struct transport_tls *transport_tls_server(const char *certificate_file, const char *key_file,
                                           char error[TRANSPORT_TLS_TEXT_MAX]);

/* The same with a certificate for localhost of its own making, which nobody has reason to trust: for a client
 * in the same program. */
struct transport_tls *transport_tls_throwaway(char error[TRANSPORT_TLS_TEXT_MAX]);

/* Has a server do something wrong on purpose: to be called before it is used. Faults that are not of TLS
 * (ws_fault_is_of_tls) do nothing here. */
void transport_tls_seed(struct transport_tls *tls, enum ws_fault fault);

/* WS_NO_FAULT also for NULL. */
enum ws_fault transport_tls_fault(const struct transport_tls *tls);

/* May be NULL. Transports that use it must be closed before. */
void transport_tls_free(struct transport_tls *tls);

/* ---- Session: used by transport.c ---- */

struct tls_session;

/* What a client is to say in its first flight instead of what it says by itself. */
struct tls_wishes {
    const char *alpn; /* protocol names (RFC 7301), a comma between, "": none; NULL: http/1.1 */
    const char *sni;  /* RFC 6066 3, "": none; NULL: the server's name. The certificate is not verified when
                         this is given: there is no name that it would have to be for. */
};

/* NULL when memory is out. `server_name` as in transport_connect; NULL for a server. `wishes` are a client's,
 * or NULL; copied. */
struct tls_session *tls_session_new(const struct transport_tls *tls, const char *server_name,
                                    const struct tls_wishes *wishes);
void tls_session_free(struct tls_session *session);

enum tls_progress {
    TLS_WANTS_MORE,   /* all that came from the wire is used up */
    TLS_OPENED,       /* the handshake has just been completed; ask again */
    TLS_PLAIN,        /* octets in the clear are in the buffer */
    TLS_CLOSE_NOTIFY, /* the peer's close_notify: no more will come */
    TLS_FAILED        /* tls_session_text says why */
};

/* Starts the handshake (a client's first flight is to be taken then), goes on with it, or decrypts: up to
 * `room` octets into `plain`, `*size` of them. */
enum tls_progress tls_session_progress(struct tls_session *session, uint8_t *plain, size_t room,
                                       size_t *size);

/* Octets that came from the wire; held until tls_session_progress has used them. False when memory is out. */
bool tls_session_receive(struct tls_session *session, const uint8_t *octets, size_t size);

/* A server with a fault that leaves TLS aside for who does not begin with it. */
bool tls_session_gives_way(const struct tls_session *session);

/* Encrypts, at least one record. False: failed, see the text. Only after TLS_OPENED. */
bool tls_session_send(struct tls_session *session, const uint8_t *octets, size_t size);

/* The protocol that the server selected; `*size` is 0 if none. Valid as long as the session. */
const uint8_t *tls_session_alpn(const struct tls_session *session, size_t *size);

/* Puts a close_notify behind what was sent. */
void tls_session_close_notify(struct tls_session *session);

/* The octets that are to go to the wire; valid until tls_session_output_taken, which empties them. */
const uint8_t *tls_session_output(struct tls_session *session, size_t *size);
void tls_session_output_taken(struct tls_session *session);

/* Why the session failed. */
const char *tls_session_text(const struct tls_session *session);

#endif
