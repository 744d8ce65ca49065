/* SPDX-License-Identifier: MIT */
/* wstest_spec_options.h: "options" in a spec file. Internal to wstest_spec*.c. */
#ifndef HARNESS_WSTEST_SPEC_OPTIONS_H
#define HARNESS_WSTEST_SPEC_OPTIONS_H

#include <jansson.h>

#include "harness/wstest_spec.h"

/* Checks the names and types of all members. False with the reason in `errors`, `place` before it. */
bool wstest_spec_read_options(struct wstest_protocol *out, enum wstest_spec_kind kind, json_t *options,
                              const char *place, struct text_buffer *errors);

#endif
