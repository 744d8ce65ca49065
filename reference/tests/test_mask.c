/* SPDX-License-Identifier: MIT */
/* Masking against the sentence of RFC 6455 5.3, octet by octet: every size, alignment and offset that a word
 * loop can get wrong; in place and copying; never an octet outside. */
#include "reference/ws.h"
#include "reference/tests/guarded.h"

#include <check.h>

enum { SIZE_MAX_TESTED = 200 };

static const uint8_t key[4] = {0x37, 0xfa, 0x21, 0x3d};

static uint8_t octet_at(size_t i)
{
    return (uint8_t)(i * 167 + (i >> 3));
}

START_TEST(matches_the_definition)
{
    struct guarded in = guarded_new(SIZE_MAX_TESTED), out = guarded_new(SIZE_MAX_TESTED);
    uint64_t offset = (uint64_t)_i; /* 0..7, and such that the sum passes 2^32 */
    if (_i >= 8)
        offset = UINT64_C(0xfffffffd) + (uint64_t)_i;
    for (size_t size = 0; size <= SIZE_MAX_TESTED; size++) {
        uint8_t plain[SIZE_MAX_TESTED], expected[SIZE_MAX_TESTED];
        for (size_t i = 0; i < size; i++) {
            plain[i] = octet_at(i);
            expected[i] = plain[i] ^ key[(offset + i) % 4];
        }
        const uint8_t *from = guarded_copy(&in, plain, size);
        uint8_t *to = guarded_copy(&out, plain, size);
        ws_mask(to, from, size, key, offset);
        ck_assert(size == 0 || memcmp(to, expected, size) == 0);
        ck_assert(size == 0 || memcmp(from, plain, size) == 0);
        ws_mask(to, to, size, key, offset); /* in place, and its own inverse */
        ck_assert(size == 0 || memcmp(to, plain, size) == 0);
    }
    guarded_free(&in);
    guarded_free(&out);
}
END_TEST

START_TEST(leaves_the_neighbours_alone)
{
    for (size_t start = 0; start < 16; start++)
        for (size_t size = 0; size < 80; size++) {
            uint8_t room[128];
            memset(room, 0x55, sizeof room);
            ws_mask(room + start, room + start, size, key, 1);
            for (size_t i = 0; i < sizeof room; i++) {
                bool inside = i >= start && i < start + size;
                ck_assert_uint_eq(room[i], inside ? 0x55 ^ key[(1 + i - start) % 4] : 0x55);
            }
        }
}
END_TEST

START_TEST(pieces_equal_the_whole)
{
    uint8_t plain[97], whole[97];
    for (size_t i = 0; i < sizeof plain; i++)
        plain[i] = octet_at(i);
    ws_mask(whole, plain, sizeof plain, key, 0);
    for (size_t cut = 0; cut <= sizeof plain; cut++) {
        uint8_t pieces[97];
        ws_mask(pieces, plain, cut, key, 0);
        ws_mask(pieces + cut, plain + cut, sizeof plain - cut, key, cut);
        ck_assert_mem_eq(pieces, whole, sizeof whole);
    }
}
END_TEST

START_TEST(example_of_the_rfc) /* RFC 6455 5.7: a masked "Hello" */
{
    uint8_t masked[5];
    ws_mask(masked, (const uint8_t *)"Hello", 5, key, 0);
    ck_assert_mem_eq(masked, "\x7f\x9f\x4d\x51\x58", 5);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("mask");
    TCase *tests = tcase_create("mask");
    tcase_add_loop_test(tests, matches_the_definition, 0, 12);
    tcase_add_test(tests, leaves_the_neighbours_alone);
    tcase_add_test(tests, pieces_equal_the_whole);
    tcase_add_test(tests, example_of_the_rfc);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
