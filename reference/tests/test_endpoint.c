/* SPDX-License-Identifier: MIT */
/* The endpoint: sessions as tables, in both roles, fed whole, cut at every octet and octet by octet: the same
 * is told and sent. Every frame violation fails the connection with its code. Then what no table shows: who
 * closes TCP and when, time, caps, and the end of the stream at any moment. */
#include "reference/tests/endpoint_trace.h"

/* ---- sessions ---- */

struct step {
    uint8_t first; /* octet of the header; 0 and raw: the octets as they are */
    bool raw;
    const char *octets;
    size_t size;
};
#define F(first, text)                      \
    {                                       \
        first, false, text, sizeof text - 1 \
    }
#define RAW(text)                      \
    {                                  \
        0, true, text, sizeof text - 1 \
    }

enum { SERVERS = 1 << WS_SERVER, CLIENTS = 1 << WS_CLIENT, BOTH = SERVERS | CLIENTS };

static const struct session {
    const char *what;
    int roles;
    struct step steps[8];
    const char *told; /* after "OPEN" */
    const char *sent; /* after the head; NULL: the Close of `violation` */
    enum ws_violation violation;
} sessions[] = {
    {"nothing", BOTH, {{0}}, "", "", 0},
    {"text", BOTH, {F(0x81, "hi")}, " text(hi)", "", 0},
    {"empty messages", BOTH, {F(0x81, ""), F(0x82, "")}, " text() binary()", "", 0},
    {"fragments",
     BOTH,
     {F(0x01, "a"), F(0x00, ""), F(0x00, "b\xc3"), F(0x80, "\xa9")},
     " text(ab\\xc3\\xa9)",
     "",
     0},
    {"empty fragments", BOTH, {F(0x02, ""), F(0x00, ""), F(0x80, "")}, " binary()", "", 0},
    {"an empty end", BOTH, {F(0x02, "x"), F(0x80, "")}, " binary(x)", "", 0},
    {"ping", BOTH, {F(0x89, "p1"), F(0x89, "")}, " ping(p1) ping()", " pong(p1) pong()", 0},
    {"pong unasked", BOTH, {F(0x8a, "x"), F(0x81, "y")}, " pong(x) text(y)", "", 0},
    {"ping inside a message",
     BOTH,
     {F(0x01, "a\xe2\x82"), F(0x89, "p"), F(0x80, "\xac")},
     " text(a\\xe2\\x82...) ping(p) text+(\\xac)",
     " pong(p)",
     0},
    {"ping before any octet of a message",
     BOTH,
     {F(0x01, ""), F(0x89, "p"), F(0x80, "z")},
     " ping(p) text(z)",
     " pong(p)",
     0},
    {"close", BOTH, {F(0x88, "\x03\xe8")}, " CLOSE(1000)", " close(\\x03\\xe8)", 0},
    {"close without code", BOTH, {F(0x88, "")}, " CLOSE(1005)", " close()", 0},
    {"close with reason",
     BOTH,
     {F(0x88, "\x0f\xa0\xc3\xa9")},
     " CLOSE(4000\\xc3\\xa9)",
     " close(\\x0f\\xa0)",
     0},
    {"1010 of a client", SERVERS, {F(0x88, "\x03\xf2")}, " CLOSE(1010)", " close(\\x03\\xf2)", 0},
    {"all is dropped after a close",
     BOTH,
     {F(0x88, "\x03\xe8"), F(0x89, "p"), F(0x81, "x"), F(0x88, "")},
     " CLOSE(1000)",
     " close(\\x03\\xe8)",
     0},
    {"close inside a message",
     BOTH,
     {F(0x01, "a"), F(0x88, "\x03\xe9")},
     " text(a...) CLOSE(1001)",
     " close(\\x03\\xe9)",
     0},
    /* violations */
    {"after failing nothing is processed",
     BOTH,
     {F(0x83, ""), F(0x89, "p"), F(0x81, "x"), F(0x88, "\x03\xe8")},
     "",
     NULL,
     WS_RESERVED_DATA_OPCODE},
    {"RSV1", BOTH, {F(0xc1, "x")}, "", NULL, WS_RSV1_SET},
    {"RSV2", BOTH, {F(0xa2, "x")}, "", NULL, WS_RSV2_SET},
    {"RSV3", BOTH, {F(0x99, "")}, "", NULL, WS_RSV3_SET},
    {"opcode 7", BOTH, {F(0x87, "x")}, "", NULL, WS_RESERVED_DATA_OPCODE},
    {"opcode B", BOTH, {F(0x8b, "x")}, "", NULL, WS_RESERVED_CONTROL_OPCODE},
    {"unmasked", SERVERS, {RAW("\x81\x02hi")}, "", NULL, WS_CLIENT_FRAME_UNMASKED},
    {"masked", CLIENTS, {RAW("\x81\x82\0\0\0\0hi")}, "", NULL, WS_SERVER_FRAME_MASKED},
    {"ping in fragments", BOTH, {F(0x09, "x"), F(0x80, "y")}, "", NULL, WS_CONTROL_FRAME_FRAGMENTED},
    {"long ping", CLIENTS, {RAW("\x89\x7e\x00\x7e")}, "", NULL, WS_CONTROL_FRAME_TOO_LONG},
    {"top bit", CLIENTS, {RAW("\x82\x7f\x80\0\0\0\0\0\0\0")}, "", NULL, WS_LENGTH_TOP_BIT_SET},
    {"long form", CLIENTS, {RAW("\x81\x7e\x00\x02hi")}, "", NULL, WS_LENGTH_NOT_MINIMAL},
    {"continuation first", BOTH, {F(0x80, "x")}, "", NULL, WS_CONTINUATION_OF_NOTHING},
    {"continuation after the end",
     BOTH,
     {F(0x81, "a"), F(0x89, ""), F(0x00, "x")},
     " text(a) ping()",
     " pong() close(\\x03\\xeaa continuation frame needs a message that was begun)",
     WS_CONTINUATION_OF_NOTHING},
    {"message in message",
     BOTH,
     {F(0x01, "a"), F(0x82, "x")},
     " text(a...)",
     NULL,
     WS_MESSAGE_INSIDE_MESSAGE},
    {"close of one octet", BOTH, {F(0x88, "\x03")}, "", NULL, WS_CLOSE_BODY_OF_ONE_OCTET},
    {"close 999", BOTH, {F(0x88, "\x03\xe7")}, "", NULL, WS_CLOSE_CODE_BELOW_1000},
    {"close 1004", BOTH, {F(0x88, "\x03\xec")}, "", NULL, WS_CLOSE_CODE_1004},
    {"close 1005", BOTH, {F(0x88, "\x03\xed")}, "", NULL, WS_CLOSE_CODE_1005},
    {"close 1006", BOTH, {F(0x88, "\x03\xeexyz")}, "", NULL, WS_CLOSE_CODE_1006},
    {"close 1015", BOTH, {F(0x88, "\x03\xf7")}, "", NULL, WS_CLOSE_CODE_1015},
    {"close 2999", BOTH, {F(0x88, "\x0b\xb7")}, "", NULL, WS_CLOSE_CODE_UNASSIGNED},
    {"close 65535", BOTH, {F(0x88, "\xff\xff")}, "", NULL, WS_CLOSE_CODE_ABOVE_4999},
    {"bad code before bad reason", BOTH, {F(0x88, "\x03\xed\xff")}, "", NULL, WS_CLOSE_CODE_1005},
    {"reason not UTF-8", BOTH, {F(0x88, "\x03\xe8ok\xff!")}, "", NULL, WS_CLOSE_REASON_NOT_UTF8},
    {"reason cut off", BOTH, {F(0x88, "\x03\xe8\xc3")}, "", NULL, WS_CLOSE_REASON_NOT_UTF8},
    {"text not UTF-8", BOTH, {F(0x81, "ab\xe2\x82(cd")}, " text(ab\\xe2\\x82...)", NULL, WS_TEXT_NOT_UTF8},
    {"bad at once", BOTH, {F(0x81, "\xff")}, "", NULL, WS_TEXT_NOT_UTF8},
    {"bad in a fragment",
     BOTH,
     {F(0x01, "\xed"), F(0x00, "\xa0"), F(0x80, "\x80")},
     " text(\\xed...)",
     NULL,
     WS_TEXT_NOT_UTF8},
    {"text cut off", BOTH, {F(0x81, "a\xf0\x9f\x98")}, " text(a\\xf0\\x9f\\x98...)", NULL, WS_TEXT_NOT_UTF8},
    {"text cut off, empty end",
     BOTH,
     {F(0x01, "\xc3"), F(0x80, "")},
     " text(\\xc3...)",
     NULL,
     WS_TEXT_NOT_UTF8},
    {"1010 of a server", CLIENTS, {F(0x88, "\x03\xf2")}, "", NULL, WS_SERVER_SENT_1010},
    /* limits: frame 40, message 50, fragments 4 */
    {"frame at its limit",
     BOTH,
     {F(0x82, "0123456789012345678901234567890123456789")},
     " binary(0123456789012345678901234567890123456789)",
     "",
     0},
    {"frame too big", CLIENTS, {RAW("\x82\x29")}, "", NULL, WS_FRAME_TOO_BIG},
    {"top bit before limits",
     CLIENTS,
     {RAW("\x82\x7f\xff\xff\xff\xff\xff\xff\xff\xff")},
     "",
     NULL,
     WS_LENGTH_TOP_BIT_SET},
    {"absurd length", CLIENTS, {RAW("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff")}, "", NULL, WS_FRAME_TOO_BIG},
    {"message too big",
     CLIENTS,
     {F(0x02, "01234567890123456789"), F(0x00, "01234567890123456789"), RAW("\x80\x0b")},
     " binary(0123456789012345678901234567890123456789...)",
     NULL,
     WS_MESSAGE_TOO_BIG},
    {"too many fragments",
     BOTH,
     {F(0x02, ""), F(0x00, ""), F(0x00, ""), F(0x00, ""), F(0x80, "x")},
     "",
     NULL,
     WS_TOO_MANY_FRAGMENTS},
};
enum { SESSIONS = sizeof sessions / sizeof sessions[0] };

static uint8_t random_next;

static struct ws_endpoint *endpoint_new(enum ws_role role)
{
    random_next = 1;
    const struct ws_endpoint_config config = {.role = role,
                                              .frame_limit = 40,
                                              .message_limit = 50,
                                              .fragment_limit = 4,
                                              .request = &trace_asked,
                                              .random = counted_octets,
                                              .random_context = &random_next};
    struct ws_endpoint *endpoint = ws_endpoint_new(&config, 0);
    ck_assert_ptr_nonnull(endpoint);
    return endpoint;
}

/* The peer's octets of a session: head and frames. */
static size_t session_octets(const struct session *session, enum ws_role role, uint8_t *to)
{
    const char *head = role == WS_SERVER ? trace_request : trace_response;
    size_t size = strlen(head);
    memcpy(to, head, size);
    for (const struct step *step = session->steps; step->octets != NULL; step++)
        if (step->raw) {
            memcpy(to + size, step->octets, step->size);
            size += step->size;
        } else {
            size += frame_put(to + size, step->first, role == WS_SERVER, step->octets, step->size);
        }
    return size;
}

static void expected_of(const struct session *session, enum ws_role role, char *told, char *sent, size_t room)
{
    const struct ws_violation_facts *facts = ws_violation_facts(session->violation);
    bool fails = session->violation != WS_NO_VIOLATION;
    snprintf(told, room, "OPEN%s%s%s%s", session->told, fails ? " FAILED(" : "", fails ? facts->name : "",
             fails ? ")" : "");
    const char *head = role == WS_SERVER ? "101" : "GET";
    if (session->sent != NULL)
        snprintf(sent, room, "%s%s", head, session->sent);
    else
        snprintf(sent, room, "%s close(\\x03\\x%02x%s)", head, facts->code & 0xff, facts->sentence);
}

/* Feeds [0, first) and [first, size), or single octets when `first` is SIZE_MAX. */
static void run_session(const struct session *session, enum ws_role role, size_t first)
{
    static uint8_t octets[4096];
    size_t size = session_octets(session, role, octets);
    struct ws_endpoint *endpoint = endpoint_new(role);
    struct trace told = {0}, sent_text = {0};
    struct sent sent = {0};
    if (first == SIZE_MAX) {
        for (size_t i = 0; i < size; i++) {
            trace_receive(&told, endpoint, 0, octets + i, 1);
            sent_take(&sent, endpoint);
        }
    } else {
        trace_receive(&told, endpoint, 0, octets, first);
        trace_receive(&told, endpoint, 0, octets + first, size - first);
    }
    sent_take(&sent, endpoint);
    trace_sent(&sent_text, role, &sent);
    char expected_told[512], expected_sent[512];
    expected_of(session, role, expected_told, expected_sent, sizeof expected_told);
    ck_assert_msg(strcmp(told.text, expected_told) == 0, "%s, role %d, cut %zd: told\n%s\nexpected\n%s",
                  session->what, role, first, told.text, expected_told);
    ck_assert_msg(strcmp(sent_text.text, expected_sent) == 0, "%s, role %d, cut %zd: sent\n%s\nexpected\n%s",
                  session->what, role, first, sent_text.text, expected_sent);

    /* RFC 6455 7.1.1: the server sends FIN, the client waits for it. */
    bool closing = strstr(expected_sent, "close(") != NULL;
    ck_assert_int_eq(ws_endpoint_state(endpoint), closing ? WS_CLOSING : WS_OPEN);
    ck_assert_int_eq(ws_endpoint_transport(endpoint),
                     closing && role == WS_SERVER ? WS_TRANSPORT_SHUTDOWN : WS_TRANSPORT_KEEP);
    struct ws_event event;
    ws_endpoint_receive_end(endpoint, 0, &event);
    ck_assert_int_eq(event.kind, WS_EVENT_END);
    ck_assert_int_eq(event.clean, strstr(expected_told, "CLOSE(") != NULL);
    ck_assert_int_eq(ws_endpoint_transport(endpoint), WS_TRANSPORT_CLOSE);
    ws_endpoint_free(endpoint);
}

START_TEST(sessions_in_any_chunks)
{
    const struct session *session = &sessions[_i];
    for (enum ws_role role = WS_CLIENT; role <= WS_SERVER; role++) {
        if ((session->roles & 1 << role) == 0)
            continue;
        uint8_t octets[4096];
        size_t size = session_octets(session, role, octets);
        for (size_t first = 0; first <= size; first++)
            run_session(session, role, first);
        run_session(session, role, SIZE_MAX);
    }
}
END_TEST

START_TEST(every_frame_violation_has_a_session)
{
    for (enum ws_violation v = WS_NO_VIOLATION + 1; v < WS_HEAD_TOO_LARGE; v++) {
        bool covered = v == WS_FRAME_AFTER_CLOSE || v == WS_SECOND_CLOSE; /* dropped unseen */
        for (size_t i = 0; i < SESSIONS; i++)
            covered |= sessions[i].violation == v;
        ck_assert_msg(covered, "%s", ws_violation_facts(v)->name);
    }
}
END_TEST

/* The stream ends behind every octet of every session. */
START_TEST(end_of_stream_at_any_moment)
{
    const struct session *session = &sessions[_i];
    for (enum ws_role role = WS_CLIENT; role <= WS_SERVER; role++) {
        if ((session->roles & 1 << role) == 0)
            continue;
        uint8_t octets[4096];
        size_t size = session_octets(session, role, octets);
        for (size_t cut = 0; cut <= size; cut++) {
            struct ws_endpoint *endpoint = endpoint_new(role);
            struct trace told = {0};
            trace_receive(&told, endpoint, 0, octets, cut);
            struct ws_event event;
            ws_endpoint_receive_end(endpoint, 0, &event);
            ck_assert_msg(event.kind == WS_EVENT_END &&
                              event.clean == (strstr(told.text, "CLOSE(") != NULL) &&
                              ws_endpoint_state(endpoint) == WS_CLOSED &&
                              ws_endpoint_transport(endpoint) == WS_TRANSPORT_CLOSE,
                          "%s, cut at %zu: %s", session->what, cut, told.text);
            ws_endpoint_receive_end(endpoint, 0, &event); /* told once */
            ck_assert_int_eq(event.kind, WS_EVENT_NONE);
            trace_receive(&told, endpoint, 0, octets, size);
            ck_assert_ptr_null(strstr(told.text, "END"));
            ws_endpoint_free(endpoint);
        }
    }
}
END_TEST

/* ---- opening ---- */

static const struct {
    enum ws_role role;
    const char *head;
    const char *told;
    const char *sent; /* how it begins */
} openings[] = {
    {WS_SERVER, "POST / HTTP/1.1\r\nHost: a\r\n\r\n", "FAILED(REQUEST_METHOD_NOT_GET)", "HTTP/1.1 405 "},
    {WS_SERVER, "GET / HTTP/1.1\nHost: a\r\n", "FAILED(HEAD_BARE_LINE_FEED)", "HTTP/1.1 400 "},
    {WS_SERVER, "\x16\x03\x01", "FAILED(HEAD_START_LINE_MALFORMED)", "HTTP/1.1 400 "},
    {WS_CLIENT, "HTTP/1.1 200 OK\r\n\r\n", "FAILED(RESPONSE_STATUS_NOT_101) END", ""},
    {WS_CLIENT, "SSH-2.0-x\r\n", "FAILED(HEAD_START_LINE_MALFORMED) END", ""},
    {WS_CLIENT,
     "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: no\r\n\r\n",
     "FAILED(RESPONSE_ACCEPT_WRONG) END", ""},
};

START_TEST(bad_openings)
{
    enum ws_role role = openings[_i].role;
    const uint8_t *head = (const uint8_t *)openings[_i].head;
    size_t size = strlen(openings[_i].head);
    for (size_t cut = 0; cut <= size; cut++) {
        struct ws_endpoint *endpoint = endpoint_new(role);
        struct sent sent = {0};
        if (role == WS_CLIENT) /* the request goes out in part only; the rest is to be dropped */
            ws_endpoint_output_taken(endpoint, 10);
        struct trace told = {0};
        trace_receive(&told, endpoint, 10, head, cut);
        trace_receive(&told, endpoint, 10, head + cut, size - cut);
        trace_receive(&told, endpoint, 10, (const uint8_t *)"\x89\x80\0\0\0\0", 6); /* dropped */
        ck_assert_str_eq(told.text, openings[_i].told);
        sent_take(&sent, endpoint);
        ck_assert_uint_ge(sent.size, strlen(openings[_i].sent));
        ck_assert_int_eq(sent.size > 0, role == WS_SERVER);
        ck_assert(memcmp(sent.octets, openings[_i].sent, strlen(openings[_i].sent)) == 0);
        struct ws_event event;
        if (role == WS_SERVER) {
            ck_assert_int_eq(ws_endpoint_transport(endpoint), WS_TRANSPORT_SHUTDOWN);
            ws_endpoint_shutdown_done(endpoint);
            ck_assert_int_eq(ws_endpoint_transport(endpoint), WS_TRANSPORT_KEEP);
            ck_assert_uint_eq(ws_endpoint_deadline(endpoint), 5010);
            ws_endpoint_tick(endpoint, 5010, &event);
            ck_assert(event.kind == WS_EVENT_END && !event.clean);
        }
        ck_assert_int_eq(ws_endpoint_transport(endpoint), WS_TRANSPORT_CLOSE);
        ck_assert_uint_eq(ws_endpoint_deadline(endpoint), WS_NEVER);
        ws_endpoint_free(endpoint);
    }
}
END_TEST

START_TEST(heads_without_end)
{
    for (int exact = 0; exact < 2; exact++) {
        struct ws_endpoint_config config = {
            .role = WS_SERVER, .head_limits = {strlen(trace_request) - (exact ? 0 : 1), 20, 500}};
        struct ws_endpoint *endpoint = ws_endpoint_new(&config, 0);
        struct trace told = {0};
        for (size_t i = 0; i < strlen(trace_request); i++)
            trace_receive(&told, endpoint, 0, (const uint8_t *)trace_request + i, 1);
        ck_assert_str_eq(told.text, exact ? "OPEN" : "FAILED(HEAD_TOO_LARGE)");
        ws_endpoint_free(endpoint);
    }
}
END_TEST

START_TEST(interim_responses)
{
    static const char interim[] = "HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n";
    uint8_t octets[1024];
    size_t size = strlen(interim);
    memcpy(octets, interim, size);
    memcpy(octets + size, interim, size);
    memcpy(octets + 2 * size, trace_response, strlen(trace_response));
    size = 2 * size + strlen(trace_response);
    size += frame_put(octets + size, 0x81, false, "hi", 2);
    for (size_t cut = 0; cut <= size; cut++) {
        struct ws_endpoint *endpoint = endpoint_new(WS_CLIENT);
        struct trace told = {0};
        trace_receive(&told, endpoint, 0, octets, cut);
        trace_receive(&told, endpoint, 0, octets + cut, size - cut);
        ck_assert_str_eq(told.text, "OPEN text(hi)");
        ws_endpoint_free(endpoint);
    }
    struct ws_endpoint *endpoint = endpoint_new(WS_CLIENT);
    struct trace told = {0};
    for (size_t i = 0; i < 65536 / strlen(interim) + 1; i++)
        trace_receive(&told, endpoint, 0, (const uint8_t *)interim, strlen(interim));
    ck_assert_str_eq(told.text, "FAILED(HEAD_TOO_LARGE) END");
    ws_endpoint_free(endpoint);
}
END_TEST

START_TEST(subprotocols)
{
    static const char *const offered[] = {"chat", "superchat", NULL}, *const supported[] = {"superchat",
                                                                                            NULL};
    struct ws_request asked = trace_asked;
    asked.subprotocols = offered;
    struct ws_endpoint_config client = {.role = WS_CLIENT, .request = &asked};
    struct ws_endpoint_config server = {.role = WS_SERVER, .subprotocols = supported};
    struct ws_endpoint *c = ws_endpoint_new(&client, 0), *s = ws_endpoint_new(&server, 0);
    struct trace told = {0};
    struct ws_octets request = ws_endpoint_output(c);
    trace_receive(&told, s, 0, request.at, request.size);
    struct ws_octets response = ws_endpoint_output(s);
    trace_receive(&told, c, 0, response.at, response.size);
    ck_assert_str_eq(told.text, "OPEN OPEN");
    ck_assert_ptr_eq(ws_endpoint_subprotocol(s), supported[0]);
    ck_assert_ptr_eq(ws_endpoint_subprotocol(c), offered[1]);
    ws_endpoint_free(c);
    ws_endpoint_free(s);
}
END_TEST

START_TEST(open_timeout)
{
    struct ws_endpoint_config config = {.role = WS_SERVER, .open_timeout = 100};
    struct ws_endpoint *endpoint = ws_endpoint_new(&config, 50);
    struct ws_event event;
    ck_assert_uint_eq(ws_endpoint_deadline(endpoint), 150);
    ws_endpoint_tick(endpoint, 149, &event);
    ck_assert_int_eq(event.kind, WS_EVENT_NONE);
    ws_endpoint_tick(endpoint, 150, &event);
    ck_assert(event.kind == WS_EVENT_END && !event.clean);
    ck_assert_int_eq(ws_endpoint_transport(endpoint), WS_TRANSPORT_CLOSE);
    ws_endpoint_free(endpoint);
}
END_TEST

/* ---- open endpoints ---- */

/* An endpoint that is OPEN and whose output is empty. */
static struct ws_endpoint *opened(const struct ws_endpoint_config *config)
{
    struct ws_endpoint_config own = *config;
    own.request = &trace_asked;
    own.random = counted_octets;
    own.random_context = &random_next;
    struct ws_endpoint *endpoint = ws_endpoint_new(&own, 0);
    const char *head = own.role == WS_SERVER ? trace_request : trace_response;
    struct trace told = {0};
    trace_receive(&told, endpoint, 0, (const uint8_t *)head, strlen(head));
    ck_assert_str_eq(told.text, "OPEN");
    ws_endpoint_output_taken(endpoint, ws_endpoint_output(endpoint).size);
    return endpoint;
}

static void receive_frame(struct trace *told, struct ws_endpoint *endpoint, bool masked, ws_time now,
                          uint8_t first, const char *payload, size_t size)
{
    uint8_t frame[256];
    trace_receive(told, endpoint, now, frame, frame_put(frame, first, masked, payload, size));
}

START_TEST(closing_from_here) /* RFC 6455 7.1.1, 7.1.2 */
{
    enum ws_role role = _i == 0 ? WS_CLIENT : WS_SERVER;
    bool masked = role == WS_SERVER;
    struct ws_endpoint *endpoint = opened(&(struct ws_endpoint_config){.role = role, .close_timeout = 100});
    ck_assert_int_eq(ws_endpoint_close(endpoint, 1000, 1001, "bye"), WS_DONE);
    ck_assert_int_eq(ws_endpoint_close(endpoint, 1000, 1001, ""), WS_ERROR_STATE);
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_TEXT, true, NULL, 0), WS_ERROR_STATE);
    ck_assert_int_eq(ws_endpoint_state(endpoint), WS_CLOSING);
    ck_assert_int_eq(ws_endpoint_transport(endpoint), WS_TRANSPORT_KEEP);
    ck_assert_uint_eq(ws_endpoint_deadline(endpoint), 1100);
    struct ws_octets output = ws_endpoint_output(endpoint);
    ck_assert_uint_eq(output.size, role == WS_CLIENT ? 11 : 7);
    ws_endpoint_output_taken(endpoint, output.size);

    /* Until the peer's Close comes, its frames are heard and its pings answered (RFC 6455 5.5.2). */
    struct trace told = {0};
    receive_frame(&told, endpoint, masked, 1010, 0x81, "hi", 2);
    receive_frame(&told, endpoint, masked, 1010, 0x89, "p", 1);
    ck_assert_uint_eq(ws_endpoint_output(endpoint).size, role == WS_CLIENT ? 7 : 3);
    ws_endpoint_output_taken(endpoint, ws_endpoint_output(endpoint).size);
    receive_frame(&told, endpoint, masked, 1020, 0x88, "\x03\xe9", 2);
    receive_frame(&told, endpoint, masked, 1020, 0x89, "q", 1);
    ck_assert_str_eq(told.text, "text(hi) ping(p) CLOSE(1001)");
    ck_assert_uint_eq(ws_endpoint_output(endpoint).size, 0); /* no second Close, no pong any more */

    ck_assert_int_eq(ws_endpoint_transport(endpoint),
                     role == WS_SERVER ? WS_TRANSPORT_SHUTDOWN : WS_TRANSPORT_KEEP);
    ws_endpoint_shutdown_done(endpoint);
    struct ws_event event;
    ck_assert_uint_eq(ws_endpoint_deadline(endpoint), 1120);
    ws_endpoint_tick(endpoint, 1119, &event);
    ck_assert_int_eq(event.kind, WS_EVENT_NONE);
    ws_endpoint_tick(endpoint, 1120, &event); /* the peer's FIN never came */
    ck_assert(event.kind == WS_EVENT_END && event.clean);
    ck_assert_int_eq(ws_endpoint_transport(endpoint), WS_TRANSPORT_CLOSE);
    ws_endpoint_free(endpoint);
}
END_TEST

START_TEST(close_never_answered)
{
    struct ws_endpoint *endpoint =
        opened(&(struct ws_endpoint_config){.role = WS_SERVER, .close_timeout = 100});
    ck_assert_int_eq(ws_endpoint_close(endpoint, 0, 1005, NULL), WS_DONE);
    ck_assert_uint_eq(ws_endpoint_output(endpoint).size, 2);
    struct ws_event event;
    ws_endpoint_tick(endpoint, 100, &event);
    ck_assert(event.kind == WS_EVENT_END && !event.clean);
    ck_assert_uint_eq(ws_endpoint_output(endpoint).size, 0);
    ck_assert_int_eq(ws_endpoint_transport(endpoint), WS_TRANSPORT_CLOSE);
    ws_endpoint_free(endpoint);
}
END_TEST

START_TEST(violation_while_closing)
{
    struct ws_endpoint *endpoint = opened(&(struct ws_endpoint_config){.role = WS_SERVER});
    ws_endpoint_close(endpoint, 0, 1000, "");
    ws_endpoint_output_taken(endpoint, 4);
    struct trace told = {0};
    receive_frame(&told, endpoint, true, 0, 0x83, "", 0);
    ck_assert_str_eq(told.text, "FAILED(RESERVED_DATA_OPCODE)");
    ck_assert_uint_eq(ws_endpoint_output(endpoint).size, 0); /* one Close only */
    ck_assert_int_eq(ws_endpoint_transport(endpoint), WS_TRANSPORT_SHUTDOWN);
    struct ws_event event;
    ws_endpoint_receive_end(endpoint, 0, &event);
    ck_assert(event.kind == WS_EVENT_END && !event.clean);
    ws_endpoint_free(endpoint);
}
END_TEST

START_TEST(a_client_that_closes_with_1010_may_hear_it_again)
{
    struct ws_endpoint *endpoint = opened(&(struct ws_endpoint_config){.role = WS_CLIENT});
    ck_assert_int_eq(ws_endpoint_close(endpoint, 0, 1010, "x"), WS_DONE);
    struct trace told = {0};
    receive_frame(&told, endpoint, false, 0, 0x88, "\x03\xf2", 2);
    ck_assert_str_eq(told.text, "CLOSE(1010)");
    ws_endpoint_free(endpoint);
}
END_TEST

START_TEST(close_arguments)
{
    char reason[125];
    memset(reason, 'x', sizeof reason);
    reason[124] = '\0';
    struct ws_endpoint *endpoint = opened(&(struct ws_endpoint_config){.role = WS_SERVER});
    static const uint16_t bad[] = {0, 999, 1004, 1006, 1010, 1015, 1016, 2999, 5000, 65535};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        ck_assert_int_eq(ws_endpoint_close(endpoint, 0, bad[i], ""), WS_ERROR_ARGUMENT);
    ck_assert_int_eq(ws_endpoint_close(endpoint, 0, 1000, reason), WS_ERROR_ARGUMENT);
    ck_assert_int_eq(ws_endpoint_close(endpoint, 0, 1000, "\xc3"), WS_ERROR_ARGUMENT);
    ck_assert_int_eq(ws_endpoint_close(endpoint, 0, 1005, "x"), WS_ERROR_ARGUMENT);
    ck_assert_int_eq(ws_endpoint_state(endpoint), WS_OPEN);
    reason[123] = '\0';
    ck_assert_int_eq(ws_endpoint_close(endpoint, 0, 4999, reason), WS_DONE);
    ck_assert_uint_eq(ws_endpoint_output(endpoint).size, 127);
    ws_endpoint_free(endpoint);
}
END_TEST

START_TEST(send_arguments)
{
    uint8_t payload[126] = {0};
    struct ws_endpoint *endpoint = opened(&(struct ws_endpoint_config){.role = WS_SERVER});
    for (uint8_t opcode = 3; opcode < 9; opcode++)
        ck_assert_int_eq(ws_endpoint_send(endpoint, opcode, true, payload, 1), WS_ERROR_ARGUMENT);
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_PING, false, payload, 1), WS_ERROR_ARGUMENT);
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_PONG, true, payload, 126), WS_ERROR_ARGUMENT);
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_CONTINUATION, true, payload, 1), WS_ERROR_STATE);
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_TEXT, false, payload, 1), WS_DONE);
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_BINARY, true, payload, 1), WS_ERROR_STATE);
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_PING, true, payload, 125), WS_DONE);
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_CONTINUATION, true, payload, 1), WS_DONE);
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_BINARY, true, NULL, 0), WS_DONE);
    ck_assert_uint_eq(ws_endpoint_output(endpoint).size, 3 + 127 + 3 + 2);
    ws_endpoint_free(endpoint);
}
END_TEST

/* ---- the output ---- */

START_TEST(output_has_a_cap)
{
    uint8_t payload[60] = {0};
    struct ws_endpoint *endpoint =
        opened(&(struct ws_endpoint_config){.role = WS_SERVER, .output_limit = 100});
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_BINARY, true, payload, 60), WS_DONE);
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_BINARY, true, payload, 37), WS_ERROR_OUTPUT_FULL);
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_BINARY, true, payload, 36), WS_DONE);
    /* Pings of a peer that takes nothing: the latest pong is kept (RFC 6455 5.5.3). */
    struct trace told = {0};
    receive_frame(&told, endpoint, true, 0, 0x89, "first", 5);
    receive_frame(&told, endpoint, true, 0, 0x89, "2nd", 3);
    ck_assert_str_eq(told.text, "ping(first) ping(2nd)");
    ck_assert_uint_eq(ws_endpoint_output(endpoint).size, 100);
    ws_endpoint_output_taken(endpoint, 4);
    ck_assert_uint_eq(ws_endpoint_output(endpoint).size, 96);
    ws_endpoint_output_taken(endpoint, 1);
    ck_assert_uint_eq(ws_endpoint_output(endpoint).size, 100);
    ck_assert_mem_eq(ws_endpoint_output(endpoint).at + 95,
                     "\x8a\x03"
                     "2nd",
                     5);
    /* A Close passes the cap; a pong that waits goes behind it no more once the peer's Close is there. */
    receive_frame(&told, endpoint, true, 0, 0x89, "third", 5);
    receive_frame(&told, endpoint, true, 0, 0x88, "\x03\xe8", 2);
    ck_assert_uint_eq(ws_endpoint_output(endpoint).size, 104);
    ws_endpoint_output_taken(endpoint, 50);
    ck_assert_uint_eq(ws_endpoint_output(endpoint).size, 54);
    ws_endpoint_free(endpoint);
}
END_TEST

/* A buffer that is handed over goes out as a payload that is copied does, by either way, in both roles. */
START_TEST(buffers_are_taken_over)
{
    for (enum ws_role role = WS_CLIENT; role <= WS_SERVER; role++)
        for (int waiting = 0; waiting < 2; waiting++)
            for (size_t size = 0; size < 300; size++) {
                struct ws_octets output[2];
                struct ws_endpoint *ends[2];
                for (int i = 0; i < 2; i++) {
                    ends[i] = opened(&(struct ws_endpoint_config){.role = role, .output_limit = 308});
                    random_next = 7;
                    uint8_t *buffer = malloc(400);
                    memset(buffer, 'x', 400);
                    if (waiting)
                        ws_endpoint_send(ends[i], WS_PING, true, NULL, 0);
                    enum ws_error error = ws_endpoint_send(ends[i], WS_PING, false, buffer, 1);
                    if (error != WS_ERROR_ARGUMENT)
                        ck_abort_msg("a fragmented ping was sent");
                    if (i == 0)
                        error = ws_endpoint_send(ends[i], WS_TEXT, false, buffer + WS_FRAME_HEADER_MAX, size);
                    else
                        error = ws_endpoint_send_buffer(ends[i], WS_TEXT, false, buffer, 400, size);
                    size_t wire = size + (size > 125 ? 4 : 2) + (role == WS_CLIENT ? 4 : 0) +
                                  (waiting && role == WS_CLIENT ? 6
                                   : waiting                    ? 2
                                                                : 0);
                    if (error != (wire <= 308 ? WS_DONE : WS_ERROR_OUTPUT_FULL))
                        ck_abort_msg("%zu octets, %zu on the wire: %s", size, wire, ws_error_text(error));
                    if (i == 0 || error != WS_DONE)
                        free(buffer);
                    if (error == WS_DONE) /* the next is judged as the continuation of this one */
                        ck_assert_int_eq(ws_endpoint_send(ends[i], WS_TEXT, true, NULL, 0), WS_ERROR_STATE);
                    output[i] = ws_endpoint_output(ends[i]);
                }
                if (!ws_octets_equal(output[0], output[1]))
                    ck_abort_msg("role %d, %zu octets: not the same", role, size);
                ws_endpoint_free(ends[0]);
                ws_endpoint_free(ends[1]);
            }
}
END_TEST

START_TEST(output_in_order_however_taken)
{
    struct ws_endpoint *endpoint = opened(&(struct ws_endpoint_config){.role = WS_SERVER});
    uint8_t next_put = 0, next_seen = 0, payload[100];
    size_t put = 0, seen = 0, in_frame = 0;
    uint32_t dice = 1;
    for (int round = 0; round < 20000; round++) {
        dice = dice * 1664525 + 1013904223;
        if (dice >> 31 || put == seen) {
            size_t size = 1 + (dice >> 8) % sizeof payload;
            for (size_t i = 0; i < size; i++)
                payload[i] = next_put++;
            ck_assert_int_eq(ws_endpoint_send(endpoint, WS_BINARY, true, payload, size), WS_DONE);
            put += size + 2;
        } else {
            struct ws_octets output = ws_endpoint_output(endpoint);
            ck_assert_uint_eq(output.size, put - seen);
            size_t part = 1 + (dice >> 8) % (output.size < 150 ? output.size : 150);
            for (size_t i = 0; i < part; i++, seen++) {
                bool right = true;
                if (in_frame == 0) {
                    right = output.at[i] == 0x82;
                    in_frame = SIZE_MAX;
                } else if (in_frame == SIZE_MAX) {
                    in_frame = output.at[i];
                } else {
                    right = output.at[i] == next_seen++;
                    in_frame--;
                }
                if (!right)
                    ck_abort_msg("octet %zu is wrong", seen);
            }
            ws_endpoint_output_taken(endpoint, part);
        }
    }
    ws_endpoint_free(endpoint);
}
END_TEST

START_TEST(a_slow_peer_is_given_time)
{
    uint8_t payload[100] = {0};
    struct ws_endpoint *endpoint =
        opened(&(struct ws_endpoint_config){.role = WS_SERVER, .close_timeout = 100});
    ws_endpoint_send(endpoint, WS_BINARY, true, payload, 100);
    struct trace told = {0};
    receive_frame(&told, endpoint, true, 0, 0x88, "\x03\xe8", 2);
    struct ws_event event;
    ws_endpoint_output_taken(endpoint, 10);
    ws_endpoint_tick(endpoint, 100, &event);
    ck_assert_int_eq(event.kind, WS_EVENT_NONE);
    ck_assert_uint_eq(ws_endpoint_deadline(endpoint), 200);
    ck_assert_uint_eq(ws_endpoint_output(endpoint).size, 96);
    ws_endpoint_tick(endpoint, 200, &event); /* it stopped taking */
    ck_assert_int_eq(event.kind, WS_EVENT_END);
    ck_assert_uint_eq(ws_endpoint_output(endpoint).size, 0);
    ws_endpoint_free(endpoint);
}
END_TEST

START_TEST(a_half_closed_peer_may_take_what_waits)
{
    struct ws_endpoint *endpoint = opened(&(struct ws_endpoint_config){.role = WS_SERVER});
    ws_endpoint_send(endpoint, WS_TEXT, true, (const uint8_t *)"hi", 2);
    struct ws_event event;
    ws_endpoint_receive_end(endpoint, 7, &event);
    ck_assert_int_eq(event.kind, WS_EVENT_END);
    ck_assert_uint_eq(ws_endpoint_output(endpoint).size, 4);
    ck_assert_uint_eq(ws_endpoint_deadline(endpoint), 5007);
    ws_endpoint_tick(endpoint, 5007, &event);
    ck_assert_int_eq(event.kind, WS_EVENT_NONE);
    ck_assert_uint_eq(ws_endpoint_output(endpoint).size, 0);
    ck_assert_uint_eq(ws_endpoint_deadline(endpoint), WS_NEVER);
    ws_endpoint_free(endpoint);
}
END_TEST

/* 2^63-1 octets announced, no limit set: pieces are told, nothing is stored. */
START_TEST(endless_payload_is_streamed)
{
    static uint8_t piece[100000];
    struct ws_endpoint *endpoint = opened(&(struct ws_endpoint_config){.role = WS_SERVER});
    struct ws_event event;
    size_t told = 0;
    static const uint8_t header[14] = "\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff";
    ck_assert_uint_eq(ws_endpoint_receive(endpoint, 0, header, sizeof header, &event), sizeof header);
    for (size_t at = 0; at < sizeof piece;) {
        at += ws_endpoint_receive(endpoint, 0, piece + at, sizeof piece - at, &event);
        ck_assert_int_eq(event.kind, WS_EVENT_DATA);
        ck_assert_int_eq(event.first, told == 0);
        ck_assert(!event.last);
        told += event.octets.size;
    }
    ck_assert_uint_eq(told, sizeof piece);
    ws_endpoint_free(endpoint);
}
END_TEST

/* ---- two endpoints, one against the other ---- */

/* Moves what waits, `step` octets at a time, until neither has anything to say. */
static void exchange(struct ws_endpoint *client, struct ws_endpoint *server, struct trace *told_client,
                     struct trace *told_server, size_t step)
{
    for (bool moved = true; moved;) {
        moved = false;
        for (int i = 0; i < 2; i++) {
            struct ws_endpoint *from = i == 0 ? client : server, *to = i == 0 ? server : client;
            struct ws_octets output = ws_endpoint_output(from);
            size_t size = output.size < step ? output.size : step;
            if (size == 0)
                continue;
            trace_receive(i == 0 ? told_server : told_client, to, 0, output.at, size);
            ws_endpoint_output_taken(from, size);
            moved = true;
        }
    }
}

START_TEST(client_and_server)
{
    static const size_t steps[] = {1, 2, 3, 7, 64, 100000};
    struct ws_endpoint_config configs[2] = {{.role = WS_CLIENT}, {.role = WS_SERVER}};
    struct ws_endpoint *ends[2];
    struct trace told[2] = {0};
    static const uint8_t big[300];
    for (int i = 0; i < 2; i++) {
        configs[i].request = &trace_asked;
        configs[i].random = counted_octets;
        configs[i].random_context = &random_next;
        ends[i] = ws_endpoint_new(&configs[i], 0);
    }
    exchange(ends[0], ends[1], &told[0], &told[1], steps[_i]);
    for (int i = 0; i < 2; i++) {
        ws_endpoint_send(ends[i], WS_TEXT, false, (const uint8_t *)"h\xc3", 2);
        ws_endpoint_send(ends[i], WS_PING, true, (const uint8_t *)"p", 1);
        ws_endpoint_send(ends[i], WS_CONTINUATION, true, (const uint8_t *)"\xa9", 1);
        ws_endpoint_send(ends[i], WS_BINARY, true, big, i == 0 ? 126 : sizeof big);
        ws_endpoint_send(ends[i], WS_BINARY, true, big, 0);
        ck_assert_int_eq(ws_endpoint_close(ends[i], 0, (uint16_t)(4000 + i), "crossing"), WS_DONE);
    }
    exchange(ends[0], ends[1], &told[0], &told[1], steps[_i]);
    for (int i = 0; i < 2; i++) {
        ck_assert_msg(strncmp(told[i].text, "OPEN text(h\\xc3...) ping(p) text+(\\xa9) binary(", 46) == 0,
                      "%s", told[i].text);
        ck_assert_ptr_nonnull(strstr(told[i].text, i == 0 ? " CLOSE(4001crossing)" : " CLOSE(4000crossing)"));
        ck_assert_ptr_null(strstr(told[i].text, "FAILED"));
        struct ws_event event;
        ws_endpoint_receive_end(ends[i], 0, &event);
        ck_assert(event.kind == WS_EVENT_END && event.clean);
        ws_endpoint_free(ends[i]);
    }
}
END_TEST

START_TEST(masking_keys_are_fresh) /* RFC 6455 5.3 */
{
    struct ws_endpoint *endpoint = opened(&(struct ws_endpoint_config){.role = WS_CLIENT});
    random_next = 0x10;
    ws_endpoint_send(endpoint, WS_TEXT, true, (const uint8_t *)"a", 1);
    ws_endpoint_send(endpoint, WS_TEXT, true, (const uint8_t *)"a", 1);
    ck_assert_mem_eq(ws_endpoint_output(endpoint).at,
                     "\x81\x81\x10\x11\x12\x13\x71\x81\x81\x14\x15\x16\x17\x75", 14);
    ws_endpoint_free(endpoint);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("endpoint");
    TCase *tests = tcase_create("endpoint");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, sessions_in_any_chunks, 0, SESSIONS);
    tcase_add_test(tests, every_frame_violation_has_a_session);
    tcase_add_loop_test(tests, end_of_stream_at_any_moment, 0, SESSIONS);
    tcase_add_loop_test(tests, bad_openings, 0, (int)(sizeof openings / sizeof openings[0]));
    tcase_add_test(tests, heads_without_end);
    tcase_add_test(tests, interim_responses);
    tcase_add_test(tests, subprotocols);
    tcase_add_test(tests, open_timeout);
    tcase_add_loop_test(tests, closing_from_here, 0, 2);
    tcase_add_test(tests, close_never_answered);
    tcase_add_test(tests, violation_while_closing);
    tcase_add_test(tests, a_client_that_closes_with_1010_may_hear_it_again);
    tcase_add_test(tests, close_arguments);
    tcase_add_test(tests, send_arguments);
    tcase_add_test(tests, output_has_a_cap);
    tcase_add_test(tests, buffers_are_taken_over);
    tcase_add_test(tests, output_in_order_however_taken);
    tcase_add_test(tests, a_slow_peer_is_given_time);
    tcase_add_test(tests, a_half_closed_peer_may_take_what_waits);
    tcase_add_test(tests, endless_payload_is_streamed);
    tcase_add_loop_test(tests, client_and_server, 0, 6);
    tcase_add_test(tests, masking_keys_are_fresh);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
