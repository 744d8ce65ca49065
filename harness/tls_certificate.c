/* SPDX-License-Identifier: MIT */
/* tls_certificate.c: self-signed, X.509 version 3, on P-256. */
#include "harness/tls_certificate.h"

#include <openssl/evp.h>
#include <openssl/x509v3.h>

enum { LIFETIME = 60 * 60 };

static bool fill_in(X509 *certificate, EVP_PKEY *key)
{
    static const unsigned char name[] = "localhost";
    X509_NAME *subject = X509_get_subject_name(certificate);
    X509_EXTENSION *names = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, "DNS:localhost");
    bool done = names != NULL && X509_set_version(certificate, X509_VERSION_3) == 1 &&
                ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) == 1 &&
                X509_gmtime_adj(X509_getm_notBefore(certificate), 0) != NULL &&
                X509_gmtime_adj(X509_getm_notAfter(certificate), LIFETIME) != NULL &&
                X509_set_pubkey(certificate, key) == 1 &&
                X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, name, -1, -1, 0) == 1 &&
                X509_set_issuer_name(certificate, subject) == 1 &&
                X509_add_ext(certificate, names, -1) == 1 && X509_sign(certificate, key, EVP_sha256()) > 0;
    X509_EXTENSION_free(names);
    return done;
}

bool tls_certificate_use_new(SSL_CTX *context)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *certificate = X509_new();
    bool done = key != NULL && certificate != NULL && fill_in(certificate, key) &&
                SSL_CTX_use_certificate(context, certificate) == 1 &&
                SSL_CTX_use_PrivateKey(context, key) == 1;
    X509_free(certificate);
    EVP_PKEY_free(key);
    return done;
}
