/* SPDX-License-Identifier: MIT */
/* test_arena.c: memory that is handed out and freed together, and texts that grow, both within their caps. */
#include <check.h>
#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "harness/arena.h"
#include "harness/text_buffer.h"

/* Pieces of any size are zeroed, aligned, and apart from each other. */
START_TEST(pieces)
{
    struct arena arena = {.cap = 1 << 20};
    static unsigned char *at[200];
    for (int round = 0; round < 2; round++) {
        size_t handed_out = 0;
        for (size_t i = 0; i < 200; i++) {
            size_t size = i == 150 ? 40000 : i * 7 % 300;
            at[i] = arena_alloc(&arena, size);
            ck_assert_ptr_nonnull(at[i]);
            ck_assert_uint_eq((uintptr_t)at[i] % alignof(max_align_t), 0);
            for (size_t k = 0; k < size; k++)
                ck_assert_uint_eq(at[i][k], 0);
            memset(at[i], (int)i + 1, size);
            handed_out += size;
        }
        for (size_t i = 0; i < 200; i++) {
            size_t size = i == 150 ? 40000 : i * 7 % 300;
            for (size_t k = 0; k < size; k++)
                ck_assert_uint_eq(at[i][k], (unsigned char)(i + 1));
        }
        ck_assert_uint_ge(arena.used, handed_out);
        arena_free(&arena);
        ck_assert_uint_eq(arena.used, 0);
        ck_assert_ptr_null(arena.blocks);
    }
}
END_TEST

START_TEST(cap)
{
    struct arena arena = {.cap = 1000};
    ck_assert_ptr_null(arena_alloc(&arena, 1001));
    ck_assert_ptr_null(arena_alloc(&arena, SIZE_MAX));
    ck_assert_ptr_null(arena_alloc(&arena, SIZE_MAX - 8));
    ck_assert_ptr_nonnull(arena_alloc(&arena, 900));
    ck_assert_ptr_null(arena_alloc(&arena, 200));
    ck_assert_ptr_nonnull(arena_alloc(&arena, 50));
    ck_assert_uint_le(arena.used, arena.cap);
    arena_free(&arena);
    ck_assert_ptr_nonnull(arena_alloc(&arena, 900));
    arena_free(&arena);
    arena_free(&arena);
}
END_TEST

START_TEST(texts)
{
    struct arena arena = {.cap = 1000};
    ck_assert_str_eq(arena_text(&arena, "hello", 4), "hell");
    ck_assert_str_eq(arena_text(&arena, NULL, 0), "");
    ck_assert_mem_eq(arena_text(&arena, "a\0b", 3), "a\0b", 4);
    ck_assert_ptr_null(arena_text(&arena, "x", 2000));
    arena_free(&arena);
}
END_TEST

START_TEST(text_grows)
{
    struct text_buffer text = {.cap = 100000};
    ck_assert_ptr_null(text.text);
    text_append(&text, "", 0);
    ck_assert_str_eq(text.text, "");
    for (int i = 0; i < 10000; i++)
        text_print(&text, "%d,", i % 10);
    ck_assert_uint_eq(text.size, 20000);
    ck_assert_uint_eq(strlen(text.text), 20000);
    ck_assert_int_eq(strncmp(text.text + 19990, "5,6,7,8,9,", 11), 0);
    text_append(&text, "\0x", 2);
    ck_assert_uint_eq(text.size, 20002);
    ck_assert(!text.failed);
    text_free(&text);
    ck_assert(text.text == NULL && text.size == 0 && text.cap == 100000);
    text_print(&text, "again");
    ck_assert_str_eq(text.text, "again");
    text_free(&text);
}
END_TEST

/* What does not fit is not there in part, and nothing is there behind it. */
START_TEST(text_cap)
{
    struct text_buffer text = {.cap = 10};
    text_print(&text, "%s", "0123456789");
    ck_assert(!text.failed);
    text_print(&text, "%s", "");
    ck_assert(!text.failed);
    text_append(&text, "x", 1);
    ck_assert(text.failed);
    ck_assert_str_eq(text.text, "0123456789");
    text_free(&text);
    text_append(&text, "01234", 5);
    text_print(&text, "%s", "567890");
    ck_assert(text.failed);
    ck_assert_str_eq(text.text, "01234");
    text_append(&text, "5", 1);
    text_print(&text, "5");
    ck_assert_str_eq(text.text, "01234");
    text_free(&text);
    ck_assert(!text.failed);
    text_append(&text, "x", SIZE_MAX);
    ck_assert(text.failed);
    text_free(&text);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("arena and text buffer");
    TCase *cases = tcase_create("memory");
    tcase_add_test(cases, pieces);
    tcase_add_test(cases, cap);
    tcase_add_test(cases, texts);
    tcase_add_test(cases, text_grows);
    tcase_add_test(cases, text_cap);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
