/* SPDX-License-Identifier: MIT */
/* serve_book.h: which clients have come to be tested, which cases they are offered under which number, and
 * what became of each. Owns that and the writing of results; does not own connections. */
#ifndef HARNESS_SERVE_BOOK_H
#define HARNESS_SERVE_BOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/recorder.h"
#include "harness/serve_route.h"

#define SERVE_NO_CASE  SIZE_MAX
#define SERVE_HELD_MAX 512

/* What became of one instance with one client. */
struct serve_result {
    bool begun, ended;
    bool unconfirmed; /* it ended with something else than a pass, and is to be run again */
    bool suspected;   /* the client died near it: it is run again alone, to see who did it */
    enum verdict verdict;
    enum closing closing;
    const char *word;   /* its verdict as a client is told */
    struct tally share; /* what it counts in the client's tally */
};

/* A client, known by the name that it gives itself. */
struct serve_agent {
    char name[SERVE_AGENT_MAX];
    unsigned index; /* in the journal */
    struct test_target target;
    struct tally tally;
    struct serve_result *results; /* by instance of the plan */
    size_t next;                  /* number of the next case to give to who does not name one */
};

struct serve_book {
    struct recorder *recorder;
    struct baseline *baseline;
    const struct run_settings *settings;
    const char *url, *exec;
    size_t *list; /* instances, by number - 1 */
    size_t list_count;
    struct serve_agent *agents[TEST_TARGETS_MAX];
    size_t agent_count;
    bool confirms;   /* what is not a pass is run again later */
    bool confirming; /* that is being done */
    /* Runs that have ended while it is not known yet whether the client has survived them, oldest first. */
    struct serve_held {
        struct serve_agent *agent;
        size_t instance;
        struct run *run;
    } held[SERVE_HELD_MAX];
    size_t held_count;
    size_t holds; /* so many, at most SERVE_HELD_MAX, are held; 0: none */
    bool failed;  /* the journal cannot be written, or memory is out: `error` */
    char error[512];
};

/* Offers every instance that the recorder's plan has selected and that can be run under the settings; what
 * cannot is SKIP for every client. `url` is where clients connect to, `exec` the command that starts the
 * client, or NULL; all must outlive the book. False when memory is out. */
bool serve_book_init(struct serve_book *book, struct recorder *recorder, struct baseline *baseline,
                     const struct run_settings *settings, const char *url, const char *exec);
void serve_book_free(struct serve_book *book);

/* The client of this name; `request` is the head of a request of it, for the report. NULL when there are
 * TEST_TARGETS_MAX others, or the book has failed. */
struct serve_agent *serve_book_agent(struct serve_book *book, const char *name, struct ws_octets request);

/* The instance that a route names, or SERVE_NO_CASE. An id is one of ours, or an Autobahn number. */
size_t serve_book_find(const struct serve_book *book, const struct serve_route *route);

/* The next instance that has not been begun with this client, or SERVE_NO_CASE. */
size_t serve_book_next(struct serve_book *book, struct serve_agent *agent);

/* A run has ended: the book owns it from now on. Its result is held as long as the book holds, then written,
 * in the place of an earlier one. */
void serve_book_ended(struct serve_book *book, struct serve_agent *agent, size_t instance, struct run *run);

/* The client lives, or has gone in peace: what is held is written. */
void serve_book_release(struct serve_book *book);

/* The client has died, `death` says how: what is held is to be run again, each alone; what has been run alone
 * is what killed it. */
void serve_book_suspect(struct serve_book *book, const char *death);

/* Writes what no run gave: a verdict and why. */
void serve_book_words(struct serve_book *book, struct serve_agent *agent, size_t instance,
                      enum verdict verdict, const char *reason);

/* Narrows the list to what this client has yet to do: what has not ended, or with `confirm` one that is
 * suspected, or without any what is to be confirmed. Returns how many there are. */
size_t serve_book_narrow(struct serve_book *book, struct serve_agent *agent, bool confirm);

#endif
