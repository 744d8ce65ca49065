/* SPDX-License-Identifier: MIT */
/* certificate.h: self-signed certificates for tests, made on the spot, so that none in the repository ever
 * expires. */
#ifndef HARNESS_TESTS_CERTIFICATE_H
#define HARNESS_TESTS_CERTIFICATE_H

#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

/* Two PEM files in a directory of their own. */
struct certificate {
    char directory[32];
    char certificate[64], key[64];
};

/* `names` as in OpenSSL's subjectAltName: "DNS:localhost,IP:127.0.0.1". Valid from `from` to `to` seconds
 * from now. */
static inline struct certificate certificate_new(const char *names, long from, long to)
{
    struct certificate made = {.directory = "/tmp/wringer-test-XXXXXX"};
    ck_assert_ptr_nonnull(mkdtemp(made.directory));
    snprintf(made.certificate, sizeof made.certificate, "%s/cert.pem", made.directory);
    snprintf(made.key, sizeof made.key, "%s/key.pem", made.directory);

    EVP_PKEY *key = EVP_EC_gen("P-256");
    X509 *x509 = X509_new();
    ck_assert(key != NULL && x509 != NULL);
    X509_set_version(x509, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(x509), 1);
    X509_gmtime_adj(X509_getm_notBefore(x509), from);
    X509_gmtime_adj(X509_getm_notAfter(x509), to);
    X509_set_pubkey(x509, key);
    X509_NAME *subject = X509_get_subject_name(x509);
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC, (const unsigned char *)"wringer test", -1, -1, 0);
    X509_set_issuer_name(x509, subject);
    X509_EXTENSION *extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);
    ck_assert_ptr_nonnull(extension);
    X509_add_ext(x509, extension, -1);
    X509_EXTENSION_free(extension);
    ck_assert_int_ne(X509_sign(x509, key, EVP_sha256()), 0);

    FILE *file = fopen(made.certificate, "w");
    ck_assert_ptr_nonnull(file);
    PEM_write_X509(file, x509);
    fclose(file);
    file = fopen(made.key, "w");
    ck_assert_ptr_nonnull(file);
    PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL);
    fclose(file);
    X509_free(x509);
    EVP_PKEY_free(key);
    return made;
}

static inline void certificate_remove(const struct certificate *made)
{
    unlink(made->certificate);
    unlink(made->key);
    rmdir(made->directory);
}

#endif
