/* SPDX-License-Identifier: MIT */
/* journal_member.c: members of one line, each checked for its type and range: a journal is input like any
 * other. Owns what is wrong with the line; does not own what the members are for. */
#include "reports/journal_member.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "reports/journal_memory.h"

/* The line is bad, the journal is not: keeps the first reason. */
void reader_reject(struct reader *reader, const char *format, ...)
{
    if (reader->bad)
        return;
    reader->bad = true;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(reader->why, sizeof reader->why, format, arguments);
    va_end(arguments);
    /* it quotes the line, and goes to a terminal */
    for (char *at = reader->why; *at != '\0'; at++) {
        if (*at < 0x20 || *at > 0x7E)
            *at = '?';
    }
}

/* The journal cannot be read: keeps the first reason, with its place. Returns false. */
bool reader_fail(struct reader *reader, size_t number, const char *why)
{
    if (!reader->failed)
        snprintf(reader->error, reader->error_size, "%s:%zu: %s", reader->contents->path, number, why);
    reader->failed = reader->bad = true;
    return false;
}

void *reader_take(struct reader *reader, size_t size)
{
    void *octets = journal_memory_take(reader->contents->memory, size);
    if (octets == NULL)
        reader_fail(reader, reader->number, "the journal needs more memory than there is");
    return octets;
}

static const char *kept(struct reader *reader, const json_t *value)
{
    size_t size = json_string_length(value);
    char *text = reader_take(reader, size + 1);
    if (text == NULL)
        return "";
    memcpy(text, json_string_value(value), size);
    return text;
}

const char *member_optional_text(struct reader *reader, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (value == NULL || json_is_null(value))
        return NULL;
    if (json_is_string(value))
        return kept(reader, value);
    reader_reject(reader, "\"%s\" is not a string", key);
    return NULL;
}

/* A string that is always there; null is the empty one. */
const char *member_text(struct reader *reader, const json_t *object, const char *key)
{
    if (json_object_get(object, key) == NULL)
        reader_reject(reader, "\"%s\" is missing", key);
    const char *value = member_optional_text(reader, object, key);
    return value == NULL ? "" : value;
}

bool member_boolean(struct reader *reader, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_boolean(value))
        reader_reject(reader, "\"%s\" is %s", key, value == NULL ? "missing" : "neither true nor false");
    return json_is_true(value);
}

uint64_t member_integer(struct reader *reader, const json_t *object, const char *key, uint64_t most)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        (uint64_t)json_integer_value(value) > most) {
        reader_reject(reader, "\"%s\" is %s", key, value == NULL ? "missing" : "not an integer in its range");
        return 0;
    }
    return (uint64_t)json_integer_value(value);
}

unsigned member_small_integer(struct reader *reader, const json_t *object, const char *key, unsigned most)
{
    return (unsigned)member_integer(reader, object, key, most);
}

/* An array, or NULL. */
const json_t *member_array(struct reader *reader, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (json_is_array(value))
        return value;
    reader_reject(reader, "\"%s\" is %s", key, value == NULL ? "missing" : "not an array");
    return NULL;
}

const char *const *member_texts(struct reader *reader, const json_t *object, const char *key, size_t *count)
{
    const json_t *values = member_array(reader, object, key);
    size_t size = json_array_size(values);
    const char **kept_texts = reader_take(reader, size * sizeof *kept_texts);
    *count = 0;
    for (size_t i = 0; kept_texts != NULL && i < size; i++) {
        const json_t *value = json_array_get(values, i);
        if (!json_is_string(value)) {
            reader_reject(reader, "\"%s\" holds something that is not a string", key);
            return kept_texts;
        }
        kept_texts[i] = kept(reader, value);
        *count = i + 1;
    }
    return kept_texts;
}

enum verdict member_verdict(struct reader *reader, const json_t *object, const char *key)
{
    const char *word = member_text(reader, object, key);
#define VERDICT_OF_WORD(name, its_word, sentence) \
    if (strcmp(word, its_word) == 0)              \
        return VERDICT_##name;
    VERDICTS(VERDICT_OF_WORD)
#undef VERDICT_OF_WORD
    reader_reject(reader, "\"%s\" is not a verdict: \"%.40s\"", key, word);
    return VERDICT_ERROR;
}

enum closing member_closing(struct reader *reader, const json_t *object)
{
    const char *word = member_text(reader, object, "closing");
#define CLOSING_OF_WORD(name, its_word, sentence) \
    if (strcmp(word, its_word) == 0)              \
        return CLOSING_##name;
    CLOSINGS(CLOSING_OF_WORD)
#undef CLOSING_OF_WORD
    reader_reject(reader, "\"closing\" is not a way of closing: \"%.40s\"", word);
    return CLOSING_NOT_JUDGED;
}

static int hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return -1;
}

const uint8_t *octets_of(struct reader *reader, const json_t *value, const char *key, size_t *count)
{
    size_t digits = json_string_length(value);
    *count = 0;
    if (!json_is_string(value) || digits % 2 != 0 || digits / 2 > JOURNAL_OCTETS_MAX) {
        reader_reject(reader, "\"%s\" is %s", key,
                      value == NULL ? "missing" : "not at most 256 octets in hexadecimal");
        return NULL;
    }
    uint8_t *kept_octets = reader_take(reader, digits / 2);
    if (kept_octets == NULL)
        return NULL;
    const char *hex = json_string_value(value);
    for (size_t i = 0; i < digits / 2; i++) {
        int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);
        if (high < 0 || low < 0) {
            reader_reject(reader, "\"%s\" holds something that is not a hexadecimal digit", key);
            return kept_octets;
        }
        kept_octets[i] = (uint8_t)(high * 16 + low);
    }
    *count = digits / 2;
    return kept_octets;
}

const uint8_t *member_octets(struct reader *reader, const json_t *object, const char *key, size_t *count)
{
    return octets_of(reader, json_object_get(object, key), key, count);
}
