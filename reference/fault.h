/* SPDX-License-Identifier: MIT */
/* fault.h: seeded faults: what an endpoint can do wrong, on purpose. A case proves that it can fail by
 * failing a reference with one of these. Owns the list (fault_frames.h, fault_opening.h, fault_client.h,
 * fault_tls.h); what each does stands in fault_*.c, behind a few seams of the endpoint (faulty.h), what those
 * of TLS do behind the transport (harness/tls_fault.h). Most faults are those of either role, some of one: an
 * endpoint of the other role behaves as without.
 *
 * X(NAME, name, sentence, requirement)
 *   name         on the command line: wringer echo --fault NAME, wringer connect --fault NAME
 *   sentence     what the faulty endpoint does
 *   requirement  id in cases/requirements.tsv of the rule that it breaks; where the RFC has a rule of its own
 * for clients, of the server's: ws_fault_requirement knows both
 */
#ifndef REFERENCE_FAULT_H
#define REFERENCE_FAULT_H

#include "reference/fault_client.h"
#include "reference/fault_frames.h"
#include "reference/fault_opening.h"
#include "reference/fault_tls.h"
#include "reference/role.h"

#include <stdbool.h>

/* By who can have them. */
#define WS_FAULTS_OF_BOTH(X)   \
    WS_FAULTS_OF_JUDGEMENT(X)  \
    WS_FAULTS_OF_STRICTNESS(X) \
    WS_FAULTS_OF_DECODING(X)   \
    WS_FAULTS_OF_SENDING(X)    \
    WS_FAULTS_OF_PINGS(X)      \
    WS_FAULTS_OF_CLOSING(X)    \
    WS_FAULTS_OF_RESOURCES(X)  \
    WS_FAULTS_OF_DEFLATE(X)

#define WS_FAULTS_OF_SERVERS(X)       \
    WS_FAULTS_OF_SERVER_FRAMES(X)     \
    WS_FAULTS_OF_REQUESTS(X)          \
    WS_FAULTS_OF_HEADS(X)             \
    WS_FAULTS_OF_RESPONSES(X)         \
    WS_FAULTS_OF_ACCEPTING_DEFLATE(X) \
    WS_FAULTS_OF_TLS(X)

#define WS_FAULTS_OF_CLIENTS(X)    \
    WS_FAULTS_OF_CLIENT_FRAMES(X)  \
    WS_FAULTS_OF_CLIENT_ANSWERS(X) \
    WS_FAULTS_OF_CLIENT_REQUESTS(X)

#define WS_FAULTS(X)        \
    WS_FAULTS_OF_BOTH(X)    \
    WS_FAULTS_OF_SERVERS(X) \
    WS_FAULTS_OF_CLIENTS(X)

enum ws_fault {
    WS_NO_FAULT = 0,
#define WS_FAULT_ENUMERATOR(NAME, name, sentence, requirement) WS_FAULT_##NAME,
    WS_FAULTS(WS_FAULT_ENUMERATOR)
#undef WS_FAULT_ENUMERATOR
        WS_FAULT_COUNT
};

struct ws_fault_facts {
    const char *name;
    const char *sentence;
    const char *requirement;
};

/* What the list says of a fault; {"", "", ""} for WS_NO_FAULT. Never NULL; the strings are static. */
const struct ws_fault_facts *ws_fault_facts(enum ws_fault fault);

/* Is it one that an endpoint of this role can have? One of the other role does nothing. */
bool ws_fault_binds(enum ws_fault fault, enum ws_role role);

/* The requirement that an endpoint of this role breaks with it. */
const char *ws_fault_requirement(enum ws_fault fault, enum ws_role role);

/* Is it a fault of TLS? An endpoint that has one behaves as without; a server needs TLS for it. */
bool ws_fault_is_of_tls(enum ws_fault fault);

/* The fault of that name, or WS_NO_FAULT. */
enum ws_fault ws_fault_find(const char *name);

#endif
