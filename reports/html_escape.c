/* SPDX-License-Identifier: MIT */
/* html_escape.c: text of any origin to HTML that shows it and does nothing else. */
#include "reports/html.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

/* The code point that begins here and its length. Journals hold UTF-8 only; a stray octet is one code point.
 */
static unsigned long code_point(const char *text, size_t *length)
{
    const unsigned char *at = (const unsigned char *)text;
    size_t expected = at[0] < 0x80 ? 1 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : 4;
    unsigned long value = expected == 1 ? at[0] : at[0] & (0xFFU >> (expected + 1));
    *length = 1;
    while (*length < expected && (at[*length] & 0xC0) == 0x80)
        value = value << 6 | (at[(*length)++] & 0x3FU);
    return value;
}

/* Characters that hide, or that turn the text around them: C1 controls, zero width, bidirectional controls,
 * line separators, fillers, tags, what is no character at all. */
static bool is_deceptive(unsigned long c)
{
    static const struct {
        unsigned long first, last;
    } ranges[] = {{0x80, 0x9F},       {0xAD, 0xAD},       {0x034F, 0x034F}, {0x061C, 0x061C},
                  {0x115F, 0x1160},   {0x17B4, 0x17B5},   {0x180B, 0x180F}, {0x200B, 0x200F},
                  {0x2028, 0x202E},   {0x2060, 0x206F},   {0x2800, 0x2800}, {0x13430, 0x1345F},
                  {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0x3164, 0x3164}, {0xFE00, 0xFE0F},
                  {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xFFF0, 0xFFFB}, {0xFFFE, 0xFFFF},
                  {0xE0000, 0xE0FFF}};
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (c >= ranges[i].first && c <= ranges[i].last)
            return true;
    }
    return false;
}

enum context { IN_TEXT, IN_BLOCK, IN_ATTRIBUTE };

static void put_shown(FILE *out, unsigned long c, enum context context)
{
    char shown[32];
    if (c < 0x20)
        snprintf(shown, sizeof shown, "&#x%lX;", 0x2400 + c); /* its picture */
    else if (c == 0x7F)
        snprintf(shown, sizeof shown, "&#x2421;");
    else
        snprintf(shown, sizeof shown, "U+%04lX", c);
    if (context == IN_ATTRIBUTE)
        fprintf(out, "[%s]", shown);
    else
        fprintf(out, "<span class=ctl title=\"U+%04lX\">%s</span>", c, shown);
}

static void escape(FILE *out, const char *text, enum context context)
{
    if (text == NULL)
        return;
    while (*text != '\0') {
        /* most octets need nothing: print them in runs */
        size_t plain = 0;
        while ((unsigned char)text[plain] >= 0x20 && (unsigned char)text[plain] < 0x7F &&
               strchr("&<>\"'", text[plain]) == NULL)
            plain++;
        if (plain > 0) {
            fwrite(text, 1, plain, out);
            text += plain;
            continue;
        }
        size_t length;
        unsigned long c = code_point(text, &length);
        if (c == '&')
            fputs("&amp;", out);
        else if (c == '<')
            fputs("&lt;", out);
        else if (c == '>')
            fputs("&gt;", out);
        else if (c == '"')
            fputs("&quot;", out);
        else if (c == '\'')
            fputs("&#39;", out);
        else if (c == '\n' && context == IN_BLOCK)
            fputc('\n', out);
        else if (c < 0x20 || c == 0x7F || is_deceptive(c))
            put_shown(out, c, context);
        else
            fwrite(text, 1, length, out);
        text += length;
    }
}

void html_text(FILE *out, const char *text)
{
    escape(out, text, IN_TEXT);
}

void html_block(FILE *out, const char *text)
{
    escape(out, text, IN_BLOCK);
}

void html_attribute(FILE *out, const char *text)
{
    escape(out, text, IN_ATTRIBUTE);
}

void html_anchor(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        unsigned char octet = (unsigned char)*text;
        if (octet < 0x80 && (isalnum(octet) || strchr("._/-", octet) != NULL))
            fputc(octet, out);
        else
            fprintf(out, "~%02x", octet);
    }
}

void html_command(FILE *out, const char *const *words, size_t count)
{
    static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%+,-./:=@_";
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            fputc(' ', out);
        if (words[i][0] != '\0' && strspn(words[i], plain) == strlen(words[i])) {
            html_text(out, words[i]);
            continue;
        }
        fputs("&#39;", out);
        for (const char *rest = words[i]; *rest != '\0';) {
            char piece[128];
            size_t size = strcspn(rest, "'");
            if (size == 0) {
                fputs("&#39;\\&#39;&#39;", out);
                rest++;
                continue;
            }
            if (size >= sizeof piece) {
                size = sizeof piece - 1;
                while (size > sizeof piece - 5 && ((unsigned char)rest[size] & 0xC0) == 0x80)
                    size--; /* not within a code point */
            }
            memcpy(piece, rest, size);
            piece[size] = '\0';
            html_text(out, piece);
            rest += size;
        }
        fputs("&#39;", out);
    }
}

void html_duration(FILE *out, uint64_t microseconds)
{
    double milliseconds = (double)microseconds / 1000;
    if (microseconds < 10000)
        fprintf(out, "%.2f ms", milliseconds);
    else if (microseconds < 1000000)
        fprintf(out, "%.0f ms", milliseconds);
    else if (microseconds < 60000000)
        fprintf(out, "%.1f s", milliseconds / 1000);
    else
        fprintf(out, "%" PRIu64 " min %" PRIu64 " s", microseconds / 60000000, microseconds / 1000000 % 60);
}

void html_number(FILE *out, uint64_t number)
{
    char digits[24];
    int size = snprintf(digits, sizeof digits, "%" PRIu64, number);
    for (int i = 0; i < size; i++) {
        if (i > 0 && size > 4 && (size - i) % 3 == 0)
            fputs("&#8239;", out);
        fputc(digits[i], out);
    }
}

void html_count(FILE *out, size_t count, const char *word)
{
    html_number(out, count);
    fprintf(out, " %s%s", word, count == 1 ? "" : "s");
}
