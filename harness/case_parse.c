/* SPDX-License-Identifier: MIT */
/* case_parse.c: a file of the case language as lines: suite, case, and what belongs to a case. Reports errors
 * and goes on at the next line. Does not own what the lines say: see the other case_parse_*.c. */
#include "harness/case_parse.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "harness/case_source.h"

enum { FOUND_SHOWN_MAX = 40, MESSAGE_MAX = 400 };

void parse_advance(struct case_parser *parser)
{
    do
        parser->token = case_lexer_next(&parser->lexer);
    while (parser->token.kind == TOKEN_COMMENT);
}

void *parse_alloc(struct case_parser *parser, size_t size)
{
    void *memory = arena_alloc(parser->arena, size);
    if (memory == NULL)
        parser->out_of_memory = true;
    return memory;
}

char *parse_copy(struct case_parser *parser, const char *text, size_t size)
{
    char *copy = arena_text(parser->arena, text, size);
    if (copy == NULL)
        parser->out_of_memory = true;
    return copy;
}

struct case_place parse_place(const struct case_parser *parser)
{
    return (struct case_place){parser->name, parser->token.line, parser->token.column};
}

/* Puts a diagnostic where its place belongs: checks of a whole case come late. */
static void insert_diagnostic(struct case_parser *parser, struct case_diagnostic *diagnostic)
{
    struct case_diagnostic **at = &parser->first;
    if (parser->last != NULL && parser->last->place.line <= diagnostic->place.line)
        at = &parser->last->next;
    while (*at != NULL && (*at)->place.line <= diagnostic->place.line)
        at = &(*at)->next;
    diagnostic->next = *at;
    *at = diagnostic;
    if (diagnostic->next == NULL)
        parser->last = diagnostic;
}

bool parse_error(struct case_parser *parser, struct case_place place, const char *format, ...)
{
    if (parser->diagnostic_count > PARSE_DIAGNOSTICS_MAX)
        return false;
    char message[MESSAGE_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
    if (parser->diagnostic_count++ == PARSE_DIAGNOSTICS_MAX)
        snprintf(message, sizeof message, "too many errors; the rest is left out");
    struct case_diagnostic *diagnostic = parse_alloc(parser, sizeof *diagnostic);
    if (diagnostic == NULL)
        return false;
    diagnostic->place = place;
    diagnostic->message = parse_copy(parser, message, strlen(message));
    diagnostic->line = case_source_line(parser->arena, parser->text, parser->size, place.line);
    parser->out_of_memory = parser->out_of_memory || diagnostic->line == NULL;
    insert_diagnostic(parser, diagnostic);
    return false;
}

bool parse_expected(struct case_parser *parser, const char *what)
{
    const struct case_token *token = &parser->token;
    if (token->kind == TOKEN_BAD)
        return parse_error(parser, parse_place(parser), "%s", token->problem);
    if (token->kind == TOKEN_NEWLINE)
        return parse_error(parser, parse_place(parser), "expected %s, found the end of the line", what);
    if (token->kind == TOKEN_END)
        return parse_error(parser, parse_place(parser), "expected %s, found the end of the file", what);
    size_t shown = 0;
    while (shown < token->size && shown < FOUND_SHOWN_MAX)
        shown += case_utf8_sequence(token->text + shown, token->size - shown);
    const char *quote = token->kind == TOKEN_STRING || token->kind == TOKEN_HEX ? "" : "'";
    return parse_error(parser, parse_place(parser), "expected %s, found %s%.*s%s%s", what, quote, (int)shown,
                       token->text, shown < token->size ? ".." : "", quote);
}

bool parse_at_word(const struct case_parser *parser, const char *word)
{
    const struct case_token *token = &parser->token;
    return token->kind == TOKEN_WORD && token->size == strlen(word) &&
           memcmp(token->text, word, token->size) == 0;
}

const struct case_keyword *parse_find(const struct case_parser *parser, const struct case_keyword *table)
{
    if (parser->token.kind != TOKEN_WORD && parser->token.kind != TOKEN_INTEGER)
        return NULL;
    return case_word_find(table, parser->token.text, parser->token.size);
}

/* Appends "a, b or c". */
static void list_words(char *out, size_t size, const struct case_keyword *table)
{
    size_t used = 0;
    for (const struct case_keyword *row = table; row->word != NULL && used < size; row++) {
        const char *separator = row == table ? "" : row[1].word == NULL ? " or " : ", ";
        int more = snprintf(out + used, size - used, "%s%s", separator, row->word);
        used += more > 0 ? (size_t)more : 0;
    }
}

bool parse_keyword(struct case_parser *parser, const struct case_keyword *table, unsigned *value)
{
    const struct case_keyword *row = parse_find(parser, table);
    if (row == NULL) {
        char words[MESSAGE_MAX / 2];
        list_words(words, sizeof words, table);
        return parse_expected(parser, words);
    }
    *value = row->value;
    parse_advance(parser);
    return true;
}

bool parse_duration(struct case_parser *parser, uint64_t *ms)
{
    if (parser->token.kind != TOKEN_DURATION)
        return parse_expected(parser, "a duration like 5ms or 2s");
    if (parser->token.integer == 0)
        return parse_error(parser, parse_place(parser), "a duration is at least 1ms");
    *ms = parser->token.integer;
    parse_advance(parser);
    return true;
}

bool parse_word(struct case_parser *parser, const char *what, const char **text)
{
    if (parser->token.kind != TOKEN_WORD)
        return parse_expected(parser, what);
    *text = parse_copy(parser, parser->token.text, parser->token.size);
    parse_advance(parser);
    return *text != NULL;
}

/* Takes the id of a suite or case: a letter first, and no slash, which separates the parts of an instance's
 * id. */
static bool parse_id(struct case_parser *parser, const char *what, const char **id)
{
    struct case_place place = parse_place(parser);
    if (!parse_word(parser, what, id))
        return false;
    if (strpbrk(*id, "/") != NULL || strspn(*id, "0123456789_") > 0)
        return parse_error(parser, place, "%s begins with a letter and holds no slash", what);
    return true;
}

static bool parse_suite(struct case_parser *parser, struct case_place place)
{
    struct case_file *file = parser->file;
    if (file->title != NULL || file->cases != NULL)
        return parse_error(parser, place, "a file is one suite: `suite` stands once, before the first case");
    return parse_id(parser, "the id of the suite", &file->suite) && parse_title(parser, &file->title);
}

/* What is known of the case before ends here. */
static void finish_case(struct case_parser *parser)
{
    if (parser->definition != NULL)
        check_case(parser);
}

static bool parse_case(struct case_parser *parser, struct case_place place)
{
    finish_case(parser);
    struct case_definition *before = parser->definition;
    struct case_definition *definition = parse_alloc(parser, sizeof *definition);
    if (definition == NULL)
        return false;
    *definition = (struct case_definition){.suite = parser->file->suite,
                                           .id = "",
                                           .title = "",
                                           .place = place,
                                           .roles = CASE_TESTS_SERVER | CASE_TESTS_CLIENT,
                                           .delivery = DELIVERY_EACH,
                                           .rounds = 1};
    parser->definition = definition;
    parser->seen_metas = 0;
    parser->last_step = NULL;
    parser->parameter_count = 0;
    if (before == NULL)
        parser->file->cases = definition;
    else
        before->next = definition;
    return parse_id(parser, "the id of the case", &definition->id) && parse_title(parser, &definition->title);
}

/* A line whose keyword stands inside a case. */
static bool parse_line_of_case(struct case_parser *parser)
{
    struct case_place place = parse_place(parser);
    const struct case_keyword *meta = parse_find(parser, case_metas);
    const struct case_keyword *step = parse_find(parser, case_steps);
    if (meta != NULL) {
        parse_advance(parser);
        return parse_meta(parser, (enum case_meta)meta->value, place);
    }
    if (step != NULL) {
        parse_advance(parser);
        return parse_step(parser, (enum step_kind)step->value, place);
    }
    if (!parse_at_word(parser, "or"))
        return parse_expected(
            parser, "a statement (case, a property like req or with, or a step like send or expect)");
    parse_advance(parser);
    if (parser->last_step == NULL || parser->last_step->kind != STEP_EXPECT)
        return parse_error(parser, place, "`or` follows an `expect` or another `or`");
    return parse_alternative(parser, parser->last_step, place);
}

static bool parse_line(struct case_parser *parser, bool *outside_reported)
{
    struct case_place place = parse_place(parser);
    if (parse_at_word(parser, "suite")) {
        parse_advance(parser);
        return parse_suite(parser, place);
    }
    if (parse_at_word(parser, "case")) {
        parse_advance(parser);
        return parse_case(parser, place);
    }
    if (parser->definition != NULL)
        return parse_line_of_case(parser);
    bool reported = *outside_reported;
    *outside_reported = true;
    return reported ? false : parse_expected(parser, "suite or case");
}

static void parse_lines(struct case_parser *parser)
{
    bool outside_reported = false;
    while (parser->token.kind != TOKEN_END && !parser->out_of_memory) {
        if (parser->token.kind != TOKEN_NEWLINE && parse_line(parser, &outside_reported) &&
            parser->token.kind != TOKEN_NEWLINE && parser->token.kind != TOKEN_END)
            parse_expected(parser, "the end of the line");
        while (parser->token.kind != TOKEN_NEWLINE && parser->token.kind != TOKEN_END)
            parse_advance(parser);
        if (parser->token.kind == TOKEN_NEWLINE)
            parse_advance(parser);
    }
    finish_case(parser);
    check_file(parser);
}

/* The suite of a file that does not name one: its name without directory and suffix. */
static const char *suite_of_name(struct case_parser *parser, const char *name)
{
    const char *slash = strrchr(name, '/');
    const char *base = slash == NULL ? name : slash + 1;
    const char *dot = strchr(base, '.');
    size_t size = dot == NULL || dot == base ? strlen(base) : (size_t)(dot - base);
    char *suite = parse_copy(parser, base, size);
    for (char *at = suite; at != NULL && *at != '\0'; at++) {
        if (!case_is_name_octet(*at) && *at != '-')
            *at = '-';
    }
    return suite;
}

struct case_file *case_parse(struct arena *arena, const char *name, const char *text, size_t size,
                             struct case_diagnostic **diagnostics)
{
    struct case_parser parser = {.arena = arena, .text = text, .size = size};
    *diagnostics = NULL;
    parser.name = parse_copy(&parser, name, strlen(name));
    parser.file = parse_alloc(&parser, sizeof *parser.file);
    if (parser.out_of_memory)
        return NULL;
    parser.file->name = parser.name;
    parser.file->suite = suite_of_name(&parser, name);
    if (size > CASE_FILE_MAX) {
        parse_error(&parser, (struct case_place){parser.name, 1, 1}, "a case file is at most %d octets",
                    CASE_FILE_MAX);
    } else {
        case_lexer_begin(&parser.lexer, text, size);
        parse_advance(&parser);
        parse_lines(&parser);
    }
    *diagnostics = parser.first;
    return parser.out_of_memory ? NULL : parser.file;
}
