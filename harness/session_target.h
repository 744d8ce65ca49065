/* SPDX-License-Identifier: MIT */
/* session_target.h: the target of a session as a place to connect to: its URL, addresses, TLS and, with
 * --exec, its process. Owns those; does not own what is asked of it. */
#ifndef HARNESS_SESSION_TARGET_H
#define HARNESS_SESSION_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/runner.h"
#include "harness/target_memory.h"
#include "harness/target_process.h"
#include "harness/test_options.h"
#include "harness/ws_url.h"

/* Begin with {0}. */
struct session_target {
    uv_loop_t *loop;
    struct ws_url url;
    char url_text[2048]; /* with {port} replaced */
    struct transport_addresses addresses;
    size_t address; /* the one in use */
    struct transport_tls *tls;
    struct runner_target runner_target;
    struct target_process *process; /* NULL: not started by us */
    pid_t pid;                      /* --pid; 0: not known */
    char exec_log[1024];
    char death[256]; /* how the process ended last; "" if it did not */
    bool ready, died, interrupted, signals_open;
    uv_signal_t on_interrupt, on_terminate;
};

/* Parses and resolves the URL, prepares TLS, starts the process if there is one to start, and waits until it
 * listens. False with the reason in `error`; session_target_stop is to be called either way. */
bool session_target_start(struct session_target *target, uv_loop_t *loop, const struct test_options *options,
                          unsigned index, char *error, size_t size);

/* Takes the host's next address. False if there is none. */
bool session_target_next_address(struct session_target *target);

/* Ends the process if it still runs and starts it again; for a target that is not ours, waits a moment for it
 * to listen again. False with the reason in `error`. */
bool session_target_restart(struct session_target *target, char *error, size_t size);

/* Whose memory is the target's: the group of its process, or the process that --pid names; nobody if neither.
 */
struct target_processes session_target_processes(const struct session_target *target);

/* Has the process ended since it was started last? */
bool session_target_died(const struct session_target *target);

/* How it died, in words; "" if it did not, or is not ours. Gives a process that does not answer any more a
 * moment to be dead. */
void session_target_death(struct session_target *target, char *out, size_t size);

/* Has the user asked us to stop (SIGINT, SIGTERM)? */
bool session_target_interrupted(const struct session_target *target);

/* Ends the process and frees everything. */
void session_target_stop(struct session_target *target);

/* Unpredictable octets. */
void session_target_random(uint8_t *out, size_t size);

#endif
