/* SPDX-License-Identifier: MIT */
/* test_embedded_cases.c: the case files that the program carries: each can be read, is in its canonical form,
 * cites requirements that there are, and every case of Autobahn's groups is there once for each
 * role. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/case.h"
#include "harness/embedded.h"
#include "harness/requirement.h"
#include "harness/text_buffer.h"

enum { MEMORY = 256 << 20, TEXT_MAX = 4 << 20 };

/* Autobahn's numbers: prefix.1 .. prefix.last. */
static const struct {
    const char *prefix;
    unsigned last;
} numbers[] = {
    {"1.1", 8},   {"1.2", 8},   {"2", 11},    {"3", 7},     {"4.1", 5},   {"4.2", 5},   {"5", 20},
    {"6.1", 3},   {"6.2", 4},   {"6.3", 2},   {"6.4", 4},   {"6.5", 5},   {"6.6", 11},  {"6.7", 4},
    {"6.8", 2},   {"6.9", 4},   {"6.10", 3},  {"6.11", 5},  {"6.12", 8},  {"6.13", 5},  {"6.14", 10},
    {"6.15", 1},  {"6.16", 3},  {"6.17", 5},  {"6.18", 5},  {"6.19", 5},  {"6.20", 7},  {"6.21", 8},
    {"6.22", 34}, {"6.23", 7},  {"7.1", 6},   {"7.3", 6},   {"7.5", 1},   {"7.7", 13},  {"7.9", 9},
    {"7.13", 2},  {"9.1", 6},   {"9.2", 6},   {"9.3", 9},   {"9.4", 9},   {"9.5", 6},   {"9.6", 6},
    {"9.7", 6},   {"9.8", 6},   {"10.1", 1},  {"12.1", 18}, {"12.2", 18}, {"12.3", 18}, {"12.4", 18},
    {"12.5", 18}, {"13.1", 18}, {"13.2", 18}, {"13.3", 18}, {"13.4", 18}, {"13.5", 18}, {"13.6", 18},
    {"13.7", 18},
};
enum { PREFIXES = sizeof numbers / sizeof numbers[0], NUMBERS = 517, LAST_MAX = 34 };

static bool is_case_file(const struct embedded_file *file)
{
    size_t length = strlen(file->name);
    return length > 5 && strcmp(file->name + length - 5, ".case") == 0;
}

/* The tree of a file; the test fails with all its errors when there are any. */
static struct case_file *parse(struct arena *arena, const struct embedded_file *file)
{
    struct case_diagnostic *diagnostics = NULL;
    struct case_file *tree = case_parse(arena, file->name, file->octets, file->size, &diagnostics);
    if (diagnostics != NULL) {
        struct text_buffer text = {.cap = TEXT_MAX};
        for (const struct case_diagnostic *d = diagnostics; d != NULL; d = d->next)
            case_diagnostic_print(&text, d);
        ck_abort_msg("%s", text.text);
    }
    ck_assert_ptr_nonnull(tree);
    return tree;
}

START_TEST(every_file_can_be_read)
{
    size_t cases = 0;
    for (const struct embedded_file *file = embedded_files; file->name != NULL; file++) {
        if (!is_case_file(file))
            continue;
        struct arena arena = {.cap = MEMORY};
        for (const struct case_definition *d = parse(&arena, file)->cases; d != NULL; d = d->next)
            cases++;
        arena_free(&arena);
    }
    ck_assert_uint_gt(cases, 200);
}
END_TEST

START_TEST(every_file_is_canonical)
{
    for (const struct embedded_file *file = embedded_files; file->name != NULL; file++) {
        if (!is_case_file(file))
            continue;
        struct arena arena = {.cap = MEMORY};
        struct text_buffer text = {.cap = TEXT_MAX};
        case_print_file(&text, parse(&arena, file), file->octets, file->size);
        size_t same = 0, line = 1;
        while (same < text.size && same < file->size && text.text[same] == file->octets[same])
            line += file->octets[same++] == '\n';
        ck_assert_msg(same == text.size && same == file->size, "%s:%zu is not in its canonical form",
                      file->name, line);
        text_free(&text);
        arena_free(&arena);
    }
}
END_TEST

START_TEST(requirements_are_known)
{
    struct arena rows = {.cap = MEMORY};
    struct requirement_catalogue catalogue;
    ck_assert_int_eq(requirement_catalogue_load(&catalogue, &rows), 0);
    ck_assert_uint_eq(catalogue.count, 658);
    for (const struct embedded_file *file = embedded_files; file->name != NULL; file++) {
        if (!is_case_file(file))
            continue;
        struct arena arena = {.cap = MEMORY};
        for (const struct case_definition *d = parse(&arena, file)->cases; d != NULL; d = d->next) {
            ck_assert_msg(d->requirements != NULL || (d->level_given && d->level == LEVEL_INFO),
                          "%s/%s cites no requirement", d->suite, d->id);
            for (const struct case_word *word = d->requirements; word != NULL; word = word->next) {
                const struct requirement *row = requirement_find(&catalogue, word->text);
                ck_assert_msg(row != NULL, "%s:%u: no requirement %s", file->name, word->place.line,
                              word->text);
                ck_assert_msg(row->quote[0] != '\0', "%s:%u: %s without the sentence of the RFC", file->name,
                              word->place.line, word->text);
            }
        }
        arena_free(&arena);
    }
    arena_free(&rows);
}
END_TEST

static void count_number(unsigned counts[PREFIXES][LAST_MAX + 1], const char *number)
{
    const char *dot = strrchr(number, '.');
    ck_assert_ptr_nonnull(dot);
    size_t length = (size_t)(dot - number);
    unsigned long last = strtoul(dot + 1, NULL, 10);
    for (size_t i = 0; i < PREFIXES; i++) {
        if (strlen(numbers[i].prefix) == length && strncmp(numbers[i].prefix, number, length) == 0) {
            ck_assert_msg(last >= 1 && last <= numbers[i].last, "there is no case %s", number);
            counts[i][last]++;
            return;
        }
    }
    ck_abort_msg("there is no case %s", number);
}

START_TEST(every_autobahn_number_is_there_once)
{
    unsigned counts[PREFIXES][LAST_MAX + 1] = {0};
    unsigned role = _i == WS_SERVER ? CASE_TESTS_SERVER : CASE_TESTS_CLIENT;
    size_t listed = 0;
    for (const struct embedded_file *file = embedded_files; file->name != NULL; file++) {
        if (!is_case_file(file))
            continue;
        struct arena arena = {.cap = MEMORY};
        for (const struct case_definition *d = parse(&arena, file)->cases; d != NULL; d = d->next) {
            for (const struct case_word *word = d->wstest; word != NULL && (d->roles & role);
                 word = word->next) {
                count_number(counts, word->text);
                listed++;
            }
        }
        arena_free(&arena);
    }
    for (size_t i = 0; i < PREFIXES; i++) {
        for (unsigned last = 1; last <= numbers[i].last; last++)
            ck_assert_msg(counts[i][last] == 1, "case %s.%u is there %u times", numbers[i].prefix, last,
                          counts[i][last]);
    }
    ck_assert_uint_eq(listed, NUMBERS);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("embedded cases");
    TCase *cases = tcase_create("files");
    tcase_add_test(cases, every_file_can_be_read);
    tcase_add_test(cases, every_file_is_canonical);
    tcase_add_test(cases, requirements_are_known);
    tcase_add_loop_test(cases, every_autobahn_number_is_there_once, 0, 2);
    tcase_set_timeout(cases, 60);
    suite_add_tcase(suite, cases);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
