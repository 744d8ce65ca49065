/* SPDX-License-Identifier: MIT */
/* case_lint.h: what is doubtful in cases that parse. */
#ifndef HARNESS_CASE_LINT_H
#define HARNESS_CASE_LINT_H

#include "harness/case_source.h"
#include "harness/requirement.h"

/* Appends what is doubtful in a parsed source, as diagnostics with line and caret: requirement ids that are
 * not in the catalogue, a case that cites none and is not of level INFO, an expect of a message without
 * `needs echo`, steps that can never run, text that is not in canonical form. Returns how many; `out->failed`
 * when memory is out. */
size_t case_lint(struct text_buffer *out, struct case_source *source,
                 const struct requirement_catalogue *catalogue);

/* Appends what is wrong between sources, as diagnostics: of the first `count`, an id that stands in two of
 * them, an `after` that names no case of any of the `known` sources (as ID of its own suite, or SUITE/ID), a
 * `was` that is the id of a case there is, or of two cases. Returns how many; `out->failed` when memory is
 * out. */
size_t case_lint_ids(struct text_buffer *out, struct case_source *sources, size_t count, size_t known);

/* Reports one finding; returns 1. */
size_t case_lint_report(struct text_buffer *out, struct case_source *source, struct case_place place,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
