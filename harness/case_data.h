/* SPDX-License-Identifier: MIT */
/* case_data.h: gives every file("name") of a parsed case file its octets: from data/ beside the cases. */
#ifndef HARNESS_CASE_DATA_H
#define HARNESS_CASE_DATA_H

#include "harness/case.h"
#include "harness/text_buffer.h"

/* Reads each file that is named, into the arena, from `directory`/data; or takes it from those that the
 * program carries when `directory` is NULL. What cannot be had is a line in `errors`, "file:line:col: error:
 * ..". Returns how many could not. */
size_t case_data_load(struct arena *arena, const struct case_file *file, const char *directory,
                      struct text_buffer *errors);

#endif
