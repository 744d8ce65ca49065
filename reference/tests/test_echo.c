/* SPDX-License-Identifier: MIT */
/* The echo session against a client: messages of many sizes come back as one frame each, whatever they came
 * as; limits, a full output, closing. */
#include "reference/tests/endpoint_trace.h"

static uint8_t random_next;

static struct ws_echo *echo_new(const struct ws_endpoint_config *config)
{
    struct ws_echo *echo = ws_echo_new(config, 0);
    ck_assert_ptr_nonnull(echo);
    ws_echo_receive(echo, 0, (const uint8_t *)trace_request, strlen(trace_request));
    struct ws_endpoint *endpoint = ws_echo_endpoint(echo);
    ck_assert_int_eq(ws_endpoint_state(endpoint), WS_OPEN);
    ws_endpoint_output_taken(endpoint, ws_endpoint_output(endpoint).size);
    return echo;
}

/* The one frame in the output, as its header; `*payload` is what it carries. */
static struct ws_frame_header only_frame(struct ws_echo *echo, struct ws_octets *payload)
{
    struct ws_octets output = ws_endpoint_output(ws_echo_endpoint(echo));
    struct ws_frame_decoder decoder = {0};
    struct ws_frame_event event;
    size_t size = ws_frame_decode(&decoder, output.at, output.size, &event);
    ck_assert_int_eq(event.kind, WS_FRAME_HEADER);
    ck_assert_uint_eq(event.header->length, output.size - size);
    *payload = (struct ws_octets){output.at + size, output.size - size};
    return *event.header;
}

static const size_t sizes[] = {0,     1,     125,   126,   127,     4095,    4096,
                               16384, 16385, 65535, 65536, 1 << 20, 16 << 20};

START_TEST(messages_of_many_sizes)
{
    size_t size = sizes[_i];
    uint8_t *message = malloc(size + 1), *frame = malloc(size + WS_FRAME_HEADER_MAX);
    for (size_t i = 0; i < size; i++)
        message[i] = (uint8_t)(i * 31 + (i >> 8));
    struct ws_echo *echo = echo_new(&(struct ws_endpoint_config){.role = WS_SERVER});
    size_t frame_size = frame_put(frame, 0x82, true, message, size);
    for (size_t at = 0, step = 1; at < frame_size; at += step, step = step * 3 + 1) {
        if (step > frame_size - at)
            step = frame_size - at;
        ws_echo_receive(echo, 0, frame + at, step);
    }
    struct ws_octets payload;
    struct ws_frame_header header = only_frame(echo, &payload);
    ck_assert(header.fin && header.opcode == WS_BINARY && !header.masked);
    ck_assert(ws_octets_equal(payload, (struct ws_octets){message, size}));
    ws_echo_free(echo);
    free(message);
    free(frame);
}
END_TEST

START_TEST(fragments_come_back_as_one)
{
    struct ws_echo *echo = echo_new(&(struct ws_endpoint_config){.role = WS_SERVER});
    uint8_t octets[256];
    size_t size = frame_put(octets, 0x01, true, "a\xc3", 2);
    size += frame_put(octets + size, 0x00, true, "", 0);
    size += frame_put(octets + size, 0x89, true, "p", 1);
    size += frame_put(octets + size, 0x80, true, "\xa9z", 2);
    size += frame_put(octets + size, 0x82, true, "", 0);
    for (size_t cut = 0; cut <= size; cut++) {
        ws_echo_receive(echo, 0, octets, cut);
        ws_echo_receive(echo, 0, octets + cut, size - cut);
        struct ws_octets output = ws_endpoint_output(ws_echo_endpoint(echo));
        ck_assert_uint_eq(output.size, 3 + 6 + 2);
        ck_assert_mem_eq(output.at,
                         "\x8a\x01"
                         "p\x81\x04"
                         "a\xc3\xa9z\x82\x00",
                         11);
        ws_endpoint_output_taken(ws_echo_endpoint(echo), output.size);
    }
    ws_echo_free(echo);
}
END_TEST

START_TEST(a_message_that_is_too_big)
{
    static const struct {
        uint64_t limit; /* 0: the default of 64 MiB */
        const char *header;
        uint16_t code;
    } table[] = {{0, "\x82\xff\0\0\0\0\x04\0\0\x01\0\0\0\0", 1009},
                 {0, "\x82\xff\0\0\0\0\x04\0\0\0\0\0\0\0", 0},
                 {1 << 20, "\x82\xff\0\0\0\0\0\x10\0\x01\0\0\0\0", 1009}};
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        struct ws_echo *echo =
            echo_new(&(struct ws_endpoint_config){.role = WS_SERVER, .message_limit = table[i].limit});
        ws_echo_receive(echo, 0, (const uint8_t *)table[i].header, 14);
        if (table[i].code == 0) {
            ck_assert_int_eq(ws_endpoint_state(ws_echo_endpoint(echo)), WS_OPEN);
        } else {
            struct ws_octets payload;
            ck_assert_uint_eq(only_frame(echo, &payload).opcode, WS_CLOSE);
            ck_assert_uint_eq(payload.at[0] << 8 | payload.at[1], table[i].code);
        }
        ws_echo_free(echo);
    }
}
END_TEST

START_TEST(an_output_that_nobody_takes)
{
    struct ws_echo *echo = echo_new(&(struct ws_endpoint_config){.role = WS_SERVER, .output_limit = 250});
    uint8_t frame[256], message[120] = {0};
    size_t size = frame_put(frame, 0x82, true, message, sizeof message);
    for (int i = 0; i < 5; i++)
        ws_echo_receive(echo, 0, frame, size);
    struct ws_octets output = ws_endpoint_output(ws_echo_endpoint(echo));
    ck_assert_int_eq(ws_endpoint_state(ws_echo_endpoint(echo)), WS_CLOSING);
    ck_assert_uint_eq(output.size, 2 * 122 + 4 + strlen(ws_error_text(WS_ERROR_OUTPUT_FULL)));
    ck_assert_mem_eq(output.at + 2 * 122 + 2, "\x03\xf3", 2); /* 1011 */
    ws_echo_free(echo);
}
END_TEST

START_TEST(closing)
{
    struct ws_echo *echo = echo_new(&(struct ws_endpoint_config){.role = WS_SERVER});
    struct ws_endpoint *endpoint = ws_echo_endpoint(echo);
    uint8_t octets[64];
    size_t size = frame_put(octets, 0x02, true, "unfinished", 10);
    size += frame_put(octets + size, 0x88, true, "\x03\xe8", 2);
    ws_echo_receive(echo, 0, octets, size);
    ck_assert_uint_eq(ws_endpoint_output(endpoint).size, 4);
    ck_assert_int_eq(ws_endpoint_transport(endpoint), WS_TRANSPORT_SHUTDOWN);
    ws_echo_tick(echo, 4999);
    ck_assert_int_eq(ws_endpoint_state(endpoint), WS_CLOSING);
    ws_echo_receive_end(echo, 4999);
    ck_assert_int_eq(ws_endpoint_state(endpoint), WS_CLOSED);
    ck_assert_int_eq(ws_endpoint_transport(endpoint), WS_TRANSPORT_CLOSE);
    ws_echo_tick(echo, WS_NEVER - 1);
    ws_echo_receive(echo, 0, octets, size);
    ws_echo_free(echo);
}
END_TEST

/* Time ends what the peer does not. */
START_TEST(a_peer_that_does_not_end)
{
    struct ws_echo *echo = echo_new(&(struct ws_endpoint_config){.role = WS_SERVER});
    uint8_t octets[64];
    ws_echo_receive(echo, 10, octets, frame_put(octets, 0x88, true, "\x03\xe8", 2));
    ws_echo_tick(echo, 5009);
    ck_assert_int_eq(ws_endpoint_state(ws_echo_endpoint(echo)), WS_CLOSING);
    ws_echo_tick(echo, 5010);
    ck_assert_int_eq(ws_endpoint_state(ws_echo_endpoint(echo)), WS_CLOSED);
    ws_echo_free(echo);
}
END_TEST

/* A client can be an echo as well: it masks what it sends back. */
START_TEST(a_client_that_echoes)
{
    const struct ws_endpoint_config config = {
        .role = WS_CLIENT, .request = &trace_asked, .random = counted_octets, .random_context = &random_next};
    struct ws_echo *echo = ws_echo_new(&config, 0);
    struct ws_endpoint *endpoint = ws_echo_endpoint(echo);
    ws_endpoint_output_taken(endpoint, ws_endpoint_output(endpoint).size);
    ws_echo_receive(echo, 0, (const uint8_t *)trace_response, strlen(trace_response));
    random_next = 0;
    ws_echo_receive(echo, 0, (const uint8_t *)"\x81\x02hi", 4);
    ck_assert_mem_eq(ws_endpoint_output(endpoint).at, "\x81\x82\x00\x01\x02\x03hh", 8);
    ws_echo_free(echo);
}
END_TEST

struct watched {
    char text[64];
    uint8_t opcode;
    unsigned count;
};

static void keep_message(void *context, uint8_t opcode, struct ws_octets message)
{
    struct watched *watched = context;
    snprintf(watched->text, sizeof watched->text, "%.*s", (int)message.size, (const char *)message.at);
    watched->opcode = opcode;
    watched->count++;
}

/* Who watches is told of whole messages, whatever they come in, and of nothing else. */
START_TEST(messages_are_told)
{
    static const uint8_t one[] = {0x81, 0x82, 0, 0, 0, 0, 'h', 'i'};
    static const uint8_t first[] = {0x02, 0x82, 0, 0, 0, 0, 'a', 'b'}, ping[] = {0x89, 0x80, 0, 0, 0, 0};
    static const uint8_t last[] = {0x80, 0x81, 0, 0, 0, 0, 'c'};
    const struct ws_endpoint_config config = {.role = WS_SERVER};
    struct watched watched = {0};
    struct ws_echo *echo = echo_new(&config);
    ws_echo_watch(echo, keep_message, &watched);
    ws_echo_receive(echo, 0, one, sizeof one);
    ck_assert_str_eq(watched.text, "hi");
    ck_assert_uint_eq(watched.opcode, WS_TEXT);
    ws_echo_receive(echo, 0, first, sizeof first);
    ws_echo_receive(echo, 0, ping, sizeof ping);
    ck_assert_uint_eq(watched.count, 1);
    ws_echo_receive(echo, 0, last, sizeof last);
    ck_assert_uint_eq(watched.count, 2);
    ck_assert_str_eq(watched.text, "abc");
    ck_assert_uint_eq(watched.opcode, WS_BINARY);
    ws_echo_watch(echo, NULL, NULL);
    ws_echo_receive(echo, 0, one, sizeof one);
    ck_assert_uint_eq(watched.count, 2);
    ws_echo_free(echo);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("echo");
    TCase *tests = tcase_create("echo");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, messages_are_told);
    tcase_add_loop_test(tests, messages_of_many_sizes, 0, (int)(sizeof sizes / sizeof sizes[0]));
    tcase_add_test(tests, fragments_come_back_as_one);
    tcase_add_test(tests, a_message_that_is_too_big);
    tcase_add_test(tests, an_output_that_nobody_takes);
    tcase_add_test(tests, closing);
    tcase_add_test(tests, a_peer_that_does_not_end);
    tcase_add_test(tests, a_client_that_echoes);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
