/* SPDX-License-Identifier: MIT */
/* conversation.c: between a run and a transport. */
#include "harness/conversation.h"

enum {
    QUEUE_HIGH = 256 * 1024, /* octets that may wait in a transport before the run is asked for more */
    APART_MS = 1,      /* between writes that are to arrive one by one: TCP would hand them over together */
    APART_MAX = 64,    /* so many of a run; the rest only let the other connections go first */
    WRITES_A_TURN = 64 /* writes of one run before the others, and its own answers, get their turn */
};

run_time conversation_now(void)
{
    return uv_hrtime() / 1000;
}

static void be_over(struct conversation *c)
{
    struct run *run = c->run;
    uv_timer_stop(&c->timer);
    if (c->transport != NULL)
        transport_close(c->transport);
    c->transport = NULL;
    c->run = NULL;
    c->over(c->context, run, conversation_now());
}

static void on_timer(uv_timer_t *timer);
static void on_turn(uv_timer_t *timer);

static void arm(struct conversation *c, run_time now)
{
    run_time due = run_deadline(c->run);
    uint64_t ms = due == RUN_NEVER ? 60 * 1000 : due <= now ? 1 : (due - now + 999) / 1000;
    c->late = c->late && due <= now; /* what keeps coming must not put a deadline off for ever */
    uv_timer_start(&c->timer, on_timer, ms, 0);
}

static void follow_reading(struct conversation *c)
{
    if (c->transport == NULL || c->paused != run_reads(c->run))
        return;
    c->paused = !c->paused;
    if (c->paused)
        transport_pause(c->transport);
    else
        transport_resume(c->transport);
}

/* Does what the run asks for until it waits, has enough on the way, or is over. */
static void pump(struct conversation *c)
{
    for (int writes = 0; c->run != NULL; writes++) {
        run_time now = conversation_now();
        follow_reading(c);
        if (c->transport != NULL && transport_queued(c->transport) > QUEUE_HIGH) {
            arm(c, now);
            return; /* `writable` comes back here */
        }
        if (writes == WRITES_A_TURN) {
            uv_timer_start(&c->timer, on_turn, 0, 0);
            return;
        }
        struct run_action action = run_next(c->run, now);
        follow_reading(c);
        switch (action.kind) {
        case RUN_WAIT:
            arm(c, now);
            return;
        case RUN_WRITE:
            if (c->transport != NULL)
                transport_write(c->transport, action.octets.at, action.octets.size);
            if (action.apart) {
                uv_timer_start(&c->timer, on_turn, c->apart < APART_MAX ? APART_MS : 0, 0);
                c->apart++;
                return;
            }
            break;
        case RUN_SHUTDOWN:
            if (c->transport != NULL)
                transport_shutdown(c->transport);
            break;
        case RUN_TRUNCATE:
            if (c->transport != NULL)
                transport_truncate(c->transport);
            break;
        case RUN_CLOSE_NOTIFY:
            if (c->transport != NULL)
                transport_close_notify(c->transport);
            break;
        case RUN_RESET:
            if (c->transport != NULL)
                transport_reset(c->transport);
            c->transport = NULL;
            break;
        case RUN_CLOSE:
            be_over(c);
            return;
        }
    }
}

/* The next write of several. */
static void on_turn(uv_timer_t *timer)
{
    struct conversation *c = timer->data;
    pump(c);
}

/* A deadline. libuv looks at timers before it looks at sockets: after a while in which this program did not
 * run, what is awaited may have come in time and lie there unread. So the sockets get their turn first. */
static void on_timer(uv_timer_t *timer)
{
    struct conversation *c = timer->data;
    if (c->run == NULL)
        return;
    if (!c->late) {
        c->late = true;
        uv_timer_start(&c->timer, on_timer, 1, 0);
        return;
    }
    run_tick(c->run, conversation_now());
    pump(c);
}

static bool is_current(const struct conversation *c, const struct transport *transport)
{
    return c->run != NULL && c->transport == transport;
}

void conversation_opened(struct conversation *c, struct transport *transport)
{
    if (!is_current(c, transport))
        return;
    char alpn[TRANSPORT_ALPN_MAX];
    transport_alpn(transport, alpn);
    run_negotiated(c->run, alpn);
    run_connected(c->run, conversation_now());
    pump(c);
}

void conversation_received(struct conversation *c, struct transport *transport, const uint8_t *octets,
                           size_t size)
{
    if (!is_current(c, transport))
        return;
    run_received(c->run, conversation_now(), octets, size);
    pump(c);
}

void conversation_writable(struct conversation *c, struct transport *transport)
{
    if (is_current(c, transport))
        pump(c);
}

void conversation_ended(struct conversation *c, struct transport *transport, enum transport_end end,
                        const char *text)
{
    if (!is_current(c, transport))
        return;
    enum run_end how = RUN_EOF;
    switch (end) {
    case TRANSPORT_EOF:
        how = transport_truncated(transport) ? RUN_TRUNCATED : RUN_EOF;
        break;
    case TRANSPORT_RESET:
        how = RUN_RESET_BY_PEER;
        break;
    case TRANSPORT_ERROR:
        how = RUN_BROKEN;
        break;
    }
    if (end != TRANSPORT_EOF && !run_verdict(c->run)->connected)
        how = transport_reached(transport) ? RUN_NO_TLS : RUN_NOT_CONNECTED;
    run_ended(c->run, conversation_now(), how, text);
    pump(c);
}

void conversation_begin(struct conversation *c, struct run *run, struct transport *transport)
{
    c->run = run;
    c->transport = transport;
    c->paused = false;
    c->apart = 0;
    arm(c, conversation_now());
}

void conversation_drop(struct conversation *c)
{
    uv_timer_stop(&c->timer);
    if (c->transport != NULL)
        transport_close(c->transport);
    c->transport = NULL;
    run_free(c->run);
    c->run = NULL;
}

void conversation_init(struct conversation *c, uv_loop_t *loop, conversation_over *over, void *context)
{
    *c = (struct conversation){.over = over, .context = context};
    uv_timer_init(loop, &c->timer);
    c->timer.data = c;
}

void conversation_close(struct conversation *c, uv_close_cb closed)
{
    uv_close((uv_handle_t *)&c->timer, closed);
}
