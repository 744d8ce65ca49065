/* SPDX-License-Identifier: MIT */
/* runner.c: slots, each with one run, one transport and one timer. */
#include "harness/runner.h"

#include <stdlib.h>

enum {
    QUEUE_HIGH = 256 * 1024, /* octets that may wait in a transport before the run is asked for more */
    APART_MS = 1,      /* between writes that are to arrive one by one: TCP would hand them over together */
    APART_MAX = 64,    /* so many of a run; the rest only let the other connections go first */
    WRITES_A_TURN = 64 /* writes of one run before the others, and its own answers, get their turn */
};

struct slot {
    struct runner *runner;
    struct run *run; /* NULL: the slot is free */
    struct transport *transport;
    uv_timer_t timer;
    size_t index;
    run_time connected_at;
    bool paused;    /* the run does not want to read now */
    unsigned apart; /* writes of the run that were to arrive by themselves */
};

struct runner {
    uv_loop_t *loop;
    struct slot *slots;
    unsigned slot_count;
    size_t open_transports;
    /* of the current batch */
    const struct runner_target *target;
    const struct run_settings *settings;
    const struct runner_item *items;
    size_t count, begun, running;
    unsigned jobs;
    bool halted;
    runner_ended *ended;
    void *context;
};

run_time runner_now(void)
{
    return uv_hrtime() / 1000;
}

static void begin_items(struct runner *runner);

static void end_run(struct slot *slot)
{
    struct runner *runner = slot->runner;
    struct run *run = slot->run;
    uv_timer_stop(&slot->timer);
    if (slot->transport != NULL)
        transport_close(slot->transport);
    slot->transport = NULL;
    slot->run = NULL;
    runner->running--;
    runner->ended(runner->context, slot->index, run, slot->connected_at, runner_now());
}

static void on_timer(uv_timer_t *timer);

static void arm(struct slot *slot, run_time now)
{
    run_time due = run_deadline(slot->run);
    uint64_t ms = due == RUN_NEVER ? 60 * 1000 : due <= now ? 1 : (due - now + 999) / 1000;
    uv_timer_start(&slot->timer, on_timer, ms, 0);
}

static void follow_reading(struct slot *slot)
{
    if (slot->transport == NULL || slot->paused != run_reads(slot->run))
        return;
    slot->paused = !slot->paused;
    if (slot->paused)
        transport_pause(slot->transport);
    else
        transport_resume(slot->transport);
}

/* Does what the run asks for until it waits, has enough on the way, or is over. */
static void pump(struct slot *slot)
{
    for (int writes = 0; slot->run != NULL; writes++) {
        run_time now = runner_now();
        follow_reading(slot);
        if (slot->transport != NULL && transport_queued(slot->transport) > QUEUE_HIGH) {
            arm(slot, now);
            return; /* `writable` comes back here */
        }
        if (writes == WRITES_A_TURN) {
            uv_timer_start(&slot->timer, on_timer, 0, 0);
            return;
        }
        struct run_action action = run_next(slot->run, now);
        follow_reading(slot);
        switch (action.kind) {
        case RUN_WAIT:
            arm(slot, now);
            return;
        case RUN_WRITE:
            if (slot->transport != NULL)
                transport_write(slot->transport, action.octets.at, action.octets.size);
            if (action.apart) {
                uv_timer_start(&slot->timer, on_timer, slot->apart < APART_MAX ? APART_MS : 0, 0);
                slot->apart++;
                return;
            }
            break;
        case RUN_SHUTDOWN:
            if (slot->transport != NULL)
                transport_shutdown(slot->transport);
            break;
        case RUN_TRUNCATE:
            if (slot->transport != NULL)
                transport_truncate(slot->transport);
            break;
        case RUN_CLOSE_NOTIFY:
            if (slot->transport != NULL)
                transport_close_notify(slot->transport);
            break;
        case RUN_RESET:
            if (slot->transport != NULL)
                transport_reset(slot->transport);
            slot->transport = NULL;
            break;
        case RUN_CLOSE:
            end_run(slot);
            return;
        }
    }
}

static void on_timer(uv_timer_t *timer)
{
    struct slot *slot = timer->data;
    if (slot->run == NULL)
        return;
    run_tick(slot->run, runner_now());
    pump(slot);
    begin_items(slot->runner);
}

static bool is_current(const struct slot *slot, const struct transport *transport)
{
    return slot->run != NULL && slot->transport == transport;
}

static void on_opened(void *context, struct transport *transport)
{
    struct slot *slot = context;
    if (!is_current(slot, transport))
        return;
    char alpn[TRANSPORT_ALPN_MAX];
    transport_alpn(transport, alpn);
    run_negotiated(slot->run, alpn);
    run_connected(slot->run, runner_now());
    pump(slot);
}

static void on_received(void *context, struct transport *transport, const uint8_t *octets, size_t size)
{
    struct slot *slot = context;
    if (!is_current(slot, transport))
        return;
    run_received(slot->run, runner_now(), octets, size);
    pump(slot);
    begin_items(slot->runner);
}

static void on_writable(void *context, struct transport *transport)
{
    struct slot *slot = context;
    if (is_current(slot, transport))
        pump(slot);
}

static void on_ended(void *context, struct transport *transport, enum transport_end end, const char *text)
{
    struct slot *slot = context;
    if (!is_current(slot, transport))
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
    if (end != TRANSPORT_EOF && !run_verdict(slot->run)->connected)
        how = transport_reached(transport) ? RUN_NO_TLS : RUN_NOT_CONNECTED;
    run_ended(slot->run, runner_now(), how, text);
    pump(slot);
    begin_items(slot->runner);
}

static void on_closed(void *context, struct transport *transport)
{
    struct slot *slot = context;
    (void)transport;
    slot->runner->open_transports--;
}

static const struct transport_events events = {.opened = on_opened,
                                               .received = on_received,
                                               .writable = on_writable,
                                               .ended = on_ended,
                                               .closed = on_closed};

static void begin_item(struct runner *runner, struct slot *slot)
{
    const struct runner_item *item = &runner->items[runner->begun];
    slot->index = runner->begun++;
    slot->connected_at = runner_now();
    struct run *run = run_new(item->instance, item->level, runner->settings, slot->connected_at);
    struct transport *transport = NULL;
    if (run != NULL) {
        struct run_connection how = run_connection(run);
        struct tls_wishes wishes = {.alpn = how.alpn, .sni = how.sni};
        transport = transport_connect_as(runner->loop, (const struct sockaddr *)&runner->target->address,
                                         how.plain ? NULL : runner->target->tls, runner->target->server_name,
                                         &wishes, &events, slot);
    }
    if (transport == NULL) {
        run_free(run);
        runner->ended(runner->context, slot->index, NULL, slot->connected_at, runner_now());
        return;
    }
    slot->run = run;
    slot->transport = transport;
    slot->apart = 0;
    slot->paused = false;
    runner->running++;
    runner->open_transports++;
    arm(slot, slot->connected_at);
}

static void begin_items(struct runner *runner)
{
    for (unsigned i = 0; i < runner->jobs && i < runner->slot_count; i++) {
        struct slot *slot = &runner->slots[i];
        while (slot->run == NULL && runner->begun < runner->count && !runner->halted)
            begin_item(runner, slot);
    }
}

/* Lets go of everything that runs. */
static void drop_runs(struct runner *runner)
{
    runner->halted = true;
    for (unsigned i = 0; i < runner->slot_count; i++) {
        struct slot *slot = &runner->slots[i];
        if (slot->run == NULL)
            continue;
        uv_timer_stop(&slot->timer);
        if (slot->transport != NULL)
            transport_close(slot->transport);
        slot->transport = NULL;
        run_free(slot->run);
        slot->run = NULL;
        runner->running--;
    }
}

struct runner *runner_new(uv_loop_t *loop)
{
    struct runner *runner = calloc(1, sizeof *runner);
    if (runner == NULL)
        return NULL;
    runner->slots = calloc(RUNNER_JOBS_MAX, sizeof *runner->slots);
    if (runner->slots == NULL) {
        free(runner);
        return NULL;
    }
    runner->loop = loop;
    runner->slot_count = RUNNER_JOBS_MAX;
    for (unsigned i = 0; i < runner->slot_count; i++) {
        runner->slots[i].runner = runner;
        runner->slots[i].timer.data = &runner->slots[i];
        uv_timer_init(loop, &runner->slots[i].timer);
    }
    return runner;
}

void runner_free(struct runner *runner)
{
    if (runner == NULL)
        return;
    for (unsigned i = 0; i < runner->slot_count; i++)
        uv_close((uv_handle_t *)&runner->slots[i].timer, NULL);
    uv_run(runner->loop, UV_RUN_NOWAIT);
    free(runner->slots);
    free(runner);
}

size_t runner_batch(struct runner *runner, const struct runner_target *target,
                    const struct run_settings *settings, const struct runner_item *items, size_t count,
                    unsigned jobs, runner_ended *ended, void *context)
{
    runner->target = target;
    runner->settings = settings;
    runner->items = items;
    runner->count = count;
    runner->begun = 0;
    runner->jobs = jobs < 1 ? 1 : jobs;
    runner->halted = false;
    runner->ended = ended;
    runner->context = context;
    begin_items(runner);
    while (runner->running > 0 || runner->open_transports > 0) {
        uv_run(runner->loop, UV_RUN_ONCE);
        if (*target->interrupted)
            drop_runs(runner);
        begin_items(runner);
    }
    return runner->begun;
}

void runner_halt(struct runner *runner)
{
    runner->halted = true;
}
