/* SPDX-License-Identifier: MIT */
/* expected_events.h: the messages and pongs that a case expects at best, in the terms of the journal. Owns
 * nothing. */
#ifndef HARNESS_EXPECTED_EVENTS_H
#define HARNESS_EXPECTED_EVENTS_H

#include "harness/case.h"
#include "reports/journal.h"

/* Those of the first alternative of each expect, which are the ones that no other grade makes worse. A case
 * of many rounds, or one that leaves octets open, has `more` set. `out` begins with {0}. */
void expected_events(const struct case_instance *instance, struct journal_events *out);

#endif
