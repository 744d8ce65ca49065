/* SPDX-License-Identifier: MIT */
/* hostile_peer.c: servers that no client should meet, for tests of the runner: `hostile_peer MODE PORT` on
 * 127.0.0.1, port 0 being any. Prints where it listens, serves every connection alike in a thread of its own,
 * and ends by itself after a minute. `hostile_peer` alone lists the modes. */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/mman.h>
#include <sys/socket.h>

#include "reference/ws.h"

enum { LIFETIME = 60, HEAD_MAX = 65536 };

/* X(name, what it does, function). N is the number behind a colon in the mode, as in "reset-after-sent:7". */
#define MODES(X)                                                                                             \
    X("close-at-once", "closes every connection as soon as it is there", close_at_once)                      \
    X("reset-at-once", "resets every connection as soon as it is there", reset_at_once)                      \
    X("never-answers", "reads everything, says nothing", never_answers)                                      \
    X("never-reads", "opens, then neither reads nor writes", never_reads)                                    \
    X("silent-after-opening", "opens, then reads everything and says nothing", silent_after_opening)         \
    X("garbage-head", "answers the request with 4096 octets that mean nothing", garbage_head)                \
    X("endless-head", "answers with a header field that never ends", endless_head)                           \
    X("endless-fields", "answers with header fields without end", endless_fields)                            \
    X("endless-interim", "answers with 102 Processing without end", endless_interim)                         \
    X("http-200", "answers 200 OK with a page", http_200)                                                    \
    X("http-redirect", "answers 302 to itself", http_redirect)                                               \
    X("wrong-accept", "answers 101 with the accept of another key", wrong_accept)                            \
    X("trickle", "sends its response one octet a second", trickle)                                           \
    X("trickle-frames", "opens, then sends a message of 60000 octets one octet a second", trickle_frames)    \
    X("torn-frame", "opens, then ends its stream inside a frame", torn_frame)                                \
    X("huge-length", "opens, then announces 2^63-1 octets and sends ten", huge_length)                       \
    X("endless-message", "opens, then announces 2^63-1 octets and keeps sending", endless_message)           \
    X("endless-fragments", "opens, then sends fragments of one message without end", endless_fragments)      \
    X("ping-flood", "opens, then sends pings without end", ping_flood)                                       \
    X("message-flood", "opens, then sends messages without end", message_flood)                              \
    X("garbage-frames", "opens, then sends octets that mean nothing without end", garbage_frames)            \
    X("close-bomb", "opens, then sends 10000 Close frames and goes on", close_bomb)                          \
    X("markup", "has markup in its Server field, answers any frame with markup and a Close of markup",       \
      markup)                                                                                                \
    X("half-close", "opens, sends FIN at once, and goes on reading", half_close)                             \
    X("reset-after-received", "opens, resets after :N octets were received, the request among them",         \
      reset_received)                                                                                        \
    X("reset-after-sent", "opens, resets after :N octets were sent, the response among them", reset_sent)    \
    X("reset-each-received", "like reset-after-received, with one octet more each time", each_received)      \
    X("reset-each-sent", "like reset-after-sent, with one octet more each time", each_sent)                  \
    X("exit-after", "echoes; the process exits with status 1 at the :N-th connection", exit_after)           \
    X("crash-on", "echoes; the process aborts when the first octet behind a request is :N", crash_on)        \
    X("takes-and-keeps", "echoes; an octet 0x8B behind a request once costs :N MiB for good", take_and_keep) \
    X("takes-once", "echoes; an octet 0x8B behind a request once costs :N MiB for a moment", take_once)      \
    X("keeps-open", "echoes; an octet 0x8B behind a request costs :N file descriptors", keep_open)           \
    X("deaf-after", "echoes; from the :N-th connection on it answers nothing any more", deaf_after)          \
    X("tls-on-plain", "answers as a TLS server answers one who does not speak TLS", tls_on_plain)            \
    X("tls-garbage", "answers with TLS records that hold garbage", tls_garbage)                              \
    X("plain-on-tls", "answers whatever comes with an HTTP error in plain text", plain_on_tls)

struct connection {
    int fd;
    unsigned long number;   /* of the mode */
    uint8_t head[HEAD_MAX]; /* the request */
    size_t head_size;
};

/* ---- Reading and writing ---- */

/* False when the peer is gone. */
static bool put(struct connection *c, const void *octets, size_t size)
{
    const uint8_t *at = octets;
    while (size > 0) {
        ssize_t sent = send(c->fd, at, size, MSG_NOSIGNAL);
        if (sent <= 0)
            return false;
        at += sent;
        size -= (size_t)sent;
    }
    return true;
}

static bool put_text(struct connection *c, const char *text)
{
    return put(c, text, strlen(text));
}

/* Reads and drops what is there, so that a flood does not stop because its answers jam. */
static void drop_input(struct connection *c)
{
    static _Thread_local uint8_t dropped[65536];
    while (recv(c->fd, dropped, sizeof dropped, MSG_DONTWAIT) > 0)
        continue;
}

/* Reads and drops until the peer ends. */
static void drop_rest(struct connection *c)
{
    uint8_t dropped[4096];
    while (recv(c->fd, dropped, sizeof dropped, 0) > 0)
        continue;
}

static void flood(struct connection *c, const void *octets, size_t size)
{
    while (put(c, octets, size))
        drop_input(c);
}

/* At the end of the thread the socket is closed; with this, by RST. */
static void reset(struct connection *c)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
}

/* The whole request, at least its head; no octet too much, so that the rest can be counted. */
static bool read_request(struct connection *c)
{
    while (c->head_size < sizeof c->head) {
        if (recv(c->fd, c->head + c->head_size, 1, 0) != 1)
            return false;
        c->head_size++;
        if (c->head_size >= 4 && memcmp(c->head + c->head_size - 4, "\r\n\r\n", 4) == 0)
            return true;
    }
    return false;
}

/* A right response to the request; more fields may stand in `fields`. */
static size_t build_response(struct connection *c, char *out, size_t size, const char *fields)
{
    static const char name[] = "\r\nSec-WebSocket-Key: ";
    const uint8_t *key = memmem(c->head, c->head_size, name, sizeof name - 1);
    char accept[WS_ACCEPT_SIZE + 1] = "";
    if (key != NULL) {
        const uint8_t *begin = key + sizeof name - 1;
        const uint8_t *end = memchr(begin, '\r', c->head_size - (size_t)(begin - c->head));
        if (end != NULL)
            ws_accept_of_key(accept, (struct ws_octets){begin, (size_t)(end - begin)});
    }
    int length = snprintf(out, size,
                          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Accept: %s\r\n%s\r\n",
                          accept, fields);
    return (size_t)length;
}

static bool open_with(struct connection *c, const char *fields)
{
    char response[1024];
    return read_request(c) && put(c, response, build_response(c, response, sizeof response, fields));
}

/* Pseudo-random, the same each time. */
static void fill_garbage(uint8_t *out, size_t size)
{
    uint32_t state = 2463534242U;
    for (size_t i = 0; i < size; i++) {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        out[i] = (uint8_t)state;
    }
}

static bool put_slowly(struct connection *c, const void *octets, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (!put(c, (const uint8_t *)octets + i, 1))
            return false;
        drop_input(c);
        sleep(1);
    }
    return true;
}

/* Which connection this is, from 1 on. */
static unsigned long count_connection(void)
{
    static atomic_ulong connections;
    return atomic_fetch_add(&connections, 1) + 1;
}

/* ---- Modes ---- */

static void close_at_once(struct connection *c)
{
    (void)c;
}

static void reset_at_once(struct connection *c)
{
    reset(c);
}

static void never_answers(struct connection *c)
{
    drop_rest(c);
}

static void never_reads(struct connection *c)
{
    if (open_with(c, ""))
        sleep(LIFETIME);
}

static void silent_after_opening(struct connection *c)
{
    if (open_with(c, ""))
        drop_rest(c);
}

static void garbage_head(struct connection *c)
{
    uint8_t garbage[4096];
    fill_garbage(garbage, sizeof garbage);
    if (read_request(c) && put(c, garbage, sizeof garbage))
        drop_rest(c);
}

static void endless_head(struct connection *c)
{
    char much[4096];
    memset(much, 'a', sizeof much);
    if (read_request(c) && put_text(c, "HTTP/1.1 101 Switching Protocols\r\nX-Endless: "))
        flood(c, much, sizeof much);
}

static void endless_fields(struct connection *c)
{
    static const char field[] = "X-Field: value\r\n";
    if (read_request(c) && put_text(c, "HTTP/1.1 101 Switching Protocols\r\n"))
        flood(c, field, sizeof field - 1);
}

static void endless_interim(struct connection *c)
{
    static const char interim[] = "HTTP/1.1 102 Processing\r\n\r\n";
    if (read_request(c))
        flood(c, interim, sizeof interim - 1);
}

static void http_200(struct connection *c)
{
    if (read_request(c) && put_text(c, "HTTP/1.1 200 OK\r\nServer: example\r\nContent-Type: text/html\r\n"
                                       "Content-Length: 29\r\n\r\n<!doctype html><h1>Hello</h1>"))
        drop_rest(c);
}

static void http_redirect(struct connection *c)
{
    if (read_request(c) && put_text(c, "HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n"))
        drop_rest(c);
}

static void wrong_accept(struct connection *c)
{
    if (read_request(c) &&
        put_text(c, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"))
        drop_rest(c);
}

static void trickle(struct connection *c)
{
    char response[1024];
    if (read_request(c))
        put_slowly(c, response, build_response(c, response, sizeof response, ""));
}

static void trickle_frames(struct connection *c)
{
    static const uint8_t message[60000] = {0x82, 126, 60000 >> 8, 60000 & 0xFF};
    if (open_with(c, ""))
        put_slowly(c, message, sizeof message);
}

static void torn_frame(struct connection *c)
{
    static const uint8_t torn[] = {0x81, 125, 'o', 'n', 'l', 'y'};
    if (!open_with(c, "") || !put(c, torn, sizeof torn))
        return;
    shutdown(c->fd, SHUT_WR);
    drop_rest(c);
}

static const uint8_t huge_header[] = {0x82, 127, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

static void huge_length(struct connection *c)
{
    if (open_with(c, "") && put(c, huge_header, sizeof huge_header) && put_text(c, "ten octets"))
        drop_rest(c);
}

static void endless_message(struct connection *c)
{
    static const uint8_t zeros[65536];
    if (open_with(c, "") && put(c, huge_header, sizeof huge_header))
        flood(c, zeros, sizeof zeros);
}

/* Header octets and a payload of one octet, many times over in one write. */
static void flood_frames(struct connection *c, uint8_t first)
{
    uint8_t frames[3 * 4096];
    for (size_t i = 0; i < sizeof frames; i += 3)
        memcpy(frames + i, (uint8_t[]){first, 1, 'x'}, 3);
    flood(c, frames, sizeof frames);
}

static void endless_fragments(struct connection *c)
{
    if (open_with(c, "") && put(c, "\x02\x01x", 3))
        flood_frames(c, 0x00);
}

static void ping_flood(struct connection *c)
{
    if (open_with(c, ""))
        flood_frames(c, 0x89);
}

static void message_flood(struct connection *c)
{
    if (open_with(c, ""))
        flood_frames(c, 0x81);
}

static void garbage_frames(struct connection *c)
{
    uint8_t garbage[65536];
    fill_garbage(garbage, sizeof garbage);
    if (open_with(c, ""))
        flood(c, garbage, sizeof garbage);
}

static void close_bomb(struct connection *c)
{
    uint8_t close_frame[127] = {0x88, 125, 0x03, 0xE8};
    memset(close_frame + 4, 'r', 123);
    if (!open_with(c, ""))
        return;
    for (int i = 0; i < 10000; i++) {
        if (!put(c, close_frame, sizeof close_frame))
            return;
        drop_input(c);
    }
    flood_frames(c, 0x82);
}

/* The octets of a short frame. */
static bool put_frame(struct connection *c, uint8_t first, const char *prefix, size_t prefix_size,
                      const char *text)
{
    uint8_t frame[2 + 125] = {first, (uint8_t)(prefix_size + strlen(text))};
    memcpy(frame + 2, prefix, prefix_size);
    memcpy(frame + 2 + prefix_size, text, strlen(text));
    return put(c, frame, 2U + frame[1]);
}

static void markup(struct connection *c)
{
    static const char script[] = "</script><script>alert('\"&1')</script><img src=x onerror=alert(1)>";
    char octet, fields[200];
    snprintf(fields, sizeof fields, "Server: %s\r\n", script);
    if (open_with(c, fields) && recv(c->fd, &octet, 1, 0) == 1 && put_frame(c, 0x81, "", 0, script) &&
        put_frame(c, 0x88, "\x03\xE8", 2, script)) {
        shutdown(c->fd, SHUT_WR);
        drop_rest(c);
    }
}

static void half_close(struct connection *c)
{
    if (open_with(c, "") && shutdown(c->fd, SHUT_WR) == 0)
        drop_rest(c);
}

static void reset_received(struct connection *c)
{
    char response[1024], octet;
    size_t received = 0;
    bool answered = false;
    while (received < c->number && recv(c->fd, &octet, 1, 0) == 1) {
        received++;
        if (c->head_size < sizeof c->head && !answered) {
            c->head[c->head_size++] = (uint8_t)octet;
            answered = c->head_size >= 4 && memcmp(c->head + c->head_size - 4, "\r\n\r\n", 4) == 0 &&
                       put(c, response, build_response(c, response, sizeof response, ""));
        }
    }
    reset(c);
}

/* What it sends behind the response are pings. */
static void reset_sent(struct connection *c)
{
    char octets[65536];
    if (!read_request(c))
        return;
    size_t size = build_response(c, octets, sizeof octets, "");
    for (; size + 3 <= sizeof octets; size += 3)
        memcpy(octets + size, "\x89\x01x", 3);
    put(c, octets, c->number < size ? c->number : size);
    reset(c);
}

static void each_received(struct connection *c)
{
    c->number += count_connection();
    reset_received(c);
}

static void each_sent(struct connection *c)
{
    c->number += count_connection();
    reset_sent(c);
}

/* What the reference wants to say. False when the connection is over. */
static bool put_answers(struct connection *c, struct ws_endpoint *endpoint)
{
    struct ws_octets output = ws_endpoint_output(endpoint);
    if (!put(c, output.at, output.size))
        return false;
    ws_endpoint_output_taken(endpoint, output.size);
    if (ws_endpoint_transport(endpoint) == WS_TRANSPORT_KEEP)
        return true;
    shutdown(c->fd, SHUT_WR);
    drop_rest(c);
    return false;
}

/* The reference as an echo server; it calls `act` when the first octet behind the request is `special`. */
static void echo(struct connection *c, int special, void (*act)(const struct connection *))
{
    const struct ws_endpoint_config config = {.role = WS_SERVER};
    struct ws_echo *session = ws_echo_new(&config, 0);
    uint8_t octets[65536];
    ssize_t size;
    if (session == NULL || !read_request(c)) {
        ws_echo_free(session);
        return;
    }
    struct ws_endpoint *endpoint = ws_echo_endpoint(session);
    ws_echo_receive(session, 0, c->head, c->head_size);
    while (put_answers(c, endpoint) && (size = recv(c->fd, octets, sizeof octets, 0)) > 0) {
        if (octets[0] == special)
            act(c);
        special = -1;
        ws_echo_receive(session, 0, octets, (size_t)size);
    }
    ws_echo_free(session);
}

static void exit_after(struct connection *c)
{
    if (count_connection() >= c->number)
        _exit(1);
    echo(c, -1, NULL);
}

static void crash(const struct connection *c)
{
    (void)c;
    abort();
}

static void crash_on(struct connection *c)
{
    echo(c, (int)c->number, crash);
}

/* Memory that is needed the first time only; the size in octets, 0 every other time. Not from the heap: a
 * sanitizer gives nothing back. */
static void *take(const struct connection *c, size_t *size)
{
    static atomic_bool taken;
    *size = atomic_exchange(&taken, true) ? 0 : (size_t)c->number << 20;
    return mmap(NULL, *size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_POPULATE, -1, 0);
}

static void keep(const struct connection *c)
{
    size_t size;
    (void)take(c, &size);
}

static void take_and_keep(struct connection *c)
{
    echo(c, 0x8B, keep);
}

static void give_back(const struct connection *c)
{
    size_t size;
    void *memory = take(c, &size);
    munmap(memory, size);
}

static void take_once(struct connection *c)
{
    echo(c, 0x8B, give_back);
}

static void open_more(const struct connection *c)
{
    for (unsigned long i = 0; i < c->number; i++)
        (void)!dup(c->fd);
}

static void keep_open(struct connection *c)
{
    echo(c, 0x8B, open_more);
}

static void deaf_after(struct connection *c)
{
    if (count_connection() < c->number)
        echo(c, -1, NULL);
    else
        drop_rest(c);
}

static void tls_on_plain(struct connection *c)
{
    char octet;
    if (recv(c->fd, &octet, 1, 0) == 1)
        put(c, "\x15\x03\x01\x00\x02\x02\x46", 7); /* a fatal alert: protocol_version */
}

static void tls_garbage(struct connection *c)
{
    uint8_t garbage[65536];
    char octet;
    fill_garbage(garbage, sizeof garbage);
    for (size_t i = 0; i + 5 <= sizeof garbage; i += 5 + 1024)
        memcpy(garbage + i, "\x16\x03\x03\x04\x00", 5); /* records of 1024 octets */
    if (recv(c->fd, &octet, 1, 0) == 1)
        flood(c, garbage, sizeof garbage - sizeof garbage % (5 + 1024));
}

static void plain_on_tls(struct connection *c)
{
    char octet;
    if (recv(c->fd, &octet, 1, 0) == 1 &&
        put_text(c, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")) {
        shutdown(c->fd, SHUT_WR);
        drop_rest(c);
    }
}

/* ---- The program ---- */

static const struct mode {
    const char *name, *what;
    void (*run)(struct connection *);
} modes[] = {
#define MODE_ROW(name, what, function) {name, what, function},
    MODES(MODE_ROW)
#undef MODE_ROW
};

static const struct mode *mode;
static unsigned long mode_number;

static void *serve(void *connection)
{
    struct connection *c = connection;
    mode->run(c);
    close(c->fd);
    free(c);
    return NULL;
}

static void end_of_life(int number)
{
    (void)number;
    _exit(0);
}

static const struct mode *find_mode(const char *text)
{
    size_t size = strcspn(text, ":");
    if (text[size] == ':')
        mode_number = strtoul(text + size + 1, NULL, 10);
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
        if (strlen(modes[i].name) == size && memcmp(modes[i].name, text, size) == 0)
            return &modes[i];
    return NULL;
}

static int listen_at(const char *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int on = 1, fd = socket(AF_INET, SOCK_STREAM, 0);
    address.sin_port = htons((uint16_t)strtoul(port, NULL, 10));
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&address, size) < 0 || listen(fd, 128) < 0 ||
        getsockname(fd, (struct sockaddr *)&address, &size) < 0) {
        perror("hostile_peer");
        return -1;
    }
    printf("listening on 127.0.0.1:%u\n", ntohs(address.sin_port));
    fflush(stdout);
    return fd;
}

int main(int argc, char **argv)
{
    mode = argc == 3 ? find_mode(argv[1]) : NULL;
    if (mode == NULL) {
        fprintf(stderr, "usage: hostile_peer MODE PORT\n");
        for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
            fprintf(stderr, "  %-22s %s\n", modes[i].name, modes[i].what);
        return 2;
    }
    signal(SIGALRM, end_of_life);
    alarm(LIFETIME);
    int listening = listen_at(argv[2]);
    if (listening < 0)
        return 1;
    pthread_attr_t detached;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    for (;;) {
        int on = 1, fd = accept(listening, NULL, NULL);
        struct connection *c = fd < 0 ? NULL : calloc(1, sizeof *c);
        pthread_t thread;
        if (fd < 0 || c == NULL)
            continue;
        c->fd = fd;
        c->number = mode_number;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        if (pthread_create(&thread, &detached, serve, c) != 0) {
            close(fd);
            free(c);
        }
    }
}
