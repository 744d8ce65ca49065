/* SPDX-License-Identifier: MIT */
/* case_print.c: a whole case as canonical statements, and how a statement is laid out. */
#include "harness/case_print.h"

#include <inttypes.h>
#include <string.h>

#include "harness/case_words.h"

/* A statement is at most CASE_LINE_MAX octets without white space, and in a canonical one at most half is
 * white space. A `with` that the parser has taken is one statement; lists of words are cut at the width. */
enum { WIDTH = 120, INDENT = 11, STATEMENT_CAP = 4 * CASE_LINE_MAX };

/* ---- Layout ---- */

/* Columns that a piece of text takes: its code points. */
static size_t columns_of(const char *text, size_t size)
{
    size_t columns = 0;
    for (size_t i = 0; i < size; i++)
        columns += ((unsigned char)text[i] & 0xc0) != 0x80;
    return columns;
}

/* Octets up to the next space that is not inside quotes or parentheses. */
static size_t piece_size(const char *text)
{
    bool quoted = false;
    size_t open = 0, size = 0;
    for (; text[size] != '\0' && (quoted || open > 0 || text[size] != ' '); size++) {
        if (quoted && text[size] == '\\' && text[size + 1] != '\0')
            size++;
        else if (text[size] == '"')
            quoted = !quoted;
        else if (!quoted && text[size] == '(')
            open++;
        else if (!quoted && text[size] == ')')
            open--;
    }
    return size;
}

/* A piece so wide has room behind that column, and behind it so has the " \" of a cut. */
static bool has_room(size_t column, size_t columns)
{
    return column + 1 + columns + 2 <= WIDTH;
}

void case_print_statement(struct text_buffer *out, const char *keyword, const char *text)
{
    bool outer = strcmp(keyword, "case") == 0 || strcmp(keyword, "suite") == 0;
    if (outer || *text == '\0') {
        text_print(out, "%s%s%s%s", outer ? "" : "  ", keyword, *text == '\0' ? "" : " ", text);
        return;
    }
    text_print(out, "  %-8s", keyword);
    size_t column = INDENT - 1;
    while (*text != '\0') {
        size_t size = piece_size(text);
        size_t columns = columns_of(text, size);
        bool room = has_room(column, columns) || column < INDENT;
        if (!room)
            text_print(out, " \\\n%*s", INDENT, "");
        else
            text_print(out, " ");
        column = (room ? column + 1 : INDENT) + columns;
        text_append(out, text, size);
        text += size;
        text += *text == ' ';
    }
}

/* ---- Properties ---- */

static void emit(struct statement_sink *sink, const char *keyword, struct text_buffer *text, unsigned line)
{
    sink->failed = sink->failed || text->failed;
    if (!sink->failed)
        sink->statement(sink->context, keyword, text->text == NULL ? "" : text->text, line);
    text_free(text);
}

/* One of several words. */
static void emit_word(struct statement_sink *sink, const char *keyword, const char *word)
{
    struct text_buffer text = {.cap = STATEMENT_CAP};
    text_print(&text, "%s", word);
    emit(sink, keyword, &text, 0);
}

/* A list keeps the lines of its source, and is cut where one would pass the width. */
static void emit_words(struct statement_sink *sink, enum case_meta meta, const struct case_word *word)
{
    const char *keyword = case_word_of(case_metas, meta);
    struct text_buffer text = {.cap = STATEMENT_CAP};
    unsigned line = word == NULL ? 0 : word->place.line;
    for (; word != NULL; word = word->next) {
        bool full = !has_room(INDENT + text.size, strlen(word->text));
        if (text.size > 0 && (full || word->place.line != line))
            emit(sink, keyword, &text, line);
        line = word->place.line;
        text_print(&text, "%s%s", text.size == 0 ? "" : " ", word->text);
    }
    if (text.size > 0)
        emit(sink, keyword, &text, line);
}

static void emit_bits(struct statement_sink *sink, enum case_meta meta, const struct case_keyword *row,
                      unsigned bits, uint64_t gap_ms)
{
    struct text_buffer text = {.cap = STATEMENT_CAP};
    for (; row->word != NULL; row++) {
        if (bits & row->value)
            text_print(&text, "%s%s", text.size == 0 ? "" : " ", row->word);
    }
    if (gap_ms > 0) {
        text_print(&text, " ");
        case_print_duration(&text, gap_ms);
    }
    emit(sink, case_word_of(case_metas, meta), &text, 0);
}

static void emit_parameter(struct statement_sink *sink, const struct case_parameter *parameter)
{
    struct text_buffer text = {.cap = STATEMENT_CAP};
    text_print(&text, "%s =", parameter->name);
    for (const struct case_item *item = parameter->items; item != NULL; item = item->next) {
        text_print(&text, item == parameter->items ? " " : ", ");
        if (item->kind == ITEM_OCTETS)
            case_print_octets(&text, item->octets);
        else
            case_print_number(&text, item->low);
        if (item->low < item->high) {
            text_print(&text, "..");
            case_print_number(&text, item->high);
        }
    }
    emit(sink, "with", &text, 0);
}

static void emit_origin(struct statement_sink *sink, const struct case_definition *definition)
{
    struct text_buffer text = {.cap = STATEMENT_CAP};
    text_print(&text, "%s", definition->origin);
    for (const struct case_origin_field *field = definition->origin_fields; field != NULL;
         field = field->next) {
        const char *quote = field->quoted ? "\"" : "";
        text_print(&text, " %s=%s%s%s", field->name, quote, field->value, quote);
    }
    emit(sink, "origin", &text, 0);
}

static void emit_rounds(struct statement_sink *sink, uint64_t rounds)
{
    struct text_buffer text = {.cap = STATEMENT_CAP};
    case_print_number(&text, rounds);
    emit(sink, "repeat", &text, 0);
}

static void emit_memory(struct statement_sink *sink, uint64_t octets)
{
    enum { KIB = 1024, MIB = 1024 * 1024 };
    struct text_buffer text = {.cap = STATEMENT_CAP};
    bool whole = octets % MIB == 0;
    text_print(&text, "%" PRIu64 "%s", octets / (whole ? MIB : KIB), whole ? "MiB" : "KiB");
    emit(sink, "memory", &text, 0);
}

static void emit_properties(struct statement_sink *sink, const struct case_definition *definition)
{
    emit_words(sink, META_REQ, definition->requirements);
    if (definition->level_given)
        emit_word(sink, "level", case_word_of(case_levels, definition->level));
    if (definition->basis_given)
        emit_word(sink, "basis", case_word_of(case_bases, definition->derived));
    if (definition->roles_given)
        emit_word(sink, "role", case_word_of(case_roles, definition->roles));
    if (definition->needs != 0)
        emit_bits(sink, META_NEEDS, case_needs_words, definition->needs, 0);
    emit_words(sink, META_WSTEST, definition->wstest);
    emit_words(sink, META_AFTER, definition->after);
    if (definition->severity != SEVERITY_NONE)
        emit_word(sink, "severity", case_word_of(case_severities, definition->severity));
    emit_words(sink, META_TAG, definition->tags);
    emit_words(sink, META_WAS, definition->was);
    for (const struct case_parameter *at = definition->parameters; at != NULL; at = at->next)
        emit_parameter(sink, at);
    if (definition->delivery_given)
        emit_bits(sink, META_DELIVERY, case_deliveries, definition->delivery, definition->delivery_gap_ms);
    if (definition->rounds != 1)
        emit_rounds(sink, definition->rounds);
    if (definition->memory != 0)
        emit_memory(sink, definition->memory);
    if (definition->origin != NULL)
        emit_origin(sink, definition);
}

/* ---- The case ---- */

/* Steps but expect are their words; the keyword is split off. */
static void emit_step(struct statement_sink *sink, const struct case_step *step)
{
    const char *keyword = case_word_of(case_steps, step->kind);
    struct text_buffer text = {.cap = STATEMENT_CAP};
    if (step->kind != STEP_EXPECT) {
        struct text_buffer whole = {.cap = STATEMENT_CAP};
        case_print_step(&whole, step);
        if (!whole.failed && whole.size > strlen(keyword))
            text_print(&text, "%s", whole.text + strlen(keyword) + 1);
        text.failed = text.failed || whole.failed;
        text_free(&whole);
        emit(sink, keyword, &text, step->place.line);
        return;
    }
    for (const struct alternative *at = step->alternatives; at != NULL; at = at->next) {
        case_print_alternative(&text, at);
        emit(sink, at == step->alternatives ? keyword : "or", &text, at->place.line);
    }
}

void case_print_statements(struct statement_sink *sink, const struct case_definition *definition)
{
    struct text_buffer text = {.cap = STATEMENT_CAP};
    text_print(&text, "%s ", definition->id);
    case_print_string(&text, ws_octets_of(definition->title));
    emit(sink, "case", &text, definition->place.line);
    emit_properties(sink, definition);
    for (const struct case_step *step = definition->steps; step != NULL; step = step->next)
        emit_step(sink, step);
}

/* ---- Without comments ---- */

static void print_plain(void *context, const char *keyword, const char *text, unsigned line)
{
    struct text_buffer *out = context;
    (void)line;
    case_print_statement(out, keyword, text);
    text_print(out, "\n");
}

void case_print_definition(struct text_buffer *out, const struct case_definition *definition)
{
    struct statement_sink sink = {.statement = print_plain, .context = out};
    case_print_statements(&sink, definition);
    out->failed = out->failed || sink.failed;
}
