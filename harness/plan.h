/* SPDX-License-Identifier: MIT */
/* plan.h: which cases there are and which of their instances are to run. Owns the parsed cases, their
 * instances and the selection; does not own how they are run. */
#ifndef HARNESS_PLAN_H
#define HARNESS_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/arena.h"
#include "harness/case.h"
#include "harness/requirement.h"
#include "harness/text_buffer.h"

/* Cases with this tag send the same kind of message over and over: a few rounds of them show as much. */
#define PLAN_TAG_VOLUME "volume"

#define PLAN_MEMORY_MAX ((size_t)512 << 20)
#define PLAN_PROBE_SUITE                                                               \
    "probe" /* cases of this suite ask what the target can do; they are never selected \
             */

struct plan {
    struct arena arena;
    struct requirement_catalogue requirements;
    enum ws_role role;                    /* who is under test */
    struct case_definition **definitions; /* of all files, in order of file names */
    size_t definition_count;
    struct case_instance *instances; /* of all definitions but the probes, for one role */
    size_t instance_count;
    struct case_instance *probes;
    size_t probe_count;
    bool *selected; /* by instance */
    size_t selected_count;
};

/* Loads the embedded cases, or those of *.case in `directory` if it is not NULL, and expands them for a role.
 * Errors go to `errors` as text, all of them. False when there are any. Free with plan_free either way. */
bool plan_load(struct plan *plan, const char *directory, enum ws_role role, struct text_buffer *errors);
void plan_free(struct plan *plan);

/* Selects instances. A selector is a suite ("closing", "closing.case", "cases/closing.case"), a case
 * ("closing/x"), a member
 * ("closing/x/1004"), an instance ("closing/x/1004@server~octet"), a requirement id, an Autobahn number
 * ("7.9.1") or "tag:WORD"; `*` stands for any octets; one that begins with `!` excludes. Only excludes, or
 * none: all that is left of everything. False with the reason in `errors` when a selector matches nothing, or
 * nothing is left. */
bool plan_select(struct plan *plan, const char *const *selectors, size_t count, struct text_buffer *errors);

/* Takes the surveys out of the selection: they run only when asked for. False when nothing is left. */
bool plan_drop_surveys(struct plan *plan);

/* Leaves only one delivery selected. False when nothing is left. */
bool plan_select_delivery(struct plan *plan, enum delivery delivery);

/* What a failed expect of the case means: its own level, or the strongest of its requirements on the target.
 */
enum case_level plan_level(const struct plan *plan, const struct case_definition *definition);

/* Does the case have this tag? */
bool plan_has_tag(const struct case_definition *definition, const char *tag);

/* Can the target of this plan's role break a requirement? A case for both roles may cite a rule for each of
 * them. */
bool plan_binds_target(const struct plan *plan, const char *requirement);

/* "MUST", "SHOULD", "MAY", "INFO". */
const char *plan_level_word(enum case_level level);

/* Does `text` match a pattern in which `*` stands for any octets? */
bool plan_matches(const char *pattern, const char *text);

#endif
