/* SPDX-License-Identifier: MIT */
/* case_format.c: the canonical form of a whole source, comments kept: the statements come from the tree, the
 * comments and the blank lines between steps from the text. */
#include <string.h>

#include "harness/case_lex.h"
#include "harness/case_print.h"
#include "harness/case_words.h"

/* Memory for the statements and comments of the longest source there can be: one of empty comments. */
#define SOURCE_MEMORY_MAX ((size_t)1 << 30)

struct comment {
    const char *text;
    size_t size;
    bool indented, blank_before;
    struct comment *next;
};

/* A statement of the source. The one behind the last has no keyword and holds the comments that are left. */
struct source_statement {
    const char *keyword;
    size_t keyword_size;
    unsigned first_line, last_line;
    struct comment *comments; /* whole lines before it */
    struct comment *trailing; /* behind it, or NULL */
    bool blank_before;
    bool used;
    struct source_statement *next;
};

struct formatter {
    struct text_buffer *out;
    size_t begin; /* of what is printed, in `out` */
    struct arena arena;
    struct source_statement *next; /* of the case that is being printed: all before it are used */
    struct source_statement *end;  /* the statement behind that case */
};

/* ---- Reading the source ---- */

static struct comment *new_comment(struct formatter *formatter, const struct case_token *token,
                                   bool blank_before)
{
    struct comment *comment = arena_alloc(&formatter->arena, sizeof *comment);
    if (comment == NULL)
        return NULL;
    *comment = (struct comment){token->text, token->size, token->column > 1, blank_before, NULL};
    while (comment->size > 0 &&
           (comment->text[comment->size - 1] == ' ' || comment->text[comment->size - 1] == '\t'))
        comment->size--;
    return comment;
}

/* Where reading stands. */
struct reading {
    struct source_statement **statement_slot; /* for the next statement */
    struct comment *comments;                 /* before it */
    struct comment **comment_slot;
    struct source_statement *current; /* the one that this line is part of, or NULL */
    bool blank, line_used;
};

/* Begins a statement whose first token that is. */
static bool add_statement(struct formatter *formatter, struct reading *reading,
                          const struct case_token *token)
{
    struct source_statement *statement = arena_alloc(&formatter->arena, sizeof *statement);
    if (statement == NULL)
        return false;
    *statement = (struct source_statement){.keyword = token->text,
                                           .keyword_size = token->size,
                                           .first_line = token->line,
                                           .last_line = token->line,
                                           .comments = reading->comments,
                                           .blank_before = reading->blank};
    *reading->statement_slot = statement;
    reading->statement_slot = &statement->next;
    reading->current = statement;
    reading->comments = NULL;
    reading->comment_slot = &reading->comments;
    reading->blank = false;
    return true;
}

static bool add_token(struct formatter *formatter, struct reading *reading, const struct case_token *token)
{
    reading->line_used = true;
    if (token->kind != TOKEN_COMMENT && reading->current == NULL)
        return add_statement(formatter, reading, token);
    if (reading->current != NULL)
        reading->current->last_line = token->line;
    if (token->kind != TOKEN_COMMENT)
        return true;
    struct comment *comment = new_comment(formatter, token, reading->blank);
    if (reading->current != NULL) {
        reading->current->trailing = comment;
    } else {
        *reading->comment_slot = comment;
        reading->comment_slot = comment == NULL ? NULL : &comment->next;
        reading->blank = false;
    }
    return comment != NULL;
}

/* Sets `next` to the first statement. False when memory is out. */
static bool read_source(struct formatter *formatter, const char *text, size_t size)
{
    struct case_lexer lexer;
    struct reading reading = {.statement_slot = &formatter->next, .comment_slot = &reading.comments};
    case_lexer_begin(&lexer, text, size);
    for (;;) {
        struct case_token token = case_lexer_next(&lexer);
        if (token.kind == TOKEN_END)
            return add_statement(formatter, &reading, &token);
        if (token.kind == TOKEN_NEWLINE) {
            reading.blank = reading.current == NULL && (reading.blank || !reading.line_used);
            reading.current = NULL;
            reading.line_used = false;
        } else if (!add_token(formatter, &reading, &token)) {
            return false;
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
    for (const struct comment *comment = statement->comments; comment != NULL; comment = comment->next)
        print_comment_line(formatter, comment, keep_blank);
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
    if (trailing != NULL) {
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
    struct source_statement *source = formatter->next;
    while (source->next != NULL && !has_keyword(source, keyword))
        source = source->next;
    bool blank = source->blank_before;
    for (const struct comment *comment = source->comments; comment != NULL; comment = comment->next)
        blank = blank || comment->blank_before;
    if (!blank)
        print_blank_line(formatter);
    print_comments_before(formatter, source, true);
    if (source->blank_before)
        print_blank_line(formatter);
    print_line(formatter, keyword, text, source->trailing);
    source->used = true;
    formatter->next = source->next == NULL ? source : source->next;
    formatter->end = formatter->next;
    while (formatter->end->next != NULL && !has_keyword(formatter->end, "case"))
        formatter->end = formatter->end->next;
}

/* The next statement of the source that this one comes from, or NULL. */
static struct source_statement *find_source(struct formatter *formatter, const char *keyword, unsigned line)
{
    while (formatter->next != formatter->end && formatter->next->used)
        formatter->next = formatter->next->next;
    for (struct source_statement *source = formatter->next; source != formatter->end; source = source->next) {
        if (!source->used && has_keyword(source, keyword) &&
            (line == 0 || (source->first_line <= line && line <= source->last_line)))
            return source;
    }
    return NULL;
}

static void format_statement(void *context, const char *keyword, const char *text, unsigned line)
{
    struct formatter *formatter = context;
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
            trailing = source->trailing;
        else if (source->trailing != NULL)
            print_comment_line(formatter, source->trailing, false);
        /* `needs` in several lines becomes one. */
        source = strcmp(keyword, "needs") == 0 ? find_source(formatter, keyword, line) : NULL;
    }
    print_line(formatter, keyword, text, trailing);
}

static void print_suite(struct formatter *formatter, const struct case_file *file)
{
    struct text_buffer head = {.cap = 4 * CASE_LINE_MAX};
    text_print(&head, "%s ", file->suite);
    case_print_string(&head, ws_octets_of(file->title));
    if (head.failed)
        formatter->out->failed = true;
    else
        print_head(formatter, "suite", head.text);
    text_free(&head);
}

static void print_all(struct formatter *formatter, const struct case_file *file)
{
    struct statement_sink sink = {.statement = format_statement, .context = formatter};
    if (file->title != NULL)
        print_suite(formatter, file);
    for (const struct case_definition *at = file->cases; at != NULL && !formatter->out->failed; at = at->next)
        case_print_statements(&sink, at);
    while (formatter->next->next != NULL)
        formatter->next = formatter->next->next;
    print_comments_before(formatter, formatter->next, true);
    formatter->out->failed = formatter->out->failed || sink.failed;
}

void case_print_file(struct text_buffer *out, const struct case_file *file, const char *text, size_t size)
{
    struct formatter formatter = {.out = out, .begin = out->size, .arena = {.cap = SOURCE_MEMORY_MAX}};
    if (read_source(&formatter, text, size))
        print_all(&formatter, file);
    else
        out->failed = true;
    arena_free(&formatter.arena);
}
