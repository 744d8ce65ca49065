/* SPDX-License-Identifier: MIT */
/* The UTF-8 automaton against a naive decoder written from RFC 3629 3: all sequences of one to three octets,
 * all borders of those of four, at every place of the word loop and at every split. */
#include "reference/ws.h"
#include "reference/tests/guarded.h"

#include <check.h>

/* ---- the naive decoder ---- */

/* Whether some code point's encoding begins with these octets; `*whole` when they are one. Tries by value:
 * it knows the encoding of a number (RFC 3629 3), not the table of legal octets. */
static bool begins_code_point(const uint8_t *octets, size_t size, bool *whole)
{
    static const struct {
        uint8_t lead, lead_mask;
        size_t size;
        uint32_t least;
    } forms[] = {{0x00, 0x80, 1, 0}, {0xc0, 0xe0, 2, 0x80}, {0xe0, 0xf0, 3, 0x800}, {0xf0, 0xf8, 4, 0x10000}};
    *whole = false;
    for (size_t f = 0; f < 4; f++) {
        if ((octets[0] & forms[f].lead_mask) != forms[f].lead)
            continue;
        if (size > forms[f].size)
            return false;
        uint32_t low = octets[0] & (uint8_t)~forms[f].lead_mask, high = low;
        for (size_t i = 1; i < forms[f].size; i++) {
            if (i < size && (octets[i] & 0xc0) != 0x80)
                return false;
            low = low << 6 | (i < size ? octets[i] & 0x3fU : 0);
            high = high << 6 | (i < size ? octets[i] & 0x3fU : 0x3f);
        }
        *whole = size == forms[f].size;
        if (low < forms[f].least)
            low = forms[f].least;
        if (high > 0x10ffff)
            high = 0x10ffff;
        return low <= high && !(low >= 0xd800 && high <= 0xdfff);
    }
    return false;
}

/* Index of the first octet that makes the whole impossible, or `size`. */
static size_t naive_bad(const uint8_t *octets, size_t size, bool *complete)
{
    size_t begin = 0;
    *complete = true;
    for (size_t i = 0; i < size; i++) {
        if (!begins_code_point(octets + begin, i + 1 - begin, complete))
            return i;
        if (*complete)
            begin = i + 1;
    }
    return size;
}

/* ---- comparisons ---- */

static void compare(const uint8_t *octets, size_t size)
{
    bool complete;
    size_t expected = naive_bad(octets, size, &complete);
    struct ws_utf8 utf8 = {0};
    size_t bad = size;
    bool fine = ws_utf8_take(&utf8, octets, size, &bad);
    if (fine != (expected == size) || bad != expected || (fine && ws_utf8_complete(&utf8) != complete))
        ck_abort_msg("%02x %02x %02x %02x (%zu octets): bad at %zu, expected %zu", octets[0],
                     size > 1 ? octets[1] : 0, size > 2 ? octets[2] : 0, size > 3 ? octets[3] : 0, size, bad,
                     expected);
}

START_TEST(one_to_three_octets)
{
    uint8_t octets[3] = {(uint8_t)_i};
    compare(octets, 1);
    for (unsigned second = 0; second < 256; second++) {
        octets[1] = (uint8_t)second;
        compare(octets, 2);
        for (unsigned third = 0; third < 256; third++) {
            octets[2] = (uint8_t)third;
            compare(octets, 3);
        }
    }
}
END_TEST

static const uint8_t borders[] = {0x00, 0x41, 0x7f, 0x80, 0x81, 0x8f, 0x90, 0x91, 0x9f, 0xa0,
                                  0xa1, 0xbe, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xed, 0xef,
                                  0xf0, 0xf4, 0xf5, 0xf7, 0xf8, 0xfb, 0xfc, 0xfd, 0xfe, 0xff};
enum { BORDERS = sizeof borders };

START_TEST(four_octets)
{
    for (unsigned second = 0; second < 256; second++)
        for (size_t third = 0; third < BORDERS; third++)
            for (size_t fourth = 0; fourth < BORDERS; fourth++) {
                uint8_t octets[4] = {(uint8_t)_i, (uint8_t)second, borders[third], borders[fourth]};
                compare(octets, 4);
            }
}
END_TEST

/* A sequence of borders at each place of a longer run: inside blocks and across them, behind ASCII and behind
 * other code points, at the end of the page. */
START_TEST(any_place_in_a_run)
{
    static const char *const fillers[] = {"a", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80"};
    struct guarded page = guarded_new(256);
    for (size_t filler = 0; filler < 4; filler++)
        for (size_t before = 0; before < 40; before++)
            for (size_t second = 0; second < BORDERS; second++)
                for (size_t third = 0; third < BORDERS; third += 3) {
                    uint8_t run[256];
                    size_t size = 0, width = strlen(fillers[filler]);
                    for (size_t i = 0; i < before; i += width, size += width)
                        memcpy(run + size, fillers[filler], width);
                    const uint8_t middle[3] = {borders[(size_t)_i], borders[second], borders[third]};
                    memcpy(run + size, middle, sizeof middle);
                    size += sizeof middle;
                    for (size_t i = 0; i < 24; i += width, size += width)
                        memcpy(run + size, fillers[filler], width);
                    compare(guarded_copy(&page, run, size), size);
                }
    guarded_free(&page);
}
END_TEST

static const struct {
    const char *text;
    bool complete;
} samples[] = {
    {"", true},
    {"plain ASCII that is longer than two blocks of sixteen octets", true},
    {"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5", true},
    {"\xce\xba\xe1\xbd\xb9\xcf\x83\xce\xbc\xce\xb5\xed\xa0\x80"
     "edited",
     false},
    {"\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf0\x9f\x98\x80\xf4\x8f\xbf\xbf", true},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xf4\x90\x80\x80", false},
    {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\xe2\x82", false},
    {"\xef\xbf\xbe\xef\xbf\xbf\xef\xbb\xbf\xf0\xbf\xbf\xbe", true}, /* noncharacters are characters here */
    {"aaaaaaaaaaaaa\xc0\x80", false},
    {"\xf8\x88\x80\x80\x80", false},
};

START_TEST(any_split_gives_the_same)
{
    const uint8_t *octets = (const uint8_t *)samples[_i].text;
    size_t size = strlen(samples[_i].text);
    struct ws_utf8 whole = {0};
    size_t bad_whole = size;
    bool fine_whole = ws_utf8_take(&whole, octets, size, &bad_whole);
    ck_assert_int_eq(fine_whole && ws_utf8_complete(&whole), samples[_i].complete);
    for (size_t first = 0; first <= size; first++)
        for (size_t second = first; second <= size; second++) {
            struct ws_utf8 utf8 = {0};
            const size_t cuts[] = {0, first, second, size};
            size_t bad = size;
            bool fine = true;
            for (size_t i = 0; i < 3 && fine; i++) {
                size_t at = 0;
                fine = ws_utf8_take(&utf8, octets + cuts[i], cuts[i + 1] - cuts[i], &at);
                if (!fine)
                    bad = cuts[i] + at;
            }
            ck_assert_int_eq(fine, fine_whole);
            ck_assert_uint_eq(bad, bad_whole);
            ck_assert_uint_eq(utf8.state, whole.state);
        }
}
END_TEST

START_TEST(stays_bad)
{
    struct ws_utf8 utf8 = {0};
    ck_assert(!ws_utf8_take(&utf8, (const uint8_t *)"\xff", 1, NULL));
    ck_assert(!ws_utf8_take(&utf8, NULL, 0, NULL));
    size_t bad = 7;
    ck_assert(!ws_utf8_take(&utf8, (const uint8_t *)"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 36, &bad));
    ck_assert_uint_eq(bad, 0);
    ck_assert(!ws_utf8_complete(&utf8));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("utf8");
    TCase *tests = tcase_create("utf8");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, one_to_three_octets, 0, 256);
    tcase_add_loop_test(tests, four_octets, 0xf0, 0x100);
    tcase_add_loop_test(tests, any_place_in_a_run, 0, BORDERS);
    tcase_add_loop_test(tests, any_split_gives_the_same, 0, (int)(sizeof samples / sizeof samples[0]));
    tcase_add_test(tests, stays_bad);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
