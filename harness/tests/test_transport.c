/* SPDX-License-Identifier: MIT */
/* test_transport.c: pairs of transports over loopback, plain and TLS, IPv4 and IPv6: data, half-close, reset,
 * chopped writes, back-pressure, and every way in which a connection fails to come about. */
#include "harness/tests/loopback.h"

#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>

#include "harness/tests/certificate.h"

enum { VARIANTS = 4 }; /* bit 0: IPv6, bit 1: TLS */

static struct certificate trusted;
static struct transport_tls *client_tls, *server_tls;
static struct listener *listening;
static struct side client, server;

static void on_connection(void *tls, struct listener *listener)
{
    server.transport = listener_accept(listener, tls, &side_events, &server);
    ck_assert_ptr_nonnull(server.transport);
}

static struct transport_tls *make_client_tls(const char *cafile, bool insecure)
{
    char error[TRANSPORT_TLS_TEXT_MAX] = "";
    struct transport_tls *tls =
        transport_tls_client(&(struct transport_tls_config){.cafile = cafile, .insecure = insecure}, error);
    ck_assert_msg(tls != NULL, "%s", error);
    return tls;
}

static struct transport_tls *make_server_tls(const struct certificate *certificate)
{
    char error[TRANSPORT_TLS_TEXT_MAX] = "";
    struct transport_tls *tls = transport_tls_server(certificate->certificate, certificate->key, error);
    ck_assert_msg(tls != NULL, "%s", error);
    return tls;
}

static struct sockaddr_storage begin_listening(bool ipv6, struct transport_tls *tls)
{
    char error[TRANSPORT_TEXT_MAX] = "";
    struct sockaddr_storage address = loopback_address(ipv6, 0);
    listening = listener_open(&loop, (struct sockaddr *)&address, on_connection, tls, error);
    ck_assert_msg(listening != NULL, "%s", error);
    address = listener_address(listening);
    ck_assert_uint_ne(transport_address_port((struct sockaddr *)&address), 0);
    return address;
}

static void begin_connecting(const struct sockaddr_storage *address, struct transport_tls *tls,
                             const char *name)
{
    client.transport =
        transport_connect(&loop, (const struct sockaddr *)address, tls, name, &side_events, &client);
    ck_assert_ptr_nonnull(client.transport);
}

/* Begins a pair of that variant. */
static void begin_pair(int variant)
{
    bool ipv6 = (variant & 1) != 0, tls = (variant & 2) != 0;
    if (tls) {
        client_tls = make_client_tls(trusted.certificate, false);
        server_tls = make_server_tls(&trusted);
    }
    struct sockaddr_storage address = begin_listening(ipv6, server_tls);
    begin_connecting(&address, client_tls, ipv6 ? "::1" : "localhost");
}

static void setup(void)
{
    client = server = (struct side){0};
    client_tls = server_tls = NULL;
    listening = NULL;
    trusted = certificate_new("DNS:localhost,IP:::1", -3600, 3600);
    loop_begin();
}

static void teardown(void)
{
    listener_close(listening);
    if (client.transport != NULL)
        transport_close(client.transport);
    if (server.transport != NULL)
        transport_close(server.transport);
    loop_end();
    ck_assert_ptr_null(client.transport);
    ck_assert_ptr_null(server.transport);
    transport_tls_free(client_tls);
    transport_tls_free(server_tls);
    certificate_remove(&trusted);
}

static void write_text(struct side *side, const char *text)
{
    transport_write(side->transport, (const uint8_t *)text, strlen(text));
}

/* ---- Data, half-close, close ---- */

START_TEST(exchanges_and_half_closes)
{
    begin_pair(_i);
    RUN_UNTIL(client.opened && server.opened);
    write_text(&client, "to the server");
    RUN_UNTIL(server.received == 13);
    ck_assert_mem_eq(server.octets, "to the server", 13);

    transport_shutdown(client.transport);
    transport_shutdown(client.transport);
    write_text(&client, "dropped, because the writing direction is shut down");
    RUN_UNTIL(server.ended);
    ck_assert_int_eq(server.first_end, TRANSPORT_EOF);
    ck_assert_str_eq(server.first_text, (_i & 2) ? "close_notify" : "FIN");
    ck_assert_uint_eq(server.received, 13);

    write_text(&server, "still to the client");
    RUN_UNTIL(client.received == 19);
    ck_assert_mem_eq(client.octets, "still to the client", 19);
    transport_close(server.transport);
    transport_close(server.transport);
    RUN_UNTIL(client.ended && server.closed);
    ck_assert_int_eq(client.first_end, TRANSPORT_EOF);
    ck_assert_str_eq(client.first_text, (_i & 2) ? "close_notify" : "FIN");
    ck_assert_uint_eq(client.ended, 1);
}
END_TEST

START_TEST(tells_the_other_end)
{
    begin_pair(_i);
    RUN_UNTIL(client.opened && server.opened);
    struct sockaddr_storage peer, listens = listener_address(listening);
    ck_assert(transport_peer(client.transport, &peer));
    char text[TRANSPORT_ADDRESS_TEXT_MAX], expected[TRANSPORT_ADDRESS_TEXT_MAX];
    transport_address_text(text, (struct sockaddr *)&peer);
    snprintf(expected, sizeof expected, (_i & 1) ? "[::1]:%u" : "127.0.0.1:%u",
             transport_address_port((struct sockaddr *)&listens));
    ck_assert_str_eq(text, expected);
}
END_TEST

static void close_side(struct side *side)
{
    transport_close(side->transport);
}

static void close_on_received(struct side *side, const uint8_t *octets, size_t size)
{
    (void)octets;
    (void)size;
    transport_close(side->transport);
}

/* The watcher of order in loopback.h fails if anything but `closed` comes after a close. */
START_TEST(closes_inside_callbacks)
{
    if (_i / VARIANTS == 0)
        client.on_opened = close_side;
    else if (_i / VARIANTS == 1)
        client.on_received = close_on_received;
    else
        client.on_ended = close_side;
    begin_pair(_i % VARIANTS);
    RUN_UNTIL(server.opened);
    write_text(&server, "one");
    transport_shutdown(server.transport);
    RUN_UNTIL(client.closed && server.ended);
    ck_assert_uint_eq(client.ended, _i / VARIANTS == 2 ? 1 : 0);
}
END_TEST

/* ---- Writes ---- */

/* What Linux tells behind the fields that the C library knows. */
struct tcp_info_linux {
    struct tcp_info begin;
    uint64_t rates_and_octets[4];
    uint32_t segs_out, segs_in, notsent_bytes, min_rtt, data_segs_in;
};

START_TEST(sends_each_write_by_itself)
{
    struct sockaddr_storage address;
    int raw = raw_listen(&address);
    begin_connecting(&address, NULL, NULL);
    RUN_UNTIL(client.opened);
    int fd = accept(raw, NULL, NULL), off = 0;
    /* Acknowledgements that are delayed let Nagle's algorithm show, if it is on. */
    ck_assert_int_eq(setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof off), 0);
    for (int i = 0; i < 8; i++) /* RFC 6928: 10 segments may be under way before the first acknowledgement */
        ck_assert_uint_eq(transport_write(client.transport, (const uint8_t *)"abc", 1 + (size_t)(i % 3)), 0);
    struct tcp_info_linux info = {0};
    socklen_t size = sizeof info;
    ck_assert_int_eq(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size), 0);
    ck_assert_uint_eq(info.data_segs_in, 8);
    ck_assert_uint_eq(client.writable, 0);
    close(fd);
    close(raw);
}
END_TEST

enum { BIG = 64 << 20, SLICE = 64 << 10, PAUSE_AT = 1 << 20 };
static size_t big_written, big_queued_max, big_wrong;

static uint8_t big_octet(size_t at)
{
    return (uint8_t)(at ^ at >> 8 ^ at >> 16);
}

static void write_big(struct side *side)
{
    static uint8_t slice[SLICE];
    size_t queued = 0;
    while (big_written < BIG && queued < PAUSE_AT) {
        for (size_t i = 0; i < SLICE; i++)
            slice[i] = big_octet(big_written + i);
        queued = transport_write(side->transport, slice, SLICE);
        big_written += SLICE;
        if (queued > big_queued_max)
            big_queued_max = queued;
    }
    if (big_written == BIG)
        transport_shutdown(side->transport);
}

static void receive_big(struct side *side, const uint8_t *octets, size_t size)
{
    size_t at = side->received - size;
    for (size_t i = 0; i < size; i++)
        big_wrong += octets[i] != big_octet(at + i);
    if (side->received / (4 << 20) != at / (4 << 20))
        transport_pause(side->transport); /* until the next turn of the test's own loop */
}

START_TEST(carries_much_without_holding_it)
{
    big_written = big_queued_max = big_wrong = 0;
    client.on_opened = client.on_writable = write_big;
    server.on_received = receive_big;
    begin_pair(_i);
    while (!server.ended) {
        ck_assert(!watchdog_barked);
        uv_run(&loop, UV_RUN_NOWAIT);
        if (server.opened)
            transport_resume(server.transport);
    }
    ck_assert_uint_eq(server.received, BIG);
    ck_assert_uint_eq(big_wrong, 0);
    ck_assert_uint_gt(client.writable, 0);
    ck_assert_uint_lt(big_queued_max, PAUSE_AT + 2 * SLICE);
    ck_assert_int_eq(server.first_end, TRANSPORT_EOF);
}
END_TEST

START_TEST(stops_at_the_cap_of_the_queue)
{
    static uint8_t much[TRANSPORT_QUEUE_MAX + (8 << 20)];
    begin_pair(_i);
    RUN_UNTIL(client.opened && server.opened);
    transport_pause(server.transport);
    ck_assert_uint_eq(transport_write(client.transport, much, sizeof much), 0);
    ck_assert_uint_eq(client.ended, 0); /* not from inside the call */
    RUN_UNTIL(client.ended);
    ck_assert_int_eq(client.first_end, TRANSPORT_ERROR);
    ck_assert_str_eq(client.first_text, "more octets wait to be sent than may be queued");
    ck_assert_uint_eq(transport_write(client.transport, much, 1), 0);
}
END_TEST

static void pause_side(struct side *side, const uint8_t *octets, size_t size)
{
    (void)octets;
    (void)size;
    transport_pause(side->transport);
}

START_TEST(pauses_between_pieces)
{
    static uint8_t octets[200000];
    server.on_received = pause_side;
    begin_pair(_i);
    RUN_UNTIL(client.opened && server.opened);
    transport_write(client.transport, octets, sizeof octets);
    transport_shutdown(client.transport);
    size_t pieces = 0;
    while (!server.ended) {
        size_t before = server.received;
        RUN_UNTIL(server.received > before || server.ended);
        for (int turn = 0; turn < 5; turn++)
            uv_run(&loop, UV_RUN_NOWAIT);
        ck_assert_uint_le(server.received - before, 65536); /* one piece and no more */
        pieces++;
        transport_resume(server.transport);
    }
    ck_assert_uint_eq(server.received, sizeof octets);
    ck_assert_uint_ge(pieces, 4);
}
END_TEST

/* ---- Reset ---- */

static void write_and_reset(struct side *side)
{
    write_text(side, "last words");
    transport_reset(side->transport);
}

START_TEST(delivers_what_came_before_a_reset)
{
    server.on_opened = write_and_reset;
    begin_pair(_i);
    RUN_UNTIL(client.ended);
    ck_assert_uint_eq(client.received_at_end, 10);
    ck_assert_int_eq(client.first_end, TRANSPORT_RESET);
    ck_assert_str_eq(client.first_text, "connection reset by peer");
    ck_assert_uint_eq(server.ended, 0);
}
END_TEST

static void pause_opened(struct side *side)
{
    transport_pause(side->transport);
}

/* Writing to a connection that was reset must not hide what came before, nor make an EOF out of the reset. */
START_TEST(delivers_what_came_before_a_reset_met_by_writing)
{
    client.on_opened = pause_opened;
    begin_pair(_i);
    RUN_UNTIL(client.opened && server.opened);
    write_and_reset(&server);
    RUN_UNTIL(server.closed);
    for (int i = 0; i < 3; i++)
        write_text(&client, "into the void");
    ck_assert_uint_eq(client.ended, 0);
    transport_resume(client.transport);
    RUN_UNTIL(client.ended);
    ck_assert_uint_eq(client.received_at_end, 10);
    ck_assert_int_eq(client.first_end, TRANSPORT_RESET);
    for (int turn = 0; turn < 5; turn++)
        uv_run(&loop, UV_RUN_NOWAIT);
    ck_assert_uint_eq(client.ended, 1);
}
END_TEST

/* A FIN that came before the RST is told first, however late we look. */
START_TEST(tells_fin_before_reset)
{
    struct sockaddr_storage address;
    int raw = raw_listen(&address);
    client.on_opened = pause_opened;
    begin_connecting(&address, NULL, NULL);
    RUN_UNTIL(client.opened);
    int fd = accept(raw, NULL, NULL);
    ck_assert_int_eq(send(fd, "bye", 3, 0), 3);
    shutdown(fd, SHUT_WR);
    raw_reset(fd);
    bool write_first = _i == 1;
    if (write_first)
        write_text(&client, "x");
    transport_resume(client.transport);
    RUN_UNTIL(client.ended);
    ck_assert_uint_eq(client.received_at_end, 3);
    ck_assert_int_eq(client.first_end, TRANSPORT_EOF);
    if (!write_first)
        write_text(&client, "x");
    RUN_UNTIL(client.ended == 2);
    ck_assert_int_eq(client.last_end, TRANSPORT_RESET);
    close(raw);
}
END_TEST

START_TEST(resets_also_after_shutdown)
{
    struct sockaddr_storage address;
    int raw = raw_listen(&address), error = 0;
    socklen_t size = sizeof error;
    char octet;
    begin_connecting(&address, NULL, NULL);
    RUN_UNTIL(client.opened);
    int fd = accept(raw, NULL, NULL);
    if (_i == 1) {
        transport_shutdown(client.transport);
        uv_run(&loop, UV_RUN_NOWAIT);
    }
    transport_reset(client.transport);
    RUN_UNTIL(client.closed);
    if (_i == 1)
        ck_assert_int_eq(recv(fd, &octet, 1, 0), 0);
    ck_assert_int_eq(getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size), 0);
    ck_assert_int_eq(error, _i == 1 ? EPIPE : ECONNRESET);
    close(fd);
    close(raw);
}
END_TEST

/* ---- Connections that fail to come about ---- */

START_TEST(tells_a_refused_connection)
{
    struct sockaddr_storage address;
    close(raw_listen(&address));
    if (_i == 1)
        client_tls = make_client_tls(NULL, true);
    begin_connecting(&address, client_tls, "localhost");
    RUN_UNTIL(client.ended);
    ck_assert_uint_eq(client.opened, 0);
    ck_assert_int_eq(client.first_end, TRANSPORT_ERROR);
    ck_assert_str_eq(client.first_text, "connection refused");
}
END_TEST

static const struct {
    const char *names; /* in the server's certificate */
    long from, to;
    const char *host;
    bool trust, insecure;
    const char *text; /* NULL: it works */
} verifications[] = {
    {"DNS:localhost", -60, 60, "localhost", true, false, NULL},
    {"DNS:localhost", -60, 60, "LOCALHOST", true, false, NULL},
    {"DNS:*.example.org", -60, 60, "a.example.org", true, false, NULL},
    {"IP:127.0.0.1", -60, 60, "127.0.0.1", true, false, NULL},
    {"IP:::1", -60, 60, "::1", true, false, NULL},
    {"DNS:localhost", -60, 60, "localhost", false, false,
     "the certificate is not accepted: self-signed certificate"},
    {"DNS:localhost", -60, 60, "localhost", false, true, NULL},
    {"DNS:other", -60, 60, "localhost", true, false, "the certificate is not accepted: hostname mismatch"},
    {"DNS:other", -60, 60, "localhost", true, true, NULL},
    {"DNS:127.0.0.1", -60, 60, "127.0.0.1", true, false,
     "the certificate is not accepted: IP address mismatch"},
    {"IP:127.0.0.2", -60, 60, "127.0.0.1", true, false,
     "the certificate is not accepted: IP address mismatch"},
    {"DNS:localhost", -60, -30, "localhost", true, false,
     "the certificate is not accepted: certificate has expired"},
    {"DNS:localhost", 600, 900, "localhost", true, false,
     "the certificate is not accepted: certificate is not yet valid"},
};

START_TEST(verifies_the_certificate)
{
    struct certificate certificate =
        certificate_new(verifications[_i].names, verifications[_i].from, verifications[_i].to);
    server_tls = make_server_tls(&certificate);
    client_tls =
        make_client_tls(verifications[_i].trust ? certificate.certificate : NULL, verifications[_i].insecure);
    struct sockaddr_storage address = begin_listening(false, server_tls);
    begin_connecting(&address, client_tls, verifications[_i].host);
    if (verifications[_i].text == NULL) {
        RUN_UNTIL(client.opened && server.opened);
    } else {
        RUN_UNTIL(client.ended && server.ended);
        ck_assert_uint_eq(client.opened, 0);
        ck_assert_int_eq(client.first_end, TRANSPORT_ERROR);
        ck_assert_str_eq(client.first_text, verifications[_i].text);
        ck_assert_int_eq(server.last_end, TRANSPORT_ERROR); /* it was told by an alert */
        ck_assert_msg(strstr(server.last_text, "alert") != NULL, "%s", server.last_text);
    }
    certificate_remove(&certificate);
}
END_TEST

static const struct {
    const char *answer; /* of a peer that does not speak TLS */
    bool reset;
    enum transport_end end;
    const char *text;
} not_tls[] = {
    {"HTTP/1.1 400 Bad Request\r\n\r\n", false, TRANSPORT_ERROR,
     "the peer does not speak TLS: it began with \"HTTP\""},
    {"\x81\x05hello", false, TRANSPORT_ERROR, "the peer does not speak TLS: it began with \"..he\""},
    {"\x16\x03\x01\xff\xff garbage", false, TRANSPORT_ERROR, "TLS handshake failed: packet length too long"},
    {"", false, TRANSPORT_ERROR, "the peer closed the connection during the TLS handshake"},
    {"\x16\x03", false, TRANSPORT_ERROR, "the peer closed the connection during the TLS handshake"},
    {"", true, TRANSPORT_RESET, "connection reset by peer during the TLS handshake"},
};

START_TEST(tells_a_server_without_tls)
{
    struct sockaddr_storage address;
    int raw = raw_listen(&address);
    client_tls = make_client_tls(NULL, true);
    begin_connecting(&address, client_tls, "localhost");
    int fd = accept(raw, NULL, NULL);
    RUN_UNTIL(recv(fd, (uint8_t[65536]){0}, 65536, MSG_DONTWAIT) > 0); /* the ClientHello */
    ck_assert_int_ge(send(fd, not_tls[_i].answer, strlen(not_tls[_i].answer), 0), 0);
    if (not_tls[_i].reset)
        raw_reset(fd);
    else
        shutdown(fd, SHUT_WR);
    RUN_UNTIL(client.ended);
    ck_assert_uint_eq(client.opened, 0);
    ck_assert_int_eq(client.first_end, not_tls[_i].end);
    ck_assert_str_eq(client.first_text, not_tls[_i].text);
    if (!not_tls[_i].reset)
        close(fd);
    close(raw);
}
END_TEST

START_TEST(tells_a_client_without_tls)
{
    server_tls = make_server_tls(&trusted);
    struct sockaddr_storage address = begin_listening(false, server_tls);
    begin_connecting(&address, NULL, NULL);
    RUN_UNTIL(client.opened);
    write_text(&client, "GET / HTTP/1.1\r\n\r\n");
    RUN_UNTIL(server.ended);
    ck_assert_uint_eq(server.opened, 0);
    ck_assert_int_eq(server.first_end, TRANSPORT_ERROR);
    ck_assert_str_eq(server.first_text, "the peer does not speak TLS: it began with \"GET \"");
}
END_TEST

/* A TLS client that ends TCP without close_notify. */
static void *truncating_client(void *address)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL *ssl = SSL_new(context);
    int fd = raw_connect(address);
    SSL_set_fd(ssl, fd);
    ck_assert_int_eq(SSL_connect(ssl), 1);
    ck_assert_int_eq(SSL_write(ssl, "half", 4), 4);
    close(fd);
    SSL_free(ssl);
    SSL_CTX_free(context);
    return NULL;
}

START_TEST(tells_a_truncated_tls_stream)
{
    server_tls = make_server_tls(&trusted);
    struct sockaddr_storage address = begin_listening(false, server_tls);
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, truncating_client, &address), 0);
    RUN_UNTIL(server.ended);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(server.received_at_end, 4);
    ck_assert_int_eq(server.first_end, TRANSPORT_EOF);
    ck_assert_str_eq(server.first_text, "FIN without close_notify");
}
END_TEST

/* The halves of a half-close, and both: what the other end is told, and that nothing is written afterwards.
 */
static const struct {
    void (*half)(struct transport *transport);
    const char *text;
    bool truncated;
} halves[] = {
    {transport_truncate, "FIN without close_notify", true},
    {transport_close_notify, "close_notify", false},
    {transport_shutdown, "close_notify", false},
};

START_TEST(halves_a_half_close)
{
    begin_pair(2);
    RUN_UNTIL(client.opened && server.opened);
    write_text(&client, "said");
    halves[_i].half(client.transport);
    write_text(&client, "never said");
    RUN_UNTIL(server.ended);
    ck_assert_int_eq(server.first_end, TRANSPORT_EOF);
    ck_assert_str_eq(server.first_text, halves[_i].text);
    ck_assert_uint_eq(server.received_at_end, 4);
    ck_assert_int_eq(transport_truncated(server.transport), halves[_i].truncated);
    transport_close(server.transport);
    RUN_UNTIL(client.ended);
    ck_assert_str_eq(client.first_text, "close_notify");
    ck_assert(!transport_truncated(client.transport));
}
END_TEST

static const struct {
    struct tls_wishes wishes;
    const char *host, *selected;
} wishes[] = {
    {{NULL, NULL}, "localhost", "http/1.1"},
    {{"http/1.1", NULL}, "localhost", "http/1.1"},
    {{"h2,http/1.1", NULL}, "localhost", "http/1.1"},
    {{"h2", NULL}, "localhost", ""},
    {{"", NULL}, "localhost", ""},
    /* The certificate is not judged when another name is asked for. */
    {{NULL, ""}, "other", "http/1.1"},
    {{NULL, "nohost.invalid"}, "other", "http/1.1"},
};

START_TEST(says_what_is_wished)
{
    client_tls = make_client_tls(trusted.certificate, false);
    server_tls = make_server_tls(&trusted);
    struct sockaddr_storage address = begin_listening(false, server_tls);
    client.transport = transport_connect_as(&loop, (struct sockaddr *)&address, client_tls, wishes[_i].host,
                                            &wishes[_i].wishes, &side_events, &client);
    ck_assert_ptr_nonnull(client.transport);
    ck_assert(!transport_reached(client.transport));
    RUN_UNTIL(client.opened && server.opened);
    char selected[TRANSPORT_ALPN_MAX];
    transport_alpn(client.transport, selected);
    ck_assert_str_eq(selected, wishes[_i].selected);
    ck_assert(transport_reached(client.transport));
}
END_TEST

START_TEST(refuses_wishes_that_cannot_be)
{
    static const char *const names[] = {",", "h2,,http/1.1", ",h2"};
    char longest[300];
    client_tls = make_client_tls(NULL, true);
    struct sockaddr_storage address = loopback_address(false, 9);
    memset(longest, 'a', sizeof longest);
    longest[256] = '\0';
    for (size_t i = 0; i <= sizeof names / sizeof names[0]; i++) {
        struct tls_wishes bad = {.alpn = i < sizeof names / sizeof names[0] ? names[i] : longest};
        ck_assert_ptr_null(transport_connect_as(&loop, (struct sockaddr *)&address, client_tls, "localhost",
                                                &bad, &side_events, &client));
    }
}
END_TEST

/* A client of TLS 1.1, which RFC 8996 forbids. */
static void *old_client(void *address)
{
    SSL_CTX *context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_min_proto_version(context, TLS1_VERSION);
    SSL_CTX_set_max_proto_version(context, TLS1_1_VERSION);
    SSL *ssl = SSL_new(context);
    int fd = raw_connect(address);
    SSL_set_fd(ssl, fd);
    ck_assert_int_ne(SSL_connect(ssl), 1);
    close(fd);
    SSL_free(ssl);
    SSL_CTX_free(context);
    return NULL;
}

START_TEST(refuses_old_tls)
{
    server_tls = make_server_tls(&trusted);
    struct sockaddr_storage address = begin_listening(false, server_tls);
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, old_client, &address), 0);
    RUN_UNTIL(server.ended);
    transport_close(server.transport);
    RUN_UNTIL(server.closed);
    pthread_join(thread, NULL);
    ck_assert_uint_eq(server.opened, 0);
    ck_assert_str_eq(server.first_text, "TLS handshake failed: unsupported protocol");
}
END_TEST

/* ---- Configuration, addresses ---- */

static void encrypt_key(const char *file)
{
    FILE *stream = fopen(file, "r+");
    ck_assert_ptr_nonnull(stream);
    EVP_PKEY *key = PEM_read_PrivateKey(stream, NULL, NULL, NULL);
    ck_assert_ptr_nonnull(key);
    rewind(stream);
    ck_assert_int_eq(
        PEM_write_PrivateKey(stream, key, EVP_aes_128_cbc(), (const unsigned char *)"secret", 6, NULL, NULL),
        1);
    fclose(stream);
    EVP_PKEY_free(key);
}

START_TEST(explains_bad_tls_files)
{
    struct certificate other = certificate_new("DNS:other", -60, 60);
    char error[TRANSPORT_TLS_TEXT_MAX] = "";
    ck_assert_ptr_null(transport_tls_server("/nonexistent/c.pem", other.key, error));
    ck_assert_str_eq(error, "cannot read /nonexistent/c.pem: No such file or directory");
    ck_assert_ptr_null(transport_tls_server(other.certificate, "/nonexistent/k.pem", error));
    ck_assert_str_eq(error, "cannot read /nonexistent/k.pem: No such file or directory");
    ck_assert_ptr_null(transport_tls_server(other.key, other.key, error));
    ck_assert_ptr_nonnull(strstr(error, "holds no certificate in PEM form"));
    ck_assert_ptr_null(transport_tls_server(other.certificate, other.certificate, error));
    ck_assert_ptr_nonnull(strstr(error, "holds no usable private key in PEM form"));
    ck_assert_ptr_null(transport_tls_server(trusted.certificate, other.key, error));
    ck_assert_ptr_nonnull(strstr(error, "does not belong to the certificate in"));
    encrypt_key(other.key); /* must not stop to ask for the passphrase */
    ck_assert_ptr_null(transport_tls_server(other.certificate, other.key, error));
    ck_assert_ptr_nonnull(strstr(error, "holds no usable private key in PEM form"));
    ck_assert_ptr_null(
        transport_tls_client(&(struct transport_tls_config){.cafile = "/nonexistent/ca.pem"}, error));
    ck_assert_str_eq(error, "cannot read /nonexistent/ca.pem: No such file or directory");
    ck_assert_ptr_null(transport_tls_client(&(struct transport_tls_config){.cafile = other.key}, error));
    ck_assert_ptr_nonnull(strstr(error, "holds no certificate in PEM form"));
    certificate_remove(&other);
}
END_TEST

START_TEST(explains_a_port_in_use)
{
    struct sockaddr_storage address;
    char error[TRANSPORT_TEXT_MAX] = "", expected[TRANSPORT_TEXT_MAX];
    int raw = raw_listen(&address);
    ck_assert_ptr_null(listener_open(&loop, (struct sockaddr *)&address, on_connection, NULL, error));
    snprintf(expected, sizeof expected, "cannot listen on 127.0.0.1:%u: address already in use",
             transport_address_port((struct sockaddr *)&address));
    ck_assert_str_eq(error, expected);
    close(raw);
}
END_TEST

static void take_nobody(void *count, struct listener *listener)
{
    (void)listener;
    ++*(int *)count;
}

START_TEST(closes_connections_that_nobody_takes)
{
    char error[TRANSPORT_TEXT_MAX];
    int count = 0;
    struct sockaddr_storage address = loopback_address(false, 0);
    listening = listener_open(&loop, (struct sockaddr *)&address, take_nobody, &count, error);
    address = listener_address(listening);
    for (int i = 0; i < 5; i++) {
        begin_connecting(&address, NULL, NULL);
        RUN_UNTIL(client.ended);
        ck_assert_int_eq(client.first_end, TRANSPORT_EOF);
        transport_close(client.transport);
        RUN_UNTIL(client.closed);
        client = (struct side){0};
    }
    ck_assert_int_eq(count, 5);
}
END_TEST

START_TEST(resolves)
{
    struct transport_addresses found;
    char error[TRANSPORT_TEXT_MAX] = "", text[TRANSPORT_ADDRESS_TEXT_MAX];
    ck_assert(transport_resolve(&found, "127.0.0.1", 9001, error));
    ck_assert_uint_eq(found.count, 1);
    transport_address_text(text, (struct sockaddr *)&found.at[0]);
    ck_assert_str_eq(text, "127.0.0.1:9001");
    ck_assert(transport_resolve(&found, "::1", 65535, error) &&
              transport_resolve(&found, "[::1]", 65535, error));
    ck_assert_uint_eq(found.count, 1);
    transport_address_text(text, (struct sockaddr *)&found.at[0]);
    ck_assert_str_eq(text, "[::1]:65535");
    ck_assert(transport_resolve(&found, "localhost", 80, error));
    ck_assert_uint_ge(found.count, 1);
    ck_assert(!transport_resolve(&found, "", 80, error));
    ck_assert_str_eq(error, "no host is given");
    ck_assert(!transport_resolve(&found, "no.such.host.invalid", 80, error)); /* RFC 6761 6.4 */
    ck_assert_ptr_nonnull(strstr(error, "cannot resolve no.such.host.invalid: "));
    char name[300];
    memset(name, 'h', 299);
    name[299] = '\0';
    ck_assert(!transport_resolve(&found, name, 80, error));
    ck_assert_str_eq(error, "the host name is longer than 255 octets");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("transport");
    TCase *tests = tcase_create("transport");
    tcase_add_checked_fixture(tests, setup, teardown);
    tcase_add_loop_test(tests, exchanges_and_half_closes, 0, VARIANTS);
    tcase_add_loop_test(tests, tells_the_other_end, 0, VARIANTS);
    tcase_add_loop_test(tests, closes_inside_callbacks, 0, 3 * VARIANTS);
    tcase_add_test(tests, sends_each_write_by_itself);
    tcase_add_loop_test(tests, carries_much_without_holding_it, 0, VARIANTS);
    tcase_add_loop_test(tests, stops_at_the_cap_of_the_queue, 0, VARIANTS);
    tcase_add_loop_test(tests, pauses_between_pieces, 0, VARIANTS);
    tcase_add_loop_test(tests, delivers_what_came_before_a_reset, 0, VARIANTS);
    tcase_add_loop_test(tests, delivers_what_came_before_a_reset_met_by_writing, 0, VARIANTS);
    tcase_add_loop_test(tests, tells_fin_before_reset, 0, 2);
    tcase_add_loop_test(tests, resets_also_after_shutdown, 0, 2);
    tcase_add_loop_test(tests, tells_a_refused_connection, 0, 2);
    tcase_add_loop_test(tests, verifies_the_certificate, 0, sizeof verifications / sizeof *verifications);
    tcase_add_loop_test(tests, tells_a_server_without_tls, 0, sizeof not_tls / sizeof *not_tls);
    tcase_add_test(tests, tells_a_client_without_tls);
    tcase_add_test(tests, tells_a_truncated_tls_stream);
    tcase_add_loop_test(tests, halves_a_half_close, 0, sizeof halves / sizeof *halves);
    tcase_add_loop_test(tests, says_what_is_wished, 0, sizeof wishes / sizeof *wishes);
    tcase_add_test(tests, refuses_wishes_that_cannot_be);
    tcase_add_test(tests, refuses_old_tls);
    tcase_add_test(tests, explains_bad_tls_files);
    tcase_add_test(tests, explains_a_port_in_use);
    tcase_add_test(tests, closes_connections_that_nobody_takes);
    tcase_add_test(tests, resolves);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
