/* SPDX-License-Identifier: MIT */
/* wstest_numbers.c: one instance for each number, and the patterns. */
#include "harness/wstest_numbers.h"

#include <stdlib.h>
#include <string.h>

/* Orders by the numbers between the points; strtoul stops at a point. */
static int compare_numbers(const char *a, const char *b)
{
    for (;;) {
        char *a_end, *b_end;
        unsigned long x = strtoul(a, &a_end, 10), y = strtoul(b, &b_end, 10);
        if (x != y)
            return x < y ? -1 : 1;
        if (*a_end != '.' || *b_end != '.')
            return (*a_end == '.') - (*b_end == '.');
        a = a_end + 1;
        b = b_end + 1;
    }
}

static int by_number(const void *a, const void *b)
{
    const struct wstest_number *x = a, *y = b;
    int order = compare_numbers(x->number, y->number);
    return order != 0 ? order : (x->instance > y->instance) - (x->instance < y->instance);
}

bool wstest_numbers_init(struct wstest_numbers *numbers, const struct plan *plan)
{
    *numbers = (struct wstest_numbers){.rows = calloc(plan->instance_count + 1, sizeof *numbers->rows)};
    if (numbers->rows == NULL)
        return false;
    size_t all = 0;
    for (size_t i = 0; i < plan->instance_count; i++) {
        if (plan->instances[i].wstest != NULL)
            numbers->rows[all++] = (struct wstest_number){.number = plan->instances[i].wstest, .instance = i};
    }
    qsort(numbers->rows, all, sizeof *numbers->rows, by_number);
    for (size_t i = 0; i < all; i++) {
        struct wstest_number *kept = &numbers->rows[numbers->count];
        bool again = numbers->count > 0 && strcmp(kept[-1].number, numbers->rows[i].number) == 0;
        if (!again)
            numbers->rows[numbers->count++] = numbers->rows[i];
        else if (plan->instances[kept[-1].instance].delivery != DELIVER_WHOLE &&
                 plan->instances[numbers->rows[i].instance].delivery == DELIVER_WHOLE)
            kept[-1] = numbers->rows[i];
    }
    return true;
}

void wstest_numbers_free(struct wstest_numbers *numbers)
{
    free(numbers->rows);
    *numbers = (struct wstest_numbers){0};
}

bool wstest_case_matches(const char *pattern, const char *number)
{
    if (strchr(pattern, '*') == NULL)
        return strcmp(pattern, number) == 0;
    char prefix[256];
    size_t size = strlen(pattern);
    if (size + 1 >= sizeof prefix)
        return false;
    memcpy(prefix, pattern, size);
    memcpy(prefix + size, "*", 2);
    return plan_matches(prefix, number);
}

bool wstest_numbers_choose(struct wstest_numbers *numbers, const char *const *cases, size_t case_count,
                           const char *const *excludes, size_t exclude_count, const char *place,
                           struct text_buffer *errors)
{
    bool known = true;
    for (size_t k = 0; k < numbers->count; k++)
        numbers->rows[k].wanted = false;
    for (size_t i = 0; i < case_count; i++) {
        bool hit = false;
        for (size_t k = 0; k < numbers->count; k++) {
            if (wstest_case_matches(cases[i], numbers->rows[k].number))
                hit = numbers->rows[k].wanted = true;
        }
        if (!hit && strchr(cases[i], '*') == NULL) {
            text_print(errors, "%s: \"cases\": there is no case '%s'\n", place, cases[i]);
            known = false;
        }
    }
    numbers->wanted = 0;
    for (size_t k = 0; k < numbers->count; k++) {
        struct wstest_number *row = &numbers->rows[k];
        for (size_t i = 0; i < exclude_count && row->wanted; i++)
            row->wanted = !wstest_case_matches(excludes[i], row->number);
        numbers->wanted += row->wanted;
    }
    if (numbers->wanted == 0 && known) {
        text_print(errors, "%s: no case is left: \"cases\" without \"exclude-cases\" is empty\n", place);
        known = false;
    }
    return known;
}

size_t wstest_numbers_index(const struct wstest_numbers *numbers, const char *number)
{
    for (size_t k = 0; k < numbers->count; k++) {
        if (strcmp(numbers->rows[k].number, number) == 0)
            return k + 1;
    }
    return 0;
}
