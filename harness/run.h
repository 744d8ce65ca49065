/* SPDX-License-Identifier: MIT */
/* run.h: the run of one case against one target, as a state machine without I/O. Octets, the end of the
 * stream and time go in; writes and, in the end, a verdict come out. A driver (network, memory) carries them.
 * Owns the conversation, the monitors and the judgement; does not own sockets, clocks, or what is done with
 * the verdict. */
#ifndef HARNESS_RUN_H
#define HARNESS_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/case.h"
#include "harness/transcript.h"
#include "reference/ws.h"
#include "reports/journal.h"

/* Microseconds from any fixed moment. */
typedef uint64_t run_time;
#define RUN_NEVER UINT64_MAX

struct prepared_store;
struct key_log;

/* What is known of the target and how it is to be treated: the same for all cases. Must outlive the runs. */
struct run_settings {
    struct ws_request request; /* host, target, origin, fields; key and subprotocols come from the case */
    const char *const *subprotocols; /* offered in every opening handshake; NULL-terminated or NULL */
    const char *subprotocol;         /* the one of them that the target agrees to, or NULL */
    unsigned can;                    /* NEEDS_ bits that the target has */
    bool measures;                   /* its memory is measured where a case bounds it */
    bool pushes;                     /* it sends messages of its own accord: unexpected ones are noise */
    run_time patience;               /* how long nothing may happen before the target counts as silent */
    run_time grace;    /* how long a target may take to fail the connection before a barrier is sent */
    run_time longest;  /* how long a run may take in all; each round that is done adds a second */
    bool opens_always; /* a client that lacks what a case needs is let in, and its connection closed: SKIP */
    uint64_t rounds_max;             /* a run performs at most so many rounds of its case; 0: all */
    struct key_log *keys;            /* of clients that have come so far, or NULL: nobody remembers them */
    struct prepared_store *prepared; /* compressed messages that runs share, or NULL: each makes its own */
    void (*random)(void *context, uint8_t *out, size_t size); /* masking keys, handshake keys */
    void *random_context;
};

/* How the connection of a run is to be made where its case has wishes about TLS. */
struct run_connection {
    bool plain;       /* no TLS, whatever the URL says */
    const char *alpn; /* protocol names to offer, a comma between, "": none; NULL: as usual */
    const char *sni;  /* the server name to ask for, "": none; NULL: the URL's. The certificate is not judged
                         when it is another one. */
};

/* What the driver is to do next. */
enum run_action_kind {
    RUN_WAIT,         /* nothing: wait for octets, the end of the stream, or run_deadline */
    RUN_WRITE,        /* write these octets with one call, then ask again */
    RUN_SHUTDOWN,     /* send FIN, go on reading */
    RUN_TRUNCATE,     /* the same, under TLS without the close_notify before it */
    RUN_CLOSE_NOTIFY, /* send TLS's close_notify without FIN, go on reading */
    RUN_RESET,        /* send RST: the stream is over */
    RUN_CLOSE         /* close the connection: the run is over, run_verdict has the result */
};

struct run_action {
    enum run_action_kind kind;
    struct ws_octets octets; /* WRITE: valid until the next call on the run */
    bool apart; /* WRITE: more follows that is to arrive by itself: let the target read this first */
};

enum run_end {
    RUN_EOF,       /* the target's FIN, under TLS behind its close_notify */
    RUN_TRUNCATED, /* the target's FIN, under TLS, without close_notify */
    RUN_RESET_BY_PEER,
    RUN_BROKEN,       /* any other failure of the transport while the connection was there */
    RUN_NO_TLS,       /* TCP was there, but the TLS handshake failed */
    RUN_NOT_CONNECTED /* it never came to be: refused, no route */
};

/* A rule that a monitor saw broken. */
#define RUN_VIOLATIONS_MAX 12
struct run_violation {
    enum ws_violation violation; /* or WS_NO_VIOLATION, when `requirement` and `sentence` are of the closing
                                    or of a client's own */
    const char *name, *requirement, *sentence;
    size_t line; /* number of the transcript line */
};

#define RUN_TEXT_MAX   400
#define RUN_PASSED_MAX 96

struct run_verdict {
    enum verdict verdict;
    char reason[RUN_TEXT_MAX];
    enum closing closing;
    char closing_reason[RUN_TEXT_MAX];
    char observed[RUN_TEXT_MAX];
    const struct case_step *failed_step; /* the expect that was not met, or NULL */
    struct run_violation violations[RUN_VIOLATIONS_MAX];
    size_t violation_count;
    const char *passed[RUN_PASSED_MAX]; /* requirements that monitors exercised here and found kept */
    size_t passed_count;
    bool connected;      /* the transport came to be */
    bool switched;       /* the target answered 101, acceptably or not */
    bool opened;         /* the opening handshake succeeded */
    run_time round_trip; /* from the request to the response; 0 when there was none */
    run_time began, duration;
    struct journal_wire wire; /* but for `started`; its texts live as long as the run, NULL: no run */
};

/* Why a target that can what the settings say cannot be asked this case; NULL: it can. */
const char *run_lacks(const struct run_settings *settings, const struct case_instance *instance);

struct run;

/* Allocates a run. `instance` and `settings` must outlive it. NULL when memory is out. It is over with
 * VERDICT_ERROR if the case's opening handshake cannot be sent. `level` is what a
 * failed expect means: FAILED for LEVEL_MUST, NON-STRICT for SHOULD, INFORMATIONAL for the others. */
struct run *run_new(const struct case_instance *instance, enum case_level level,
                    const struct run_settings *settings, run_time now);
void run_free(struct run *run);

/* How to connect; valid as long as the run. */
struct run_connection run_connection(const struct run *run);

/* What happened. `alpn` is the protocol that the target selected under TLS, "" if none. */
void run_negotiated(struct run *run, const char *alpn);
void run_connected(struct run *run, run_time now);
void run_received(struct run *run, run_time now, const uint8_t *octets, size_t size);
void run_ended(struct run *run, run_time now, enum run_end end, const char *text);
void run_tick(struct run *run, run_time now);

/* What to do now. To be asked after every call above, when a write has been taken by the transport and it can
 * take more, and when run_deadline has passed (after run_tick). */
struct run_action run_next(struct run *run, run_time now);

/* Is the driver to read what the target sends? To be asked when run_next and run_tick have returned. */
bool run_reads(const struct run *run);

/* When run_tick wants to be called. */
run_time run_deadline(const struct run *run);

/* The run is over, and meanwhile the target's memory has grown by so much, where the case bounds it: adds
 * that to the reason, and fails the run when it is too much. */
void run_measured(struct run *run, uint64_t octets);

/* The result; complete once run_next has said RUN_CLOSE. */
const struct run_verdict *run_verdict(const struct run *run);
const struct transcript *run_transcript(const struct run *run);

/* The head of the target's response as it came; empty if none came. */
struct ws_octets run_response(const struct run *run);

#endif
