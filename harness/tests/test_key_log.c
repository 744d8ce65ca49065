/* SPDX-License-Identifier: MIT */
/* test_key_log.c: keys that come again are known, others are not, however many there are. */
#include <check.h>
#include <stdio.h>

#include "harness/key_log.h"

START_TEST(keys_are_remembered)
{
    enum { MANY = 20000 };
    struct key_log *log = key_log_new();
    char key[32];
    ck_assert_ptr_nonnull(log);
    for (int again = 0; again < 2; again++) {
        for (int i = 0; i < MANY; i++) {
            snprintf(key, sizeof key, "%022d==", i);
            ck_assert_int_eq(key_log_knows(log, ws_octets_of(key)), again == 1);
        }
    }
    key_log_free(log);
    key_log_free(NULL);
}
END_TEST

START_TEST(what_is_no_key_is_not_remembered)
{
    static const char *const none[] = {"", "short", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=="};
    struct key_log *log = key_log_new();
    ck_assert_ptr_nonnull(log);
    for (int again = 0; again < 2; again++)
        for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
            ck_assert(!key_log_knows(log, ws_octets_of(none[i])));
    key_log_free(log);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("key log");
    TCase *tests = tcase_create("keys");
    tcase_add_test(tests, keys_are_remembered);
    tcase_add_test(tests, what_is_no_key_is_not_remembered);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
