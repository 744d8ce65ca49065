/* SPDX-License-Identifier: MIT */
/* fault_option.h: the option --fault NAME of wringer echo and wringer connect: finds the fault, or lists
 * those that an endpoint of the role can have. */
#ifndef HARNESS_FAULT_OPTION_H
#define HARNESS_FAULT_OPTION_H

#include "reference/fault.h"

/* False when the command is to end with `*exit_code`: `help` was asked for and has been printed, or there is
 * no such fault, and that has been said. `command` is "echo" or "connect". */
bool fault_option_read(const char *command, enum ws_role role, const char *name, enum ws_fault *fault,
                       int *exit_code);

#endif
