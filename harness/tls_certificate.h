/* SPDX-License-Identifier: MIT */
/* tls_certificate.h: a certificate made on the spot, for servers that are met by clients in the same program
 * only. Owns nothing. */
#ifndef HARNESS_TLS_CERTIFICATE_H
#define HARNESS_TLS_CERTIFICATE_H

#include <stdbool.h>

#include <openssl/ssl.h>

/* Gives the context a new key and a self-signed certificate for localhost that is valid for an hour. False
 * with the reason in OpenSSL's queue. */
bool tls_certificate_use_new(SSL_CTX *context);

#endif
