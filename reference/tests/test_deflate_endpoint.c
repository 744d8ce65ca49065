/* SPDX-License-Identifier: MIT */
/* An endpoint that has agreed on permessage-deflate (RFC 7692 6, 7.2), in both roles: what it tells and which
 * close code it sends for frames in any pieces, what it sends, how much of a bomb it tells, and a client and
 * an echo that talk to each other under every agreement. */
#include "reference/endpoint.h"
#include "reference/tests/deflate_data.h"
#include "reference/tests/endpoint_trace.h"

#define PMD "permessage-deflate; server_max_window_bits=8"

enum { MESSAGE_LIMIT = 1000 };

static const char requests[2][400] = {
    /* The server's policy decides over the client's takeover; see endpoint_new. */
    "GET /chat HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: " TRACE_KEY "\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Extensions: " PMD "; client_max_window_bits=8\r\n\r\n",
    "GET /chat HTTP/1.1\r\nHost: example.com\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: " TRACE_KEY "\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Extensions: " PMD "; client_max_window_bits=8\r\n\r\n",
};
static const char responses[2][300] = {
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Extensions: " PMD "\r\n\r\n",
    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Extensions: " PMD
    "; server_no_context_takeover\r\n\r\n",
};
static uint8_t next_octet;

/* Open, with windows of 256 octets; the peer takes its context over unless `alone`. */
static struct ws_endpoint *open_endpoint(enum ws_role role, bool alone, uint64_t message_limit)
{
    static const struct ws_request asked = {.host = "example.com",
                                            .target = "/chat",
                                            .key = TRACE_KEY,
                                            .extensions = PMD "; client_max_window_bits"};
    struct ws_endpoint_config config = {
        .role = role,
        .message_limit = message_limit,
        .deflate = {.enabled = true, .client_no_context_takeover = alone},
        .request = &asked,
        .random = counted_octets,
        .random_context = &next_octet,
    };
    struct ws_endpoint *endpoint = ws_endpoint_new(&config, 0);
    struct trace told = {0};
    const char *head = role == WS_SERVER ? requests[alone] : responses[alone];
    trace_receive(&told, endpoint, 0, (const uint8_t *)head, strlen(head));
    ck_assert_str_eq(told.text, "OPEN");
    ck_assert_ptr_nonnull(ws_endpoint_deflate(endpoint));
    ws_endpoint_output_taken(endpoint, ws_endpoint_output(endpoint).size);
    return endpoint;
}

/* ---- frames that come in ---- */

static const struct session {
    const char *what;
    struct {
        uint8_t first; /* octet of the header */
        const char *payload;
        size_t size;
    } frames[4];
    const char *told;
    unsigned code; /* of the Close frame that is sent; 0: none */
    enum ws_violation of_client, of_server;
} sessions[] = {
#define F(first, text)               \
    {                                \
        first, text, sizeof text - 1 \
    }
#define HELLO "\xf2\x48\xcd\xc9\xc9\x07\x00"
#define AGAIN "\xf2\x00\x11\x00\x00"
    {"compressed", {F(0xc1, HELLO)}, "text(Hello)", 0, 0, 0},
    {"not compressed", {F(0x81, "Hello")}, "text(Hello)", 0, 0, 0},
    {"binary", {F(0xc2, HELLO)}, "binary(Hello)", 0, 0, 0},
    {"fragments", {F(0x41, "\xf2\x48\xcd"), F(0x80, "\xc9\xc9\x07\x00")}, "text(Hello)", 0, 0, 0},
    {"a ping between",
     {F(0x41, "\xf2\x48\xcd\xc9\xc9\x07\x00\x00\x00\xff\xff"), F(0x89, "p"), F(0x80, "\x00")},
     "text(Hello...) ping(p) text+()",
     0,
     0,
     0},
    {"empty fragments", {F(0x41, ""), F(0x00, ""), F(0x00, HELLO), F(0x80, "")}, "text(Hello)", 0, 0, 0},
    {"empty", {F(0xc1, "\x00"), F(0xc2, "\x00")}, "text() binary()", 0, 0, 0},
    {"stored", {F(0xc1, "\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00")}, "text(Hello)", 0, 0, 0},
    {"BFINAL",
     {F(0xc1, "\xf3\x48\xcd\xc9\xc9\x07\x00\x00"), F(0xc1, HELLO)},
     "text(Hello) text(Hello)",
     0,
     0,
     0},
    {"two blocks", {F(0xc1, "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00")}, "text(Hello)", 0, 0, 0},
    {"takeover, with an uncompressed message between",
     {F(0xc1, HELLO), F(0x81, "other"), F(0xc1, AGAIN)},
     "text(Hello) text(other) text(Hello)",
     0,
     0,
     0},
    {"alone: no takeover",
     {F(0xc1, HELLO), F(0xc1, AGAIN), F(0x89, "p")},
     "text(Hello) text(H...) FAILED",
     1002,
     WS_CLIENT_CONTEXT_TAKEN_OVER,
     WS_SERVER_CONTEXT_TAKEN_OVER},
    {"alone: twice the same", {F(0xc1, HELLO), F(0xc1, HELLO)}, "text(Hello) text(Hello)", 0, 0, 0},
    /* RSV bits */
    {"RSV1 on a ping", {F(0xc9, "")}, "FAILED", 1002, WS_RSV1_ON_CONTROL_FRAME, WS_RSV1_ON_CONTROL_FRAME},
    {"RSV1 on a pong", {F(0xca, "")}, "FAILED", 1002, WS_RSV1_ON_CONTROL_FRAME, WS_RSV1_ON_CONTROL_FRAME},
    {"RSV1 on a close",
     {F(0xc8, "\x03\xe8")},
     "FAILED",
     1002,
     WS_RSV1_ON_CONTROL_FRAME,
     WS_RSV1_ON_CONTROL_FRAME},
    {"RSV1 on a continuation",
     {F(0x41, "\xf2\x48\xcd"), F(0xc0, "\xc9\xc9\x07\x00")},
     "text(He...) FAILED",
     1002,
     WS_RSV1_ON_CONTINUATION,
     WS_RSV1_ON_CONTINUATION},
    {"RSV1 on a continuation only",
     {F(0x01, "a"), F(0xc0, HELLO)},
     "text(a...) FAILED",
     1002,
     WS_RSV1_ON_CONTINUATION,
     WS_RSV1_ON_CONTINUATION},
    {"RSV2", {F(0xe1, HELLO)}, "FAILED", 1002, WS_RSV2_SET, WS_RSV2_SET},
    {"RSV3", {F(0x91, "a")}, "FAILED", 1002, WS_RSV3_SET, WS_RSV3_SET},
    /* data */
    {"no DEFLATE data",
     {F(0xc1, "\x07"), F(0x89, "p")},
     "FAILED",
     1007,
     WS_DEFLATE_DATA_INVALID,
     WS_DEFLATE_DATA_INVALID},
    {"no payload at all", {F(0xc1, "")}, "FAILED", 1007, WS_DEFLATE_DATA_INVALID, WS_DEFLATE_DATA_INVALID},
    {"cut off",
     {F(0x42, "\xf2\x48\xcd"), F(0x80, "\xc9\xc9\x07")},
     "binary(Hello...) FAILED",
     1007,
     WS_DEFLATE_DATA_INVALID,
     WS_DEFLATE_DATA_INVALID},
    {"text that is none, stored: told up to there",
     {F(0xc1, "\x00\x05\x00\xfa\xff"
              "ab\xe2(c\x00")},
     "text(ab\\xe2...) FAILED",
     1007,
     WS_TEXT_NOT_UTF8,
     WS_TEXT_NOT_UTF8},
    {"text cut off",
     {F(0xc1, "\x00\x01\x00\xfe\xff\xc3\x00")},
     "text(\\xc3...) FAILED",
     1007,
     WS_TEXT_NOT_UTF8,
     WS_TEXT_NOT_UTF8},
    {"a code point over fragments",
     {F(0x41, "\x00\x01\x00\xfe\xff\xc3"), F(0x80, "\x00\x01\x00\xfe\xff\xa9\x00")},
     "text(\\xc3\\xa9)",
     0,
     0,
     0},
    {"what is no text in binary", {F(0xc2, "\x00\x01\x00\xfe\xff\xff\x00")}, "binary(\\xff)", 0, 0, 0},
    {"behind a failure nothing is inflated",
     {F(0xc1, "\x00\x01\x00\xfe\xff\xff\x00"), F(0xc1, HELLO)},
     "FAILED",
     1007,
     WS_TEXT_NOT_UTF8,
     WS_TEXT_NOT_UTF8},
    /* 1033 times "a"; the limit is 1000 */
    {"too big",
     {F(0xc2, "\x4a\x4c\x1c\x05\xa3\x60\x14\x8c\x78\x00\x00")},
     "binary(",
     1009,
     WS_MESSAGE_TOO_BIG,
     WS_MESSAGE_TOO_BIG},
#undef F
};
enum { SESSIONS = sizeof sessions / sizeof sessions[0] };

/* The Close frame in an output that has nothing else behind pongs. */
static unsigned close_code(struct ws_endpoint *endpoint)
{
    struct ws_octets output = ws_endpoint_output(endpoint);
    struct ws_frame_decoder decoder = {0};
    struct ws_frame_event event;
    unsigned code = 0;
    do {
        size_t taken = ws_frame_decode(&decoder, output.at, output.size, &event);
        output.at += taken;
        output.size -= taken;
        if (event.kind == WS_FRAME_PAYLOAD && event.header->opcode == WS_CLOSE) {
            uint8_t body[2];
            ws_mask(body, event.payload.at, 2, event.header->masking_key, 0);
            code = (unsigned)(body[0] << 8 | body[1]);
        }
    } while (event.kind != WS_FRAME_NEED_MORE);
    return code;
}

static void run_session(const struct session *session, enum ws_role role, const uint8_t *octets, size_t size,
                        size_t cut, struct guarded *page)
{
    bool alone = strncmp(session->what, "alone", 5) == 0;
    struct ws_endpoint *endpoint = open_endpoint(role, alone, MESSAGE_LIMIT);
    struct trace told = {0};
    if (cut > size) { /* octet by octet */
        for (size_t i = 0; i < size; i++)
            trace_receive(&told, endpoint, 0, guarded_copy(page, octets + i, 1), 1);
    } else {
        trace_receive(&told, endpoint, 0, guarded_copy(page, octets, cut), cut);
        trace_receive(&told, endpoint, 0, guarded_copy(page, octets + cut, size - cut), size - cut);
    }
    enum ws_violation violation = role == WS_SERVER ? session->of_client : session->of_server;
    char expected[256];
    (void)snprintf(expected, sizeof expected, violation == WS_NO_VIOLATION ? "%s" : "%s(%s)", session->told,
                   ws_violation_facts(violation)->name);
    size_t compared =
        session->told[strlen(session->told) - 1] == '(' ? strlen(session->told) : sizeof told.text;
    ck_assert_msg(strncmp(told.text, expected, compared) == 0, "%s, role %d, cut %zd: told\n%s\nexpected\n%s",
                  session->what, role, cut, told.text, expected);
    ck_assert_uint_eq(close_code(endpoint), session->code);
    ws_endpoint_free(endpoint);
}

START_TEST(sessions_in_any_pieces)
{
    const struct session *session = &sessions[_i];
    for (enum ws_role role = WS_CLIENT; role <= WS_SERVER; role++) {
        uint8_t octets[512];
        size_t size = 0;
        struct guarded page = guarded_new(sizeof octets);
        for (size_t i = 0; i < 4 && session->frames[i].payload != NULL; i++)
            size += frame_put(octets + size, session->frames[i].first, role == WS_SERVER,
                              session->frames[i].payload, session->frames[i].size);
        for (size_t cut = 0; cut <= size + 1; cut++)
            run_session(session, role, octets, size, cut, &page);
        guarded_free(&page);
    }
}
END_TEST

START_TEST(windows_of_the_peer)
{
    for (enum ws_role role = WS_CLIENT; role <= WS_SERVER; role++) {
        for (uint32_t distance = 256; distance <= 257; distance++) {
            struct ws_endpoint *endpoint = open_endpoint(role, false, MESSAGE_LIMIT);
            struct octets payload = with_distance(distance);
            uint8_t octets[512];
            size_t size = frame_put(octets, 0xc2, role == WS_SERVER, payload.at, payload.size);
            struct trace told = {0};
            trace_receive(&told, endpoint, 0, octets, size);
            ck_assert_str_eq(told.text, distance == 256 ? "binary(259 octets)"
                                        : role == WS_SERVER
                                            ? "binary(257 octets...) FAILED(CLIENT_WINDOW_EXCEEDED)"
                                            : "binary(257 octets...) FAILED(SERVER_WINDOW_EXCEEDED)");
            ck_assert_uint_eq(close_code(endpoint), distance == 256 ? 0 : 1002);
            free(payload.at);
            ws_endpoint_free(endpoint);
        }
    }
}
END_TEST

/* 64 MiB of zeros in 64 KiB of payload: told up to the limit, by pieces of a scratch. */
START_TEST(a_bomb_ends_at_the_limit)
{
    static uint8_t zeros[1 << 20];
    enum { LIMIT = 3 << 20 };
    struct ws_deflater *deflater = ws_deflater_new(15, true, 9);
    struct octets payload = {0};
    for (unsigned i = 0; i < 64; i++)
        deflate_pieces(deflater, zeros, sizeof zeros, sizeof zeros,
                       i < 63 ? WS_DEFLATE_MORE : WS_DEFLATE_MESSAGE, 1 << 16, &payload);
    uint8_t *octets = malloc(payload.size + WS_FRAME_HEADER_MAX);
    size_t size = frame_put(octets, 0xc2, true, payload.at, payload.size), at = 0, told = 0;
    struct ws_endpoint *endpoint = open_endpoint(WS_SERVER, false, LIMIT);
    struct ws_event event;
    do {
        at += ws_endpoint_receive(endpoint, 0, octets + at, size - at, &event);
        ck_assert(event.kind != WS_EVENT_DATA || !event.last);
        ck_assert_uint_le(event.octets.size, 1 << 16);
        told += event.octets.size;
    } while (event.kind == WS_EVENT_DATA);
    ck_assert_int_eq(event.kind, WS_EVENT_FAILED);
    ck_assert_int_eq(event.violation, WS_MESSAGE_TOO_BIG);
    ck_assert_uint_eq(told, LIMIT);
    ck_assert_uint_eq(close_code(endpoint), 1009);
    ws_endpoint_free(endpoint);
    ws_deflater_free(deflater);
    free(octets);
    free(payload.at);
}
END_TEST

/* ---- frames that go out ---- */

START_TEST(sent_frames) /* RFC 7692 7.2.3 */
{
    struct ws_endpoint *endpoint = open_endpoint(WS_SERVER, false, 0);
    static const uint8_t hello[] = "Hello";
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_TEXT, true, hello, 5), WS_DONE);
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_TEXT, false, hello, 5), WS_DONE);
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_PING, true, hello, 5), WS_DONE);
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_CONTINUATION, false, hello, 0), WS_DONE);
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_CONTINUATION, true, hello, 0), WS_DONE);
    uint8_t *buffer = malloc(64);
    memcpy(buffer + WS_FRAME_HEADER_MAX, hello, 5);
    ck_assert_int_eq(ws_endpoint_send_buffer(endpoint, WS_BINARY, true, buffer, 64, 5), WS_DONE);
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_BINARY, true, NULL, 0), WS_DONE);
    static const char expected[] = "\xc1\x07" HELLO "\x41\x09" AGAIN "\x00\x00\xff\xff"
                                   "\x89\x05Hello"
                                   "\x00\x00\x80\x01\x00"
                                   "\xc2\x04\x02\x13\x00\x00\xc2\x01\x00";
    struct ws_octets output = ws_endpoint_output(endpoint);
    must_equal(output.at, output.size, expected, sizeof expected - 1);
    ws_endpoint_free(endpoint);
}
END_TEST

/* A message that was refused has left no trace in the window. */
START_TEST(refused_for_want_of_room)
{
    struct ws_endpoint_config config = {.role = WS_SERVER, .output_limit = 400, .deflate = {.enabled = true}};
    struct ws_endpoint *endpoint = ws_endpoint_new(&config, 0);
    struct trace told = {0};
    trace_receive(&told, endpoint, 0, (const uint8_t *)requests[0], strlen(requests[0]));
    ws_endpoint_output_taken(endpoint, ws_endpoint_output(endpoint).size);
    struct octets noise = data_make(5, 300);
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_BINARY, true, noise.at, 260), WS_DONE);
    memcpy(noise.at + 295, "Hello", 5); /* at hand, had it been compressed */
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_BINARY, true, noise.at, 300), WS_ERROR_OUTPUT_FULL);
    ws_endpoint_output_taken(endpoint, ws_endpoint_output(endpoint).size);
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_TEXT, true, (const uint8_t *)"Hello", 5), WS_DONE);
    struct ws_octets output = ws_endpoint_output(endpoint);
    must_equal(output.at, output.size, "\xc1\x07" HELLO, 9);
    free(noise.at);
    ws_endpoint_free(endpoint);
}
END_TEST

/* A client keeps to what it offered also where the answer allows it more (RFC 7692 7.1.1.2, 7.1.2.2). */
START_TEST(a_client_keeps_to_its_hints)
{
    static const char answer[] =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
        "Connection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n";
    struct ws_request asked = {.host = "example.com", .target = "/chat", .key = TRACE_KEY};
    struct ws_endpoint_config config = {
        .role = WS_CLIENT,
        .output_limit = SIZE_MAX,
        .deflate = {.enabled = true, .client_no_context_takeover = true, .client_max_window_bits = 8},
        .request = &asked,
        .random = counted_octets,
        .random_context = &next_octet};
    struct ws_endpoint *endpoint = ws_endpoint_new(&config, 0);
    struct trace told = {0};
    trace_receive(&told, endpoint, 0, (const uint8_t *)answer, sizeof answer - 1);
    ck_assert_str_eq(told.text, "OPEN");
    ck_assert_uint_eq(ws_endpoint_deflate(endpoint)->client_max_window_bits, 0);
    struct octets noise = data_make(5, 600);
    memcpy(noise.at + 300, noise.at, 300);
    struct ws_deflate_scanner scanner;
    ws_deflate_scanner_init(&scanner, 8, false);
    for (unsigned message = 0; message < 2; message++) {
        ws_endpoint_output_taken(endpoint, ws_endpoint_output(endpoint).size);
        ck_assert_int_eq(ws_endpoint_send(endpoint, WS_BINARY, true, noise.at, 600), WS_DONE);
        struct ws_octets output = ws_endpoint_output(endpoint);
        uint8_t payload[1200];
        ck_assert_uint_ge(output.size, 8);
        ck_assert_uint_le(output.size, sizeof payload);
        ws_mask(payload, output.at + 8, output.size - 8, output.at + 4, 0); /* behind a 16-bit length */
        ws_deflate_scanner_begin(&scanner);
        (void)ws_deflate_scan(&scanner, payload, output.size - 8);
        ck_assert_str_eq(ws_deflate_fault_text(ws_deflate_scanner_end(&scanner)), "nothing is wrong");
        ck_assert_uint_eq(scanner.produced, 600 * (message + 1));
    }
    free(noise.at);
    ws_endpoint_free(endpoint);
}
END_TEST

/* A connection that carried a large message once does not keep the room for it. */
START_TEST(room_of_a_large_message_is_given_back)
{
    struct ws_endpoint_config config = {
        .role = WS_SERVER, .output_limit = SIZE_MAX, .deflate = {.enabled = true}};
    struct ws_endpoint *endpoint = ws_endpoint_new(&config, 0);
    struct trace told = {0};
    trace_receive(&told, endpoint, 0, (const uint8_t *)requests[0], strlen(requests[0]));
    struct octets zeros = data_make(4, 8 << 20);
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_BINARY, true, zeros.at, zeros.size), WS_DONE);
    ck_assert_uint_le(endpoint->deflate->compressed.capacity, 1 << 20);
    free(zeros.at);
    ws_endpoint_free(endpoint);
}
END_TEST

/* ---- a client and an echo ---- */

struct talk {
    struct ws_endpoint *client;
    struct ws_echo *echo;
    size_t piece;
    struct octets received;
    unsigned messages, compressed_frames;
    struct ws_frame_decoder decoder;
};

static void client_takes(struct talk *talk, const uint8_t *at, size_t size)
{
    struct ws_event event;
    do {
        size_t taken = ws_endpoint_receive(talk->client, 0, at, size, &event);
        at += taken;
        size -= taken;
        ck_assert(event.kind == WS_EVENT_NONE || event.kind == WS_EVENT_OPEN || event.kind == WS_EVENT_DATA);
        if (event.octets.size > 0) {
            memcpy(octets_room(&talk->received, event.octets.size), event.octets.at, event.octets.size);
            talk->received.size += event.octets.size;
        }
        talk->messages += event.kind == WS_EVENT_DATA && event.last;
    } while (event.kind != WS_EVENT_NONE);
}

/* Carries over what waits on either side, by pieces. */
static void carry(struct talk *talk)
{
    for (;;) {
        struct ws_endpoint *server = ws_echo_endpoint(talk->echo);
        struct ws_octets to_server = ws_endpoint_output(talk->client), to_client = ws_endpoint_output(server);
        size_t part = to_server.size < talk->piece ? to_server.size : talk->piece;
        if (to_server.size == 0 && to_client.size == 0)
            return;
        if (part > 0)
            ws_echo_receive(talk->echo, 0, to_server.at, part);
        ws_endpoint_output_taken(talk->client, part);
        to_client = ws_endpoint_output(server);
        part = to_client.size < talk->piece ? to_client.size : talk->piece;
        if (part > 0)
            client_takes(talk, to_client.at, part);
        ws_endpoint_output_taken(server, part);
    }
}

static void say(struct talk *talk, const struct octets *message, size_t fragment)
{
    size_t at = 0;
    talk->received.size = 0;
    unsigned before = talk->messages;
    do {
        size_t part = message->size - at < fragment ? message->size - at : fragment;
        ck_assert_int_eq(ws_endpoint_send(talk->client, at == 0 ? WS_BINARY : WS_CONTINUATION,
                                          at + part == message->size, message->at + at, part),
                         WS_DONE);
        at += part;
    } while (at < message->size);
    carry(talk);
    ck_assert_uint_eq(talk->messages, before + 1);
    must_equal(talk->received.at, talk->received.size, message->at, message->size);
}

static const struct agreement {
    struct ws_deflate_policy client, server;
    bool agreed;
} agreements[] = {
#define ON .enabled = true
    {{ON}, {ON}, true},
    {{ON}, {.enabled = false}, false},
    {{.enabled = false}, {ON}, false},
    {{ON, .server_no_context_takeover = true, .level = 9}, {ON}, true},
    {{ON, .client_no_context_takeover = true}, {ON, .level = 1}, true},
    {{ON}, {ON, .server_no_context_takeover = true, .client_no_context_takeover = true}, true},
    {{ON, .server_max_window_bits = 8}, {ON, .client_max_window_bits = 8}, true},
    {{ON, .client_max_window_bits = 8}, {ON, .server_max_window_bits = 8}, true},
    {{ON, .server_max_window_bits = 9, .client_max_window_bits = 10},
     {ON, .client_max_window_bits = 9},
     true},
    {{ON, .server_max_window_bits = 12, .client_max_window_bits = 14, .server_no_context_takeover = true},
     {ON, .server_max_window_bits = 13, .client_no_context_takeover = true},
     true},
#undef ON
};

START_TEST(talks_under_every_agreement)
{
    const struct agreement *agreement = &agreements[_i];
    static const size_t pieces[] = {1, 7, 1000, 1 << 20};
    for (size_t p = 0; p < sizeof pieces / sizeof pieces[0]; p++) {
        struct ws_endpoint_config config = {.role = WS_CLIENT,
                                            .deflate = agreement->client,
                                            .request = &trace_asked,
                                            .random = counted_octets,
                                            .random_context = &next_octet};
        struct talk talk = {.client = ws_endpoint_new(&config, 0), .piece = pieces[p]};
        config = (struct ws_endpoint_config){.role = WS_SERVER, .deflate = agreement->server};
        talk.echo = ws_echo_new(&config, 0);
        carry(&talk);
        ck_assert_int_eq(ws_endpoint_state(talk.client), WS_OPEN);
        ck_assert(agreement->agreed == (ws_endpoint_deflate(talk.client) != NULL));
        ck_assert(agreement->agreed == (ws_endpoint_deflate(ws_echo_endpoint(talk.echo)) != NULL));
        for (unsigned kind = 0; kind < DATA_KINDS; kind++) {
            struct octets message = data_make(kind, pieces[p] == 1 ? 3000 : 50000), empty = {0};
            say(&talk, &message, message.size);
            say(&talk, &empty, 1);
            say(&talk, &message, 1700);
            free(message.at);
        }
        free(talk.received.at);
        ws_endpoint_free(talk.client);
        ws_echo_free(talk.echo);
    }
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("deflate_endpoint");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, sessions_in_any_pieces, 0, SESSIONS);
    tcase_add_test(tcase, windows_of_the_peer);
    tcase_add_test(tcase, a_bomb_ends_at_the_limit);
    tcase_add_test(tcase, sent_frames);
    tcase_add_test(tcase, refused_for_want_of_room);
    tcase_add_test(tcase, a_client_keeps_to_its_hints);
    tcase_add_test(tcase, room_of_a_large_message_is_given_back);
    tcase_add_loop_test(tcase, talks_under_every_agreement, 0, sizeof agreements / sizeof agreements[0]);
    Suite *suite = suite_create("deflate_endpoint");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
