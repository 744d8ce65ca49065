/* SPDX-License-Identifier: MIT */
/* serve_exec.h: clients under test that we start ourselves (--exec): starts them until all cases have been
 * run, once more for what is to be confirmed, and finds out which case killed them. Owns the processes; does
 * not own connections or results. */
#ifndef HARNESS_SERVE_EXEC_H
#define HARNESS_SERVE_EXEC_H

#include <uv.h>

#include "harness/serve.h"

struct serve_exec_config {
    const char *command;  /* with {url} or {http} in it */
    const char *url;      /* what it stands for */
    const char *log_file; /* the output of the processes */
    unsigned jobs;        /* clients at once, where each runs one case */
    unsigned patience_ms; /* twenty times as long a client may do nothing */
    struct serve *serve;
    struct serve_book *book;
    const bool *stop;   /* once true, it ends: the user, or a client, wants it */
    bool *finished;     /* set when the client says that it has, for those that do not end by themselves */
    uint64_t *moved_at; /* uv_now when a client did something last */
};

/* Runs the loop until all has been done. False when no client came, or could not be started: `error` says
 * why, without a full stop. What the client did not ask for is SETUP. */
bool serve_exec(uv_loop_t *loop, const struct serve_exec_config *config, char error[TRANSPORT_TEXT_MAX]);

#endif
