/* SPDX-License-Identifier: MIT */
/* memory_driver.h: runs a case against the reference's echo in memory, with virtual time. Owns the pump
 * between two state machines; does not own either. */
#ifndef HARNESS_MEMORY_DRIVER_H
#define HARNESS_MEMORY_DRIVER_H

#include "harness/run.h"

/* Runs one instance to its end and returns the run, to be read with run_verdict and freed with run_free; NULL
 * when memory is out. `config` is the target's; its role must be the instance's; without subprotocols
 * of its own it supports those that the settings offer; a client without a request of its own makes one of
 * the settings', as everybody else would, and where the case has the tag `bare-offer` one that offers
 * permessage-deflate without parameters. Time starts at 0 and only
 * moves when both sides wait. Where the case bounds the target's memory, the heap of this process is
 * measured. */
struct run *memory_run(const struct case_instance *instance, enum case_level level,
                       const struct run_settings *settings, const struct ws_endpoint_config *config);

/* Settings for a target in memory: it can everything the reference can; reproducible random octets. */
struct run_settings memory_settings(void);

#endif
