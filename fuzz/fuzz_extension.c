/* SPDX-License-Identifier: MIT */
/* fuzz_extension.c: values of Sec-WebSocket-Extensions: an extension written from its parts parses to the
 * same parts, and a list is the same on one line and on many (RFC 6455 9.1). */
#include "fuzz/oracle.h"
#include "reference/field_list.h"

/* What writing a parsed extension takes at most: every value octet escaped, quotes, separators. */
enum { REWRITTEN_PER_PARAMETER = 2 * WS_EXTENSION_VALUE_MAX + 8 };

static void put(uint8_t *out, size_t *size, const void *octets, size_t count)
{
    if (count != 0) {
        memcpy(out + *size, octets, count);
        *size += count;
    }
}

/* Writes the value as a quoted string in which every other octet is escaped, or as a token. */
static void put_value(uint8_t *out, size_t *size, const struct ws_extension_parameter *parameter, bool quoted)
{
    put(out, size, quoted ? "=\"" : "=", quoted ? 2 : 1);
    for (size_t i = 0; i < parameter->value_size; i++) {
        put(out, size, "\\", quoted && i % 2 == 0 ? 1 : 0);
        put(out, size, &parameter->value[i], 1);
    }
    put(out, size, "\"", quoted ? 1 : 0);
}

static void must_be_same(const struct ws_extension *a, const struct ws_extension *b)
{
    must(ws_octets_equal(a->token, b->token), "same token");
    must(a->parameter_count == b->parameter_count, "as many parameters");
    for (size_t i = 0; i < a->parameter_count; i++) {
        const struct ws_extension_parameter *one = &a->parameters[i], *other = &b->parameters[i];
        must(ws_octets_equal(one->name, other->name), "same name");
        must(one->has_value == other->has_value && one->value_size == other->value_size, "value of one size");
        must(memcmp(one->value, other->value, one->value_size) == 0, "same value");
    }
}

static void must_survive_rewriting(const struct ws_extension *extension, size_t member_size, bool quoted)
{
    uint8_t *out = malloc(member_size + (size_t)WS_EXTENSION_PARAMETERS_MAX * REWRITTEN_PER_PARAMETER);
    must(out != NULL, "there is memory");
    size_t size = 0;
    put(out, &size, extension->token.at, extension->token.size);
    for (size_t i = 0; i < extension->parameter_count; i++) {
        put(out, &size, ";", 1);
        put(out, &size, extension->parameters[i].name.at, extension->parameters[i].name.size);
        if (extension->parameters[i].has_value) {
            put_value(out, &size, &extension->parameters[i], quoted);
        }
    }
    struct ws_extension again;
    uint8_t *exact = exact_copy(out, size);
    must(ws_extension_parse((struct ws_octets){exact, size}, &again), "an extension written again is one");
    must_be_same(extension, &again);
    free(exact);
    free(out);
}

static void check_member(struct ws_octets member)
{
    struct ws_extension extension;
    uint8_t *exact = exact_copy(member.at, member.size);
    const struct ws_octets copy = {exact, member.size};
    const bool well_formed = ws_extension_is_well_formed(copy);
    const bool parsed = ws_extension_parse(copy, &extension);
    must(well_formed || !parsed, "what parses follows the grammar");
    if (parsed) {
        must(ws_is_token(extension.token) && ws_octets_equal(extension.token, ws_extension_token(copy)),
             "it begins with its token");
        for (size_t i = 0; i < extension.parameter_count; i++) {
            const struct ws_extension_parameter *parameter = &extension.parameters[i];
            must(ws_is_token(parameter->name), "names are tokens");
            must(!parameter->has_value ||
                     ws_is_token((struct ws_octets){parameter->value, parameter->value_size}),
                 "values are tokens, unescaped (RFC 6455 9.1)");
        }
        must_survive_rewriting(&extension, member.size, false);
        must_survive_rewriting(&extension, member.size, true);
    }
    free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *exact = exact_copy(data, size);
    const struct ws_octets value = {exact, size};
    struct ws_head one_line = {.field_count = 1}, lines = {.field_count = 0};
    one_line.fields[0] = (struct ws_head_field){ws_octets_of("Sec-WebSocket-Extensions"), value};
    struct ws_list_walk walk = {.head = &one_line, .name = "sec-websocket-extensions"};
    struct ws_octets member;
    size_t offset = 0;
    while (ws_list_next(&walk, &member)) {
        struct ws_octets same;
        must(ws_value_next(value, &offset, &same) && same.at == member.at && same.size == member.size,
             "a head of one line has the members of its value");
        must(member.size != 0 && member.at >= value.at && member.at + member.size <= value.at + value.size,
             "members are parts of the value");
        check_member(member);
        if (lines.field_count < WS_HEAD_FIELDS_MAX) {
            lines.fields[lines.field_count++] = (struct ws_head_field){one_line.fields[0].name, member};
        }
    }
    must(!ws_value_next(value, &offset, &member), "and no others");

    struct ws_list_walk lines_walk = {.head = &lines, .name = "SEC-WEBSOCKET-EXTENSIONS"};
    for (size_t i = 0; i < lines.field_count; i++) {
        must(ws_list_next(&lines_walk, &member) && ws_octets_equal(member, lines.fields[i].value),
             "one member a line is the same list");
    }
    must(!ws_list_next(&lines_walk, &member), "with nothing behind it");
    free(exact);
    return 0;
}
