/* SPDX-License-Identifier: MIT */
/* runner.c: slots, each with one conversation. */
#include "harness/runner.h"

#include <stdlib.h>

struct slot {
    struct runner *runner;
    struct conversation conversation; /* without a run: the slot is free */
    size_t index;
    run_time connected_at;
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

static void on_over(void *context, struct run *run, run_time now)
{
    struct slot *slot = context;
    slot->runner->running--;
    slot->runner->ended(slot->runner->context, slot->index, run, slot->connected_at, now);
}

static void on_opened(void *context, struct transport *transport)
{
    struct slot *slot = context;
    conversation_opened(&slot->conversation, transport);
}

static void on_received(void *context, struct transport *transport, const uint8_t *octets, size_t size)
{
    struct slot *slot = context;
    conversation_received(&slot->conversation, transport, octets, size);
}

static void on_writable(void *context, struct transport *transport)
{
    struct slot *slot = context;
    conversation_writable(&slot->conversation, transport);
}

static void on_ended(void *context, struct transport *transport, enum transport_end end, const char *text)
{
    struct slot *slot = context;
    conversation_ended(&slot->conversation, transport, end, text);
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
    slot->connected_at = conversation_now();
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
        runner->ended(runner->context, slot->index, NULL, slot->connected_at, conversation_now());
        return;
    }
    runner->running++;
    runner->open_transports++;
    conversation_begin(&slot->conversation, run, transport);
}

static void begin_items(struct runner *runner)
{
    for (unsigned i = 0; i < runner->jobs && i < runner->slot_count; i++) {
        struct slot *slot = &runner->slots[i];
        while (slot->conversation.run == NULL && runner->begun < runner->count && !runner->halted)
            begin_item(runner, slot);
    }
}

/* Lets go of everything that runs. */
static void drop_runs(struct runner *runner)
{
    runner->halted = true;
    for (unsigned i = 0; i < runner->slot_count; i++) {
        struct slot *slot = &runner->slots[i];
        if (slot->conversation.run == NULL)
            continue;
        conversation_drop(&slot->conversation);
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
        conversation_init(&runner->slots[i].conversation, loop, on_over, &runner->slots[i]);
    }
    return runner;
}

void runner_free(struct runner *runner)
{
    if (runner == NULL)
        return;
    for (unsigned i = 0; i < runner->slot_count; i++)
        conversation_close(&runner->slots[i].conversation, NULL);
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
