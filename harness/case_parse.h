/* SPDX-License-Identifier: MIT */
/* case_parse.h: the inside of the parser, shared by the files case_parse*.c and case_check.c and by nobody
 * else. Recursive descent with one token of look-ahead. Every parse_ function returns false when it has
 * reported an error: the rest of the line is then left out, and parsing goes on at the next one. */
#ifndef HARNESS_CASE_PARSE_H
#define HARNESS_CASE_PARSE_H

#include "harness/case.h"
#include "harness/case_lex.h"
#include "harness/case_words.h"

enum { PARSE_DIAGNOSTICS_MAX = 1000, PARSE_NESTING_MAX = 16 };

/* The least and the greatest value that something can have over all members of a family. */
struct bounds {
    uint64_t low, high;
};

/* What steps may do with a parameter. */
struct parameter_facts {
    const char *name;
    bool unknown; /* its `with` line had an error: nothing is said about its uses */
    bool integer; /* all items are integers, within `value` */
    struct bounds value;
    struct bounds size; /* as octets */
    struct case_place place;
};

struct case_parser {
    struct arena *arena;
    const char *name; /* of the file */
    const char *text;
    size_t size;
    struct case_lexer lexer;
    struct case_token token; /* look-ahead; never a comment */
    struct case_diagnostic *first, *last;
    size_t diagnostic_count;
    bool out_of_memory;
    struct case_file *file;
    struct case_definition *definition; /* the case that is being parsed, or NULL */
    struct case_place level_place;
    unsigned seen_metas; /* bits of enum case_meta */
    struct case_step *last_step;
    struct parameter_facts parameters[CASE_PARAMETERS_MAX];
    size_t parameter_count;
    bool in_with;     /* names other than $key are not bound there */
    unsigned nesting; /* of functions */
};

/* ---- case_parse.c ---- */

/* Takes the next token as look-ahead. */
void parse_advance(struct case_parser *parser);

/* Zeroed memory of the tree, or NULL with `out_of_memory` set. */
void *parse_alloc(struct case_parser *parser, size_t size);
char *parse_copy(struct case_parser *parser, const char *text, size_t size);

struct case_place parse_place(const struct case_parser *parser);

/* Reports an error at a place; returns false. */
bool parse_error(struct case_parser *parser, struct case_place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Reports "expected .., found .." at the look-ahead, or what is wrong with it; returns false. */
bool parse_expected(struct case_parser *parser, const char *what);

/* The look-ahead is this word. */
bool parse_at_word(const struct case_parser *parser, const char *word);

/* The look-ahead's row in a table, or NULL if it is no word or not in the table. */
const struct case_keyword *parse_find(const struct case_parser *parser, const struct case_keyword *table);

/* Takes one of a table's words. */
bool parse_keyword(struct case_parser *parser, const struct case_keyword *table, unsigned *value);

/* Takes a duration of at least 1 ms. */
bool parse_duration(struct case_parser *parser, uint64_t *ms);

/* Takes a word of that kind ("an id", ..); `text` is a copy. */
bool parse_word(struct case_parser *parser, const char *what, const char **text);

/* ---- case_parse_octets.c ---- */

/* The look-ahead begins an atom of octets. */
bool parse_at_octets(const struct case_parser *parser);

/* Takes one atom or more. `size`, if not NULL, gets the bounds of the length. */
bool parse_octets(struct case_parser *parser, struct octets_atom **octets, struct bounds *size);

/* Takes one string, x".." or $name: where more than one expression follows each other. */
bool parse_octets_token(struct case_parser *parser, struct octets_atom **octets);

/* Takes a string without parameters. */
bool parse_title(struct case_parser *parser, const char **title);

/* Takes a number or an integer parameter whose values lie within `low`..`high`. `bounds` may be NULL. */
bool parse_integer(struct case_parser *parser, struct case_integer *integer, uint64_t low, uint64_t high,
                   struct bounds *bounds);

/* Takes any, none (if allowed), or ranges within `low`..`high`. */
bool parse_codes(struct case_parser *parser, struct codes *codes, uint64_t low, uint64_t high,
                 bool none_allowed);

/* ---- case_parse_frame.c ---- */

/* Takes a frame; in an expect its sender's tricks of writing are not allowed. */
bool parse_frame(struct case_parser *parser, struct frame_spec *frame, bool in_expect);

/* ---- case_parse_meta.c: the look-ahead stands behind the keyword ---- */
bool parse_meta(struct case_parser *parser, enum case_meta meta, struct case_place place);

/* ---- case_parse_step.c ---- */
bool parse_step(struct case_parser *parser, enum step_kind kind, struct case_place place);

/* `or` */
bool parse_alternative(struct case_parser *parser, struct case_step *step, struct case_place place);

/* ---- case_check.c ---- */

/* What only a whole case shows: size of the family, wstest, uniqueness of values. */
void check_case(struct case_parser *parser);

/* What only the whole file shows: ids that appear twice. */
void check_file(struct case_parser *parser);

#endif
