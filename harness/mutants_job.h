/* SPDX-License-Identifier: MIT */
/* mutants_job.h: the inside of mutants, shared by mutants.c, which runs cases in memory and has processes
 * share the work, and mutants_tls.c, which runs those about TLS over loopback. */
#ifndef HARNESS_MUTANTS_JOB_H
#define HARNESS_MUTANTS_JOB_H

#include <stdatomic.h>

#include "harness/loopback_driver.h"
#include "harness/mutants.h"

/* Shared by the processes. */
struct table {
    atomic_size_t next; /* the next piece of work that nobody has */
    atomic_bool out_of_memory, no_server;
    char no_server_text[TRANSPORT_TEXT_MAX];
    uint8_t cells[];
};

/* What an instance is like with the faultless reference. */
struct faultless {
    enum verdict verdict;
    bool heavy;
};

struct job {
    struct mutants *mutants;
    struct table *table;
    struct faultless *faultless; /* by instance; shared */
};

/* mutants.c */

bool mutants_cites(const struct case_definition *definition, const char *requirement);

/* Enters what a run came to. Returns the cell. */
unsigned mutants_enter(struct job *job, enum ws_fault fault, size_t instance,
                       const struct run_verdict *verdict, bool heavy);

/* mutants_tls.c: pieces of work, each takes the next until there are none. */

/* Is the case about TLS, and has a server over loopback all else that it needs? */
bool mutants_over_tls(const struct case_definition *definition);

/* The faultless reference: one piece. */
void mutants_tls_run_faultless(struct job *job);

/* The faults of TLS, against all cases about it. */
void mutants_tls_run_faults(struct job *job);

/* The cases that have caught none of those that they cite, against the other faults that they cite. */
void mutants_tls_run_cases(struct job *job);

#endif
