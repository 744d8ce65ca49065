/* SPDX-License-Identifier: MIT */
/* autobahn_json.c: JSON in the very layout that Python's json.dumps gives with indent=3: scripts diff it. All
 * but ASCII is escaped, in lower-case digits. */
#include "reports/autobahn_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { INDENT = 3 };

/* The code point of the UTF-8 sequence that begins here (jansson's strings are UTF-8), and its length. */
static uint32_t code_point(const unsigned char *at, size_t *length)
{
    *length = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;
    uint32_t point = *length == 1 ? at[0] : at[0] & (0x7fU >> *length);
    for (size_t i = 1; i < *length; i++)
        point = point << 6 | (at[i] & 0x3fU);
    return point;
}

static void print_string(FILE *out, const char *text, size_t size)
{
    static const char named[] = "\b\f\n\r\t\"\\", names[] = "bfnrt\"\\";
    putc('"', out);
    for (size_t i = 0, length; i < size; i += length) {
        uint32_t point = code_point((const unsigned char *)text + i, &length);
        const char *name = point == 0 || point > 0x7e ? NULL : strchr(named, (int)point);
        if (name != NULL)
            fprintf(out, "\\%c", names[name - named]);
        else if (point >= ' ' && point <= '~')
            putc((int)point, out);
        else if (point < 0x10000)
            fprintf(out, "\\u%04" PRIx32, point);
        else
            fprintf(out, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xd800 + ((point - 0x10000) >> 10),
                    0xdc00 + ((point - 0x10000) & 0x3ff));
    }
    putc('"', out);
}

/* The shortest digits that give this number again. */
static void print_real(FILE *out, double value)
{
    char text[40];
    for (int digits = 1; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) >= value && strtod(text, NULL) <= value)
            break;
    }
    fprintf(out, "%s%s", text, strpbrk(text, ".en") == NULL ? ".0" : "");
}

static void print_break(FILE *out, unsigned depth)
{
    fprintf(out, "\n%*s", (int)(depth * INDENT), "");
}

/* NOLINTNEXTLINE(misc-no-recursion): as deep as the reports are, four levels */
static void print_value(FILE *out, const json_t *value, unsigned depth)
{
    const char *before = "";
    switch (json_typeof(value)) {
    case JSON_OBJECT: {
        json_t *object = (json_t *)value; /* iterating changes nothing */
        putc('{', out);
        for (void *at = json_object_iter(object); at != NULL; at = json_object_iter_next(object, at)) {
            fputs(before, out);
            print_break(out, depth + 1);
            print_string(out, json_object_iter_key(at), strlen(json_object_iter_key(at)));
            fputs(": ", out);
            print_value(out, json_object_iter_value(at), depth + 1);
            before = ",";
        }
        if (*before != '\0')
            print_break(out, depth);
        putc('}', out);
        break;
    }
    case JSON_ARRAY:
        putc('[', out);
        for (size_t i = 0; i < json_array_size(value); i++) {
            fputs(before, out);
            print_break(out, depth + 1);
            print_value(out, json_array_get(value, i), depth + 1);
            before = ",";
        }
        if (*before != '\0')
            print_break(out, depth);
        putc(']', out);
        break;
    case JSON_STRING:
        print_string(out, json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
        fprintf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        break;
    case JSON_REAL:
        print_real(out, json_real_value(value));
        break;
    case JSON_TRUE:
        fputs("true", out);
        break;
    case JSON_FALSE:
        fputs("false", out);
        break;
    case JSON_NULL:
        fputs("null", out);
        break;
    }
}

void autobahn_print_json(FILE *out, const json_t *value)
{
    print_value(out, value, 0);
}
