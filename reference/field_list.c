/* SPDX-License-Identifier: MIT */
/* field_list.c: header fields that are comma-separated lists (RFC 9110 5.6.1), and the one list that has a
 * grammar of its own, Sec-WebSocket-Extensions (RFC 6455 9.1). Does not know what any other list means. */
#include "reference/field_list.h"

#include <string.h>

bool ws_is_tchar(uint8_t octet)
{
    if ((octet >= '0' && octet <= '9') || (octet >= 'A' && octet <= 'Z') || (octet >= 'a' && octet <= 'z')) {
        return true;
    }
    return octet != 0 && strchr("!#$%&'*+-.^_`|~", octet) != NULL;
}

bool ws_is_token(struct ws_octets octets)
{
    for (size_t i = 0; i < octets.size; i++) {
        if (!ws_is_tchar(octets.at[i])) {
            return false;
        }
    }
    return octets.size != 0;
}

bool ws_is_version(struct ws_octets text)
{
    unsigned value = 0;
    for (size_t i = 0; i < text.size; i++) {
        if (text.at[i] < '0' || text.at[i] > '9' || i == 3) {
            return false;
        }
        value = value * 10 + (unsigned)(text.at[i] - '0');
    }
    return text.size != 0 && value <= 255 && (text.size == 1 || text.at[0] != '0');
}

/* CR and LF are in a value only as parts of a fold, which counts as spaces (RFC 9112 5.2). */
static bool is_space(uint8_t octet)
{
    return octet == ' ' || octet == '\t' || octet == '\r' || octet == '\n';
}

struct ws_octets ws_trimmed(struct ws_octets octets)
{
    while (octets.size != 0 && is_space(octets.at[0])) {
        octets.at++;
        octets.size--;
    }
    while (octets.size != 0 && is_space(octets.at[octets.size - 1])) {
        octets.size--;
    }
    return octets;
}

bool ws_value_next(struct ws_octets value, size_t *offset, struct ws_octets *member)
{
    while (*offset < value.size) {
        const size_t begin = *offset;
        size_t end = begin;
        bool quoted = false;
        for (; end < value.size && (quoted || value.at[end] != ','); end++) {
            if (value.at[end] == '"') {
                quoted = !quoted;
            } else if (quoted && value.at[end] == '\\' && end + 1 < value.size) {
                end++; /* quoted-pair (RFC 9110 5.6.4): what follows stands for itself */
            }
        }
        *offset = end < value.size ? end + 1 : end;
        *member = ws_trimmed((struct ws_octets){value.at + begin, end - begin});
        if (member->size != 0) { /* RFC 9110 5.6.1.2: empty members are ignored */
            return true;
        }
    }
    return false;
}

bool ws_list_next(struct ws_list_walk *walk, struct ws_octets *member)
{
    const struct ws_octets name = ws_octets_of(walk->name);
    for (; walk->field < walk->head->field_count; walk->field++, walk->offset = 0) {
        const struct ws_head_field *field = &walk->head->fields[walk->field];
        if (ws_octets_equal_ignoring_case(field->name, name) &&
            ws_value_next(field->value, &walk->offset, member)) {
            return true;
        }
    }
    return false;
}

bool ws_list_has(const struct ws_head *head, const char *name, const char *token)
{
    const struct ws_octets wanted = ws_octets_of(token);
    struct ws_list_walk walk = {.head = head, .name = name};
    struct ws_octets member;
    while (ws_list_next(&walk, &member)) {
        if (ws_octets_equal_ignoring_case(member, wanted)) {
            return true;
        }
    }
    return false;
}

/* What is left of a list member while it is parsed. */
struct cursor {
    const uint8_t *at, *end;
};

/* The "implied *LWS rule" of RFC 6455 9.1: white space may stand between any two words and separators. */
static void skip_space(struct cursor *cursor)
{
    while (cursor->at != cursor->end && is_space(*cursor->at)) {
        cursor->at++;
    }
}

static bool skip_octet(struct cursor *cursor, uint8_t octet)
{
    if (cursor->at == cursor->end || *cursor->at != octet) {
        return false;
    }
    cursor->at++;
    return true;
}

static struct ws_octets take_token(struct cursor *cursor)
{
    const uint8_t *begin = cursor->at;
    while (cursor->at != cursor->end && ws_is_tchar(*cursor->at)) {
        cursor->at++;
    }
    return (struct ws_octets){begin, (size_t)(cursor->at - begin)};
}

/* A quoted-string from behind its first quote to behind its last one (RFC 9110 5.6.4). RFC 6455 9.1 wants a
 * token after unescaping, so that no octet but a tchar can stand in it, escaped or not. Returns how many; 0
 * if it is malformed. Writes them to `out` unless that is NULL or they do not fit. */
static size_t take_quoted(struct cursor *cursor, uint8_t *out)
{
    for (size_t size = 0;; size++) {
        if (skip_octet(cursor, '"')) {
            return size;
        }
        (void)skip_octet(cursor, '\\');
        if (cursor->at == cursor->end || !ws_is_tchar(*cursor->at)) {
            return 0;
        }
        if (out != NULL && size < WS_EXTENSION_VALUE_MAX) {
            out[size] = *cursor->at;
        }
        cursor->at++;
    }
}

/* token [ "=" ( token | quoted-string ) ]. Without a parameter to fill it only checks the grammar. */
static bool take_parameter(struct cursor *cursor, struct ws_extension_parameter *parameter)
{
    const struct ws_octets name = take_token(cursor);
    if (name.size == 0) {
        return false;
    }
    skip_space(cursor);
    const bool has_value = skip_octet(cursor, '=');
    size_t value_size = 0;
    if (has_value) {
        skip_space(cursor);
        if (skip_octet(cursor, '"')) {
            value_size = take_quoted(cursor, parameter == NULL ? NULL : parameter->value);
        } else {
            const struct ws_octets value = take_token(cursor);
            value_size = value.size;
            if (parameter != NULL && value_size != 0 && value_size <= WS_EXTENSION_VALUE_MAX) {
                memcpy(parameter->value, value.at, value_size);
            }
        }
        if (value_size == 0) {
            return false;
        }
        skip_space(cursor);
    }
    if (parameter == NULL) {
        return true;
    }
    parameter->name = name;
    parameter->has_value = has_value;
    parameter->value_size = value_size;
    return value_size <= WS_EXTENSION_VALUE_MAX;
}

/* extension-token *( ";" extension-param ). Without an extension to fill it only checks the grammar. */
static bool take_extension(struct ws_octets member, struct ws_extension *extension)
{
    const struct ws_octets trimmed = ws_trimmed(member);
    if (trimmed.size == 0) {
        return false;
    }
    struct cursor cursor = {trimmed.at, trimmed.at + trimmed.size};
    const struct ws_octets token = take_token(&cursor);
    if (token.size == 0) {
        return false;
    }
    if (extension != NULL) {
        extension->token = token;
        extension->parameter_count = 0;
    }
    for (skip_space(&cursor); skip_octet(&cursor, ';');) {
        skip_space(&cursor);
        struct ws_extension_parameter *parameter = NULL;
        if (extension != NULL) {
            if (extension->parameter_count == WS_EXTENSION_PARAMETERS_MAX) {
                return false;
            }
            parameter = &extension->parameters[extension->parameter_count++];
        }
        if (!take_parameter(&cursor, parameter)) {
            return false;
        }
    }
    return cursor.at == cursor.end;
}

bool ws_extension_parse(struct ws_octets member, struct ws_extension *extension)
{
    return take_extension(member, extension);
}

bool ws_extension_is_well_formed(struct ws_octets member)
{
    return take_extension(member, NULL);
}

struct ws_octets ws_extension_token(struct ws_octets member)
{
    const struct ws_octets trimmed = ws_trimmed(member);
    if (trimmed.size == 0) {
        return trimmed;
    }
    struct cursor cursor = {trimmed.at, trimmed.at + trimmed.size};
    return take_token(&cursor);
}

static bool has_only_spaces(const uint8_t *at, const uint8_t *end)
{
    return ws_trimmed((struct ws_octets){at, (size_t)(end - at)}).size == 0;
}

bool ws_value_has_empty_member(struct ws_octets value)
{
    if (value.size == 0) {
        return false; /* a list of nothing */
    }
    const uint8_t *at = value.at, *end = value.at + value.size, *begin = at;
    bool quoted = false, commas = false;
    for (; at != end; at++) {
        if (*at == '"') {
            quoted = !quoted;
        } else if (quoted && *at == '\\' && at + 1 != end) {
            at++;
        } else if (!quoted && *at == ',') {
            if (has_only_spaces(begin, at)) {
                return true;
            }
            begin = at + 1;
            commas = true;
        }
    }
    return commas && has_only_spaces(begin, end);
}
