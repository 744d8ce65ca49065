/* SPDX-License-Identifier: MIT */
/* fault_option.c: prints the list of seeded faults of one role. */
#include "harness/fault_option.h"

#include <stdio.h>
#include <string.h>

#include "harness/command.h"

/* Each fault: the requirement that it breaks and what it does. */
static void list_faults(enum ws_role role)
{
    for (size_t f = 1; f < WS_FAULT_COUNT; f++) {
        enum ws_fault fault = (enum ws_fault)f;
        if (ws_fault_binds(fault, role))
            printf("%-34s %-16s %s\n", ws_fault_facts(fault)->name, ws_fault_requirement(fault, role),
                   ws_fault_facts(fault)->sentence);
    }
}

bool fault_option_read(const char *command, enum ws_role role, const char *name, enum ws_fault *fault,
                       int *exit_code)
{
    *exit_code = EXIT_USAGE;
    if (strcmp(name, "help") == 0) {
        list_faults(role);
        *exit_code = EXIT_AS_EXPECTED;
        return false;
    }
    *fault = ws_fault_find(name);
    if (!ws_fault_binds(*fault, role)) {
        fprintf(stderr, "wringer %s: there is no fault '%s'; --fault help lists them\n", command, name);
        return false;
    }
    return true;
}
