/* SPDX-License-Identifier: MIT */
/* case_print.h: a case as statements, for who lays them out: case_print.c without comments, case_format.c
 * with those of a source. */
#ifndef HARNESS_CASE_PRINT_H
#define HARNESS_CASE_PRINT_H

#include "harness/case.h"
#include "harness/text_buffer.h"

/* Gets the statements of a case in canonical order. `text` is what follows the keyword: NUL-terminated, words
 * separated by single spaces, "" if there is nothing. `line` is where in the source it began, 0 if the tree
 * does not know. */
struct statement_sink {
    void (*statement)(void *context, const char *keyword, const char *text, unsigned line);
    void *context;
    bool failed; /* memory is out, or a cap is reached */
};

/* The statement `case` and all that belong to it. */
void case_print_statements(struct statement_sink *sink, const struct case_definition *definition);

/* A number and a duration as the language writes them. */
void case_print_number(struct text_buffer *out, uint64_t value);
void case_print_duration(struct text_buffer *out, uint64_t ms);

/* A quoted string, with a $ in it written $$. */
void case_print_string(struct text_buffer *out, struct ws_octets octets);

/* Lays a statement out: indented unless it is suite or case, wrapped, without line end. */
void case_print_statement(struct text_buffer *out, const char *keyword, const char *text);

#endif
