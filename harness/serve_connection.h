/* SPDX-License-Identifier: MIT */
/* serve_connection.h: the inside of the server for clients under test, shared by the files serve*.c and by
 * nobody else. */
#ifndef HARNESS_SERVE_CONNECTION_H
#define HARNESS_SERVE_CONNECTION_H

#include "harness/conversation.h"
#include "harness/serve.h"

enum {
    SERVE_HEAD_MAX = 64 * 1024, /* octets of a request */
    SERVE_TEXT_MAX = 2048,      /* octets of an answer over WebSocket */
    SERVE_CLOSE_TIMEOUT = 2000  /* milliseconds for the client to close what we have closed */
};

enum serve_connection_state {
    SERVE_READING, /* the request's head is not there yet */
    SERVE_CASE,    /* a run */
    SERVE_ANSWER,  /* an endpoint that gives one answer and closes */
    SERVE_HTTP     /* an HTTP response is under way */
};

struct serve_connection {
    struct serve *serve;
    struct serve_connection *previous, *next;
    enum serve_connection_state state;
    struct transport *transport;
    uv_timer_t timer;
    unsigned open_handles; /* transport, timer, the conversation's timer */
    bool closing;
    uint8_t *head; /* SERVE_HEAD_MAX octets of room while READING */
    size_t have;
    struct serve_route route;

    /* serve.c, CASE */
    struct conversation conversation;
    struct serve_agent *agent;
    size_t instance;

    /* serve_answer.c */
    struct ws_endpoint *endpoint;
    bool answered, asked; /* the reports have been asked for */
    unsigned ticket;      /* of the reports */

    /* serve_http.c: the file that is being sent */
    int file;
    bool file_open;
    uint64_t file_left; /* octets of it that have not been written yet */
};

struct serve {
    uv_loop_t *loop;
    struct serve_config config;
    struct run_settings patient; /* the same, for what is confirmed */
    struct listener *listeners[TRANSPORT_ADDRESSES_MAX];
    size_t listener_count;
    struct serve_connection *connections;
    size_t running, given;
    unsigned updated; /* newest ticket of reports that are written */
    bool by_number, closing;
};

/* serve.c */
void serve_connection_close(struct serve_connection *connection);
void serve_connection_set_timer(struct serve_connection *connection, uint64_t ms);
const struct case_instance *serve_instance(const struct serve *serve, size_t instance);

/* serve_answer.c: begins, with the octets of the request; takes more of them; the end of the stream; time;
 * a result has come that somebody may wait for. */
void serve_answer_begin(struct serve_connection *connection, const uint8_t *octets, size_t size);
void serve_answer_received(struct serve_connection *connection, const uint8_t *octets, size_t size);
void serve_answer_ended(struct serve_connection *connection);
void serve_answer_tick(struct serve_connection *connection);
void serve_answer_wake(struct serve_connection *connection);
void serve_answer_writable(struct serve_connection *connection);

/* serve_http.c: an error with its reason, or what the request asks for; then the connection is closed. */
void serve_http_refuse(struct serve_connection *connection, unsigned status, const char *reason);
void serve_http_answer(struct serve_connection *connection, const struct ws_head *request);
void serve_http_writable(struct serve_connection *connection); /* state HTTP: sends more of a file */
void serve_http_close(struct serve_connection *connection);    /* lets go of the file */

#endif
