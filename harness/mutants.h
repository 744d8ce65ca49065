/* SPDX-License-Identifier: MIT */
/* mutants.h: runs cases against references with seeded faults (reference/fault.h), to see which case
 * catches which fault: in memory, those about TLS over loopback. Owns the table of results; does not own the
 * cases or what is printed.
 *
 * A case catches a fault when its verdict is worse than with the faultless reference. A monitor catches it
 * when it reports a violation. Either names the fault when the requirement that the fault breaks is one that
 * the case cites, or the one that the monitor reports. */
#ifndef HARNESS_MUTANTS_H
#define HARNESS_MUTANTS_H

#include "harness/plan.h"
#include "reference/fault.h"

/* What is known of one instance with one fault: bits. */
enum {
    MUTANT_RAN = 1,
    MUTANT_BY_CASE = 2,    /* the verdict is worse */
    MUTANT_BY_MONITOR = 4, /* a violation was reported */
    MUTANT_CASE_NAMES = 8, /* BY_CASE, and the case cites the requirement */
    MUTANT_MONITOR_NAMES = 16
};
#define MUTANT_CAUGHT (MUTANT_BY_CASE | MUTANT_BY_MONITOR)
#define MUTANT_NAMED  (MUTANT_CASE_NAMES | MUTANT_MONITOR_NAMES)

struct mutants {
    const struct plan *plan;
    bool wanted[WS_FAULT_COUNT]; /* the faults to run; of its role, all */
    size_t *first;               /* by case: its first instance; and the count of instances at the end */
    uint8_t *cells; /* fault * instance_count + instance; of the faultless reference, fault 0, a cell says
                       MUTANT_BY_CASE or BY_MONITOR where it is not OK */
};

/* Runs the selected instances against the wanted faults, with as many processes as there are processors.
 * Every case is run against every fault; but of a family with many members, only some where the case does not
 * cite what the fault breaks; and instances that take a processor much time only where nothing lighter named
 * the fault, or, one fault after the other, until their case has caught one that it cites. Faults of TLS are
 * run against the cases about TLS, and only against these. So every fault
 * that some instance can catch is caught, and every case that can catch some fault catches one. False with
 * the reason in `errors`; free with mutants_free either way. */
bool mutants_run(struct mutants *mutants, const struct plan *plan, struct text_buffer *errors);
void mutants_free(struct mutants *mutants);

/* The cell of one instance with one fault. */
unsigned mutants_cell(const struct mutants *mutants, enum ws_fault fault, size_t instance);

/* What the instances of a case, given by its place in the plan, saw of the fault: their cells together. */
unsigned mutants_saw(const struct mutants *mutants, enum ws_fault fault, size_t definition);

/* A case that cannot fail here: a deviation from a permission (MAY) or a mere observation (INFO) is no fault;
 * and what a target in memory, or on loopback, lacks cannot be tried. */
bool mutants_exempt(const struct plan *plan, const struct case_definition *definition);

#endif
