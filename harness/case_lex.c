/* SPDX-License-Identifier: MIT */
/* case_lex.c: cuts the text of a case file into tokens. Text may hold anything: what is no token is one BAD
 * token with the reason. */
#include "harness/case_lex.h"

#include <string.h>

#include "harness/case.h"
#include "reference/ws.h"

bool case_is_name_octet(char octet)
{
    return (octet >= '0' && octet <= '9') || (octet >= 'a' && octet <= 'z') ||
           (octet >= 'A' && octet <= 'Z') || octet == '_';
}

static bool is_digit(char octet)
{
    return octet >= '0' && octet <= '9';
}

int case_hex_digit(char octet)
{
    if (is_digit(octet))
        return octet - '0';
    if (octet >= 'a' && octet <= 'f')
        return octet - 'a' + 10;
    return octet >= 'A' && octet <= 'F' ? octet - 'A' + 10 : -1;
}

size_t case_utf8_sequence(const char *text, size_t size)
{
    for (size_t length = 1; length <= 4 && length <= size; length++) {
        struct ws_utf8 utf8 = {0};
        if (!ws_utf8_take(&utf8, (const uint8_t *)text, length, NULL))
            return 0;
        if (ws_utf8_complete(&utf8))
            return length;
    }
    return 0;
}

void case_lexer_begin(struct case_lexer *lexer, const char *text, size_t size)
{
    *lexer = (struct case_lexer){.text = text, .size = size, .line = 1, .column = 1};
}

/* The octet `ahead` of where lexing stands, or a NUL behind the end. */
static char peek(const struct case_lexer *lexer, size_t ahead)
{
    if (ahead < lexer->size - lexer->at)
        return lexer->text[lexer->at + ahead];
    return '\0';
}

static void begin_line(struct case_lexer *lexer)
{
    lexer->line++;
    lexer->column = 1;
    lexer->column_at = lexer->at;
}

/* Octets of the line end at where lexing stands: LF or CR LF; 0 if there is none. */
static size_t line_end_size(const struct case_lexer *lexer, size_t ahead)
{
    if (peek(lexer, ahead) == '\n')
        return 1;
    return peek(lexer, ahead) == '\r' && peek(lexer, ahead + 1) == '\n' ? 2 : 0;
}

/* Passes over white space and continued line ends. */
static void skip_blanks(struct case_lexer *lexer)
{
    while (lexer->at < lexer->size) {
        char octet = lexer->text[lexer->at];
        size_t end = octet == '\\' ? line_end_size(lexer, 1) : 0;
        if (octet == ' ' || octet == '\t') {
            lexer->at++;
        } else if (end > 0) {
            lexer->at += 1 + end;
            begin_line(lexer);
        } else {
            return;
        }
    }
}

static struct case_token begin_token(struct case_lexer *lexer)
{
    for (; lexer->column_at < lexer->at; lexer->column_at++)
        lexer->column += ((unsigned char)lexer->text[lexer->column_at] & 0xc0) != 0x80;
    return (struct case_token){.text = lexer->text + lexer->at, .line = lexer->line, .column = lexer->column};
}

static struct case_token end_token(struct case_lexer *lexer, struct case_token token,
                                   enum case_token_kind kind, size_t size)
{
    token.kind = kind;
    token.size = size;
    lexer->at += size;
    return token;
}

static struct case_token bad_token(struct case_lexer *lexer, struct case_token token, size_t size,
                                   const char *problem)
{
    token.problem = problem;
    return end_token(lexer, token, TOKEN_BAD, size);
}

/* "#" to the end of the line. */
static struct case_token lex_comment(struct case_lexer *lexer, struct case_token token)
{
    size_t size = 0;
    const char *problem = NULL;
    size_t left = lexer->size - lexer->at;
    while (size < left && line_end_size(lexer, size) == 0) {
        size_t sequence = case_utf8_sequence(token.text + size, left - size);
        if (sequence == 0 && problem == NULL)
            problem = "this comment is not UTF-8";
        if (token.text[size] == '\0')
            problem = "a NUL octet stands in this comment";
        size += sequence == 0 ? 1 : sequence;
    }
    if (problem != NULL)
        return bad_token(lexer, token, size, problem);
    return end_token(lexer, token, TOKEN_COMMENT, size);
}

/* Octets of the escape at `text`, which begins with a backslash; 0 if it is none. */
static size_t escape_size(const char *text, size_t size)
{
    if (size < 2)
        return 0;
    if (text[1] == 'x')
        return size >= 4 && case_hex_digit(text[2]) >= 0 && case_hex_digit(text[3]) >= 0 ? 4 : 0;
    return text[1] != '\0' && strchr("nrt\"\\", text[1]) != NULL ? 2 : 0;
}

/* Octets of the next piece of a string: an escape, "$$", "$n" of $name, or a code point. 0 and `*problem` if
 * it is none. */
static size_t string_piece_size(const char *text, size_t size, const char **problem)
{
    if (*text == '\\') {
        *problem = "no such escape: a string knows \\xHH \\n \\r \\t \\\" \\\\ ($$ is a dollar sign)";
        return escape_size(text, size);
    }
    if (*text == '$') {
        *problem = "a $ in a string begins $name; write $$ for a dollar sign";
        bool name = size > 1 && case_is_name_octet(text[1]) && !is_digit(text[1]);
        return name || (size > 1 && text[1] == '$') ? 2 : 0;
    }
    if ((unsigned char)*text < 0x20 || *text == 0x7f) {
        *problem = "a control character stands in this string; write it as \\xHH, \\t, \\r or \\n";
        return 0;
    }
    *problem = "octets of this string are not UTF-8; write them as \\xHH or x\"..\"";
    return case_utf8_sequence(text, size);
}

static struct case_token lex_string(struct case_lexer *lexer, struct case_token token)
{
    size_t left = lexer->size - lexer->at;
    const char *problem = NULL;
    size_t size = 1;
    for (; size < left && token.text[size] != '"' && line_end_size(lexer, size) == 0;) {
        const char *reason;
        size_t piece = string_piece_size(token.text + size, left - size, &reason);
        if (piece == 0 && problem == NULL)
            problem = reason;
        if (piece == 0) /* an escaped quote does not end even a bad string */
            piece =
                token.text[size] == '\\' && size + 1 < left && line_end_size(lexer, size + 1) == 0 ? 2 : 1;
        size += piece;
    }
    if (size >= left || token.text[size] != '"')
        return bad_token(lexer, token, size > left ? left : size,
                         "this string has no closing quote on its line");
    if (problem != NULL)
        return bad_token(lexer, token, size + 1, problem);
    return end_token(lexer, token, TOKEN_STRING, size + 1);
}

/* x"..": pairs of digits with white space between pairs. */
static struct case_token lex_hex(struct case_lexer *lexer, struct case_token token)
{
    size_t left = lexer->size - lexer->at;
    bool well_formed = true;
    size_t size = 2;
    while (size < left && token.text[size] != '"' && line_end_size(lexer, size) == 0) {
        if (token.text[size] == ' ' || token.text[size] == '\t') {
            size++;
            continue;
        }
        bool pair = left - size >= 2 && case_hex_digit(token.text[size]) >= 0 &&
                    case_hex_digit(token.text[size + 1]) >= 0;
        well_formed = well_formed && pair;
        size += pair ? 2 : 1;
    }
    if (size >= left || token.text[size] != '"')
        return bad_token(lexer, token, size, "this x\"..\" has no closing quote on its line");
    if (!well_formed)
        return bad_token(lexer, token, size + 1, "x\"..\" holds pairs of hexadecimal digits and white space");
    return end_token(lexer, token, TOKEN_HEX, size + 1);
}

/* Reads the digits of `text` as a number of that base. False if it passes 64 bits or there is another digit.
 */
static bool read_number(const char *text, size_t size, unsigned base, uint64_t *value)
{
    *value = 0;
    for (size_t i = 0; i < size; i++) {
        int digit = case_hex_digit(text[i]);
        if (digit < 0 || (unsigned)digit >= base || *value > (UINT64_MAX - (unsigned)digit) / base)
            return false;
        *value = *value * base + (unsigned)digit;
    }
    return size > 0;
}

enum { DURATION_MAX_MS = 3600 * 1000 };

/* What a run of word octets that begins with a digit is: a number, a duration, or a word like 1.1.1. */
static struct case_token lex_numeric(struct case_lexer *lexer, struct case_token token, size_t size)
{
    size_t digits = 0;
    while (digits < size && is_digit(token.text[digits]))
        digits++;
    const char *unit = token.text + digits;
    size_t unit_size = size - digits;
    if (unit_size == 0) {
        if (!read_number(token.text, size, 10, &token.integer))
            return bad_token(lexer, token, size, "this number is greater than 18446744073709551615");
        return end_token(lexer, token, TOKEN_INTEGER, size);
    }
    if (digits == 1 && token.text[0] == '0' && unit[0] == 'x') {
        if (!read_number(unit + 1, unit_size - 1, 16, &token.integer))
            return bad_token(lexer, token, size, "0x is followed by 1 to 16 hexadecimal digits");
        return end_token(lexer, token, TOKEN_INTEGER, size);
    }
    bool milliseconds = unit_size == 2 && memcmp(unit, "ms", 2) == 0;
    if (milliseconds || (unit_size == 1 && *unit == 's')) {
        uint64_t factor = milliseconds ? 1 : 1000;
        if (!read_number(token.text, digits, 10, &token.integer) || token.integer > DURATION_MAX_MS / factor)
            return bad_token(lexer, token, size, "a duration is at most one hour");
        token.integer *= factor;
        return end_token(lexer, token, TOKEN_DURATION, size);
    }
    return end_token(lexer, token, TOKEN_WORD, size);
}

/* [A-Za-z0-9_] and, between two of them, one of ./:+- */
static size_t word_size(const struct case_lexer *lexer)
{
    size_t size = 0;
    for (;;) {
        char octet = peek(lexer, size);
        if (case_is_name_octet(octet))
            size += 1;
        else if (octet != '\0' && strchr("./:+-", octet) != NULL && case_is_name_octet(peek(lexer, size + 1)))
            size += 2;
        else
            return size;
    }
}

static struct case_token lex_parameter(struct case_lexer *lexer, struct case_token token)
{
    size_t size = 1;
    while (case_is_name_octet(peek(lexer, size)))
        size++;
    if (size == 1 || is_digit(token.text[1]))
        return bad_token(lexer, token, size, "a parameter is $ and a name: [A-Za-z_][A-Za-z0-9_]*");
    return end_token(lexer, token, TOKEN_PARAMETER, size);
}

static struct case_token lex_other(struct case_lexer *lexer, struct case_token token)
{
    static const struct {
        char octet;
        enum case_token_kind kind;
    } singles[] = {
        {'=', TOKEN_EQUALS}, {',', TOKEN_COMMA}, {'|', TOKEN_BAR}, {'(', TOKEN_LEFT}, {')', TOKEN_RIGHT}};
    for (size_t i = 0; i < sizeof singles / sizeof singles[0]; i++) {
        if (*token.text == singles[i].octet)
            return end_token(lexer, token, singles[i].kind, 1);
    }
    if (*token.text == '.' && peek(lexer, 1) == '.')
        return end_token(lexer, token, TOKEN_RANGE, 2);
    if (*token.text == '-' && peek(lexer, 1) == '>')
        return end_token(lexer, token, TOKEN_ARROW, 2);
    if (*token.text == '\0')
        return bad_token(lexer, token, 1, "a NUL octet stands here");
    size_t sequence = case_utf8_sequence(token.text, lexer->size - lexer->at);
    if (sequence == 0)
        return bad_token(lexer, token, 1, "an octet that is not UTF-8 stands here");
    if (*token.text == '\\')
        return bad_token(lexer, token, 1,
                         "a backslash outside a string must be the last character of its line");
    return bad_token(lexer, token, sequence, "no statement has this character outside a string or comment");
}

static struct case_token lex(struct case_lexer *lexer, struct case_token token)
{
    char octet = *token.text;
    if (octet == '#')
        return lex_comment(lexer, token);
    if (octet == '"')
        return lex_string(lexer, token);
    if (octet == 'x' && peek(lexer, 1) == '"')
        return lex_hex(lexer, token);
    if (octet == '$')
        return lex_parameter(lexer, token);
    size_t size = word_size(lexer);
    if (size == 0)
        return lex_other(lexer, token);
    return is_digit(octet) ? lex_numeric(lexer, token, size) : end_token(lexer, token, TOKEN_WORD, size);
}

/* What a token counts towards the limit of a statement. White space does not count and numbers count alike,
 * so that the canonical form of a statement never passes the limit when the statement does not. */
static size_t significant_octets(const struct case_token *token)
{
    enum { LONGEST_NUMBER = 20 };
    size_t blanks = 0;
    if (token->kind == TOKEN_INTEGER)
        return token->size > LONGEST_NUMBER ? token->size : LONGEST_NUMBER;
    for (size_t i = 0; token->kind == TOKEN_HEX && i < token->size; i++)
        blanks += token->text[i] == ' ' || token->text[i] == '\t';
    return token->size - blanks;
}

struct case_token case_lexer_next(struct case_lexer *lexer)
{
    skip_blanks(lexer);
    struct case_token token = begin_token(lexer);
    if (lexer->at == lexer->size)
        return end_token(lexer, token, TOKEN_END, 0);
    size_t line_end = line_end_size(lexer, 0);
    if (line_end > 0) {
        token = end_token(lexer, token, TOKEN_NEWLINE, line_end);
        begin_line(lexer);
        lexer->statement_octets = 0;
        return token;
    }
    size_t start = lexer->at;
    token = lex(lexer, token);
    size_t counted = token.kind == TOKEN_COMMENT ? 0 : lexer->statement_octets;
    if (significant_octets(&token) <= CASE_LINE_MAX - counted) {
        lexer->statement_octets = counted + (token.kind == TOKEN_COMMENT ? 0 : significant_octets(&token));
        return token;
    }
    /* The rest of the line is one bad token: what cannot be right is not looked at. */
    lexer->at = start;
    const char *end = memchr(token.text, '\n', lexer->size - start);
    size_t size = end == NULL ? lexer->size - start : (size_t)(end - token.text);
    return bad_token(lexer, token, size, "a statement is at most 65536 octets, white space not counted");
}
