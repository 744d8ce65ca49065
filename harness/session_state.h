/* SPDX-License-Identifier: MIT */
/* session_state.h: the inside of a session, shared by session.c, session_confirm.c and session_probe.c and by
 * nobody else. */
#ifndef HARNESS_SESSION_STATE_H
#define HARNESS_SESSION_STATE_H

#include "harness/prepared.h"
#include "harness/session.h"
#include "harness/session_target.h"

enum {
    CONFIRM_AT = 64, /* so many unconfirmed results hold up the rest, so that a killed run loses few */
    SILENT_ALONE_MAX =
        4, /* so many results of silence are confirmed one at a time; the rest wait side by side */
    SILENT_JOBS = 16,
    CRASHES_MAX = 50,  /* then the target is given up */
    SILENCES_MAX = 24, /* so many results of silence in a row, without one pass: does it still react? */
    HELD_MAX = 4 * RUNNER_JOBS_MAX,
    GRACE_US = 25 * 1000,
    GRACE_ALONE_US = 50 * 1000,
    LONGEST_US = 60 * 1000 * 1000
};

/* An instance that is to be run alone, with the verdict of its first run. */
struct unconfirmed {
    size_t instance;
    enum verdict verdict;
    enum closing closing;
    bool silent;  /* it ended because nothing came for the whole patience */
    bool cut_off; /* the target died meanwhile, whoever did it: the verdict tells nothing of this case */
};

/* A pass that waits for the proof that the target survived it. */
struct held_run {
    size_t instance;
    struct run *run;
    run_time ended_at;
};

struct session {
    struct session_result *result;
    struct session_target target;
    const struct test_options *options;
    unsigned index;
    struct recorder *recorder;
    const struct plan *plan;
    struct baseline *baseline;
    struct runner *runner;
    struct prepared_store *prepared;
    struct run_settings settings;
    uint64_t memory_fresh; /* octets that the target had when it was started; 0: not measured */

    struct runner_item *items; /* of the batch */
    size_t *item_instances;    /* their indexes in the plan */
    struct unconfirmed *unconfirmed;
    size_t unconfirmed_count;
    struct held_run held[HELD_MAX];
    size_t held_count;
    run_time proof;  /* begin of the newest connection whose opening handshake was answered with 101 */
    bool suspicious; /* a connection or an opening handshake failed: is the target still there? */
    bool unopened;   /* it answers 101, but with a response that a client must not accept */
    bool failed;     /* result->end is set: stop */
    size_t silent_confirmed, silent_in_a_row;
    bool mute;              /* it reacts to nothing any more */
    size_t crashes;         /* deaths while one case was run alone */
    size_t crashes_written; /* verdicts CRASH that they gave */

    /* of the run that was made alone last */
    struct run *alone;
};

/* session.c */

/* Ends the session; the first reason stays. */
void session_fail(struct session *session, enum session_end end, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Runs items; returns how many were begun. */
size_t session_batch(struct session *session, const struct run_settings *settings,
                     const struct runner_item *items, size_t count, unsigned jobs, runner_ended *ended,
                     void *context);

/* The user wants an end: what ended before is written, the rest is not run. True if it is so. */
bool session_interrupted(struct session *session);

/* The target may have died: what was about to be called a pass has to be run again, alone. */
void session_suspect_held(struct session *session);

/* What a failed expect of the case means here. */
enum case_level session_level(const struct session *session, const struct case_definition *definition);

/* Writes a result: of a run, with the first run's verdict if it is a confirmation; or words that no run gave.
 */
void session_write_result(struct session *session, size_t instance, const struct run_verdict *verdict,
                          const struct transcript *transcript, const struct unconfirmed *first);
void session_write_run(struct session *session, size_t instance, const struct run *run,
                       const struct unconfirmed *first);
void session_write_words(struct session *session, size_t instance, enum verdict verdict, const char *reason);
void session_write_gone(struct session *session, size_t instance);

/* session_confirm.c */

/* One run with nothing else going on. The run is the caller's; NULL after a failure of ours. */
struct run *session_run_alone(struct session *session, const struct case_instance *instance);
const struct case_instance *session_find_probe(const struct plan *plan, const char *id);

/* Does the target still answer an opening handshake, if not as it should? `why` gets the reason if not. */
bool session_is_alive(struct session *session, char *why, size_t size);

/* Runs again, alone, what is not a pass, and finds the case that killed the target if it is dead. */
void session_confirm_all(struct session *session);

/* session_probe.c */

/* Asks what the target can do and writes its line; ends the session when it does not open. */
void session_probe(struct session *session);

/* Writes the target's line; `open` is the run that probed it, NULL if it did not come so far. */
void session_write_target(struct session *session, const struct run *open, bool echoes, bool pongs);

#endif
