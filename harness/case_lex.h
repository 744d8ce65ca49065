/* SPDX-License-Identifier: MIT */
/* case_lex.h: the tokens of the case language. Lexing is context-free: what a token is depends on its octets
 * alone. Owns spelling; does not own meaning. */
#ifndef HARNESS_CASE_LEX_H
#define HARNESS_CASE_LEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum case_token_kind {
    TOKEN_WORD,      /* open, half-close, R6455-5.1-03, 1.1.1, 37fa213d */
    TOKEN_INTEGER,   /* 42, 0x2a: `integer` */
    TOKEN_DURATION,  /* 5ms, 2s: `integer` in milliseconds */
    TOKEN_STRING,    /* ".." with its quotes; its escapes are well-formed */
    TOKEN_HEX,       /* x".." with its x and quotes; pairs of digits, white space between them */
    TOKEN_PARAMETER, /* $name, with the dollar sign */
    TOKEN_EQUALS,
    TOKEN_COMMA,
    TOKEN_RANGE, /* .. */
    TOKEN_BAR,
    TOKEN_LEFT,
    TOKEN_RIGHT,
    TOKEN_ARROW,   /* -> */
    TOKEN_COMMENT, /* # to the end of the line */
    TOKEN_NEWLINE, /* the end of a statement: one that no backslash stands before */
    TOKEN_END,     /* of the text */
    TOKEN_BAD      /* not a token: `problem` says why. The next token may be anything. */
};

struct case_token {
    enum case_token_kind kind;
    const char *text; /* in the source, `size` octets */
    size_t size;
    unsigned line, column; /* from 1; columns are code points */
    uint64_t integer;
    const char *problem;
};

/* Where lexing stands in a text. Not to be looked into. */
struct case_lexer {
    const char *text;
    size_t size, at;
    size_t statement_octets; /* white space and comments not counted: for the limit of a line's length */
    size_t column_at;        /* `column` is right for this offset */
    unsigned line, column;
};

/* The text must outlive the lexer and its tokens. */
void case_lexer_begin(struct case_lexer *lexer, const char *text, size_t size);

/* The next token. After TOKEN_END it is TOKEN_END again. */
struct case_token case_lexer_next(struct case_lexer *lexer);

/* Octets of the UTF-8 sequence (RFC 3629) at the start of `size` octets; 0 if there is no valid one. */
size_t case_utf8_sequence(const char *text, size_t size);

/* [A-Za-z0-9_] */
bool case_is_name_octet(char octet);

/* Value of a hexadecimal digit; -1 for anything else. */
int case_hex_digit(char octet);

#endif
