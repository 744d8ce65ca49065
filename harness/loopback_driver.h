/* SPDX-License-Identifier: MIT */
/* loopback_driver.h: runs cases against the reference's echo over TLS on 127.0.0.1, both in this process and
 * on one loop: what a target in memory has not (memory_driver.h) can be shown that way. Owns the server and
 * its certificate; does not own what becomes of the runs. */
#ifndef HARNESS_LOOPBACK_DRIVER_H
#define HARNESS_LOOPBACK_DRIVER_H

#include "harness/runner.h"

/* Runs the items at once against a server with this fault, 0 for none, and tells each run as runner_batch
 * does: `ended` owns it. `settings` as for a target in memory; here they have TLS. False with the reason in
 * `error` when there is no server. Real time: an item against a server that falls silent takes
 * `settings->patience`. */
bool loopback_run(const struct run_settings *settings, enum ws_fault fault, const struct runner_item *items,
                  size_t count, runner_ended *ended, void *context, char error[TRANSPORT_TEXT_MAX]);

#endif
