/* SPDX-License-Identifier: MIT */
/* runner.h: the network driver: runs many instances at once against one address, each on a connection of its
 * own. Owns the connections (conversation.h); does not own the order of things, confirmation or blame
 * (session.h). */
#ifndef HARNESS_RUNNER_H
#define HARNESS_RUNNER_H

#include <stdbool.h>
#include <stddef.h>

#include <sys/socket.h>
#include <uv.h>

#include "harness/conversation.h"

#define RUNNER_JOBS_MAX 256

/* Where to connect to. Must outlive the runner's batches. */
struct runner_target {
    struct sockaddr_storage address;
    struct transport_tls *tls; /* NULL: plain TCP */
    const char *server_name;   /* for SNI and the certificate */
    const bool *interrupted;   /* once true, batches end at once; what was running is not told */
};

/* One instance to be run. */
struct runner_item {
    const struct case_instance *instance;
    enum case_level level;
};

struct runner;

/* `ended` is told each run as it ends, in the order in which they end, and owns it from then on (run_free).
 * `run` is NULL when memory was out. `connected_at` is when its connection was begun, `now` the moment (both
 * as run_time). It may call runner_halt. */
typedef void runner_ended(void *context, size_t index, struct run *run, run_time connected_at, run_time now);

/* NULL when memory is out. The loop is the caller's and must outlive the runner. */
struct runner *runner_new(uv_loop_t *loop);
void runner_free(struct runner *runner);

/* Runs items, at most `jobs` at once, until all have ended, or after runner_halt until those that had begun
 * have. Returns how many were begun: items 0..n-1. Runs the loop; other handles on it are served meanwhile.
 */
size_t runner_batch(struct runner *runner, const struct runner_target *target,
                    const struct run_settings *settings, const struct runner_item *items, size_t count,
                    unsigned jobs, runner_ended *ended, void *context);

/* No further item of the current batch is begun. */
void runner_halt(struct runner *runner);

#endif
