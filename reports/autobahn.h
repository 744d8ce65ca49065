/* SPDX-License-Identifier: MIT */
/* autobahn.h: the reports that Autobahn|Testsuite writes, made from a journal and nothing else: index.json,
 * index.html, and for each agent and case AGENT_case_1_1_1.json and .html. Owns their layout, which scripts
 * take apart with sed and diff; does not own what the results mean in our own words (journal.h).
 *
 * The verdicts are those of that suite, and come about as there. "behavior" is OK when the messages and pongs
 * that came are exactly those expected, NON-STRICT where the suite tolerates that none came, UNIMPLEMENTED
 * for permessage-deflate (groups 12 and 13) with who does not negotiate it, else FAILED; only for series of
 * messages (groups 9, 12, 13) is it the verdict of the journal. "behaviorClose" is judged from the Close
 * frames. 7.1.6, 7.13.1 and 7.13.2 are INFORMATIONAL in both, whatever happened. Results need `wire`
 * (journal.h) for that: one without is an opening handshake that was never completed. */
#ifndef REPORTS_AUTOBAHN_H
#define REPORTS_AUTOBAHN_H

#include "reports/journal_reader.h"

/* A server that was not given a name, and does not say who it is. */
#define AUTOBAHN_NO_AGENT "UnknownServer"

/* Writes the reports of all results that have an Autobahn number into a directory, which is made where
 * missing. Files of other cases stay as they are. An agent is the target's name, or what it calls itself
 * where its name is only its URL; of two results of one agent and number the later counts. False on failure:
 * `error` says why, with the path. */
bool autobahn_write_reports(const struct journal_contents *journal, const char *directory, char *error,
                            size_t error_size);

/* Of a result of such a number: "OK" and so on. `server`: the harness was the server. */
const char *autobahn_behavior(const struct journal_result *result, bool server);
const char *autobahn_behavior_close(const struct journal_result *result, bool server);

#endif
