/* SPDX-License-Identifier: MIT */
/* tls_fault.c: what the seeded faults of TLS do, as far as OpenSSL has to be told. */
#include "harness/tls_fault.h"

#include <string.h>

enum {
    READ_AT_ONCE = 1024,
    RECORD_MAX = 16384 /* RFC 8446 5.1 */
};

/* ---- The TLS handshake ---- */

/* An extension's octets without the length in front of them; false if the client did not send it. */
static bool find_extension(SSL *ssl, unsigned type, const unsigned char **at, size_t *size)
{
    enum { LENGTH_SIZE = 2 };
    if (SSL_client_hello_get0_ext(ssl, type, at, size) != 1 || *size < LENGTH_SIZE)
        return false;
    *at += LENGTH_SIZE;
    *size -= LENGTH_SIZE;
    return true;
}

/* Is the text among what the extension lists? All three lists here (RFC 6066 3, RFC 7301 3.1) have their
 * names as they are. */
static bool extension_has(SSL *ssl, unsigned type, const char *text)
{
    const unsigned char *at;
    size_t size;
    return find_extension(ssl, type, &at, &size) && memmem(at, size, text, strlen(text)) != NULL;
}

static bool has_extension(SSL *ssl, unsigned type)
{
    const unsigned char *at;
    size_t size;
    return find_extension(ssl, type, &at, &size);
}

static int refuse_without_alpn(SSL *ssl, int *alert, void *unused)
{
    (void)unused;
    *alert = SSL_AD_NO_APPLICATION_PROTOCOL;
    return has_extension(ssl, TLSEXT_TYPE_application_layer_protocol_negotiation) ? SSL_CLIENT_HELLO_SUCCESS
                                                                                  : SSL_CLIENT_HELLO_ERROR;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the type is OpenSSL's */
static int hang_at_alpn(SSL *ssl, int *alert, void *unused)
{
    const unsigned type = TLSEXT_TYPE_application_layer_protocol_negotiation;
    (void)alert;
    (void)unused;
    return has_extension(ssl, type) && !extension_has(ssl, type, "http/1.1") ? SSL_CLIENT_HELLO_RETRY
                                                                             : SSL_CLIENT_HELLO_SUCCESS;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the type is OpenSSL's */
static int hang_at_name(SSL *ssl, int *alert, void *unused)
{
    (void)alert;
    (void)unused;
    return has_extension(ssl, TLSEXT_TYPE_server_name) &&
                   !extension_has(ssl, TLSEXT_TYPE_server_name, "localhost")
               ? SSL_CLIENT_HELLO_RETRY
               : SSL_CLIENT_HELLO_SUCCESS;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the type is OpenSSL's */
static int hang_without_name(SSL *ssl, int *alert, void *unused)
{
    (void)alert;
    (void)unused;
    return has_extension(ssl, TLSEXT_TYPE_server_name) ? SSL_CLIENT_HELLO_SUCCESS : SSL_CLIENT_HELLO_RETRY;
}

static int select_not_offered(SSL *ssl, const unsigned char **out, unsigned char *out_size,
                              const unsigned char *offered, unsigned offered_size, void *unused)
{
    static const unsigned char name[] = "http/1.0";
    (void)ssl;
    (void)offered;
    (void)offered_size;
    (void)unused;
    *out = name;
    *out_size = sizeof name - 1;
    return SSL_TLSEXT_ERR_OK;
}

static int select_h2(SSL *ssl, const unsigned char **out, unsigned char *out_size,
                     const unsigned char *offered, unsigned offered_size, void *unused)
{
    static const unsigned char liked[] = "\x02h2\x08http/1.1";
    unsigned char *selected = NULL;
    (void)ssl;
    (void)unused;
    if (SSL_select_next_proto(&selected, out_size, liked, sizeof liked - 1, offered, offered_size) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *out = selected;
    return SSL_TLSEXT_ERR_OK;
}

void tls_fault_configure(SSL_CTX *context, enum ws_fault fault)
{
    if (fault == WS_FAULT_TLS_ALPN_NOT_OFFERED)
        SSL_CTX_set_alpn_select_cb(context, select_not_offered, NULL);
    if (fault == WS_FAULT_TLS_ALPN_H2)
        SSL_CTX_set_alpn_select_cb(context, select_h2, NULL);
    if (fault == WS_FAULT_TLS_WANTS_ALPN)
        SSL_CTX_set_client_hello_cb(context, refuse_without_alpn, NULL);
    if (fault == WS_FAULT_TLS_HANGS_AT_ALPN)
        SSL_CTX_set_client_hello_cb(context, hang_at_alpn, NULL);
    if (fault == WS_FAULT_TLS_HANGS_AT_NAME)
        SSL_CTX_set_client_hello_cb(context, hang_at_name, NULL);
    if (fault == WS_FAULT_TLS_WANTS_NAME)
        SSL_CTX_set_client_hello_cb(context, hang_without_name, NULL);
}

/* ---- Records ---- */

size_t tls_fault_room(enum ws_fault fault, size_t room)
{
    bool little = fault == WS_FAULT_TLS_LOSES_REST || fault == WS_FAULT_TLS_WAITS;
    return little && room > READ_AT_ONCE ? READ_AT_ONCE : room;
}

size_t tls_fault_read(enum ws_fault fault, SSL *ssl, size_t size)
{
    unsigned char rest[RECORD_MAX];
    size_t dropped;
    if (fault == WS_FAULT_TLS_LOSES_REST && SSL_pending(ssl) > 0)
        (void)SSL_read_ex(ssl, rest, (size_t)SSL_pending(ssl), &dropped);
    bool loses = (fault == WS_FAULT_TLS_LOSES_OCTET && size == 1) ||
                 (fault == WS_FAULT_TLS_LOSES_LONG && size == RECORD_MAX);
    return loses ? 0 : size;
}

bool tls_fault_writes_plain(enum ws_fault fault, uint64_t number)
{
    return (fault == WS_FAULT_TLS_RESPONDS_PLAIN && number == 0) ||
           (fault == WS_FAULT_TLS_FRAMES_PLAIN && number > 0);
}
