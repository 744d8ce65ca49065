/* SPDX-License-Identifier: MIT */
/* The judge: for each frame violation a stream that has it and nothing else, legal streams that have none,
 * all close codes, and the same violations at every split. Also the facts behind the names. */
#include "reference/ws.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

/* Streams are written down unmasked-on-the-wire: a masked frame has the key 00000000, and the judge is given
 * the payload as it stands. */
static const struct {
    const char *what;
    enum ws_role sender;
    const char *octets;
    size_t size;
    enum ws_violation expected[4];
} streams[] = {
#define S(text) text, sizeof text - 1
#define KEY     "\0\0\0\0"
    {"text", WS_SERVER, S("\x81\x02hi"), {0}},
    {"masked text", WS_CLIENT, S("\x81\x82" KEY "hi"), {0}},
    {"binary that is no UTF-8", WS_SERVER, S("\x82\x02\xff\xfe"), {0}},
    {"fragments with control frames between",
     WS_SERVER,
     S("\x01\x01\xc3\x89\x01x\x00\x00\x8a\x00\x80\x01\xa9\x81\x00"),
     {0}},
    {"empty fragments", WS_SERVER, S("\x02\x00\x00\x00\x80\x00"), {0}},
    {"close without body", WS_SERVER, S("\x88\x00"), {0}},
    {"close with a reason", WS_SERVER, S("\x88\x04\x03\xe8\xc3\xa9"), {0}},
    {"a close inside a message", WS_SERVER, S("\x01\x01x\x88\x02\x03\xe8"), {0}},
    {"ping and pong after close", WS_SERVER, S("\x88\x00\x89\x00\x8a\x00"), {0}},
    {"lengths at their borders, announced", WS_SERVER, S("\x82\x7f\x7f\xff\xff\xff\xff\xff\xff\xff"), {0}},
    {"data after close", WS_SERVER, S("\x88\x00\x81\x00"), {WS_FRAME_AFTER_CLOSE}},
    {"continuation after close", WS_SERVER, S("\x01\x00\x88\x00\x80\x00"), {WS_FRAME_AFTER_CLOSE}},
    {"second close", WS_SERVER, S("\x88\x00\x88\x02\x03\xe8"), {WS_SECOND_CLOSE}},
    {"RSV1", WS_SERVER, S("\xc1\x00"), {WS_RSV1_SET}},
    {"RSV2", WS_SERVER, S("\xa1\x00"), {WS_RSV2_SET}},
    {"RSV3", WS_SERVER, S("\x99\x00"), {WS_RSV3_SET}},
    {"all RSV bits", WS_SERVER, S("\xf2\x00"), {WS_RSV1_SET, WS_RSV2_SET, WS_RSV3_SET}},
    {"opcode 3", WS_SERVER, S("\x83\x00"), {WS_RESERVED_DATA_OPCODE}},
    {"opcode 7 in fragments", WS_SERVER, S("\x07\x00\x80\x01\xff\x81\x00"), {WS_RESERVED_DATA_OPCODE}},
    {"opcode 4 inside a message", WS_SERVER, S("\x01\x00\x84\x00\x80\x00"), {WS_RESERVED_DATA_OPCODE}},
    {"opcode B", WS_SERVER, S("\x8b\x00"), {WS_RESERVED_CONTROL_OPCODE}},
    {"opcode F", WS_SERVER, S("\x8f\x01\xff"), {WS_RESERVED_CONTROL_OPCODE}},
    {"unmasked client", WS_CLIENT, S("\x89\x00"), {WS_CLIENT_FRAME_UNMASKED}},
    {"masked server", WS_SERVER, S("\x81\x80" KEY), {WS_SERVER_FRAME_MASKED}},
    {"ping without FIN", WS_SERVER, S("\x09\x00\x81\x00"), {WS_CONTROL_FRAME_FRAGMENTED}},
    {"long ping", WS_SERVER, S("\x89\x7e\x00\x7e"), {WS_CONTROL_FRAME_TOO_LONG}},
    {"top bit", WS_SERVER, S("\x82\x7f\x80\x00\x00\x00\x00\x00\x00\x00"), {WS_LENGTH_TOP_BIT_SET}},
    {"16 bits for 125", WS_SERVER, S("\x82\x7e\x00\x7d"), {WS_LENGTH_NOT_MINIMAL}},
    {"64 bits for 65535", WS_SERVER, S("\x82\x7f\0\0\0\0\0\0\xff\xff"), {WS_LENGTH_NOT_MINIMAL}},
    {"64 bits for an empty ping", WS_SERVER, S("\x89\x7f\0\0\0\0\0\0\0\0"), {WS_LENGTH_NOT_MINIMAL}},
    {"continuation first", WS_SERVER, S("\x80\x01\xff"), {WS_CONTINUATION_OF_NOTHING}},
    {"continuation after the end", WS_SERVER, S("\x01\x00\x80\x00\x80\x00"), {WS_CONTINUATION_OF_NOTHING}},
    {"text inside binary", WS_SERVER, S("\x02\x00\x81\x00"), {WS_MESSAGE_INSIDE_MESSAGE}},
    {"close body of one octet", WS_SERVER, S("\x88\x01\x03"), {WS_CLOSE_BODY_OF_ONE_OCTET}},
    {"close 999", WS_SERVER, S("\x88\x02\x03\xe7"), {WS_CLOSE_CODE_BELOW_1000}},
    {"close 1004", WS_SERVER, S("\x88\x02\x03\xec"), {WS_CLOSE_CODE_1004}},
    {"close 1005", WS_SERVER, S("\x88\x02\x03\xed"), {WS_CLOSE_CODE_1005}},
    {"close 1006", WS_SERVER, S("\x88\x02\x03\xee"), {WS_CLOSE_CODE_1006}},
    {"close 1015", WS_SERVER, S("\x88\x02\x03\xf7"), {WS_CLOSE_CODE_1015}},
    {"close 1016", WS_SERVER, S("\x88\x02\x03\xf8"), {WS_CLOSE_CODE_UNASSIGNED}},
    {"close 5000", WS_SERVER, S("\x88\x02\x13\x88"), {WS_CLOSE_CODE_ABOVE_4999}},
    {"reason not UTF-8", WS_SERVER, S("\x88\x05\x03\xe8ok\xff"), {WS_CLOSE_REASON_NOT_UTF8}},
    {"reason cut off", WS_SERVER, S("\x88\x03\x03\xe8\xc3"), {WS_CLOSE_REASON_NOT_UTF8}},
    {"bad code and bad reason",
     WS_SERVER,
     S("\x88\x03\x03\xed\xff"),
     {WS_CLOSE_CODE_1005, WS_CLOSE_REASON_NOT_UTF8}},
    {"surrogate in text", WS_SERVER, S("\x81\x05x\xed\xa0\x80y\x81\x01z"), {WS_TEXT_NOT_UTF8}},
    {"bad text over fragments, told once",
     WS_SERVER,
     S("\x01\x01\xc3\x00\x01(\x00\x01\xff\x80\x01\xc3"),
     {WS_TEXT_NOT_UTF8}},
    {"text cut off at its end", WS_SERVER, S("\x01\x00\x80\x02\xe2\x82\x81\x01z"), {WS_TEXT_NOT_UTF8}},
    {"1010 from a server", WS_SERVER, S("\x88\x02\x03\xf2"), {WS_SERVER_SENT_1010}},
    {"1010 from a client", WS_CLIENT, S("\x88\x82" KEY "\x03\xf2"), {0}},
    {"deflate: fragments of a text that is no UTF-8 while compressed",
     WS_SERVER,
     S("\x41\x01\xff\x89\x00\x80\x01\xff\x81\x01a"),
     {0}},
    {"deflate: text that is not compressed", WS_SERVER, S("\xc2\x00\x81\x01\xff"), {WS_TEXT_NOT_UTF8}},
    {"deflate: RSV1 on a ping", WS_SERVER, S("\xc9\x00"), {WS_RSV1_ON_CONTROL_FRAME}},
    {"deflate: RSV1 on a close", WS_SERVER, S("\xc8\x00"), {WS_RSV1_ON_CONTROL_FRAME}},
    {"deflate: RSV1 on a continuation", WS_SERVER, S("\x42\x00\xc0\x00"), {WS_RSV1_ON_CONTINUATION}},
    {"deflate: RSV1 on a continuation only", WS_SERVER, S("\x02\x00\xc0\x00"), {WS_RSV1_ON_CONTINUATION}},
    {"deflate: RSV2 and RSV3", WS_SERVER, S("\xf2\x00"), {WS_RSV2_SET, WS_RSV3_SET}},
    {"everything at once",
     WS_CLIENT,
     S("\x5b\x7e\x00\x00"),
     {WS_RSV1_SET, WS_RSV3_SET, WS_RESERVED_CONTROL_OPCODE, WS_CLIENT_FRAME_UNMASKED}},
#undef S
};
enum { STREAMS = sizeof streams / sizeof streams[0] };

/* How often each violation was told. */
struct counts {
    unsigned of[64];
};

static void count(struct counts *counts, ws_violation_set set)
{
    for (unsigned violation = 0; violation < 64; violation++)
        counts->of[violation] += ws_violation_set_has(set, (enum ws_violation)violation);
}

static void judge_into(struct counts *counts, struct ws_judge *judge, struct ws_frame_decoder *decoder,
                       const uint8_t *octets, size_t size)
{
    struct ws_frame_event event;
    do {
        size_t taken = ws_frame_decode(decoder, octets, size, &event);
        octets += taken;
        size -= taken;
        switch (event.kind) {
        case WS_FRAME_NEED_MORE:
            break;
        case WS_FRAME_HEADER:
            count(counts, ws_judge_header(judge, event.header));
            break;
        case WS_FRAME_PAYLOAD: {
            ws_violation_set set = ws_judge_payload(judge, event.payload.at, event.payload.size);
            ck_assert(set == 0 || judge->bad < event.payload.size);
            count(counts, set);
            break;
        }
        case WS_FRAME_END:
            count(counts, ws_judge_end(judge, event.header->fin));
            break;
        }
    } while (event.kind != WS_FRAME_NEED_MORE);
}

START_TEST(each_stream_has_its_violations)
{
    const uint8_t *octets = (const uint8_t *)streams[_i].octets;
    size_t size = streams[_i].size;
    struct counts expected = {0};
    for (size_t i = 0; i < 4 && streams[_i].expected[i] != WS_NO_VIOLATION; i++)
        expected.of[streams[_i].expected[i]]++;
    if (strcmp(streams[_i].what, "everything at once") == 0) {
        expected.of[WS_CONTROL_FRAME_FRAGMENTED]++;
        expected.of[WS_LENGTH_NOT_MINIMAL]++;
    }
    for (size_t cut = 0; cut <= size; cut++) {
        struct counts counts = {0};
        struct ws_judge judge;
        struct ws_frame_decoder decoder = {0};
        /* RSV1 as permessage-deflate defines it (RFC 7692 6.1) */
        ws_judge_init(&judge, streams[_i].sender, strncmp(streams[_i].what, "deflate", 7) == 0 ? 4 : 0);
        judge_into(&counts, &judge, &decoder, octets, cut);
        judge_into(&counts, &judge, &decoder, octets + cut, size - cut);
        for (unsigned i = 0; i < 64; i++)
            ck_assert_msg(counts.of[i] == expected.of[i], "%s, cut at %zu: %s told %u times, expected %u",
                          streams[_i].what, cut, ws_violation_facts((enum ws_violation)i)->name, counts.of[i],
                          expected.of[i]);
    }
}
END_TEST

/* Every frame violation that is the judge's has a stream above; the three limits are the endpoint's, faults
 * of compressed data the inflater's. */
START_TEST(every_frame_violation_is_covered)
{
    for (enum ws_violation v = WS_NO_VIOLATION + 1; v < WS_HEAD_TOO_LARGE; v++) {
        bool covered = v == WS_FRAME_TOO_BIG || v == WS_MESSAGE_TOO_BIG || v == WS_TOO_MANY_FRAGMENTS ||
                       (v >= WS_DEFLATE_DATA_INVALID && v <= WS_SERVER_CONTEXT_TAKEN_OVER);
        for (size_t i = 0; i < STREAMS; i++)
            covered |= streams[i].expected[0] == v || streams[i].expected[1] == v;
        ck_assert_msg(covered, "%s", ws_violation_facts(v)->name);
    }
}
END_TEST

START_TEST(negotiated_bits_are_allowed)
{
    struct ws_judge judge;
    ws_judge_init(&judge, WS_SERVER, 4);
    struct ws_frame_header header = {.fin = true, .rsv = 4, .opcode = WS_BINARY};
    ck_assert_uint_eq(ws_judge_header(&judge, &header), 0);
    header.rsv = 7;
    ws_judge_end(&judge, true);
    ck_assert_uint_eq(ws_judge_header(&judge, &header), UINT64_C(1) << WS_RSV2_SET | UINT64_C(1)
                                                                                         << WS_RSV3_SET);
}
END_TEST

START_TEST(an_echo_of_1010_is_no_fault)
{
    struct ws_judge judge;
    ws_judge_init(&judge, WS_SERVER, 0);
    judge.may_echo_1010 = true;
    struct ws_frame_header header = {.fin = true, .opcode = WS_CLOSE, .length = 2};
    ck_assert_uint_eq(ws_judge_header(&judge, &header), 0);
    ck_assert_uint_eq(ws_judge_payload(&judge, (const uint8_t *)"\x03\xf2", 2), 0);
}
END_TEST

START_TEST(place_of_the_bad_octet)
{
    struct ws_judge judge;
    ws_judge_init(&judge, WS_SERVER, 0);
    struct ws_frame_header header = {.opcode = WS_TEXT, .length = 9};
    ws_judge_header(&judge, &header);
    ck_assert_uint_eq(ws_judge_payload(&judge, (const uint8_t *)"abc\xe2", 4), 0);
    ck_assert_uint_ne(ws_judge_payload(&judge, (const uint8_t *)"\x82(xyz", 5), 0);
    ck_assert_uint_eq(judge.bad, 1);

    ws_judge_init(&judge, WS_SERVER, 0);
    header = (struct ws_frame_header){.fin = true, .opcode = WS_CLOSE, .length = 5};
    ws_judge_header(&judge, &header); /* of a close code the second octet, whatever the reason is */
    ck_assert_uint_ne(ws_judge_payload(&judge, (const uint8_t *)"\x03\xed\xff", 3), 0);
    ck_assert_uint_eq(judge.bad, 1);
    ws_judge_header(&judge, &header);
    ck_assert_uint_eq(ws_judge_payload(&judge, (const uint8_t *)"\x03", 1), 0);
    ck_assert_uint_ne(ws_judge_payload(&judge, (const uint8_t *)"\xed", 1), 0);
    ck_assert_uint_eq(judge.bad, 0);
    ws_judge_header(&judge, &header);
    ck_assert_uint_ne(ws_judge_payload(&judge, (const uint8_t *)"\x03\xe8x\xff", 4), 0);
    ck_assert_uint_eq(judge.bad, 3);
}
END_TEST

START_TEST(all_close_codes) /* RFC 6455 7.4 and IANA's registry, written as the list of the legal ones */
{
    for (unsigned code = 0; code <= UINT16_MAX; code++) {
        bool legal = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
                     (code >= 3000 && code <= 4999);
        ck_assert_msg((ws_close_code_judge((uint16_t)code) == WS_NO_VIOLATION) == legal, "%u", code);
    }
}
END_TEST

START_TEST(sets_hold_frame_violations_alone)
{
    for (enum ws_violation v = WS_NO_VIOLATION + 1; v < WS_VIOLATION_COUNT; v++)
        ck_assert_int_eq(ws_violation_set_has(UINT64_MAX, v), v < WS_HEAD_TOO_LARGE);
}
END_TEST

START_TEST(facts)
{
    ck_assert_str_eq(ws_violation_facts(WS_NO_VIOLATION)->name, "NO_VIOLATION");
    ck_assert_str_eq(ws_violation_facts(WS_NO_VIOLATION)->sentence, "");
    for (enum ws_violation v = WS_NO_VIOLATION + 1; v < WS_VIOLATION_COUNT; v++) {
        const struct ws_violation_facts *f = ws_violation_facts(v);
        ck_assert(f->name[0] != '\0' && f->requirement[0] == 'R' && f->sentence[0] != '\0');
        if (v < WS_HEAD_TOO_LARGE) {
            ck_assert_int_eq(ws_close_code_judge((uint16_t)f->code), WS_NO_VIOLATION);
            ck_assert_uint_le(strlen(f->sentence), 123); /* it goes out as a close reason */
        } else {
            ck_assert(f->code == 0 || (f->code >= 400 && f->code < 600));
        }
    }
    ck_assert_int_eq(ws_violation_set_first(0), WS_NO_VIOLATION);
    ck_assert_int_eq(
        ws_violation_set_first(UINT64_C(1) << WS_TEXT_NOT_UTF8 | UINT64_C(1) << WS_LENGTH_TOP_BIT_SET),
        WS_LENGTH_TOP_BIT_SET);
    ck_assert_str_eq(ws_error_text(WS_DONE), "done");
    ck_assert_str_eq(ws_error_text(WS_ERROR_MEMORY), "out of memory");
    ck_assert_str_eq(ws_opcode_name(WS_PONG), "pong");
    ck_assert_str_eq(ws_opcode_name(0xb), "reserved");
}
END_TEST

START_TEST(octets)
{
    struct ws_octets a = ws_octets_of("Upgrade"), b = ws_octets_of("uPGRADE"), none = {0};
    ck_assert(!ws_octets_equal(a, b) && ws_octets_equal(a, a) && ws_octets_equal(none, ws_octets_of("")));
    ck_assert(ws_octets_equal_ignoring_case(a, b));
    ck_assert(ws_octets_equal_ignoring_case(ws_octets_of("AZaz"), ws_octets_of("azAZ")));
    ck_assert(!ws_octets_equal_ignoring_case(a, ws_octets_of("Upgrad")));
    ck_assert(!ws_octets_equal_ignoring_case(ws_octets_of("@"), ws_octets_of("`")));
    ck_assert(!ws_octets_equal_ignoring_case(ws_octets_of("["), ws_octets_of("{")));
    ck_assert(!ws_octets_equal_ignoring_case(ws_octets_of("\xc4"), ws_octets_of("\xe4")));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("judge");
    TCase *tests = tcase_create("judge");
    tcase_add_loop_test(tests, each_stream_has_its_violations, 0, STREAMS);
    tcase_add_test(tests, every_frame_violation_is_covered);
    tcase_add_test(tests, negotiated_bits_are_allowed);
    tcase_add_test(tests, an_echo_of_1010_is_no_fault);
    tcase_add_test(tests, place_of_the_bad_octet);
    tcase_add_test(tests, all_close_codes);
    tcase_add_test(tests, sets_hold_frame_violations_alone);
    tcase_add_test(tests, facts);
    tcase_add_test(tests, octets);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
