/* SPDX-License-Identifier: MIT */
/* case_parse_octets.c: expressions of octets, integers, and codes. Knows how long an expression can become
 * over all members of the family, so that limits are told when the case is read and not when it is run. */
#include "harness/case_parse.h"
#include "harness/compress.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

enum { U16_MAX = 65535, ACCEPT_KEY_MAX = 4096, ROUND_DIGITS = 20 };

static uint64_t add_saturated(uint64_t a, uint64_t b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

static uint64_t multiply_saturated(uint64_t a, uint64_t b)
{
    return b != 0 && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

static unsigned decimal_digits(uint64_t value)
{
    char digits[ROUND_DIGITS + 1];
    return (unsigned)snprintf(digits, sizeof digits, "%" PRIu64, value);
}

/* Looks a parameter up and says what it can be. Reports an unknown one. */
static bool find_parameter(struct case_parser *parser, const char *name, struct case_place place,
                           struct parameter_facts *facts)
{
    const struct case_known *known = case_known_find(name);
    if (known != NULL) {
        *facts = (struct parameter_facts){.size = {known->fewest, known->most}};
        return true;
    }
    if (parser->in_with)
        return parse_error(parser, place, "an item of `with` knows only $key, $host and the like, not $%s",
                           name);
    if (strcmp(name, "round") == 0) {
        uint64_t rounds = parser->definition->rounds;
        *facts = (struct parameter_facts){
            .integer = true, .value = {1, rounds}, .size = {1, decimal_digits(rounds)}};
        return true;
    }
    for (size_t i = 0; i < parser->parameter_count; i++) {
        if (strcmp(parser->parameters[i].name, name) == 0) {
            *facts = parser->parameters[i];
            return true;
        }
    }
    return parse_error(parser, place, "unknown parameter $%s: no `with %s = ..` stands above", name, name);
}

/* ---- Integers and codes ---- */

bool parse_integer(struct case_parser *parser, struct case_integer *integer, uint64_t low, uint64_t high,
                   struct bounds *bounds)
{
    struct case_place place = parse_place(parser);
    struct parameter_facts facts = {.integer = true, .value = {parser->token.integer, parser->token.integer}};
    *integer = (struct case_integer){.value = parser->token.integer};
    if (parser->token.kind == TOKEN_PARAMETER) {
        const char *name = parse_copy(parser, parser->token.text + 1, parser->token.size - 1);
        if (name == NULL || !find_parameter(parser, name, place, &facts))
            return false;
        *integer = (struct case_integer){.parameter = name};
    } else if (parser->token.kind != TOKEN_INTEGER) {
        return parse_expected(parser, "an integer");
    }
    if (facts.unknown)
        facts = (struct parameter_facts){.integer = true, .value = {low, low}};
    if (!facts.integer)
        return parse_error(parser, place, "expected an integer, but $%s has items that are octets",
                           integer->parameter);
    if (facts.value.low < low || facts.value.high > high) {
        uint64_t wrong = facts.value.low < low ? facts.value.low : facts.value.high;
        return parse_error(parser, place, "expected an integer in %" PRIu64 "..%" PRIu64 ", found %" PRIu64,
                           low, high, wrong);
    }
    if (bounds != NULL)
        *bounds = facts.value;
    parse_advance(parser);
    return true;
}

static bool parse_code_range(struct case_parser *parser, struct code_range *range, uint64_t low,
                             uint64_t high)
{
    struct case_place place = parse_place(parser);
    struct bounds first = {low, low}, last = {low, low};
    if (!parse_integer(parser, &range->low, low, high, &first))
        return false;
    range->high = range->low;
    if (parser->token.kind != TOKEN_RANGE)
        return true;
    parse_advance(parser);
    if (!parse_integer(parser, &range->high, low, high, &last))
        return false;
    bool same = range->low.parameter != NULL && range->high.parameter != NULL &&
                strcmp(range->low.parameter, range->high.parameter) == 0;
    if (!same && first.high > last.low)
        return parse_error(parser, place,
                           "this range has a low end, %" PRIu64 ", above its high end, %" PRIu64, first.high,
                           last.low);
    return true;
}

bool parse_codes(struct case_parser *parser, struct codes *codes, uint64_t low, uint64_t high,
                 bool none_allowed)
{
    *codes = (struct codes){.kind = CODES_ANY};
    bool none = parse_at_word(parser, "none");
    if (parse_at_word(parser, "any") || (none && none_allowed)) {
        codes->kind = none ? CODES_NONE : CODES_ANY;
        parse_advance(parser);
        return true;
    }
    if (parser->token.kind != TOKEN_INTEGER && parser->token.kind != TOKEN_PARAMETER)
        return parse_expected(parser, none_allowed ? "codes like 1000 | 3000..3999, any, or none"
                                                   : "codes like 400 | 500..599, or any");
    codes->kind = CODES_RANGES;
    struct code_range **next = &codes->ranges;
    for (;;) {
        struct code_range *range = parse_alloc(parser, sizeof *range);
        if (range == NULL || !parse_code_range(parser, range, low, high))
            return false;
        *next = range;
        next = &range->next;
        if (parser->token.kind != TOKEN_BAR)
            return true;
        parse_advance(parser);
    }
}

/* ---- Atoms ---- */

static struct octets_atom *append_atom(struct case_parser *parser, struct octets_atom ***next,
                                       enum octets_kind kind)
{
    struct octets_atom *atom = parse_alloc(parser, sizeof *atom);
    if (atom == NULL)
        return NULL;
    atom->kind = kind;
    **next = atom;
    *next = &atom->next;
    return atom;
}

static void add_size(struct bounds *size, uint64_t low, uint64_t high)
{
    size->low = add_saturated(size->low, low);
    size->high = add_saturated(size->high, high);
}

/* Decodes the octets of a string up to its end or the next $name. Returns how many source octets that were.
 */
static size_t decode_string(const char *text, size_t size, uint8_t *out, size_t *out_size)
{
    size_t at = 0;
    *out_size = 0;
    while (at < size) {
        char octet = text[at];
        if (octet == '$' && text[at + 1] != '$')
            break;
        if (octet == '$') {
            at++;
        } else if (octet == '\\') {
            static const char escapes[][2] = {
                {'n', '\n'}, {'r', '\r'}, {'t', '\t'}, {'"', '"'}, {'\\', '\\'}};
            octet = text[++at];
            for (size_t i = 0; i < sizeof escapes / sizeof escapes[0]; i++) {
                if (text[at] == escapes[i][0])
                    octet = escapes[i][1];
            }
            if (text[at] == 'x') {
                octet = (char)(case_hex_digit(text[at + 1]) * 16 + case_hex_digit(text[at + 2]));
                at += 2;
            }
        }
        out[(*out_size)++] = (uint8_t)octet;
        at++;
    }
    return at;
}

/* An atom for the name at `text`. */
static bool append_parameter(struct case_parser *parser, struct octets_atom ***next, const char *text,
                             size_t length, struct case_place place, struct bounds *size)
{
    struct octets_atom *atom = append_atom(parser, next, OCTETS_PARAMETER);
    if (atom == NULL)
        return false;
    atom->parameter = parse_copy(parser, text, length);
    struct parameter_facts facts = {0};
    if (atom->parameter == NULL || !find_parameter(parser, atom->parameter, place, &facts))
        return false;
    add_size(size, facts.size.low, facts.size.high);
    return true;
}

/* A string is its literal pieces and the parameters between them. */
static bool append_string(struct case_parser *parser, struct octets_atom ***next, struct bounds *size)
{
    const char *text = parser->token.text + 1;
    size_t left = parser->token.size - 2;
    bool joined = false;
    do {
        struct octets_atom **slot = *next;
        size_t taken = 1;
        if (left > 0 && text[0] == '$' && text[1] != '$') {
            while (case_is_name_octet(text[taken]))
                taken++;
            struct case_place place = parse_place(parser);
            for (const char *at = parser->token.text; at < text; at++)
                place.column += ((unsigned char)*at & 0xc0) != 0x80;
            if (!append_parameter(parser, next, text + 1, taken - 1, place, size))
                return false;
        } else {
            struct octets_atom *atom = append_atom(parser, next, OCTETS_LITERAL);
            uint8_t *octets = atom == NULL ? NULL : parse_alloc(parser, left);
            if (octets == NULL)
                return false;
            atom->literal.at = octets;
            taken = decode_string(text, left, octets, &atom->literal.size);
            add_size(size, atom->literal.size, atom->literal.size);
        }
        (*slot)->joined_to_previous = joined;
        joined = true;
        text += taken;
        left -= taken;
    } while (left > 0);
    parse_advance(parser);
    return true;
}

static bool append_hex(struct case_parser *parser, struct octets_atom ***next, struct bounds *size)
{
    const struct case_token *token = &parser->token;
    struct octets_atom *atom = append_atom(parser, next, OCTETS_LITERAL);
    uint8_t *octets = atom == NULL ? NULL : parse_alloc(parser, token->size / 2);
    if (octets == NULL)
        return false;
    atom->hex = true;
    atom->literal.at = octets;
    for (size_t at = 2; at + 1 < token->size;) {
        if (case_hex_digit(token->text[at]) < 0) {
            at++;
            continue;
        }
        octets[atom->literal.size++] =
            (uint8_t)(case_hex_digit(token->text[at]) * 16 + case_hex_digit(token->text[at + 1]));
        at += 2;
    }
    add_size(size, atom->literal.size, atom->literal.size);
    parse_advance(parser);
    return true;
}

static bool parse_comma(struct case_parser *parser)
{
    if (parser->token.kind != TOKEN_COMMA)
        return parse_expected(parser, "a comma");
    parse_advance(parser);
    return true;
}

/* The name of a file in data/: no path leads out of there. */
static bool parse_file_name(struct case_parser *parser, struct octets_atom *atom, struct bounds *size)
{
    struct case_place place = parse_place(parser);
    const char *name = "";
    if (parser->token.kind != TOKEN_STRING)
        return parse_expected(parser, "the name of a file in data/, in quotes");
    if (!parse_title(parser, &name))
        return false;
    if (name[0] == '\0' || name[0] == '.' || strchr(name, '/') != NULL)
        return parse_error(parser, place, "expected the name of a file in data/, without a path");
    struct case_data *data = parse_alloc(parser, sizeof *data);
    if (data == NULL)
        return false;
    *data = (struct case_data){.atom = atom, .place = place};
    struct case_data **last = &parser->file->data;
    while (*last != NULL)
        last = &(*last)->next;
    *last = data;
    atom->file = name;
    add_size(size, 1, CASE_DATA_MAX);
    return true;
}

/* `, bits` behind what is to be compressed with a window of that size. */
static bool parse_bits(struct case_parser *parser, struct octets_atom *atom)
{
    bool sized = atom->kind == OCTETS_DEFLATE || atom->kind == OCTETS_FLUSHED;
    if (!sized || parser->token.kind != TOKEN_COMMA)
        return true;
    parse_advance(parser);
    atom->has_bits = true;
    return parse_integer(parser, &atom->n, DEFLATE_BITS_MIN, DEFLATE_BITS_MAX, NULL);
}

/* The arguments of a function, and the length of what it makes. */
static bool parse_arguments(struct case_parser *parser, struct octets_atom *atom, struct bounds *size)
{
    struct bounds n = {0, 0}, inner = {0, 0};
    struct case_place place = parse_place(parser);
    switch (atom->kind) {
    case OCTETS_REP:
        if (!parse_integer(parser, &atom->n, 0, UINT64_MAX, &n) || !parse_comma(parser) ||
            !parse_octets(parser, &atom->inner, &inner))
            return false;
        add_size(size, multiply_saturated(n.low, inner.low), multiply_saturated(n.high, inner.high));
        return true;
    case OCTETS_FILL:
        if (!parse_integer(parser, &atom->n, 0, UINT64_MAX, &n) || !parse_comma(parser))
            return false;
        place = parse_place(parser);
        if (!parse_octets(parser, &atom->inner, &inner))
            return false;
        if (inner.low == 0)
            return parse_error(parser, place, "fill needs octets to repeat, and these may be none");
        add_size(size, n.low, n.high);
        return true;
    case OCTETS_RAND:
        if (!parse_integer(parser, &atom->n, 0, UINT64_MAX, &n) || !parse_comma(parser) ||
            !parse_integer(parser, &atom->seed, 0, UINT64_MAX, NULL))
            return false;
        add_size(size, n.low, n.high);
        return true;
    case OCTETS_SEQ:
        if (!parse_integer(parser, &atom->n, 0, UINT64_MAX, &n))
            return false;
        add_size(size, n.low, n.high);
        return true;
    case OCTETS_U16:
        add_size(size, 2, 2);
        return parse_integer(parser, &atom->n, 0, U16_MAX, NULL);
    case OCTETS_ACCEPT:
        if (!parse_octets(parser, &atom->inner, &inner))
            return false;
        if (inner.high > ACCEPT_KEY_MAX)
            return parse_error(parser, place, "accept takes at most %d octets", ACCEPT_KEY_MAX);
        add_size(size, WS_ACCEPT_SIZE, WS_ACCEPT_SIZE);
        return true;
    case OCTETS_LOWER:
    case OCTETS_SWAPCASE:
        if (!parse_octets(parser, &atom->inner, &inner))
            return false;
        add_size(size, inner.low, inner.high);
        return true;
    case OCTETS_FILE:
        return parse_file_name(parser, atom, size);
    case OCTETS_PIECE:
        if (!parse_integer(parser, &atom->n, 0, UINT64_MAX, &n) || !parse_comma(parser) ||
            !parse_integer(parser, &atom->seed, 1, CASE_ROUNDS_MAX, NULL) || !parse_comma(parser))
            return false;
        place = parse_place(parser);
        if (!parse_octets(parser, &atom->inner, &inner))
            return false;
        if (inner.low == 0)
            return parse_error(parser, place, "piece needs octets to take from, and these may be none");
        add_size(size, n.low, n.high);
        return true;
    case OCTETS_DEFLATE:
    case OCTETS_FLUSHED:
    case OCTETS_FIXED:
    case OCTETS_FINAL:
        if (!parse_octets(parser, &atom->inner, &inner) || !parse_bits(parser, atom))
            return false;
        inner.high = deflate_length_at_most(inner.high);
        add_size(size, 1, inner.high < CASE_DEFLATED_MAX ? inner.high : CASE_DEFLATED_MAX);
        return true;
    case OCTETS_STORED:
        if (!parse_octets(parser, &atom->inner, &inner))
            return false;
        add_size(size, stored_length(inner.low), stored_length(inner.high));
        return true;
    case OCTETS_LITERAL:
    case OCTETS_PARAMETER:
        break;
    }
    return true;
}

static bool append_function(struct case_parser *parser, struct octets_atom ***next, struct bounds *size)
{
    unsigned kind;
    struct case_place place = parse_place(parser);
    if (!parse_keyword(parser, case_functions, &kind))
        return false;
    struct octets_atom *atom = append_atom(parser, next, (enum octets_kind)kind);
    if (atom == NULL)
        return false;
    if (parser->token.kind != TOKEN_LEFT)
        return parse_expected(parser, "(");
    if (parser->nesting == PARSE_NESTING_MAX)
        return parse_error(parser, place, "functions are nested at most %d deep", PARSE_NESTING_MAX);
    parse_advance(parser);
    parser->nesting++;
    bool parsed = parse_arguments(parser, atom, size);
    parser->nesting--;
    if (!parsed)
        return false;
    if (parser->token.kind != TOKEN_RIGHT)
        return parse_expected(parser, ")");
    parse_advance(parser);
    return true;
}

static bool append_token(struct case_parser *parser, struct octets_atom ***next, struct bounds *size)
{
    if (parser->token.kind == TOKEN_STRING)
        return append_string(parser, next, size);
    if (parser->token.kind == TOKEN_HEX)
        return append_hex(parser, next, size);
    if (parser->token.kind != TOKEN_PARAMETER)
        return append_function(parser, next, size);
    if (!append_parameter(parser, next, parser->token.text + 1, parser->token.size - 1, parse_place(parser),
                          size))
        return false;
    parse_advance(parser);
    return true;
}

bool parse_at_octets(const struct case_parser *parser)
{
    return parser->token.kind == TOKEN_STRING || parser->token.kind == TOKEN_HEX ||
           parser->token.kind == TOKEN_PARAMETER || parse_find(parser, case_functions) != NULL;
}

bool parse_octets(struct case_parser *parser, struct octets_atom **octets, struct bounds *size)
{
    struct case_place place = parse_place(parser);
    struct octets_atom **next = octets;
    struct bounds sum = {0, 0};
    if (!parse_at_octets(parser))
        return parse_expected(parser, "octets (\"..\", x\"..\", $name or a function like rep)");
    while (parse_at_octets(parser)) {
        if (!append_token(parser, &next, &sum))
            return false;
    }
    if (sum.high > CASE_PAYLOAD_MAX)
        return parse_error(parser, place, "this can become longer than %llu octets", CASE_PAYLOAD_MAX);
    if (size != NULL)
        *size = sum;
    return true;
}

bool parse_octets_token(struct case_parser *parser, struct octets_atom **octets)
{
    struct octets_atom **next = octets;
    struct bounds size = {0, 0};
    if (parser->token.kind != TOKEN_STRING && parser->token.kind != TOKEN_HEX &&
        parser->token.kind != TOKEN_PARAMETER)
        return parse_expected(parser, "a name (\"..\", x\"..\" or $name)");
    return append_token(parser, &next, &size);
}

bool parse_title(struct case_parser *parser, const char **title)
{
    struct case_place place = parse_place(parser);
    if (parser->token.kind != TOKEN_STRING)
        return parse_expected(parser, "a title in quotes");
    char *copy = parse_alloc(parser, parser->token.size);
    if (copy == NULL)
        return false;
    size_t size = 0;
    size_t taken = decode_string(parser->token.text + 1, parser->token.size - 2, (uint8_t *)copy, &size);
    if (taken < parser->token.size - 2)
        return parse_error(parser, place, "a title has no parameters; write $$ for a dollar sign");
    if (strlen(copy) < size)
        return parse_error(parser, place, "a title holds no NUL");
    *title = copy;
    parse_advance(parser);
    return true;
}
