/* SPDX-License-Identifier: MIT */
/* case_parse_meta.c: the properties of a case, from `req` to `origin`. */
#include "harness/case_parse.h"

#include <string.h>

/* Takes one word or more, and appends them. Where `numeric`, a word may look like a number: 7 or 1.1.1. */
static bool parse_words(struct case_parser *parser, const char *what, bool numeric, struct case_word **list)
{
    struct case_word **next = list;
    while (*next != NULL)
        next = &(*next)->next;
    do {
        const struct case_token *token = &parser->token;
        if (token->kind != TOKEN_WORD && !(numeric && token->kind == TOKEN_INTEGER))
            return parse_expected(parser, what);
        struct case_word *word = parse_alloc(parser, sizeof *word);
        if (word == NULL)
            return false;
        word->place = parse_place(parser);
        word->text = parse_copy(parser, token->text, token->size);
        if (word->text == NULL)
            return false;
        *next = word;
        next = &word->next;
        parse_advance(parser);
    } while (parser->token.kind != TOKEN_NEWLINE && parser->token.kind != TOKEN_END);
    return true;
}

static bool parse_needs(struct case_parser *parser, unsigned *needs)
{
    do {
        unsigned bit;
        if (!parse_keyword(parser, case_needs_words, &bit))
            return false;
        *needs |= bit;
    } while (parser->token.kind == TOKEN_WORD);
    return true;
}

static bool parse_delivery(struct case_parser *parser, struct case_definition *definition)
{
    unsigned all = 0;
    struct case_place place = parse_place(parser);
    do {
        unsigned bit;
        if (!parse_keyword(parser, case_deliveries, &bit))
            return false;
        if (all & bit)
            return parse_error(parser, place, "a delivery is listed twice");
        all |= bit;
    } while (parser->token.kind == TOKEN_WORD);
    if ((all & DELIVERY_EACH) && all != DELIVERY_EACH)
        return parse_error(parser, place, "`each` already is whole and octet");
    definition->delivery = all;
    definition->delivery_given = true;
    return parser->token.kind == TOKEN_NEWLINE || parser->token.kind == TOKEN_END ||
           parse_duration(parser, &definition->delivery_gap_ms);
}

static bool parse_repeat(struct case_parser *parser, struct case_definition *definition)
{
    struct case_integer rounds;
    struct case_place place = parse_place(parser);
    if (parser->token.kind != TOKEN_INTEGER)
        return parse_expected(parser, "a number of rounds");
    if (!parse_integer(parser, &rounds, 1, CASE_ROUNDS_MAX, NULL))
        return false;
    if (rounds.value == 1)
        return parse_error(parser, place, "one round is what happens without `repeat`");
    definition->rounds = rounds.value;
    return true;
}

/* 512KiB, 64MiB. */
static bool parse_memory(struct case_parser *parser, uint64_t *octets)
{
    enum { KIB = 1024, MIB = 1024 * 1024, MEMORY_MAX_UNITS = 1024 * 1024 };
    const struct case_token *token = &parser->token;
    uint64_t units = 0;
    size_t digits = 0;
    bool word = token->kind == TOKEN_WORD;
    for (; word && digits < token->size && token->text[digits] >= '0' && token->text[digits] <= '9' &&
           units <= MEMORY_MAX_UNITS;
         digits++)
        units = units * 10 + (uint64_t)(token->text[digits] - '0');
    bool unit = word && digits > 0 && token->size - digits == 3;
    bool kib = unit && memcmp(token->text + digits, "KiB", 3) == 0;
    bool mib = unit && memcmp(token->text + digits, "MiB", 3) == 0;
    if (!(kib || mib) || units == 0 || units > MEMORY_MAX_UNITS)
        return parse_expected(parser, "a size from 1KiB to 1048576MiB, like 64MiB");
    *octets = units * (kib ? KIB : MIB);
    parse_advance(parser);
    return true;
}

static bool parse_origin(struct case_parser *parser, struct case_definition *definition)
{
    struct case_origin_field **next = &definition->origin_fields;
    if (!parse_word(parser, "who found the case", &definition->origin))
        return false;
    while (parser->token.kind == TOKEN_WORD) {
        struct case_origin_field *field = parse_alloc(parser, sizeof *field);
        if (field == NULL || !parse_word(parser, "a name", &field->name))
            return false;
        if (parser->token.kind != TOKEN_EQUALS)
            return parse_expected(parser, "=");
        parse_advance(parser);
        const struct case_token *token = &parser->token;
        field->quoted = token->kind == TOKEN_STRING;
        if (!field->quoted && token->kind != TOKEN_WORD && token->kind != TOKEN_INTEGER &&
            token->kind != TOKEN_DURATION)
            return parse_expected(parser, "a word, a number or a string");
        size_t quotes = field->quoted ? 1 : 0;
        field->value = parse_copy(parser, token->text + quotes, token->size - 2 * quotes);
        if (field->value == NULL)
            return false;
        *next = field;
        next = &field->next;
        parse_advance(parser);
    }
    return true;
}

/* ---- with ---- */

static bool parse_item_range(struct case_parser *parser, struct case_item *item)
{
    struct case_place place = parse_place(parser);
    item->kind = ITEM_INTEGER;
    item->low = parser->token.integer;
    item->high = item->low;
    parse_advance(parser);
    if (parser->token.kind != TOKEN_RANGE)
        return true;
    parse_advance(parser);
    if (parser->token.kind != TOKEN_INTEGER)
        return parse_expected(parser, "an integer");
    item->high = parser->token.integer;
    if (item->low > item->high)
        return parse_error(parser, place, "this range has its low end above its high end");
    parse_advance(parser);
    return true;
}

static unsigned digits_of(uint64_t value)
{
    unsigned digits = 1;
    for (; value >= 10; value /= 10)
        digits++;
    return digits;
}

/* Widens what is known of a parameter by one more item. */
static void add_item(struct parameter_facts *facts, const struct case_item *item, struct bounds size,
                     bool first)
{
    struct bounds value = {item->low, item->high};
    if (item->kind == ITEM_INTEGER)
        size = (struct bounds){digits_of(item->low), digits_of(item->high)};
    if (first) {
        facts->integer = item->kind == ITEM_INTEGER;
        facts->value = value;
        facts->size = size;
        return;
    }
    facts->integer = facts->integer && item->kind == ITEM_INTEGER;
    facts->value.low = value.low < facts->value.low ? value.low : facts->value.low;
    facts->value.high = value.high > facts->value.high ? value.high : facts->value.high;
    facts->size.low = size.low < facts->size.low ? size.low : facts->size.low;
    facts->size.high = size.high > facts->size.high ? size.high : facts->size.high;
}

static bool parse_items(struct case_parser *parser, struct case_parameter *parameter,
                        struct parameter_facts *facts)
{
    struct case_item **next = &parameter->items;
    for (;;) {
        struct case_item *item = parse_alloc(parser, sizeof *item);
        struct bounds size = {0, 0};
        if (item == NULL)
            return false;
        item->kind = ITEM_OCTETS;
        if (parser->token.kind == TOKEN_INTEGER) {
            if (!parse_item_range(parser, item))
                return false;
        } else if (!parse_at_octets(parser)) {
            return parse_expected(parser, "an integer, a range or octets");
        } else if (!parse_octets(parser, &item->octets, &size)) {
            return false;
        }
        add_item(facts, item, size, parameter->items == NULL);
        *next = item;
        next = &item->next;
        if (parser->token.kind != TOKEN_COMMA)
            return true;
        parse_advance(parser);
    }
}

static bool is_parameter_name(const char *name)
{
    for (const char *at = name; *at != '\0'; at++) {
        if (!case_is_name_octet(*at))
            return false;
    }
    return *name < '0' || *name > '9';
}

static bool parse_with(struct case_parser *parser, struct case_definition *definition, struct case_place line)
{
    struct case_place place = parse_place(parser);
    const char *name;
    if (!parse_word(parser, "the name of a parameter", &name))
        return false;
    if (!is_parameter_name(name))
        return parse_error(parser, place, "the name of a parameter is [A-Za-z_][A-Za-z0-9_]*");
    if (strcmp(name, "round") == 0 || case_known_find(name) != NULL)
        return parse_error(parser, place, "$%s has a meaning of its own", name);
    for (size_t i = 0; i < parser->parameter_count; i++) {
        if (strcmp(parser->parameters[i].name, name) == 0)
            return parse_error(parser, place, "`with %s` already stands in line %u", name,
                               parser->parameters[i].place.line);
    }
    if (parser->parameter_count == CASE_PARAMETERS_MAX)
        return parse_error(parser, place, "a case has at most %d parameters", CASE_PARAMETERS_MAX);
    struct parameter_facts *facts = &parser->parameters[parser->parameter_count++];
    *facts = (struct parameter_facts){.name = name, .unknown = true, .size = {1, 1}, .place = line};
    if (parser->token.kind != TOKEN_EQUALS)
        return parse_expected(parser, "=");
    parse_advance(parser);
    struct case_parameter *parameter = parse_alloc(parser, sizeof *parameter);
    if (parameter == NULL)
        return false;
    parameter->name = name;
    parser->in_with = true;
    bool parsed = parse_items(parser, parameter, facts);
    parser->in_with = false;
    if (!parsed)
        return false;
    facts->unknown = false;
    struct case_parameter **next = &definition->parameters;
    while (*next != NULL)
        next = &(*next)->next;
    *next = parameter;
    return true;
}

/* ---- All of them ---- */

/* Those that may stand more than once add to what is there. */
static bool may_repeat(enum case_meta meta)
{
    switch (meta) {
    case META_REQ:
    case META_NEEDS:
    case META_WSTEST:
    case META_AFTER:
    case META_TAG:
    case META_WAS:
    case META_WITH:
        return true;
    case META_LEVEL:
    case META_BASIS:
    case META_ROLE:
    case META_SEVERITY:
    case META_DELIVERY:
    case META_REPEAT:
    case META_MEMORY:
    case META_ORIGIN:
        break;
    }
    return false;
}

bool parse_meta(struct case_parser *parser, enum case_meta meta, struct case_place place)
{
    struct case_definition *definition = parser->definition;
    if (parser->last_step != NULL)
        return parse_error(parser, place, "`%s` stands before the first step of its case",
                           case_word_of(case_metas, meta));
    if ((parser->seen_metas & 1U << meta) && !may_repeat(meta))
        return parse_error(parser, place, "`%s` stands twice in this case", case_word_of(case_metas, meta));
    parser->seen_metas |= 1U << meta;
    unsigned value = 0;
    switch (meta) {
    case META_REQ:
        return parse_words(parser, "the id of a requirement", false, &definition->requirements);
    case META_LEVEL:
        if (!parse_keyword(parser, case_levels, &value))
            return false;
        definition->level = (enum case_level)value;
        definition->level_given = true;
        return true;
    case META_BASIS:
        if (!parse_keyword(parser, case_bases, &value))
            return false;
        definition->derived = value != 0;
        definition->basis_given = true;
        return true;
    case META_ROLE:
        definition->roles_given = true;
        return parse_keyword(parser, case_roles, &definition->roles);
    case META_NEEDS:
        return parse_needs(parser, &definition->needs);
    case META_WSTEST:
        return parse_words(parser, "an Autobahn number like 1.1.1", true, &definition->wstest);
    case META_AFTER:
        return parse_words(parser, "the id of a case", false, &definition->after);
    case META_SEVERITY:
        if (!parse_keyword(parser, case_severities, &value))
            return false;
        definition->severity = (enum case_severity)value;
        return true;
    case META_TAG:
        return parse_words(parser, "a word", false, &definition->tags);
    case META_WAS:
        return parse_words(parser, "the former id of the case", false, &definition->was);
    case META_WITH:
        return parse_with(parser, definition, place);
    case META_DELIVERY:
        return parse_delivery(parser, definition);
    case META_REPEAT:
        return parse_repeat(parser, definition);
    case META_MEMORY:
        return parse_memory(parser, &definition->memory);
    case META_ORIGIN:
        return parse_origin(parser, definition);
    }
    return false;
}
