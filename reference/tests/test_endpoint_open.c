/* SPDX-License-Identifier: MIT */
/* The endpoint once it is open, where a table of sessions does not reach: closing from here, who closes TCP
 * and when, what may be sent, the output and its cap, two endpoints against each other. */
#include "reference/tests/endpoint_trace.h"

static uint8_t random_next;

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

/* A pong that waits is dropped when the next one has room: never an older one behind a newer one. */
START_TEST(a_later_pong_is_the_last)
{
    uint8_t payload[94] = {0};
    struct ws_endpoint *endpoint =
        opened(&(struct ws_endpoint_config){.role = WS_SERVER, .output_limit = 100});
    ck_assert_int_eq(ws_endpoint_send(endpoint, WS_BINARY, true, payload, 94), WS_DONE);
    struct trace told = {0};
    receive_frame(&told, endpoint, true, 0, 0x89, "first", 5);
    ck_assert_uint_eq(ws_endpoint_output(endpoint).size, 96);
    receive_frame(&told, endpoint, true, 0, 0x89, "2", 1);
    ck_assert_uint_eq(ws_endpoint_output(endpoint).size, 99);
    ws_endpoint_output_taken(endpoint, 96);
    ck_assert_uint_eq(ws_endpoint_output(endpoint).size, 3);
    ck_assert_mem_eq(ws_endpoint_output(endpoint).at,
                     "\x8a\x01"
                     "2",
                     3);
    ws_endpoint_free(endpoint);
}
END_TEST

/* What is sent behind a buffer that was handed over finds room, also when the buffer has none. */
START_TEST(behind_a_buffer_that_is_full)
{
    for (size_t size = 0; size < 200; size++) {
        struct ws_endpoint *endpoint = opened(&(struct ws_endpoint_config){.role = WS_SERVER});
        uint8_t *buffer = malloc(WS_FRAME_HEADER_MAX + size), payload[50];
        memset(buffer, 'x', WS_FRAME_HEADER_MAX + size);
        memset(payload, 'y', sizeof payload);
        enum ws_error error =
            ws_endpoint_send_buffer(endpoint, WS_TEXT, true, buffer, WS_FRAME_HEADER_MAX + size, size);
        ck_assert_int_eq(error, WS_DONE);
        ck_assert_int_eq(ws_endpoint_send(endpoint, WS_TEXT, true, payload, sizeof payload), WS_DONE);
        struct ws_octets output = ws_endpoint_output(endpoint);
        size_t header_size = size > 125 ? 4 : 2;
        ck_assert_uint_eq(output.size, header_size + size + 2 + sizeof payload);
        for (size_t i = 0; i < size; i++)
            if (output.at[header_size + i] != 'x')
                ck_abort_msg("octet %zu of %zu", i, size);
        ck_assert_mem_eq(output.at + header_size + size, "\x81\x32", 2);
        ck_assert_mem_eq(output.at + header_size + size + 2, payload, sizeof payload);
        ws_endpoint_free(endpoint);
    }
}
END_TEST

/* A buffer that is handed over goes out as a payload that is copied does, by either way, in both roles. */
START_TEST(buffers_are_taken_over)
{
    for (enum ws_role role = WS_CLIENT; role <= WS_SERVER; role++)
        for (int waiting = 0; waiting < 2; waiting++)
            for (size_t size = 0; size < 310; size++) {
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
    ws_endpoint_output_taken(endpoint, 1); /* slow, but not dead */
    ws_endpoint_tick(endpoint, 5007, &event);
    ck_assert_uint_eq(ws_endpoint_output(endpoint).size, 3);
    ck_assert_uint_eq(ws_endpoint_deadline(endpoint), 10007);
    ws_endpoint_tick(endpoint, 10007, &event);
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
    Suite *suite = suite_create("endpoint_open");
    TCase *tests = tcase_create("endpoint_open");
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, closing_from_here, 0, 2);
    tcase_add_test(tests, close_never_answered);
    tcase_add_test(tests, violation_while_closing);
    tcase_add_test(tests, a_client_that_closes_with_1010_may_hear_it_again);
    tcase_add_test(tests, close_arguments);
    tcase_add_test(tests, send_arguments);
    tcase_add_test(tests, output_has_a_cap);
    tcase_add_test(tests, a_later_pong_is_the_last);
    tcase_add_test(tests, behind_a_buffer_that_is_full);
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
