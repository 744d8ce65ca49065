/* SPDX-License-Identifier: MIT */
/* transport.c: one TCP connection over libuv, TLS sessions in between. All events come from three sources:
 * libuv's read, libuv's connect and write callbacks, and a timer of zero length that brings what a call has
 * made due. */
#include "harness/transport.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct transport {
    uv_tcp_t tcp;
    uv_timer_t due_timer;
    uv_connect_t connecting;
    uv_shutdown_t shutting;
    const struct transport_events *events;
    void *context;
    struct tls_session *tls; /* NULL: plain */
    unsigned handles;        /* of the two above that are not closed yet */
    bool unborn;             /* never given to an owner: nobody is told */
    bool connected, open;    /* TCP is there; also TLS is there */
    bool paused, shut, closing;
    bool notified;    /* our close_notify has gone: nothing can be written any more */
    bool truncated;   /* the peer's FIN came without one */
    bool input_over;  /* EOF was told */
    bool broken;      /* RESET or ERROR was told, or is about to be: nothing more goes out or comes in */
    int output_error; /* libuv's code of the first write that failed, or 0: what is written is dropped */
    bool due_start;   /* to do on the next turn: begin (accepted connection) */
    bool due_resume;  /* ... go on reading */
    bool due_end;     /* ... tell the end */
    enum transport_end end;
    char end_text[TRANSPORT_TEXT_MAX];
};

/* Octets that the kernel did not take at once. */
struct queued_write {
    uv_write_t request;
    uint8_t octets[];
};

enum { READ_SIZE = 65536 };

/* libuv asks for the buffer just before it reads and hands it over at once, so that one for each thread is
 * enough. */
static _Thread_local uint8_t read_buffer[READ_SIZE];
static _Thread_local uint8_t plain_buffer[READ_SIZE];

static void on_due(uv_timer_t *timer);

static void make_due(struct transport *t, bool *what)
{
    *what = true;
    if (!t->closing)
        uv_timer_start(&t->due_timer, on_due, 0, 0);
}

/* ---- The end ---- */

static void tell_end(struct transport *t, enum transport_end end, const char *text)
{
    if (t->closing || t->broken || (end == TRANSPORT_EOF && t->input_over))
        return;
    uv_read_stop((uv_stream_t *)&t->tcp);
    if (end == TRANSPORT_EOF)
        t->input_over = true;
    else
        t->broken = true;
    t->events->ended(t->context, t, end, text);
    /* A write failed before the peer's FIN was seen: now that it has been told, tell that too. */
    if (end == TRANSPORT_EOF && t->output_error != 0 && !t->closing && !t->broken) {
        snprintf(t->end_text, sizeof t->end_text, "%s", uv_strerror(t->output_error));
        t->end = TRANSPORT_RESET;
        make_due(t, &t->due_end);
    }
}

static void tell_end_later(struct transport *t, enum transport_end end, const char *text)
{
    if (t->due_end)
        return;
    t->end = end;
    snprintf(t->end_text, sizeof t->end_text, "%s", text);
    make_due(t, &t->due_end);
}

static bool is_reset(int error)
{
    return error == UV_ECONNRESET || error == UV_EPIPE;
}

/* libuv tells EOF when the kernel says "hung up" after a read that got less than it could, which an RST is,
 * too. The kernel itself knows the difference. */
static bool was_reset(struct transport *t)
{
    uv_os_fd_t fd;
    char octet;
    return t->output_error == UV_ECONNRESET ||
           (uv_fileno((const uv_handle_t *)&t->tcp, &fd) == 0 &&
            recv(fd, &octet, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == ECONNRESET);
}

static void on_input_end(struct transport *t, int error)
{
    bool handshaking = t->tls != NULL && t->connected && !t->open;
    if (error == UV_EOF && was_reset(t))
        error = UV_ECONNRESET;
    if (error == UV_EOF && handshaking) {
        tell_end(t, TRANSPORT_ERROR, "the peer closed the connection during the TLS handshake");
    } else if (error == UV_EOF) {
        t->truncated = t->tls != NULL;
        tell_end(t, TRANSPORT_EOF, t->tls != NULL ? "FIN without close_notify" : "FIN");
    } else {
        char text[TRANSPORT_TEXT_MAX];
        snprintf(text, sizeof text, "%s%s", uv_strerror(is_reset(error) ? UV_ECONNRESET : error),
                 handshaking ? " during the TLS handshake" : "");
        tell_end(t, is_reset(error) ? TRANSPORT_RESET : TRANSPORT_ERROR, text);
    }
}

/* ---- Output ---- */

static const char queue_full[] = "more octets wait to be sent than may be queued";

/* After this everything that is written is dropped. An RST may have octets before it that were not read yet:
 * then the reading side tells the end, after them. */
static void fail_output(struct transport *t, int error, const char *text)
{
    if (t->output_error != 0)
        return;
    t->output_error = error;
    if (!is_reset(error))
        tell_end_later(t, TRANSPORT_ERROR, text);
    else if (t->input_over)
        tell_end_later(t, TRANSPORT_RESET, uv_strerror(UV_ECONNRESET));
}

static void on_written(uv_write_t *request, int status)
{
    struct transport *t = request->data;
    free((struct queued_write *)request);
    if (t->closing || t->broken || t->output_error != 0)
        return;
    if (status < 0)
        fail_output(t, status, uv_strerror(status));
    if (t->open && transport_queued(t) == 0)
        t->events->writable(t->context, t);
}

/* Octets to the kernel, or to the queue. */
static void put(struct transport *t, const uint8_t *octets, size_t size)
{
    uv_stream_t *stream = (uv_stream_t *)&t->tcp;
    if (t->output_error != 0 || t->broken || size == 0)
        return;
    /* libuv's buffers are not const, but it only reads what it writes out. */
    uv_buf_t buffer = {.base = (char *)octets, .len = size};
    int taken = uv_try_write(stream, &buffer, 1);
    if (taken < 0 && taken != UV_EAGAIN) {
        fail_output(t, taken, uv_strerror(taken));
        return;
    }
    size_t rest = taken > 0 ? size - (size_t)taken : size;
    if (rest == 0)
        return;
    if (rest > TRANSPORT_QUEUE_MAX - uv_stream_get_write_queue_size(stream)) {
        fail_output(t, UV_ENOBUFS, queue_full);
        return;
    }
    struct queued_write *queued = malloc(sizeof *queued + rest);
    if (queued == NULL) {
        fail_output(t, UV_ENOMEM, uv_strerror(UV_ENOMEM));
        return;
    }
    memcpy(queued->octets, octets + (size - rest), rest);
    queued->request.data = t;
    buffer = (uv_buf_t){.base = (char *)queued->octets, .len = rest};
    int error = uv_write(&queued->request, stream, &buffer, 1, on_written);
    if (error < 0) {
        free(queued);
        fail_output(t, error, uv_strerror(error));
    }
}

static void put_tls_output(struct transport *t)
{
    size_t size;
    const uint8_t *octets = tls_session_output(t->tls, &size);
    put(t, octets, size);
    tls_session_output_taken(t->tls);
}

size_t transport_queued(const struct transport *t)
{
    if (t->output_error != 0 || t->broken)
        return 0;
    return uv_stream_get_write_queue_size((const uv_stream_t *)&t->tcp);
}

size_t transport_write(struct transport *t, const uint8_t *octets, size_t size)
{
    if (!t->open || t->shut || t->notified || t->closing || t->broken || t->output_error != 0 || size == 0)
        return transport_queued(t);
    if (t->tls == NULL) {
        put(t, octets, size);
    } else if (size > TRANSPORT_QUEUE_MAX) {
        fail_output(t, UV_ENOBUFS, queue_full);
    } else if (tls_session_send(t->tls, octets, size)) {
        put_tls_output(t);
    } else {
        tell_end_later(t, TRANSPORT_ERROR, tls_session_text(t->tls));
    }
    return transport_queued(t);
}

/* ---- Input ---- */

static void on_allocate(uv_handle_t *handle, size_t suggested, uv_buf_t *buffer)
{
    (void)handle;
    (void)suggested;
    *buffer = uv_buf_init((char *)read_buffer, sizeof read_buffer);
}

static bool wants_input(const struct transport *t)
{
    return !t->closing && !t->broken && !t->input_over && (!t->paused || !t->open);
}

/* Takes all out of the TLS session that the owner wants to have. */
static void take_tls(struct transport *t)
{
    while (wants_input(t)) {
        size_t size;
        enum tls_progress progress = tls_session_progress(t->tls, plain_buffer, sizeof plain_buffer, &size);
        put_tls_output(t);
        switch (progress) {
        case TLS_WANTS_MORE:
            return;
        case TLS_OPENED:
            t->open = true;
            t->events->opened(t->context, t);
            break;
        case TLS_PLAIN:
            t->events->received(t->context, t, plain_buffer, size);
            break;
        case TLS_CLOSE_NOTIFY:
            tell_end(t, TRANSPORT_EOF, "close_notify");
            return;
        case TLS_FAILED:
            tell_end(t, TRANSPORT_ERROR, tls_session_text(t->tls));
            return;
        }
    }
}

/* A seeded fault: goes on in clear. */
static void leave_tls(struct transport *t, const uint8_t *octets, size_t size)
{
    tls_session_free(t->tls);
    t->tls = NULL;
    t->open = true;
    t->events->opened(t->context, t);
    if (wants_input(t))
        t->events->received(t->context, t, octets, size);
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buffer)
{
    struct transport *t = stream->data;
    if (size < 0) {
        on_input_end(t, (int)size);
    } else if (size > 0 && t->tls == NULL) {
        t->events->received(t->context, t, (const uint8_t *)buffer->base, (size_t)size);
    } else if (size > 0) {
        if (!tls_session_receive(t->tls, (const uint8_t *)buffer->base, (size_t)size))
            tell_end(t, TRANSPORT_ERROR, tls_session_text(t->tls));
        else if (tls_session_gives_way(t->tls))
            leave_tls(t, (const uint8_t *)buffer->base, (size_t)size);
        else
            take_tls(t);
    }
    if (!wants_input(t) && !t->closing)
        uv_read_stop(stream);
}

static void go_on_reading(struct transport *t)
{
    if (t->tls != NULL)
        take_tls(t); /* also begins the handshake */
    if (!wants_input(t))
        return;
    int error = uv_read_start((uv_stream_t *)&t->tcp, on_allocate, on_read);
    if (error < 0 && error != UV_EALREADY)
        tell_end(t, TRANSPORT_ERROR, uv_strerror(error));
}

void transport_pause(struct transport *t)
{
    t->paused = true;
    if (t->open && !t->closing)
        uv_read_stop((uv_stream_t *)&t->tcp);
}

void transport_resume(struct transport *t)
{
    if (t->paused && t->connected)
        make_due(t, &t->due_resume);
    t->paused = false;
}

/* ---- The beginning ---- */

static void on_connected_tcp(struct transport *t)
{
    t->connected = true;
    uv_tcp_nodelay(&t->tcp, 1); /* every write is a segment of its own; not fatal where it fails */
    if (t->tls == NULL) {
        t->open = true;
        t->events->opened(t->context, t);
    }
    if (wants_input(t))
        go_on_reading(t);
}

/* Connecting to a port of one's own machine where nobody listens can meet itself: TCP's simultaneous open
 * (RFC 9293 3.5) with the port that the kernel chose for our end. */
static bool met_itself(const struct transport *t)
{
    struct sockaddr_storage near = {0}, far = {0};
    int size = (int)sizeof near;
    return uv_tcp_getsockname(&t->tcp, (struct sockaddr *)&near, &size) == 0 && transport_peer(t, &far) &&
           memcmp(&near, &far, (size_t)size) == 0;
}

static void on_connect(uv_connect_t *request, int status)
{
    struct transport *t = request->data;
    if (t->closing)
        return;
    if (status == 0 && met_itself(t))
        status = UV_ECONNREFUSED;
    if (status < 0)
        on_input_end(t, status);
    else
        on_connected_tcp(t);
}

static void on_due(uv_timer_t *timer)
{
    struct transport *t = timer->data;
    if (t->due_start) {
        t->due_start = false;
        on_connected_tcp(t);
    }
    if (t->due_resume) {
        t->due_resume = false;
        if (wants_input(t))
            go_on_reading(t);
    }
    if (t->due_end && !t->closing) {
        t->due_end = false;
        tell_end(t, t->end, t->end_text);
    }
}

static void on_closed(uv_handle_t *handle)
{
    struct transport *t = handle->data;
    if (--t->handles > 0)
        return;
    if (!t->unborn)
        t->events->closed(t->context, t);
    tls_session_free(t->tls);
    free(t);
}

static struct transport *transport_new(uv_loop_t *loop, const struct transport_tls *tls,
                                       const char *server_name, const struct tls_wishes *wishes,
                                       const struct transport_events *events, void *context)
{
    struct transport *t = calloc(1, sizeof *t);
    if (t == NULL)
        return NULL;
    if (tls != NULL && (t->tls = tls_session_new(tls, server_name, wishes)) == NULL) {
        free(t);
        return NULL;
    }
    t->events = events;
    t->context = context;
    /* Neither can fail: no socket is made before it is known of which family. */
    uv_tcp_init(loop, &t->tcp);
    uv_timer_init(loop, &t->due_timer);
    t->handles = 2;
    t->tcp.data = t;
    t->due_timer.data = t;
    t->connecting.data = t;
    return t;
}

struct transport *transport_connect(uv_loop_t *loop, const struct sockaddr *address,
                                    struct transport_tls *tls, const char *server_name,
                                    const struct transport_events *events, void *context)
{
    return transport_connect_as(loop, address, tls, server_name, NULL, events, context);
}

struct transport *transport_connect_as(uv_loop_t *loop, const struct sockaddr *address,
                                       struct transport_tls *tls, const char *server_name,
                                       const struct tls_wishes *wishes, const struct transport_events *events,
                                       void *context)
{
    struct transport *t = transport_new(loop, tls, server_name, wishes, events, context);
    if (t == NULL)
        return NULL;
    int error = uv_tcp_connect(&t->connecting, &t->tcp, address, on_connect);
    if (error < 0)
        tell_end_later(t, TRANSPORT_ERROR, uv_strerror(error));
    return t;
}

struct transport *transport_accept(uv_stream_t *listening, struct transport_tls *tls,
                                   const struct transport_events *events, void *context, int *error)
{
    struct transport *t = transport_new(listening->loop, tls, NULL, NULL, events, context);
    if (t == NULL) {
        *error = UV_ENOMEM;
        return NULL;
    }
    *error = uv_accept(listening, (uv_stream_t *)&t->tcp);
    if (*error < 0) {
        t->unborn = true;
        transport_close(t);
        return NULL;
    }
    make_due(t, &t->due_start);
    return t;
}

bool transport_reached(const struct transport *t)
{
    return t->connected;
}

void transport_alpn(const struct transport *t, char out[TRANSPORT_ALPN_MAX])
{
    size_t size = 0;
    const uint8_t *name = t->tls == NULL ? NULL : tls_session_alpn(t->tls, &size);
    snprintf(out, TRANSPORT_ALPN_MAX, "%.*s", (int)size, name == NULL ? "" : (const char *)name);
}

bool transport_truncated(const struct transport *t)
{
    return t->truncated;
}

bool transport_peer(const struct transport *t, struct sockaddr_storage *out)
{
    int size = (int)sizeof *out;
    return uv_tcp_getpeername(&t->tcp, (struct sockaddr *)out, &size) == 0;
}

/* ---- Shutdown, reset, close ---- */

static void on_shutdown(uv_shutdown_t *request, int status)
{
    (void)request;
    (void)status; /* a failure shows as an error of reading */
}

void transport_close_notify(struct transport *t)
{
    if (t->tls == NULL || !t->open || t->shut || t->notified || t->closing || t->broken ||
        t->output_error != 0)
        return;
    tls_session_close_notify(t->tls);
    put_tls_output(t);
    t->notified = true;
}

void transport_shutdown(struct transport *t)
{
    transport_close_notify(t);
    transport_truncate(t);
}

void transport_truncate(struct transport *t)
{
    if (!t->open || t->shut || t->closing || t->broken || t->output_error != 0)
        return;
    t->shut = true;
    uv_shutdown(&t->shutting, (uv_stream_t *)&t->tcp, on_shutdown);
}

/* SO_LINGER with 0 seconds makes close(2) send RST, also after FIN; uv_tcp_close_reset, which does the same,
 * refuses while a shutdown is under way. */
void transport_reset(struct transport *t)
{
    struct linger at_once = {.l_onoff = 1, .l_linger = 0};
    uv_os_fd_t fd;
    if (t->closing)
        return;
    if (uv_fileno((const uv_handle_t *)&t->tcp, &fd) == 0)
        setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    t->broken = true;
    transport_close(t);
}

void transport_close(struct transport *t)
{
    if (t->closing)
        return;
    if (transport_queued(t) == 0)
        transport_close_notify(t);
    t->closing = true;
    uv_close((uv_handle_t *)&t->tcp, on_closed);
    uv_close((uv_handle_t *)&t->due_timer, on_closed);
}
