/* SPDX-License-Identifier: MIT */
/* case_text.h: case files as strings, for tests only: parsed at the end of a guarded page, diagnostics as
 * text. */
#ifndef HARNESS_TESTS_CASE_TEXT_H
#define HARNESS_TESTS_CASE_TEXT_H

#include <check.h>
#include <stdio.h>
#include <string.h>

#include "harness/case.h"
#include "harness/text_buffer.h"
#include "reference/tests/guarded.h"

enum { CASE_TEXT_MEMORY = 256 << 20, CASE_TEXT_PRINTED = 32 << 20 };

/* A parsed text. The tree must not point into the text: that is gone. */
struct case_text {
    struct arena arena;
    struct case_file *file;
    struct case_diagnostic *diagnostics;
};

static inline struct case_text case_text_parse(const char *text, size_t size)
{
    struct case_text parsed = {.arena = {.cap = CASE_TEXT_MEMORY}};
    struct guarded guarded = guarded_new(size);
    const char *copy = (const char *)guarded_copy(&guarded, text, size);
    parsed.file = case_parse(&parsed.arena, "x.case", copy, size, &parsed.diagnostics);
    guarded_free(&guarded);
    return parsed;
}

static inline void case_text_free(struct case_text *parsed)
{
    arena_free(&parsed->arena);
}

/* Parses; the test fails with the diagnostics if there are any. */
static inline struct case_text case_text_right(const char *text)
{
    struct case_text parsed = case_text_parse(text, strlen(text));
    struct text_buffer messages = {.cap = CASE_TEXT_PRINTED};
    for (const struct case_diagnostic *at = parsed.diagnostics; at != NULL; at = at->next)
        case_diagnostic_print(&messages, at);
    ck_assert_msg(messages.size == 0, "%.2000s", messages.text == NULL ? "" : messages.text);
    ck_assert_ptr_nonnull(parsed.file);
    text_free(&messages);
    return parsed;
}

#endif
