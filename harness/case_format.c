/* SPDX-License-Identifier: MIT */
/* case_format.c: the canonical form of a whole source, comments kept: the statements come from the tree, the
 * comments and the blank lines between steps from the text. */
#include <stdlib.h>
#include <string.h>

#include "harness/case_lex.h"
#include "harness/case_print.h"
#include "harness/case_words.h"

struct comment {
    const char *text;
    size_t size;
    bool indented, blank_before;
};

/* A statement of the source. The one behind the last has no keyword and holds the comments that are left. */
struct source_statement {
    const char *keyword;
    size_t keyword_size;
    unsigned first_line, last_line;
    size_t comment, comment_count; /* whole lines before it */
    struct comment trailing;       /* `size` 0: none */
    bool blank_before;
    bool used;
};

struct formatter {
    struct statement_sink sink; /* first: the sink that is given is the formatter */
    struct text_buffer *out;
    size_t begin; /* of what is printed, in `out` */
    struct comment *comments;
    size_t comment_count, comment_room;
    struct source_statement *statements;
    size_t count, room;
    size_t next, end; /* of the case that is being printed: statements not all used yet */
};

/* ---- Reading the source ---- */

/* Makes room for one more element. */
static bool grow(void **array, size_t count, size_t *room, size_t element)
{
    if (count < *room)
        return true;
    size_t wanted = *room == 0 ? 64 : *room * 2;
    void *larger = realloc(*array, wanted * element);
    if (larger == NULL)
        return false;
    *array = larger;
    *room = wanted;
    return true;
}

/* A comment without the white space behind it. A CR is that too: before the LF that will follow it would
 * become part of the line end, and the next form another one. */
static struct comment comment_of(const struct case_token *token, bool blank_before)
{
    size_t size = token->size;
    while (size > 0 && memchr(" \t\r", token->text[size - 1], 3) != NULL)
        size--;
    return (struct comment){token->text, size, token->column > 1, blank_before};
}

static bool add_comment(struct formatter *formatter, struct comment comment)
{
    void *comments = formatter->comments;
    bool room = grow(&comments, formatter->comment_count, &formatter->comment_room, sizeof comment);
    formatter->comments = comments;
    if (room)
        formatter->comments[formatter->comment_count++] = comment;
    return room;
}

/* Begins a statement whose first token that is; all whole-line comments since the last one are before it. */
static struct source_statement *add_statement(struct formatter *formatter, const struct case_token *token,
                                              bool blank_before)
{
    size_t comment = 0;
    if (formatter->count > 0) {
        const struct source_statement *last = &formatter->statements[formatter->count - 1];
        comment = last->comment + last->comment_count;
    }
    void *statements = formatter->statements;
    bool room = grow(&statements, formatter->count, &formatter->room, sizeof *formatter->statements);
    formatter->statements = statements;
    if (!room)
        return NULL;
    struct source_statement *statement = &formatter->statements[formatter->count++];
    *statement = (struct source_statement){.keyword = token->text,
                                           .keyword_size = token->size,
                                           .first_line = token->line,
                                           .last_line = token->line,
                                           .comment = comment,
                                           .comment_count = formatter->comment_count - comment,
                                           .blank_before = blank_before};
    return statement;
}

static bool read_source(struct formatter *formatter, const char *text, size_t size)
{
    struct case_lexer lexer;
    struct source_statement *statement = NULL; /* the one that this line is part of */
    bool blank = false, line_used = false;
    case_lexer_begin(&lexer, text, size);
    for (;;) {
        struct case_token token = case_lexer_next(&lexer);
        if (token.kind == TOKEN_END)
            return add_statement(formatter, &token, blank) != NULL;
        if (token.kind == TOKEN_NEWLINE) {
            blank = statement == NULL && (blank || !line_used);
            statement = NULL;
            line_used = false;
            continue;
        }
        line_used = true;
        if (statement != NULL)
            statement->last_line = token.line;
        if (token.kind == TOKEN_COMMENT && statement != NULL) {
            statement->trailing = comment_of(&token, false);
        } else if (token.kind == TOKEN_COMMENT) {
            if (!add_comment(formatter, comment_of(&token, blank)))
                return false;
            blank = false;
        } else if (statement == NULL) {
            statement = add_statement(formatter, &token, blank);
            if (statement == NULL)
                return false;
            blank = false;
        }
    }
}

/* ---- Printing ---- */

static void print_blank_line(struct formatter *formatter)
{
    if (formatter->out->size > formatter->begin)
        text_print(formatter->out, "\n");
}

static void print_comment_line(struct formatter *formatter, const struct comment *comment, bool keep_blank)
{
    if (keep_blank && comment->blank_before)
        print_blank_line(formatter);
    text_print(formatter->out, "%s", comment->indented ? "  " : "");
    text_append(formatter->out, comment->text, comment->size);
    text_print(formatter->out, "\n");
}

static void print_comments_before(struct formatter *formatter, const struct source_statement *statement,
                                  bool keep_blank)
{
    for (size_t i = 0; i < statement->comment_count; i++)
        print_comment_line(formatter, &formatter->comments[statement->comment + i], keep_blank);
}

static bool has_keyword(const struct source_statement *statement, const char *keyword)
{
    return statement->keyword_size == strlen(keyword) &&
           memcmp(statement->keyword, keyword, statement->keyword_size) == 0;
}

/* Code points behind the last line end. */
static size_t columns_of_last_line(const struct text_buffer *out)
{
    size_t columns = 0;
    for (size_t at = out->size; at > 0 && out->text[at - 1] != '\n'; at--)
        columns += ((unsigned char)out->text[at - 1] & 0xc0) != 0x80;
    return columns;
}

static void print_line(struct formatter *formatter, const char *keyword, const char *text,
                       const struct comment *trailing)
{
    enum { COMMENT_COLUMN = 41 };
    case_print_statement(formatter->out, keyword, text);
    if (trailing != NULL && trailing->size > 0) {
        size_t columns = columns_of_last_line(formatter->out);
        text_print(formatter->out, "%*s", columns + 2 > COMMENT_COLUMN ? 2 : (int)(COMMENT_COLUMN - columns),
                   "");
        text_append(formatter->out, trailing->text, trailing->size);
    }
    text_print(formatter->out, "\n");
}

/* `suite` or `case`: a blank line stands before it, or before the comments that stand on it. */
static void print_head(struct formatter *formatter, const char *keyword, const char *text)
{
    while (!has_keyword(&formatter->statements[formatter->next], keyword))
        formatter->next++;
    struct source_statement *source = &formatter->statements[formatter->next++];
    bool blank = source->blank_before;
    for (size_t i = 0; i < source->comment_count; i++)
        blank = blank || formatter->comments[source->comment + i].blank_before;
    if (!blank)
        print_blank_line(formatter);
    print_comments_before(formatter, source, true);
    if (source->blank_before)
        print_blank_line(formatter);
    print_line(formatter, keyword, text, &source->trailing);
    source->used = true;
    formatter->end = formatter->next;
    while (formatter->end + 1 < formatter->count &&
           !has_keyword(&formatter->statements[formatter->end], "case"))
        formatter->end++;
}

/* The next statement of the source that this one comes from, or NULL. */
static struct source_statement *find_source(struct formatter *formatter, const char *keyword, unsigned line)
{
    while (formatter->next < formatter->end && formatter->statements[formatter->next].used)
        formatter->next++;
    for (size_t i = formatter->next; i < formatter->end; i++) {
        struct source_statement *source = &formatter->statements[i];
        if (!source->used && has_keyword(source, keyword) &&
            (line == 0 || (source->first_line <= line && line <= source->last_line)))
            return source;
    }
    return NULL;
}

static void format_statement(struct statement_sink *sink, const char *keyword, const char *text,
                             unsigned line)
{
    struct formatter *formatter = (struct formatter *)sink;
    if (strcmp(keyword, "case") == 0) {
        print_head(formatter, keyword, text);
        return;
    }
    bool property = case_word_find(case_metas, keyword, strlen(keyword)) != NULL;
    struct source_statement *source = find_source(formatter, keyword, line);
    const struct comment *trailing = NULL;
    while (source != NULL) {
        source->used = true;
        print_comments_before(formatter, source, !property);
        if (source->blank_before && !property)
            print_blank_line(formatter);
        if (trailing == NULL)
            trailing = &source->trailing;
        else if (source->trailing.size > 0)
            print_comment_line(formatter, &source->trailing, false);
        /* `needs` in several lines becomes one. */
        source = strcmp(keyword, "needs") == 0 ? find_source(formatter, keyword, line) : NULL;
    }
    print_line(formatter, keyword, text, trailing);
}

void case_print_file(struct text_buffer *out, const struct case_file *file, const char *text, size_t size)
{
    struct formatter formatter = {.sink = {.statement = format_statement}, .out = out, .begin = out->size};
    if (!read_source(&formatter, text, size)) {
        out->failed = true;
    } else {
        if (file->title != NULL) {
            struct text_buffer head = {.cap = 4 * CASE_LINE_MAX};
            text_print(&head, "%s ", file->suite);
            case_print_string(&head, ws_octets_of(file->title));
            out->failed = out->failed || head.failed;
            if (!head.failed)
                print_head(&formatter, "suite", head.text);
            text_free(&head);
        }
        for (const struct case_definition *at = file->cases; at != NULL && !out->failed; at = at->next)
            case_print_statements(&formatter.sink, at);
        print_comments_before(&formatter, &formatter.statements[formatter.count - 1], true);
        out->failed = out->failed || formatter.sink.failed;
    }
    free(formatter.comments);
    free(formatter.statements);
}
