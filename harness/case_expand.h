/* SPDX-License-Identifier: MIT */
/* case_expand.h: names and numbers of the members of a family, for the parser's checks and for expansion. */
#ifndef HARNESS_CASE_EXPAND_H
#define HARNESS_CASE_EXPAND_H

#include "harness/case.h"

struct text_buffer;

/* Appends how a value of a parameter appears in the id of an instance: [A-Za-z0-9_.%-], 1 to 24 characters.
 * `integer` is the value of an integer item. */
void case_value_print(struct text_buffer *out, const struct case_item *item, uint64_t integer);

/* Values of one parameter, and members of the family; UINT64_MAX if there are more. */
uint64_t case_parameter_count(const struct case_parameter *parameter);
uint64_t case_member_count(const struct case_definition *definition);

#endif
