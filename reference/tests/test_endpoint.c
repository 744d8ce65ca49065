/* SPDX-License-Identifier: MIT */
/* The endpoint: sessions as tables, in both roles, fed whole, cut at every octet and octet by octet: the same
 * is told and sent. Every frame violation fails the connection with its code. The stream ends
 * at any moment. Openings that fail. What comes after is in test_endpoint_open.c. */
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
    {"1010 of a server", CLIENTS, {F(0x88, "\x03\xf2")}, " CLOSE(1010)", " close(\\x03\\xf2)", 0},
    {"1010 of a server before a bad reason",
     CLIENTS,
     {F(0x88, "\x03\xf2\xff")},
     "",
     NULL,
     WS_CLOSE_REASON_NOT_UTF8},
    /* limits: frame 40, message 50, fragments 4 */
    {"frame at its limit",
     BOTH,
     {F(0x82, "0123456789012345678901234567890123456789")},
     " binary(0123456789012345678901234567890123456789)",
     "",
     0},
    {"limits are of one message each",
     BOTH,
     {F(0x02, "01234567890123456789"), F(0x00, "01234567890123456789"), F(0x00, ""), F(0x80, "0123456789"),
      F(0x82, "x"), F(0x01, "0123456789012345678901234567890123456789"), F(0x80, "")},
     " binary(01234567890123456789012345678901234567890123456789) binary(x)"
     " text(0123456789012345678901234567890123456789)",
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
    ck_assert_uint_eq(ws_endpoint_deadline(endpoint), WS_NEVER); /* nothing waits */
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

/* Those of compressed messages have theirs in test_deflate_endpoint.c. */
START_TEST(every_frame_violation_has_a_session)
{
    for (enum ws_violation v = WS_NO_VIOLATION + 1; v < WS_HEAD_TOO_LARGE; v++) {
        bool covered = v == WS_FRAME_AFTER_CLOSE || v == WS_SECOND_CLOSE || /* dropped unseen */
                       v == WS_SERVER_SENT_1010 ||                          /* tolerated */
                       v == WS_RSV1_ON_CONTROL_FRAME || v == WS_RSV1_ON_CONTINUATION ||
                       (v >= WS_DEFLATE_DATA_INVALID && v <= WS_SERVER_CONTEXT_TAKEN_OVER);
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

/* A limit that is not given is the default one; the largest there are limit nothing. */
START_TEST(head_limits_one_by_one)
{
    static const struct ws_head_limits limits[] = {
        {.size = 1000}, {.fields = 20}, {.start_line = 500}, {SIZE_MAX, SIZE_MAX, SIZE_MAX}};
    char octets[512];
    snprintf(octets, sizeof octets, "\r\n%s", trace_request);
    struct ws_endpoint_config config = {.role = WS_SERVER, .head_limits = limits[_i]};
    struct ws_endpoint *endpoint = ws_endpoint_new(&config, 0);
    struct trace told = {0};
    trace_receive(&told, endpoint, 0, (const uint8_t *)octets, strlen(octets));
    ck_assert_str_eq(told.text, "OPEN");
    ws_endpoint_free(endpoint);
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

    /* It is for the opening handshake only. */
    endpoint = ws_endpoint_new(&config, 50);
    struct trace told = {0};
    trace_receive(&told, endpoint, 149, (const uint8_t *)trace_request, strlen(trace_request));
    ck_assert_uint_eq(ws_endpoint_deadline(endpoint), WS_NEVER);
    ws_endpoint_tick(endpoint, 150, &event);
    ck_assert_int_eq(event.kind, WS_EVENT_NONE);
    ck_assert_int_eq(ws_endpoint_state(endpoint), WS_OPEN);
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
    tcase_add_loop_test(tests, head_limits_one_by_one, 0, 4);
    tcase_add_test(tests, interim_responses);
    tcase_add_test(tests, subprotocols);
    tcase_add_test(tests, open_timeout);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
