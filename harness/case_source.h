/* SPDX-License-Identifier: MIT */
/* case_source.h: a case file, on disk or embedded, read and parsed. Owns its text and its tree. */
#ifndef HARNESS_CASE_SOURCE_H
#define HARNESS_CASE_SOURCE_H

#include "harness/case.h"
#include "harness/embedded.h"
#include "harness/text_buffer.h"

struct case_source {
    const char *name; /* as given; not owned */
    char *text;
    size_t size;
    struct arena arena;
    struct case_file *file; /* NULL if memory was out */
    struct case_diagnostic *diagnostics;
};

/* Reads and parses. False, with a line in `errors`, if the file cannot be read or memory is out; what is
 * wrong with its text is in `diagnostics`. To be freed either way. */
bool case_source_read(struct case_source *source, const char *name, struct text_buffer *errors);
/* Gives every file("name") its octets, from data/ beside the source. Returns how many cannot be had; a line
 * in `errors` for each. */
size_t case_source_load_data(struct case_source *source, struct text_buffer *errors);
void case_source_free(struct case_source *source);

/* The same for a file that the program carries. */
bool case_source_read_embedded(struct case_source *source, const struct embedded_file *file,
                               struct text_buffer *errors);

/* The line of that number, cut to some thousand octets, without NULs; NULL when memory is out. */
const char *case_source_line(struct arena *arena, const char *text, size_t size, unsigned line);

/* Prints the canonical form of a source without diagnostics. False when memory is out. */
bool case_source_print(const struct case_source *source, struct text_buffer *out);

/* The text is the canonical form. */
bool case_source_equals(const struct case_source *source, const struct text_buffer *canonical);

#endif
