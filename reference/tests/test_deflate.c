/* SPDX-License-Identifier: MIT */
/* Compressing, inflating and scanning (RFC 7692 7.2): the RFC's examples, every window, pieces of every size,
 * data that is no DEFLATE data, and how much comes of how little. */
#include "reference/tests/deflate_data.h"

static const uint8_t hello[] = "Hello";

/* ---- the RFC's examples (7.2.3) ---- */

static const struct example {
    const char *payload;
    size_t size;
    const char *message;
} examples[] = {
    {"\xf2\x48\xcd\xc9\xc9\x07\x00", 7, "Hello"},                          /* 7.2.3.1 */
    {"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 11, "Hello"},         /* 7.2.3.3 */
    {"\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8, "Hello"},                      /* 7.2.3.4 */
    {"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", 13, "Hello"}, /* 7.2.3.5 */
    {"\x00", 1, ""},                                                       /* 7.2.3.6 */
};

START_TEST(examples_inflate)
{
    const struct example *example = &examples[_i];
    for (size_t cut = 0; cut <= example->size; cut++) {
        for (size_t room = 1; room < 8; room++) {
            struct ws_inflater *inflater = ws_inflater_new(15, true);
            struct inflated result = {0};
            inflate_cut(inflater, (const uint8_t *)example->payload, example->size, cut, room, &result);
            ck_assert_int_eq(result.end, WS_INFLATE_END);
            must_equal(result.at, result.size, example->message, strlen(example->message));
            free(result.at);
            ws_inflater_free(inflater);
        }
    }
}
END_TEST

START_TEST(hello_compresses_as_in_the_example) /* RFC 7692 7.2.3.1, 7.2.3.2 */
{
    for (size_t room = 1; room < 9; room++) {
        struct ws_deflater *taking_over = ws_deflater_new(15, true, 0), *not = ws_deflater_new(15, false, 0);
        struct octets out = {0};
        deflate_pieces(taking_over, hello, 5, 1, WS_DEFLATE_MESSAGE, room, &out);
        must_equal(out.at, out.size, "\xf2\x48\xcd\xc9\xc9\x07\x00", 7);
        out.size = 0;
        deflate_pieces(taking_over, hello, 5, 5, WS_DEFLATE_MESSAGE, room, &out);
        must_equal(out.at, out.size, "\xf2\x00\x11\x00\x00", 5);
        for (int i = 0; i < 2; i++) {
            out.size = 0;
            deflate_pieces(not, hello, 5, 2, WS_DEFLATE_MESSAGE, room, &out);
            must_equal(out.at, out.size, "\xf2\x48\xcd\xc9\xc9\x07\x00", 7);
        }
        free(out.at);
        ws_deflater_free(taking_over);
        ws_deflater_free(not );
    }
}
END_TEST

START_TEST(empty_messages_and_fragments) /* RFC 7692 7.2.3.6 */
{
    struct ws_deflater *deflater = ws_deflater_new(15, _i != 0, 0);
    struct octets out = {0};
    for (int i = 0; i < 3; i++) {
        out.size = 0;
        deflate_pieces(deflater, hello, 0, 1, WS_DEFLATE_MESSAGE, 1, &out);
        must_equal(out.at, out.size, "\x00", 1);
    }
    out.size = 0;
    deflate_pieces(deflater, hello, 5, 5, WS_DEFLATE_FRAGMENT, 64, &out);
    must_equal(out.at, out.size, "\xf2\x48\xcd\xc9\xc9\x07\x00\x00\x00\xff\xff", 11);
    deflate_pieces(deflater, hello, 0, 1, WS_DEFLATE_FRAGMENT, 64, &out);
    ck_assert_uint_eq(out.size, 11);
    deflate_pieces(deflater, hello, 0, 1, WS_DEFLATE_MESSAGE, 64, &out);
    must_equal(out.at, out.size, "\xf2\x48\xcd\xc9\xc9\x07\x00\x00\x00\xff\xff\x00", 12);
    free(out.at);
    ws_deflater_free(deflater);
}
END_TEST

/* ---- windows ---- */

static void scan_message(struct ws_deflate_scanner *scanner, const struct octets *payload)
{
    ws_deflate_scanner_begin(scanner);
    (void)ws_deflate_scan(scanner, payload->at, payload->size);
    (void)ws_deflate_scanner_end(scanner);
}

/* Every window and level, with and without takeover, over texts, noise and repeats that are as far apart as
 * the window and farther: what goes in comes out, and no distance is larger than the window. */
START_TEST(round_trips)
{
    uint8_t bits = (uint8_t)(8 + _i);
    for (unsigned variant = 0; variant < 2 * 3; variant++) {
        bool takeover = variant % 2 != 0;
        uint8_t level = (uint8_t)(1 + variant / 2 * 4);
        struct ws_deflater *deflater = ws_deflater_new(bits, takeover, level);
        struct ws_inflater *inflater = ws_inflater_new(bits, takeover);
        struct ws_deflate_scanner scanner, alone;
        ws_deflate_scanner_init(&scanner, 15, true);
        ws_deflate_scanner_init(&alone, 15, false);
        for (unsigned kind = 0; kind < DATA_KINDS; kind++) {
            struct octets message = data_make(kind, 50000), payload = {0};
            struct inflated result = {0};
            deflate_pieces(deflater, message.at, message.size, 4097, WS_DEFLATE_MESSAGE, 1021, &payload);
            inflate_cut(inflater, payload.at, payload.size, payload.size / 3, 5000, &result);
            ck_assert_int_eq(result.end, WS_INFLATE_END);
            must_equal(result.at, result.size, message.at, message.size);
            scan_message(&scanner, &payload);
            scan_message(&alone, &payload);
            free(message.at);
            free(payload.at);
            free(result.at);
        }
        ck_assert_uint_gt(scanner.distance_max, 200);
        ck_assert_uint_le(scanner.distance_max, UINT32_C(1) << bits);
        ck_assert_int_eq(alone.fault, takeover ? WS_DEFLATE_DISTANCE_INTO_EARLIER_MESSAGE : WS_DEFLATE_FINE);
        ws_deflater_free(deflater);
        ws_inflater_free(inflater);
    }
}
END_TEST

/* A window of 2^8 is made with zlib's 2^9: its distances stay within 250. */
START_TEST(the_smallest_window_is_kept)
{
    for (uint8_t level = 1; level <= 9; level++) {
        struct ws_deflater *deflater = ws_deflater_new(8, true, level);
        struct ws_deflate_scanner scanner;
        ws_deflate_scanner_init(&scanner, 15, true);
        for (size_t period = 200; period < 600; period++) {
            struct octets message = {malloc(4 * period), 4 * period, 0}, payload = {0};
            for (size_t i = 0; i < message.size; i++)
                message.at[i] = (uint8_t)((i % period) * 167 + (i % period) / 256 * 31 + period);
            deflate_pieces(deflater, message.at, message.size, message.size, WS_DEFLATE_MESSAGE, 999,
                           &payload);
            ws_deflate_scanner_begin(&scanner);
            ck_assert_int_eq(ws_deflate_scan(&scanner, payload.at, payload.size), WS_DEFLATE_FINE);
            ck_assert_int_eq(ws_deflate_scanner_end(&scanner), WS_DEFLATE_FINE);
            free(message.at);
            free(payload.at);
        }
        ck_assert_uint_gt(scanner.distance_max, 240);
        ck_assert_uint_le(scanner.distance_max, 250);
        ws_deflater_free(deflater);
    }
}
END_TEST

/* The largest distance that a window allows, and the next one: zlib alone would let the second pass. */
START_TEST(the_edge_of_the_window)
{
    uint8_t bits = (uint8_t)(8 + _i);
    uint32_t window = UINT32_C(1) << bits;
    for (uint32_t distance = window - 1; distance <= window + 1 && distance <= 32768; distance++) {
        struct octets payload = with_distance(distance);
        struct inflated result = {0};
        struct ws_inflater *inflater = ws_inflater_new(bits, true);
        inflate_cut(inflater, payload.at, payload.size, payload.size / 2, 64, &result);
        bool fits = distance <= window;
        ck_assert_int_eq(result.end, fits ? WS_INFLATE_END : WS_INFLATE_BAD);
        ck_assert_int_eq(ws_inflater_fault(inflater),
                         fits ? WS_DEFLATE_FINE : WS_DEFLATE_DISTANCE_BEYOND_WINDOW);
        ck_assert_uint_eq(result.size, fits ? distance + 3 : distance);
        free(payload.at);
        free(result.at);
        ws_inflater_free(inflater);
    }
}
END_TEST

START_TEST(takeover) /* RFC 7692 7.2.2, 7.2.3.2 */
{
    static const uint8_t first[] = "\xf2\x48\xcd\xc9\xc9\x07", second[] = "\xf2\x00\x11\x00";
    for (int takes_over = 0; takes_over < 2; takes_over++) {
        struct ws_inflater *inflater = ws_inflater_new(15, takes_over != 0);
        struct inflated result = {0};
        inflate_cut(inflater, first, 7, 7, 99, &result);
        ck_assert_int_eq(result.end, WS_INFLATE_END);
        result.size = 0;
        inflate_cut(inflater, second, 5, 2, 99, &result);
        ck_assert_int_eq(result.end, takes_over != 0 ? WS_INFLATE_END : WS_INFLATE_BAD);
        ck_assert_int_eq(ws_inflater_fault(inflater),
                         takes_over != 0 ? WS_DEFLATE_FINE : WS_DEFLATE_DISTANCE_INTO_EARLIER_MESSAGE);
        must_equal(result.at, result.size, "Hello", takes_over != 0 ? 5 : 1);
        free(result.at);
        ws_inflater_free(inflater);
    }
    struct ws_inflater *inflater = ws_inflater_new(15, true);
    struct inflated result = {0};
    inflate_cut(inflater, second, 5, 5, 99, &result); /* nothing is there to be referred to */
    ck_assert_int_eq(result.end, WS_INFLATE_BAD);
    ck_assert_int_eq(ws_inflater_fault(inflater), WS_DEFLATE_DISTANCE_BEFORE_START);
    free(result.at);
    ws_inflater_free(inflater);
}
END_TEST

/* One octet, and three more from one or two octets before: the last that may be referred to, and the next. */
START_TEST(the_first_octet_that_is_out_of_reach)
{
    static const uint8_t payloads[][5] = {{0xf2, 0x00, 0x02, 0x00, 0x00}, {0xf2, 0x00, 0x42, 0x00, 0x00}};
    static const enum ws_deflate_fault with_nothing_before[] = {WS_DEFLATE_FINE,
                                                                WS_DEFLATE_DISTANCE_BEFORE_START},
                                       alone[] = {WS_DEFLATE_FINE, WS_DEFLATE_DISTANCE_INTO_EARLIER_MESSAGE};
    for (int behind = 0; behind < 2; behind++) {
        for (size_t i = 0; i < 2; i++) {
            struct ws_inflater *inflater = ws_inflater_new(15, behind == 0);
            struct inflated result = {0};
            if (behind != 0)
                inflate_cut(inflater, payloads[0], 5, 5, 99, &result);
            inflate_cut(inflater, payloads[i], 5, 5, 99, &result);
            ck_assert_int_eq(ws_inflater_fault(inflater), behind != 0 ? alone[i] : with_nothing_before[i]);
            free(result.at);
            ws_inflater_free(inflater);
        }
    }
}
END_TEST

/* Blocks with BFINAL, and others behind them that refer to what was before (RFC 7692 7.2.1). */
START_TEST(final_blocks)
{
    static const uint8_t payload[] = "\xf3\x48\xcd\xc9\xc9\x07\x00" /* BFINAL, "Hello" */
                                     "\x01\x01\x00\xfe\xff!"        /* BFINAL, stored, "!" */
                                     "\xf3\x00\x11\x00"             /* BFINAL, "H" and 4 octets before */
                                     "\x00";
    struct ws_inflater *inflater = ws_inflater_new(8, true);
    for (size_t cut = 0; cut < sizeof payload; cut++) {
        struct inflated result = {0};
        inflate_cut(inflater, payload, sizeof payload - 1, cut, 1 + cut % 7, &result);
        ck_assert_int_eq(result.end, WS_INFLATE_END);
        ck_assert_uint_eq(result.size, 11);
        ck_assert_int_eq(memcmp(result.at, "Hello!H", 7), 0);
        free(result.at);
    }
    ws_inflater_free(inflater);
}
END_TEST

/* ---- what is wrong ---- */

static const struct bad {
    const char *payload;
    size_t size;
    enum ws_deflate_fault fault;
    size_t before; /* octets that come before the fault */
} bads[] = {
    {"\x07", 1, WS_DEFLATE_BLOCK_TYPE, 0},
    {"\x06", 1, WS_DEFLATE_BLOCK_TYPE, 0},
    {"\x00\x05\x00\xfa\xfeHello\x00", 11, WS_DEFLATE_STORED_LENGTH, 0},
    {"", 0, WS_DEFLATE_CUT_OFF, 0},                             /* the tail alone has no header */
    {"\xf2\x48\xcd\xc9\xc9\x07", 6, WS_DEFLATE_CUT_OFF, 5},     /* nor has it here */
    {"\xf3\x48\xcd\xc9\xc9\x07\x00", 7, WS_DEFLATE_CUT_OFF, 5}, /* behind BFINAL there is none */
    {"\x00\x09\x00\xf6\xffHel", 8, WS_DEFLATE_CUT_OFF, 7}, /* the tail is taken for a part of the block */
    {"\x04\xc0\x01\x08\x00\x00\x00\x00\x20\x00\x00\x00\x00", 13, WS_DEFLATE_CODE_LENGTHS,
     0}, /* the code of the lengths */
    {"\x04\xc0\x81\x05\x00\x00\x00\xc0\xa0\x5b\xeb\xff\x2b\x00", 14, WS_DEFLATE_CODE_WITHOUT_END, 0},
    {"\x04\xc0\x81\x05\x00\x00\x00\xc0\xa0\x5b\xeb\xff\x23\x02", 14, WS_DEFLATE_CODE_LENGTHS,
     0}, /* literals, too many */
    {"\x04\xc0\x81\x05\x00\x00\x00\xc0\xa0\x5b\xf7\xff\x13\x01", 14, WS_DEFLATE_CODE_LENGTHS,
     0}, /* literals, too few */
    {"\x04\xc2\x81\x05\x00\x00\x00\xc0\xa0\x5b\xfb\xff\x89\x2a", 14, WS_DEFLATE_CODE_LENGTHS,
     0}, /* distances, too many */
    {"\x04\xc1\x81\x05\x00\x00\x00\xc0\xa0\x5b\xfb\xff\x89\x16", 14, WS_DEFLATE_CODE_LENGTHS,
     0}, /* distances, too few */
    {"\x04\xc0\x05\x04\x00\x00\x00\x00\xa0\x01", 10, WS_DEFLATE_CODE_REPEAT, 0},
    {"\x04\xc0\x81\x05\x00\x00\x00\xc0\xa0\xff\xff\x07", 12, WS_DEFLATE_CODE_REPEAT, 0},
    {"\x04\xc1\x21\x01\x00\x00\x00\x00\x90\xff\xaf\x05", 12, WS_DEFLATE_CODE_REPEAT, 0}, /* by one */
    {"\x04\xe0\x81\x92\x24\x49\x92\x24\xc9\x22\xb1\xa8\x79\x64\xf5\xec\xbd\xff\xff\xdc\x07\x21", 22,
     WS_DEFLATE_CUT_OFF, 22}, /* the block ends inside the tail, one bit before its end */
    {"\xf4\x00\x00\x00", 4, WS_DEFLATE_CODE_COUNTS, 0}, /* 287 literals */
    {"\x04\x1e\x00\x00", 4, WS_DEFLATE_CODE_COUNTS, 0}, /* 31 distances */
    {"\x1a\x03", 2, WS_DEFLATE_SYMBOL, 0},              /* length symbol 286 */
    {"\x4a\x04\x3e\x00", 4, WS_DEFLATE_SYMBOL, 1},      /* distance symbol 30 */
    {"\x04\xc0\x81\x05\x00\x00\x00\xc0\xa0\xff\xbf\x4e\x00\x00", 14, WS_DEFLATE_SYMBOL,
     0}, /* the unused half of a one-bit code */
    {"\x14\xc0\x81\x05\x00\x00\x00\xc0\xa0\x5b\xf7\xff\x13\x8b\x00\x00\x00", 17, WS_DEFLATE_SYMBOL,
     1}, /* a block without distances */
    {"\x14\xc0\x81\x05\x00\x00\x00\xc0\xa0\x5b\xf7\xff\x13\x4b\x09\x00\x00", 17, WS_DEFLATE_SYMBOL,
     1}, /* the unused half of a one-bit code */
};

START_TEST(faults)
{
    const struct bad *bad = &bads[_i];
    for (size_t cut = 0; cut <= bad->size; cut++) {
        for (size_t room = 1; room < 9; room += 3) {
            struct guarded page = guarded_new(64);
            const uint8_t *payload = guarded_copy(&page, bad->payload, bad->size);
            struct ws_inflater *inflater = ws_inflater_new(15, true);
            struct inflated result = {0};
            inflate_cut(inflater, payload, bad->size, cut, room, &result);
            ck_assert_int_eq(result.end, WS_INFLATE_BAD);
            ck_assert_str_eq(ws_deflate_fault_text(ws_inflater_fault(inflater)),
                             ws_deflate_fault_text(bad->fault));
            ck_assert_uint_eq(result.size, bad->before);
            free(result.at);
            ws_inflater_free(inflater);
            guarded_free(&page);
        }
    }
}
END_TEST

/* The scanner and zlib agree on every octet that is changed in a message: what is told, and whether it is
 * right. */
START_TEST(changed_octets)
{
    struct octets message = data_make((unsigned)_i, 900), payload = {0};
    struct ws_deflater *deflater = ws_deflater_new(15, true, 9);
    deflate_pieces(deflater, message.at, message.size, 900, WS_DEFLATE_MESSAGE, 999, &payload);
    for (size_t i = 0; i < payload.size; i++) {
        for (unsigned change = 1; change < 256; change += 7) {
            payload.at[i] ^= (uint8_t)change;
            must_agree_with_zlib(payload.at, payload.size);
            payload.at[i] ^= (uint8_t)change;
        }
    }
    free(message.at);
    free(payload.at);
    ws_deflater_free(deflater);
}
END_TEST

START_TEST(pieces_do_not_matter)
{
    for (unsigned kind = 0; kind < DATA_KINDS; kind++) {
        struct octets message = data_make(kind, 40000), whole = {0};
        struct ws_deflater *deflater = ws_deflater_new(10, false, 0);
        deflate_pieces(deflater, message.at, message.size, message.size, WS_DEFLATE_MESSAGE, 1 << 20, &whole);
        for (size_t piece = 1; piece < 20000; piece = 3 * piece + 1) {
            struct octets again = {0};
            deflate_pieces(deflater, message.at, message.size, piece, WS_DEFLATE_MESSAGE, 1 + piece / 2,
                           &again);
            must_equal(again.at, again.size, whole.at, whole.size);
            free(again.at);
        }
        free(message.at);
        free(whole.at);
        ws_deflater_free(deflater);
    }
}
END_TEST

/* 256 MiB of zeros out of 260 KiB: told by pieces, nothing is held. */
START_TEST(a_bomb_is_told_by_pieces)
{
    static uint8_t zeros[1 << 20], out[1 << 16];
    struct ws_deflater *deflater = ws_deflater_new(15, true, 9);
    struct ws_inflater *inflater = ws_inflater_new(15, true);
    struct octets payload = {0};
    for (unsigned i = 0; i < 256; i++)
        deflate_pieces(deflater, zeros, sizeof zeros, sizeof zeros,
                       i < 255 ? WS_DEFLATE_MORE : WS_DEFLATE_MESSAGE, 1 << 16, &payload);
    ck_assert_uint_lt(payload.size, 300000);
    uint64_t told = 0;
    size_t at = 0;
    enum ws_inflate_progress progress;
    do {
        size_t taken, written;
        progress = ws_inflater_take(inflater, payload.at + at, payload.size - at, &taken, true, out,
                                    sizeof out, &written);
        at += taken;
        told += written;
    } while (progress == WS_INFLATE_OUTPUT_FULL);
    ck_assert_int_eq(progress, WS_INFLATE_END);
    ck_assert_uint_eq(told, UINT64_C(256) << 20);
    free(payload.at);
    ws_deflater_free(deflater);
    ws_inflater_free(inflater);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("deflate");
    tcase_set_timeout(tcase, 60);
    tcase_add_loop_test(tcase, examples_inflate, 0, sizeof examples / sizeof examples[0]);
    tcase_add_test(tcase, hello_compresses_as_in_the_example);
    tcase_add_loop_test(tcase, empty_messages_and_fragments, 0, 2);
    tcase_add_loop_test(tcase, round_trips, 0, 8);
    tcase_add_test(tcase, the_smallest_window_is_kept);
    tcase_add_loop_test(tcase, the_edge_of_the_window, 0, 8);
    tcase_add_test(tcase, takeover);
    tcase_add_test(tcase, the_first_octet_that_is_out_of_reach);
    tcase_add_test(tcase, final_blocks);
    tcase_add_loop_test(tcase, faults, 0, sizeof bads / sizeof bads[0]);
    tcase_add_loop_test(tcase, changed_octets, 0, DATA_KINDS);
    tcase_add_test(tcase, pieces_do_not_matter);
    tcase_add_test(tcase, a_bomb_is_told_by_pieces);
    Suite *suite = suite_create("deflate");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
