/* SPDX-License-Identifier: MIT */
/* transport_tls.c: TLS over OpenSSL's memory BIOs. Turns OpenSSL's results into few, clear outcomes and
 * texts. */
#include "harness/transport_tls.h"

#include "harness/tls_certificate.h"
#include "harness/tls_fault.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

struct transport_tls {
    SSL_CTX *context;
    bool verifies;
    enum ws_fault fault;
};

struct tls_session {
    SSL *ssl;
    BIO *from_wire, *to_wire; /* owned by ssl */
    bool opened, server;
    bool wire_begun;
    uint8_t wire_first[4]; /* what the peer began with */
    size_t wire_first_size;
    bool failed;
    char text[TRANSPORT_TLS_TEXT_MAX];
    enum ws_fault fault;
    bool fault_rests; /* nothing is read before more comes */
    uint64_t writes;
};

static const unsigned char alpn_http11[] = {8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

/* OpenSSL's own words for the first error in its queue. */
static const char *openssl_reason(void)
{
    const char *reason = ERR_reason_error_string(ERR_peek_error());
    return reason != NULL ? reason : "no reason given";
}

/* RFC 7301 3.2 lets a server refuse a client that offers other protocols only. This one goes on without ALPN:
 * what follows has to be HTTP/1.1 anyway. */
static int select_alpn(SSL *ssl, const unsigned char **out, unsigned char *out_size,
                       const unsigned char *offered, unsigned offered_size, void *unused)
{
    (void)ssl;
    (void)unused;
    unsigned char *selected = NULL;
    if (SSL_select_next_proto(&selected, out_size, alpn_http11, sizeof alpn_http11, offered, offered_size) !=
        OPENSSL_NPN_NEGOTIATED)
        return SSL_TLSEXT_ERR_NOACK;
    *out = selected;
    return SSL_TLSEXT_ERR_OK;
}

/* An encrypted key must not stop the program with a question on the terminal. */
/* NOLINTNEXTLINE(readability-non-const-parameter): the type is OpenSSL's */
static int no_passphrase(char *buffer, int size, int writing, void *unused)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)unused;
    return -1;
}

static struct transport_tls *tls_new(const SSL_METHOD *method, char error[TRANSPORT_TLS_TEXT_MAX])
{
    ERR_clear_error();
    struct transport_tls *tls = calloc(1, sizeof *tls);
    if (tls != NULL && (tls->context = SSL_CTX_new(method)) != NULL &&
        SSL_CTX_set_min_proto_version(tls->context, TLS1_2_VERSION) == 1) {
        SSL_CTX_set_options(tls->context, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
        SSL_CTX_set_mode(tls->context, SSL_MODE_RELEASE_BUFFERS);
        SSL_CTX_set_default_passwd_cb(tls->context, no_passphrase);
        return tls;
    }
    snprintf(error, TRANSPORT_TLS_TEXT_MAX, "cannot set up TLS: %s", openssl_reason());
    transport_tls_free(tls);
    return NULL;
}

/* Tells a file that cannot be opened from one with the wrong content. */
static bool readable(const char *file, char error[TRANSPORT_TLS_TEXT_MAX])
{
    FILE *stream = fopen(file, "re");
    if (stream == NULL) {
        snprintf(error, TRANSPORT_TLS_TEXT_MAX, "cannot read %.200s: %s", file, strerror(errno));
        return false;
    }
    fclose(stream);
    return true;
}

struct transport_tls *transport_tls_client(const struct transport_tls_config *config,
                                           char error[TRANSPORT_TLS_TEXT_MAX])
{
    if (config->cafile != NULL && !readable(config->cafile, error))
        return NULL;
    struct transport_tls *tls = tls_new(TLS_client_method(), error);
    if (tls == NULL)
        return NULL;
    tls->verifies = !config->insecure;
    SSL_CTX_set_verify(tls->context, config->insecure ? SSL_VERIFY_NONE : SSL_VERIFY_PEER, NULL);
    if (SSL_CTX_set_alpn_protos(tls->context, alpn_http11, sizeof alpn_http11) != 0) {
        snprintf(error, TRANSPORT_TLS_TEXT_MAX, "cannot set up TLS: %s", openssl_reason());
    } else if (config->cafile != NULL && SSL_CTX_load_verify_file(tls->context, config->cafile) != 1) {
        snprintf(error, TRANSPORT_TLS_TEXT_MAX, "%.200s holds no certificate in PEM form", config->cafile);
    } else if (config->cafile == NULL && SSL_CTX_set_default_verify_paths(tls->context) != 1) {
        snprintf(error, TRANSPORT_TLS_TEXT_MAX, "cannot use the system's certificate authorities: %s",
                 openssl_reason());
    } else {
        return tls;
    }
    transport_tls_free(tls);
    return NULL;
}

/* A server that has no certificate yet. */
static struct transport_tls *server_new(char error[TRANSPORT_TLS_TEXT_MAX])
{
    struct transport_tls *tls = tls_new(TLS_server_method(), error);
    if (tls == NULL)
        return NULL;
    SSL_CTX_set_alpn_select_cb(tls->context, select_alpn, NULL);
    /* Nobody resumes: without tickets a client that leaves early has nothing unread, hence sends no RST. */
    SSL_CTX_set_num_tickets(tls->context, 0);
    SSL_CTX_set_session_cache_mode(tls->context, SSL_SESS_CACHE_OFF);
    return tls;
}

struct transport_tls *transport_tls_throwaway(char error[TRANSPORT_TLS_TEXT_MAX])
{
    struct transport_tls *tls = server_new(error);
    if (tls == NULL || tls_certificate_use_new(tls->context))
        return tls;
    snprintf(error, TRANSPORT_TLS_TEXT_MAX, "cannot make a certificate: %s", openssl_reason());
    transport_tls_free(tls);
    return NULL;
}

struct transport_tls *transport_tls_server(const char *certificate_file, const char *key_file,
                                           char error[TRANSPORT_TLS_TEXT_MAX])
{
    if (!readable(certificate_file, error) || !readable(key_file, error))
        return NULL;
    struct transport_tls *tls = server_new(error);
    if (tls == NULL)
        return NULL;
    if (SSL_CTX_use_certificate_chain_file(tls->context, certificate_file) != 1) {
        snprintf(error, TRANSPORT_TLS_TEXT_MAX, "%.200s holds no certificate in PEM form (%s)",
                 certificate_file, openssl_reason());
    } else if (SSL_CTX_use_PrivateKey_file(tls->context, key_file, SSL_FILETYPE_PEM) != 1) {
        if (ERR_GET_REASON(ERR_peek_last_error()) == X509_R_KEY_VALUES_MISMATCH)
            snprintf(error, TRANSPORT_TLS_TEXT_MAX,
                     "the key in %.120s does not belong to the certificate in %.120s", key_file,
                     certificate_file);
        else
            snprintf(error, TRANSPORT_TLS_TEXT_MAX, "%.200s holds no usable private key in PEM form (%s)",
                     key_file, openssl_reason());
    } else {
        return tls;
    }
    transport_tls_free(tls);
    return NULL;
}

void transport_tls_seed(struct transport_tls *tls, enum ws_fault fault)
{
    tls->fault = fault;
    tls_fault_configure(tls->context, fault);
}

enum ws_fault transport_tls_fault(const struct transport_tls *tls)
{
    return tls == NULL ? WS_NO_FAULT : tls->fault;
}

void transport_tls_free(struct transport_tls *tls)
{
    if (tls == NULL)
        return;
    SSL_CTX_free(tls->context);
    free(tls);
}

/* ---- Session ---- */

static bool is_ip_literal(const char *name)
{
    unsigned char address[sizeof(struct in6_addr)];
    return inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1;
}

/* RFC 6066 3: SNI carries names, no IP literals. RFC 9110 4.3.4, 4.3.5: the certificate has to match the
 * host. */
static bool expect_host(SSL *ssl, const char *server_name)
{
    X509_VERIFY_PARAM *expected = SSL_get0_param(ssl);
    X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (is_ip_literal(server_name))
        return X509_VERIFY_PARAM_set1_ip_asc(expected, server_name) == 1;
    return SSL_set_tlsext_host_name(ssl, server_name) == 1 && SSL_set1_host(ssl, server_name) == 1;
}

/* Names with commas between them, as RFC 7301 3.1 has them on the wire: each behind its length. */
static bool offer_alpn(SSL *ssl, const char *names)
{
    enum { NAME_MAX_SIZE = 255 };
    size_t used = 0;
    unsigned char *wire = malloc(strlen(names) + 1);
    bool fits = wire != NULL;
    while (fits && *names != '\0') {
        size_t size = strcspn(names, ",");
        fits = size > 0 && size <= NAME_MAX_SIZE;
        if (!fits)
            break;
        wire[used] = (unsigned char)size;
        memcpy(wire + used + 1, names, size);
        used += 1 + size;
        names += size;
        names += *names == ',';
    }
    fits = fits && SSL_set_alpn_protos(ssl, used > 0 ? wire : NULL, (unsigned)used) == 0;
    free(wire);
    return fits;
}

static bool apply_wishes(SSL *ssl, const struct tls_wishes *wishes)
{
    if (wishes->alpn != NULL && !offer_alpn(ssl, wishes->alpn))
        return false;
    if (wishes->sni == NULL)
        return true;
    SSL_set_verify(ssl, SSL_VERIFY_NONE, NULL);
    char *sni = wishes->sni[0] != '\0' ? (char *)wishes->sni : NULL; /* OpenSSL's macro takes no const */
    return SSL_set_tlsext_host_name(ssl, sni) == 1;
}

struct tls_session *tls_session_new(const struct transport_tls *tls, const char *server_name,
                                    const struct tls_wishes *wishes)
{
    struct tls_session *session = calloc(1, sizeof *session);
    if (session == NULL)
        return NULL;
    session->server = server_name == NULL;
    session->fault = tls->fault;
    session->ssl = SSL_new(tls->context);
    session->from_wire = BIO_new(BIO_s_mem());
    session->to_wire = BIO_new(BIO_s_mem());
    if (session->ssl == NULL || session->from_wire == NULL || session->to_wire == NULL) {
        BIO_free(session->from_wire);
        BIO_free(session->to_wire);
        SSL_free(session->ssl);
        free(session);
        return NULL;
    }
    SSL_set_bio(session->ssl, session->from_wire, session->to_wire);
    if (session->server) {
        SSL_set_accept_state(session->ssl);
    } else {
        SSL_set_connect_state(session->ssl);
        if (!expect_host(session->ssl, server_name) ||
            (wishes != NULL && !apply_wishes(session->ssl, wishes))) {
            tls_session_free(session);
            return NULL;
        }
    }
    return session;
}

void tls_session_free(struct tls_session *session)
{
    if (session == NULL)
        return;
    SSL_free(session->ssl);
    free(session);
}

const char *tls_session_text(const struct tls_session *session)
{
    return session->text;
}

/* RFC 8446 5.1: a peer's first record is a handshake (22) or an alert (21), and its version begins with 3. */
static bool peer_speaks_tls(const struct tls_session *session)
{
    const uint8_t *first = session->wire_first;
    if (session->wire_first_size >= 1 && first[0] != 22 && first[0] != 21)
        return false;
    return session->wire_first_size < 2 || first[1] == 3;
}

static enum tls_progress fail(struct tls_session *session)
{
    session->failed = true;
    long verified = SSL_get_verify_result(session->ssl);
    unsigned long error = ERR_peek_error();
    if (!session->opened && !peer_speaks_tls(session)) {
        char shown[sizeof session->wire_first + 1] = "";
        for (size_t i = 0; i < session->wire_first_size; i++) {
            uint8_t octet = session->wire_first[i];
            shown[i] = (char)(octet >= 0x20 && octet < 0x7F ? octet : '.');
        }
        snprintf(session->text, sizeof session->text, "the peer does not speak TLS: it began with \"%s\"",
                 shown);
    } else if (!session->opened && verified != X509_V_OK && !session->server &&
               ERR_GET_REASON(error) == SSL_R_CERTIFICATE_VERIFY_FAILED) {
        snprintf(session->text, sizeof session->text, "the certificate is not accepted: %s",
                 X509_verify_cert_error_string(verified));
    } else {
        snprintf(session->text, sizeof session->text, "TLS %sfailed: %s", session->opened ? "" : "handshake ",
                 openssl_reason());
    }
    return TLS_FAILED;
}

bool tls_session_gives_way(const struct tls_session *session)
{
    return session->fault == WS_FAULT_TLS_SERVES_PLAIN && !session->opened && !peer_speaks_tls(session);
}

enum tls_progress tls_session_progress(struct tls_session *session, uint8_t *plain, size_t room, size_t *size)
{
    *size = 0;
    if (session->failed)
        return TLS_FAILED;
    ERR_clear_error();
    if (!session->opened) {
        if (!peer_speaks_tls(session))
            return fail(session);
        int result = SSL_do_handshake(session->ssl);
        if (result == 1) {
            session->opened = true;
            return TLS_OPENED;
        }
        int reason = SSL_get_error(session->ssl, result);
        bool hangs = reason == SSL_ERROR_WANT_CLIENT_HELLO_CB; /* a fault */
        return reason == SSL_ERROR_WANT_READ || hangs ? TLS_WANTS_MORE : fail(session);
    }
    if (session->fault_rests)
        return TLS_WANTS_MORE;
    int result;
    do
        result = SSL_read_ex(session->ssl, plain, tls_fault_room(session->fault, room), size);
    while (result == 1 && (*size = tls_fault_read(session->fault, session->ssl, *size)) == 0);
    session->fault_rests = session->fault == WS_FAULT_TLS_WAITS && result == 1;
    if (result == 1)
        return TLS_PLAIN;
    switch (SSL_get_error(session->ssl, result)) {
    case SSL_ERROR_WANT_READ:
        return TLS_WANTS_MORE;
    case SSL_ERROR_ZERO_RETURN:
        return session->fault == WS_FAULT_TLS_IGNORES_NOTIFY ? TLS_WANTS_MORE : TLS_CLOSE_NOTIFY;
    }
    return fail(session);
}

bool tls_session_receive(struct tls_session *session, const uint8_t *octets, size_t size)
{
    session->fault_rests = false;
    for (size_t i = 0; i < size && session->wire_first_size < sizeof session->wire_first; i++)
        session->wire_first[session->wire_first_size++] = octets[i];
    size_t written = 0;
    if (size == 0 || (BIO_write_ex(session->from_wire, octets, size, &written) == 1 && written == size))
        return true;
    snprintf(session->text, sizeof session->text, "out of memory");
    session->failed = true;
    return false;
}

bool tls_session_send(struct tls_session *session, const uint8_t *octets, size_t size)
{
    if (session->failed)
        return false;
    ERR_clear_error();
    size_t written = 0;
    /* A memory BIO takes everything, so that there is no "again". */
    if (tls_fault_writes_plain(session->fault, session->writes++))
        return BIO_write_ex(session->to_wire, octets, size, &written) == 1;
    if (SSL_write_ex(session->ssl, octets, size, &written) == 1 && written == size)
        return true;
    fail(session);
    return false;
}

const uint8_t *tls_session_alpn(const struct tls_session *session, size_t *size)
{
    const unsigned char *name = NULL;
    unsigned name_size = 0;
    SSL_get0_alpn_selected(session->ssl, &name, &name_size);
    *size = name_size;
    return name;
}

void tls_session_close_notify(struct tls_session *session)
{
    if (!session->opened || session->failed || session->fault == WS_FAULT_TLS_NO_NOTIFY)
        return;
    ERR_clear_error();
    SSL_shutdown(session->ssl);
}

const uint8_t *tls_session_output(struct tls_session *session, size_t *size)
{
    char *octets = NULL;
    long have = BIO_get_mem_data(session->to_wire, &octets);
    *size = have > 0 ? (size_t)have : 0;
    return (const uint8_t *)octets;
}

/* By reading, because BIO_reset would clear all the memory that the BIO ever used, each time. */
void tls_session_output_taken(struct tls_session *session)
{
    uint8_t taken[4096];
    size_t size;
    while (BIO_read_ex(session->to_wire, taken, sizeof taken, &size) == 1)
        continue;
}
