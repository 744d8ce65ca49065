/* SPDX-License-Identifier: MIT */
/* test_octets_expression.c: expressions against octets written out in full, in pieces of every size at every
 * offset. */
#include "harness/tests/case_text.h"

#define TWICE(x) x x
#define EIGHT(x) TWICE(TWICE(TWICE(x)))

static const struct {
    const char *expression;
    const char *octets;
    size_t size;
} table[] = {
    {"\"\"", "", 0},
    {"\"a\\x00\\xff$$\\n\"", "a\0\xff$\n", 5},
    {"x\"00 ff\" \"b\"",
     "\0\xff"
     "b",
     3},
    {"\"n=$n.\" $n", "n=12.12", 7},
    {"$t", "12x", 3},
    {"\"<$t>\"", "<12x>", 5},
    {"$round $key", "1", 1},
    {"rep(0, \"abc\")", "", 0},
    {"rep(3, \"\")", "", 0},
    {"rep(3, \"abc\")", "abcabcabc", 9},
    {"rep($n, \"ab\")", EIGHT("ab") TWICE(TWICE("ab")), 24},
    {"rep(2, rep(2, \"a\") \"b\")", "aabaab", 6},
    {"rep(3, $t)", "12x12x12x", 9},
    {"fill(7, \"abc\")", "abcabca", 7},
    {"fill(2, \"abc\")", "ab", 2},
    {"fill(0, \"abc\")", "", 0},
    {"fill(40, fill(3, \"xy\"))", EIGHT("xyx") "xyxxyxxyxxyxxyxx", 40},
    {"seq(3) seq(2)", "\0\1\2\0\1", 5},
    {"u16(258) u16($n)", "\1\2\0\14", 4},
    /* RFC 6455 1.3: the example */
    {"accept(\"dGhlIHNhbXBsZSBub25jZQ==\")", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", 28},
    {"lower(accept(\"dGhlIHNhbXBsZSBub25jZQ==\"))", "s3pplmbitxaq9kygzzhzrbk+xoo=", 28},
    {"lower(\"AZ[@az\\xc4\")", "az[@az\xc4", 7},
    {"swapcase(\"AZ[@`{az\\xc4\\xe4\")", "az[@`{AZ\xc4\xe4", 10},
    /* SplitMix64 of the seed 1234567, as published with other implementations: 6457827717110365317,
     * 3203168211198807973, 9817491932198370423 */
    {"rand(24, 1234567)",
     "\x85\xfc\x08\xfb\x17\xd0\x9e\x59\xa5\x0f\x54\x58\x84\xf0\x73\x2c\x77\x7c\xf2\xa3\xe5\xbc\x3e\x88", 24},
    {"rand(3, 1234567) \"!\"", "\x85\xfc\x08!", 4},
    {"piece(3, 1, \"abcde\")", "abc", 3},
    {"piece(3, 2, \"abcde\")", "dea", 3},
    {"piece(5, 7, \"abcde\")", "abcde", 5},
    {"piece(4, $round, \"ab\")", "abab", 4},
    {"piece(0, 1, \"abcde\")", "", 0},
    /* RFC 7692 7.2.3.1, 7.2.3.5, 7.2.3.3, 7.2.3.4, 7.2.3.6 */
    {"deflate(\"Hello\")", "\xf2\x48\xcd\xc9\xc9\x07\x00", 7},
    {"deflate(\"Hello\", $n)", "\xf2\x48\xcd\xc9\xc9\x07\x00", 7},
    {"flushed(\"He\") deflate(\"llo\")", "\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", 13},
    {"stored(\"Hello\") x\"00\"", "\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", 11},
    {"final(\"Hello\") x\"00\"", "\xf3\x48\xcd\xc9\xc9\x07\x00\x00", 8},
    {"fixed(\"Hello\")", "\xf2\x48\xcd\xc9\xc9\x07\x00", 7},
    {"deflate(\"\")", "\x00", 1},
    {"flushed(\"\")", "\x00\x00\x00\xff\xff", 5},
    {"stored(\"\")", "\x00\x00\x00\xff\xff", 5},
    {"rep(2, deflate(rep(1, \"Hello\")))", TWICE("\xf2\x48\xcd\xc9\xc9\x07\x00"), 14},
};

/* A case whose only step sends the expression, and its one instance. */
struct sent {
    struct case_text parsed;
    const struct case_instance *instance;
    const struct octets_atom *octets;
};

static struct sent send_of(const char *expression)
{
    char text[400];
    snprintf(text, sizeof text, "case a \"A\"\n with n = 12\n with t = $key \"12x\"\n raw %s\n", expression);
    struct sent sent = {.parsed = case_text_right(text)};
    struct case_instance *instances;
    ck_assert_uint_ge(case_expand(&sent.parsed.arena, sent.parsed.file->cases, WS_SERVER, &instances), 1);
    sent.instance = instances;
    sent.octets = sent.parsed.file->cases->steps->raw;
    return sent;
}

START_TEST(every_piece_is_right)
{
    struct sent sent = send_of(table[_i].expression);
    struct guarded guarded = guarded_new(table[_i].size);
    ck_assert_uint_eq(octets_length(sent.octets, sent.instance), table[_i].size);
    for (size_t offset = 0; offset <= table[_i].size; offset++) {
        for (size_t size = 0; offset + size <= table[_i].size; size++) {
            uint8_t *out = guarded_copy(&guarded, table[_i].octets, size);
            if (size > 0)
                memset(out, 0x55, size);
            octets_read(sent.octets, sent.instance, offset, out, size);
            if (size > 0)
                ck_assert_mem_eq(out, table[_i].octets + offset, size);
        }
    }
    guarded_free(&guarded);
    case_text_free(&sent.parsed);
}
END_TEST

/* Long ones: read at once, and again in pieces of several sizes from several offsets. */
static const char *const long_ones[] = {"fill(70000, \"0123456789abc\")",
                                        "rep(10, rand(7001, 3))",
                                        "rand(70001, 12345)",
                                        "seq(70000)",
                                        "lower(fill(70000, seq(256)))",
                                        "seq(300) rand(40000, 1) rep(30000, \"x\")",
                                        "fill(70000, rep(129, \"ab\") $t)",
                                        "stored(rand(140000, 1)) x\"00\""};

START_TEST(pieces_fit_together)
{
    static const size_t pieces[] = {1, 7, 8, 4093, 16384, 65536};
    struct sent sent = send_of(long_ones[_i]);
    size_t size = (size_t)octets_length(sent.octets, sent.instance);
    ck_assert_uint_ge(size, 70000);
    uint8_t *whole = malloc(size), *again = malloc(size);
    ck_assert(whole != NULL && again != NULL);
    octets_read(sent.octets, sent.instance, 0, whole, size);
    for (size_t p = 0; p < sizeof pieces / sizeof pieces[0]; p++) {
        for (size_t start = 0; start < 20; start += 3) {
            memset(again, 0x55, size);
            for (size_t at = start; at < size; at += pieces[p])
                octets_read(sent.octets, sent.instance, at, again + at,
                            size - at < pieces[p] ? size - at : pieces[p]);
            ck_assert(memcmp(again + start, whole + start, size - start) == 0);
        }
    }
    free(whole);
    free(again);
    case_text_free(&sent.parsed);
}
END_TEST

START_TEST(long_runs_repeat_what_they_should)
{
    struct sent sent = send_of("fill(70000, \"0123456789abc\")");
    uint8_t octets[70000];
    octets_read(sent.octets, sent.instance, 0, octets, sizeof octets);
    for (size_t i = 0; i < sizeof octets; i++)
        ck_assert_uint_eq(octets[i], (uint8_t) "0123456789abc"[i % 13]);
    case_text_free(&sent.parsed);
    sent = send_of("rep(67108864, \"x\")");
    ck_assert_uint_eq(octets_length(sent.octets, sent.instance), CASE_PAYLOAD_MAX);
    octets_read(sent.octets, sent.instance, CASE_PAYLOAD_MAX - sizeof octets, octets, sizeof octets);
    ck_assert_uint_eq(octets[sizeof octets - 1], 'x');
    case_text_free(&sent.parsed);
}
END_TEST

START_TEST(nothing_and_rounds)
{
    uint8_t octets[8];
    ck_assert_uint_eq(octets_length(NULL, NULL), 0);
    octets_read(NULL, NULL, 0, octets, 0);
    struct sent sent = send_of("\"$round,$key\"");
    struct case_instance later = *sent.instance;
    struct octets_atom key = {.kind = OCTETS_LITERAL, .literal = ws_octets_of("k")};
    ck_assert_str_eq(later.bindings[later.binding_count - 1 - KNOWN_COUNT].name, "round");
    ck_assert_str_eq(later.bindings[later.binding_count - KNOWN_COUNT + KNOWN_KEY].name, "key");
    later.bindings[later.binding_count - 1 - KNOWN_COUNT].integer = 10;
    later.bindings[later.binding_count - KNOWN_COUNT + KNOWN_KEY].octets = &key;
    ck_assert_uint_eq(octets_length(sent.octets, &later), 4);
    octets_read(sent.octets, &later, 0, octets, 4);
    ck_assert_mem_eq(octets, "10,k", 4);
    case_text_free(&sent.parsed);
}
END_TEST

/* RFC 1951 3.2.3: what has a few letters gets codes of its own, unless fixed ones are asked for. */
START_TEST(fixed_codes_are_fixed)
{
#define WORDS \
    "(\"agreed upon parameters of deflate streams are agreed once and the greater part of an area\")"
    static const struct {
        const char *expression;
        unsigned type;
    } blocks[] = {{"deflate" WORDS, 2}, {"fixed" WORDS, 1}};
    for (size_t i = 0; i < 2; i++) {
        uint8_t first;
        struct sent sent = send_of(blocks[i].expression);
        octets_read(sent.octets, sent.instance, 0, &first, 1);
        ck_assert_uint_eq(first & 7, blocks[i].type << 1);
        case_text_free(&sent.parsed);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("octets_expression");
    TCase *tests = tcase_create("octets_expression");
    tcase_add_loop_test(tests, every_piece_is_right, 0, sizeof table / sizeof table[0]);
    tcase_add_loop_test(tests, pieces_fit_together, 0, sizeof long_ones / sizeof long_ones[0]);
    tcase_add_test(tests, long_runs_repeat_what_they_should);
    tcase_add_test(tests, nothing_and_rounds);
    tcase_add_test(tests, fixed_codes_are_fixed);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
