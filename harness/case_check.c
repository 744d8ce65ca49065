/* SPDX-License-Identifier: MIT */
/* case_check.c: what can only be said of a whole case, or of a whole file, once it has been read. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "harness/case_expand.h"
#include "harness/case_parse.h"
#include "harness/text_buffer.h"

/* One item of a parameter, as it appears in ids. */
struct item_name {
    const struct case_item *item;
    const char *text; /* OCTETS */
};

/* Integers before octets, in their own orders. */
static int compare_names(const void *left, const void *right)
{
    const struct item_name *a = left;
    const struct item_name *b = right;
    if (a->item->kind != b->item->kind)
        return a->item->kind == ITEM_INTEGER ? -1 : 1;
    if (a->item->kind == ITEM_OCTETS)
        return strcmp(a->text, b->text);
    return a->item->low < b->item->low ? -1 : a->item->low > b->item->low;
}

static int compare_to_range(const void *key, const void *element)
{
    const uint64_t value = *(const uint64_t *)key;
    const struct case_item *item = ((const struct item_name *)element)->item;
    return value < item->low ? -1 : value > item->high;
}

/* The octets look like one of the integers. */
static bool is_among_integers(const char *text, const struct item_name *names, size_t integers)
{
    struct case_lexer lexer;
    case_lexer_begin(&lexer, text, strlen(text));
    struct case_token token = case_lexer_next(&lexer);
    return token.kind == TOKEN_INTEGER && token.size == strlen(text) && text[0] != '0' && integers > 0 &&
           bsearch(&token.integer, names, integers, sizeof *names, compare_to_range) != NULL;
}

static bool name_item(struct case_parser *parser, const struct case_item *item, struct item_name *name)
{
    name->item = item;
    if (item->kind == ITEM_INTEGER)
        return true;
    enum { NAME_CAP = 64 };
    struct text_buffer text = {.cap = NAME_CAP};
    case_value_print(&text, item, 0);
    name->text = text.failed ? NULL : parse_copy(parser, text.text, text.size);
    text_free(&text);
    parser->out_of_memory = parser->out_of_memory || name->text == NULL;
    return name->text != NULL;
}

/* Values whose ids are the same cannot be told apart. */
static void check_values(struct case_parser *parser, const struct case_parameter *parameter,
                         const struct parameter_facts *facts)
{
    size_t count = 0, integers = 0;
    for (const struct case_item *item = parameter->items; item != NULL; item = item->next)
        count++;
    struct item_name *names = parse_alloc(parser, count * sizeof *names);
    if (names == NULL)
        return;
    count = 0;
    for (const struct case_item *item = parameter->items; item != NULL; item = item->next) {
        if (!name_item(parser, item, &names[count++]))
            return;
        integers += item->kind == ITEM_INTEGER;
    }
    qsort(names, count, sizeof *names, compare_names);
    for (size_t i = 0; i < count; i++) {
        const struct case_item *item = names[i].item;
        bool last = i + 1 == count;
        if (i + 1 < integers && names[i + 1].item->low <= item->high) {
            parse_error(parser, facts->place, "$%s has the value %" PRIu64 " twice", facts->name,
                        names[i + 1].item->low);
            return;
        }
        bool same = item->kind == ITEM_OCTETS && !last && strcmp(names[i].text, names[i + 1].text) == 0;
        if (same || (item->kind == ITEM_OCTETS && is_among_integers(names[i].text, names, integers))) {
            parse_error(parser, facts->place, "$%s has two values that are called %s in ids", facts->name,
                        names[i].text);
            return;
        }
    }
}

/* The first members in order have a number each, the others have none. */
static void check_wstest(struct case_parser *parser, const struct case_definition *definition,
                         uint64_t members)
{
    uint64_t numbers = 0;
    for (const struct case_word *word = definition->wstest; word != NULL; word = word->next)
        numbers++;
    if (numbers > members)
        parse_error(parser, definition->wstest->place,
                    "wstest lists %" PRIu64 " numbers, but the case has %" PRIu64 " member%s", numbers,
                    members, members == 1 ? "" : "s");
}

void check_case(struct case_parser *parser)
{
    const struct case_definition *definition = parser->definition;
    uint64_t members = case_member_count(definition);
    bool known = true;
    for (size_t i = 0; i < parser->parameter_count; i++)
        known = known && !parser->parameters[i].unknown;
    if (!known)
        return;
    if (members > CASE_INSTANCES_MAX) {
        parse_error(parser, definition->place, "this family has more than %d members", CASE_INSTANCES_MAX);
        return;
    }
    const struct case_parameter *parameter = definition->parameters;
    for (size_t i = 0; i < parser->parameter_count && parameter != NULL; i++, parameter = parameter->next)
        check_values(parser, parameter, &parser->parameters[i]);
    check_wstest(parser, definition, members);
}

/* By id, then by where they stand. */
static int compare_definitions(const void *left, const void *right)
{
    const struct case_definition *a = *(const struct case_definition *const *)left;
    const struct case_definition *b = *(const struct case_definition *const *)right;
    int order = strcmp(a->id, b->id);
    return order != 0 ? order : a->place.line < b->place.line ? -1 : a->place.line > b->place.line;
}

void check_file(struct case_parser *parser)
{
    size_t count = 0;
    for (const struct case_definition *at = parser->file->cases; at != NULL; at = at->next)
        count++;
    const struct case_definition **all = parse_alloc(parser, count * sizeof *all);
    if (all == NULL)
        return;
    count = 0;
    for (const struct case_definition *at = parser->file->cases; at != NULL; at = at->next)
        all[count++] = at;
    qsort(all, count, sizeof *all, compare_definitions);
    for (size_t i = 1; i < count; i++) {
        if (all[i]->id[0] != '\0' && strcmp(all[i]->id, all[i - 1]->id) == 0)
            parse_error(parser, all[i]->place, "the case %s already stands in line %u", all[i]->id,
                        all[i - 1]->place.line);
    }
}
