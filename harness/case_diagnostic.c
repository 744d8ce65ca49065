/* SPDX-License-Identifier: MIT */
/* case_diagnostic.c: an error in a case file as people read it: place, message, line, caret. */
#include "harness/case.h"

#include <string.h>

#include "harness/case_lex.h"
#include "harness/text_buffer.h"

/* Of a long line a window is shown: so many characters before the caret, and so many in all. */
enum { SHOWN_BEFORE = 60, SHOWN = 100 };

/* Appends the characters of a line in columns [from, to], each as wide as one column where it can be told,
 * and nothing that would move the cursor. */
static void print_window(struct text_buffer *out, const char *line, unsigned from, unsigned to)
{
    size_t left = strlen(line);
    for (unsigned column = 1; left > 0 && column <= to; column++) {
        size_t size = case_utf8_sequence(line, left);
        bool plain = size > 1 || (size == 1 && (unsigned char)*line >= ' ' && *line != 0x7f);
        if (column >= from && plain)
            text_append(out, line, size);
        else if (column >= from)
            text_append(out, *line == '\t' ? " " : "?", 1);
        line += size == 0 ? 1 : size;
        left -= size == 0 ? 1 : size;
    }
}

void case_diagnostic_print(struct text_buffer *out, const struct case_diagnostic *diagnostic)
{
    const struct case_place *place = &diagnostic->place;
    text_print(out, "%s:%u:%u: error: %s\n", place->file, place->line, place->column, diagnostic->message);
    unsigned from = place->column > SHOWN ? place->column - SHOWN_BEFORE : 1;
    text_print(out, "    ");
    print_window(out, diagnostic->line, from, from + SHOWN);
    text_print(out, "\n    %*s^\n", (int)(place->column - from), "");
}
