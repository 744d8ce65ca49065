/* SPDX-License-Identifier: MIT */
/* The opening handshake for the wslay target: finds the four fields RFC 6455 4.2.1 requires and answers them.
 * SHA-1 and base64 come from OpenSSL. */
#include "handshake.h"

#include <openssl/evp.h>
#include <openssl/sha.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define GUID "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

/* The value of a field, trimmed, as a string in value; false when it is missing, repeated or too long. */
static bool field(const char *head, size_t head_size, const char *name, char *value, size_t room)
{
    size_t name_size = strlen(name);
    bool found = false;
    const char *line = memchr(head, '\n', head_size);
    while (line) {
        line++;
        size_t left = head_size - (size_t)(line - head);
        const char *line_end = memchr(line, '\r', left);
        if (!line_end || line_end == line)
            break;
        if ((size_t)(line_end - line) > name_size && line[name_size] == ':' &&
            strncasecmp(line, name, name_size) == 0) {
            const char *start = line + name_size + 1;
            const char *end = line_end;
            while (start < end && (*start == ' ' || *start == '\t'))
                start++;
            while (end > start && (end[-1] == ' ' || end[-1] == '\t'))
                end--;
            if (found || (size_t)(end - start) >= room)
                return false;
            memcpy(value, start, (size_t)(end - start));
            value[end - start] = '\0';
            found = true;
        }
        line = memchr(line_end, '\n', head_size - (size_t)(line_end - head));
    }
    return found;
}

/* Whether a comma-separated list holds the token, in any case. */
static bool holds_token(char *list, const char *token)
{
    char *rest = NULL;
    for (char *item = strtok_r(list, ", \t", &rest); item; item = strtok_r(NULL, ", \t", &rest))
        if (strcasecmp(item, token) == 0)
            return true;
    return false;
}

/* RFC 6455 4.2.1: a base64 value that decodes to 16 octets. */
static bool is_key(const char *key)
{
    unsigned char decoded[18];
    return strlen(key) == 24 && key[22] == '=' && key[23] == '=' && key[21] != '=' &&
           EVP_DecodeBlock(decoded, (const unsigned char *)key, 24) == 18;
}

static enum handshake refuse(char *response, size_t room, const char *status, const char *more)
{
    snprintf(response, room, "HTTP/1.1 %s\r\nConnection: close\r\nContent-Length: 0\r\n%s\r\n", status, more);
    return HANDSHAKE_REFUSED;
}

enum handshake handshake_answer(const char *octets, size_t size, size_t *head_size, char *response,
                                size_t room)
{
    const char *head_end = memmem(octets, size, "\r\n\r\n", 4);
    if (!head_end)
        return HANDSHAKE_INCOMPLETE;
    *head_size = (size_t)(head_end - octets) + 4;

    const char *line_end = memchr(octets, '\r', *head_size);
    static const char version[] = " HTTP/1.1";
    size_t line_size = (size_t)(line_end - octets);
    if (line_size < sizeof "GET / HTTP/1.1" - 1 || memcmp(octets, "GET ", 4) != 0 ||
        memcmp(line_end - (sizeof version - 1), version, sizeof version - 1) != 0)
        return refuse(response, room, "400 Bad Request", "");

    char host[256], upgrade[256], connection[256], key[64], requested[16];
    if (!field(octets, *head_size, "Host", host, sizeof host) ||
        !field(octets, *head_size, "Upgrade", upgrade, sizeof upgrade) ||
        !holds_token(upgrade, "websocket") ||
        !field(octets, *head_size, "Connection", connection, sizeof connection) ||
        !holds_token(connection, "upgrade") ||
        !field(octets, *head_size, "Sec-WebSocket-Key", key, sizeof key) || !is_key(key))
        return refuse(response, room, "400 Bad Request", "");
    if (!field(octets, *head_size, "Sec-WebSocket-Version", requested, sizeof requested) ||
        strcmp(requested, "13") != 0)
        return refuse(response, room, "426 Upgrade Required", "Sec-WebSocket-Version: 13\r\n");

    char joined[64 + sizeof GUID];
    int joined_size = snprintf(joined, sizeof joined, "%s" GUID, key);
    unsigned char digest[SHA_DIGEST_LENGTH];
    SHA1((const unsigned char *)joined, (size_t)joined_size, digest);
    unsigned char accept[32];
    EVP_EncodeBlock(accept, digest, sizeof digest);
    snprintf(response, room,
             "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
             "Sec-WebSocket-Accept: %s\r\n\r\n",
             (char *)accept);
    return HANDSHAKE_ACCEPTED;
}
