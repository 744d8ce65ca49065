/* SPDX-License-Identifier: MIT */
/* asking.h: a WebSocket client of a few lines, blocking, for tests of what `wringer serve` says over the
 * wire: one that shares nothing with the reference. It owns sockets only; frames are of less than 64 KiB. */
#ifndef HARNESS_TESTS_ASKING_H
#define HARNESS_TESTS_ASKING_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ASKING_MAX = 65536, ASKING_SECONDS = 60 };

/* A connection to 127.0.0.1 or, with AF_INET6, to [::1]; -1 when nobody listens. */
static inline int asking_connect(int family, unsigned port)
{
    const struct sockaddr_in four = {.sin_family = AF_INET,
                                     .sin_port = htons((uint16_t)port),
                                     .sin_addr = {.s_addr = htonl(INADDR_LOOPBACK)}};
    const struct sockaddr_in6 six = {
        .sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port), .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    const struct timeval within = {.tv_sec = ASKING_SECONDS};
    bool is_four = family == AF_INET;
    int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &within, sizeof within);
    if (connect(fd, is_four ? (const struct sockaddr *)&four : (const struct sockaddr *)&six,
                is_four ? sizeof four : sizeof six) == 0)
        return fd;
    close(fd);
    return -1;
}

static inline bool asking_write(int fd, const void *octets, size_t size)
{
    return send(fd, octets, size, MSG_NOSIGNAL) == (ssize_t)size;
}

/* Exactly so many octets. */
static inline bool asking_read(int fd, uint8_t *octets, size_t size)
{
    return size == 0 || recv(fd, octets, size, MSG_WAITALL) == (ssize_t)size;
}

/* A key like those of real clients: random, of 16 octets in base64 (RFC 6455 4.1). */
static inline void asking_key(char key[25])
{
    static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t octets[22] = {0};
    (void)!getrandom(octets, sizeof octets, 0);
    for (size_t i = 0; i < sizeof octets; i++)
        key[i] = i == 21 ? "AQgw"[octets[i] & 3] : alphabet[octets[i] & 63];
    memcpy(key + sizeof octets, "==", 3);
}

/* Who is at the other end, as Host names it (RFC 6455 4.1). */
static inline void asking_host(int fd, char host[INET6_ADDRSTRLEN + 16])
{
    struct sockaddr_storage peer = {0};
    socklen_t size = sizeof peer;
    char address[INET6_ADDRSTRLEN] = "";
    getpeername(fd, (struct sockaddr *)&peer, &size);
    const struct sockaddr_in *four = (const struct sockaddr_in *)&peer;
    const struct sockaddr_in6 *six = (const struct sockaddr_in6 *)&peer;
    bool is_four = peer.ss_family == AF_INET;
    inet_ntop(peer.ss_family, is_four ? (const void *)&four->sin_addr : (const void *)&six->sin6_addr,
              address, sizeof address);
    snprintf(host, INET6_ADDRSTRLEN + 16, is_four ? "%s:%u" : "[%s]:%u", address,
             ntohs(is_four ? four->sin_port : six->sin6_port));
}

/* The request alone. */
static inline bool asking_request(int fd, const char *target)
{
    char request[2048], key[25], host[INET6_ADDRSTRLEN + 16];
    asking_key(key);
    asking_host(fd, host);
    int size = snprintf(request, sizeof request,
                        "GET %s HTTP/1.1\r\nHost: %s\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        "Sec-WebSocket-Key: %s\r\nSec-WebSocket-Version: 13\r\n\r\n",
                        target, host, key);
    return (size_t)size < sizeof request && asking_write(fd, request, (size_t)size);
}

/* Reads the head of the response; its status, 0 if there is none. */
static inline int asking_status(int fd)
{
    char head[4096];
    size_t have = 0;
    while (have + 1 < sizeof head && asking_read(fd, (uint8_t *)head + have, 1)) {
        head[++have] = '\0';
        if (have >= 4 && strcmp(head + have - 4, "\r\n\r\n") == 0)
            return strncmp(head, "HTTP/1.1 ", 9) == 0 ? (int)strtol(head + 9, NULL, 10) : 0;
    }
    return 0;
}

static inline int asking_open(int fd, const char *target)
{
    return asking_request(fd, target) ? asking_status(fd) : 0;
}

/* The next frame, which is whole and not masked; its opcode, -1 at the end. */
static inline int asking_frame(int fd, char payload[ASKING_MAX], size_t *size)
{
    uint8_t header[4];
    if (!asking_read(fd, header, 2) || (header[1] & 0x80) != 0 || header[1] == 127)
        return -1;
    *size = header[1];
    if (header[1] == 126) {
        if (!asking_read(fd, header + 2, 2))
            return -1;
        *size = (size_t)header[2] << 8 | header[3];
    }
    if (*size >= ASKING_MAX || !asking_read(fd, (uint8_t *)payload, *size))
        return -1;
    payload[*size] = '\0';
    return header[0] & 15;
}

static inline bool asking_send(int fd, int opcode, const char *payload, size_t size)
{
    static uint8_t frame[ASKING_MAX + 8];
    uint32_t key = 0;
    (void)!getrandom(&key, sizeof key, 0);
    size_t at = 0;
    frame[at++] = (uint8_t)(0x80 | opcode);
    frame[at++] = (uint8_t)(0x80 | (size < 126 ? size : 126));
    if (size >= 126) {
        frame[at++] = (uint8_t)(size >> 8);
        frame[at++] = (uint8_t)size;
    }
    memcpy(frame + at, &key, sizeof key);
    for (size_t i = 0; i < size; i++)
        frame[at + 4 + i] = (uint8_t)payload[i] ^ frame[at + i % 4];
    return asking_write(fd, frame, at + 4 + size);
}

/* Sends messages back, answers pings and the Close, and waits for the end of TCP. The last text in `text`; a
 * text that is `poison` ends the program by a signal. */
static inline void asking_echo(int fd, char text[ASKING_MAX], const char *poison)
{
    static char payload[ASKING_MAX];
    size_t size;
    for (int opcode; (opcode = asking_frame(fd, payload, &size)) >= 0;) {
        if (opcode == 1)
            memcpy(text, payload, size + 1);
        if (opcode == 1 && poison != NULL && strcmp(text, poison) == 0)
            abort();
        if (!asking_send(fd, opcode == 9 ? 10 : opcode, payload, size))
            break;
    }
    close(fd);
}

/* What is said to who asks for `target`, in `text`, "" if nothing; the status of the response. */
static inline int asking(int family, unsigned port, const char *target, char text[ASKING_MAX])
{
    static char payload[ASKING_MAX];
    size_t size;
    text[0] = '\0';
    int fd = asking_connect(family, port);
    if (fd < 0)
        return -1;
    int status = asking_open(fd, target);
    for (int opcode; status == 101 && (opcode = asking_frame(fd, payload, &size)) >= 0;) {
        if (opcode == 1)
            memcpy(text, payload, size + 1);
        if (opcode == 8)
            asking_send(fd, 8, payload, size);
    }
    close(fd);
    return status;
}

#endif
