/* SPDX-License-Identifier: MIT */
/* key.c: Sec-WebSocket-Key and the Sec-WebSocket-Accept that proves it was read (RFC 6455 4.1, 4.2.2). SHA-1
 * and base64 are OpenSSL's; randomness is the caller's. */
#include "reference/field_list.h"

#include <openssl/evp.h>

_Static_assert(WS_KEY_SIZE == (16 + 2) / 3 * 4, "16 octets in base64");
_Static_assert(WS_ACCEPT_SIZE == (20 + 2) / 3 * 4, "a SHA-1 digest in base64");

void ws_key_encode(char out[WS_KEY_SIZE + 1], const uint8_t nonce[16])
{
    (void)EVP_EncodeBlock((unsigned char *)out, nonce, 16);
}

void ws_accept_of_key(char out[WS_ACCEPT_SIZE + 1], struct ws_octets key)
{
    static const char guid[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; /* RFC 6455 1.3 */
    const struct ws_octets trimmed = ws_trimmed(key);
    unsigned char digest[EVP_MAX_MD_SIZE];
    unsigned digest_size = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    out[0] = '\0';
    if (context != NULL && EVP_DigestInit_ex(context, EVP_sha1(), NULL) == 1 &&
        EVP_DigestUpdate(context, trimmed.at, trimmed.size) == 1 &&
        EVP_DigestUpdate(context, guid, sizeof guid - 1) == 1 &&
        EVP_DigestFinal_ex(context, digest, &digest_size) == 1 && digest_size == 20) {
        (void)EVP_EncodeBlock((unsigned char *)out, digest, 20);
    }
    EVP_MD_CTX_free(context);
}
