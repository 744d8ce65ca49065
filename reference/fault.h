/* SPDX-License-Identifier: MIT */
/* fault.h: seeded faults: what a server can do wrong, on purpose. A case proves that it can fail by failing a
 * reference with one of these. Owns the list (fault_frames.h, fault_opening.h, fault_tls.h); what each does
 * stands in fault_*.c, behind a few seams of the endpoint (faulty.h), what those of TLS do behind the
 * transport (harness/tls_fault.h). Faults are those of a server: a client with one
 * behaves as without.
 *
 * X(NAME, name, sentence, requirement)
 *   name         on the command line: wringer echo --fault NAME
 *   sentence     what the faulty server does
 *   requirement  id in cases/requirements.tsv of the rule that it breaks
 */
#ifndef REFERENCE_FAULT_H
#define REFERENCE_FAULT_H

#include "reference/fault_frames.h"
#include "reference/fault_opening.h"
#include "reference/fault_tls.h"

#include <stdbool.h>

#define WS_FAULTS(X)           \
    WS_FAULTS_OF_JUDGEMENT(X)  \
    WS_FAULTS_OF_STRICTNESS(X) \
    WS_FAULTS_OF_DECODING(X)   \
    WS_FAULTS_OF_SENDING(X)    \
    WS_FAULTS_OF_PINGS(X)      \
    WS_FAULTS_OF_CLOSING(X)    \
    WS_FAULTS_OF_RESOURCES(X)  \
    WS_FAULTS_OF_REQUESTS(X)   \
    WS_FAULTS_OF_HEADS(X)      \
    WS_FAULTS_OF_RESPONSES(X)  \
    WS_FAULTS_OF_DEFLATE(X)    \
    WS_FAULTS_OF_TLS(X)

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

/* Is it a fault of TLS? An endpoint that has one behaves as without; a server needs TLS for it. */
bool ws_fault_is_of_tls(enum ws_fault fault);

/* The fault of that name, or WS_NO_FAULT. */
enum ws_fault ws_fault_find(const char *name);

#endif
