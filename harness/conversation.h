/* SPDX-License-Identifier: MIT */
/* conversation.h: carries one run over one transport: what comes goes into the run, what the run wants is
 * done. Owns the timer and, while it lasts, the run and the transport; does not own who connects to whom, nor
 * what is done with the verdict. Lives inside its owner's own structure. */
#ifndef HARNESS_CONVERSATION_H
#define HARNESS_CONVERSATION_H

#include <stdbool.h>
#include <uv.h>

#include "harness/run.h"
#include "harness/transport.h"

struct conversation;

/* The run is over, its transport has been closed (transport_close; the `closed` event is still to come), and
 * the run is the owner's to free. Called from within the functions below or from the timer; the conversation
 * may begin anew. */
typedef void conversation_over(void *context, struct run *run, run_time now);

/* Only conversation.c uses the members, but for `run`: NULL when there is nothing to carry. */
struct conversation {
    struct run *run;
    struct transport *transport;
    uv_timer_t timer;
    bool paused;    /* the run does not want to read now */
    bool late;      /* its deadline has passed; what has come meanwhile is read first */
    unsigned apart; /* writes of the run that were to arrive by themselves */
    conversation_over *over;
    void *context;
};

/* Once, before anything else; the loop must outlive it. conversation_close closes the timer, which needs a
 * turn of the loop before the memory may go: `closed` is called then, or NULL. */
void conversation_init(struct conversation *conversation, uv_loop_t *loop, conversation_over *over,
                       void *context);
void conversation_close(struct conversation *conversation, uv_close_cb closed);

/* Begins: the run and the transport are the conversation's now. The transport's events are to be handed to
 * the functions below; those of a transport that is not, or no longer, this one's do nothing. */
void conversation_begin(struct conversation *conversation, struct run *run, struct transport *transport);
void conversation_opened(struct conversation *conversation, struct transport *transport);
void conversation_received(struct conversation *conversation, struct transport *transport,
                           const uint8_t *octets, size_t size);
void conversation_writable(struct conversation *conversation, struct transport *transport);
void conversation_ended(struct conversation *conversation, struct transport *transport,
                        enum transport_end end, const char *text);

/* Lets go of the run and the transport without a verdict. */
void conversation_drop(struct conversation *conversation);

/* The clock of runs: microseconds. */
run_time conversation_now(void);

#endif
