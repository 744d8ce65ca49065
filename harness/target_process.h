/* SPDX-License-Identifier: MIT */
/* target_process.h: a target that we start ourselves (--exec): starts it, waits until it accepts connections
 * if it is a server, says how it died, starts it again, and stops it with everything it started. Owns the
 * processes; does not own the loop, what the target is tested with, or when to start again.
 *
 * The command runs under /bin/sh -c in a session and process group of its own. When this program ends without
 * stopping it, however that comes, the group is killed too. */
#ifndef HARNESS_TARGET_PROCESS_H
#define HARNESS_TARGET_PROCESS_H

#include <sys/types.h>

#include "harness/transport.h"

struct target_process;

struct target_process_config {
    const char *command;  /* at most 64 KiB; every "{port}" in it is replaced by the port; copied */
    const char *url;      /* a client is started: every "{url}" in the command is replaced by this, ws(s)://
                             host and port, and "{http}" by the same with http(s):// and a slash; it runs as
                             soon as it is started, and there are no addresses. NULL: a server is started. */
    const char *log_file; /* standard output and standard error are appended to it; copied */
    /* Where it is going to accept connections; any one of them will do (localhost is two). Port 0: a free
     * port is chosen once, and the command must have a {port}. Copied. */
    struct transport_addresses addresses;
    unsigned ready_within; /* milliseconds from the start until it must accept */
};

/* All are called from uv_run, never from inside a function of this header, and may call every function. */
struct target_process_events {
    /* It accepts connections at `address`; valid during the call. Once for each start; not of a client. */
    void (*ready)(void *context, struct target_process *target, const struct sockaddr *address);

    /* It ended without having been asked to, before or after it was ready, or was not ready in time (then it
     * has been stopped). What was left of its group is killed. `text` says how, as in "exited with status 3",
     * "was killed by signal 11 (Segmentation fault)"; valid during the call. It may be started again. */
    void (*died)(void *context, struct target_process *target, const char *text);

    /* It ended because of target_process_stop. It may be started again. */
    void (*stopped)(void *context, struct target_process *target);

    /* The last callback, after target_process_close. The target is freed when this returns. */
    void (*closed)(void *context);
};

/* Checks the configuration and chooses the port; starts nothing. `events` must outlive the target. NULL with
 * the reason in `error`: no {port} for a port that is to be chosen, or somebody else listens at the port
 * already. */
struct target_process *target_process_new(uv_loop_t *loop, const struct target_process_config *config,
                                          const struct target_process_events *events, void *context,
                                          char error[TRANSPORT_TEXT_MAX]);

/* The port that stands for {port}; the same for every start. */
unsigned target_process_port(const struct target_process *target);

/* Has a signal ended the process last, or what its shell waited for? */
bool target_process_was_killed(const struct target_process *target);

/* The process group of the one that runs, or ran last; 0 before the first start. */
pid_t target_process_group(const struct target_process *target);

/* Starts it; `ready` or `died` follows. Only when it does not run. False with the reason in `error`, for
 * instance a log file that cannot be written: then nothing follows. */
bool target_process_start(struct target_process *target, char error[TRANSPORT_TEXT_MAX]);

/* Sends SIGTERM to its whole process group, after 2 seconds SIGKILL; `stopped` follows. Does nothing when it
 * does not run or is being stopped. */
void target_process_stop(struct target_process *target);

/* Stops it if it runs, and frees it; of the callbacks only `closed` follows. May be called once. */
void target_process_close(struct target_process *target);

#endif
