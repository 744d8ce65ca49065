/* SPDX-License-Identifier: MIT */
/* memory_driver.c: octets go over by function call, time moves only when nobody has anything to say. */
#include "harness/memory_driver.h"
#include "harness/plan.h"

#include <malloc.h>
#include <string.h>

enum {
    TURNS_MAX = 50 * 1000 * 1000, /* far beyond any case; a livelock of ours ends here */
    UNREAD_MAX = 16 << 20         /* octets that the run leaves unread before it cannot send any more */
};

/* What both machines agree to call random: runs in memory are reproducible. */
static void same_random(void *context, uint8_t *out, size_t size)
{
    (void)context;
    for (size_t i = 0; i < size; i++)
        out[i] = (uint8_t)(0x9d + 0x3b * i);
}

/* SplitMix64: the masking keys of a client must look chosen at random (RFC 6455 5.3). */
static void seeded_random(void *context, uint8_t *out, size_t size)
{
    uint64_t *state = context;
    for (size_t i = 0; i < size; i++) {
        uint64_t mixed = *state += UINT64_C(0x9e3779b97f4a7c15);
        mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
        mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
        out[i] = (uint8_t)(mixed >> 56);
    }
}

static const char *const subprotocols[] = {"Wringer.example", NULL};

struct run_settings memory_settings(void)
{
    return (struct run_settings){
        .request = {.host = "reference.invalid", .target = "/"},
        .subprotocols = subprotocols,
        .subprotocol = subprotocols[0],
        .can = NEEDS_SUBPROTOCOL | NEEDS_ECHO | NEEDS_PONG | NEEDS_PLAIN | NEEDS_SURVEY | NEEDS_DEFLATE,
        .patience = 3 * 1000 * 1000,
        .grace = 25 * 1000,
        .longest = 600ULL * 1000 * 1000,
        .random = same_random,
        .measures = true,
    };
}

/* What this process has from the heap: of the target, as long as nobody else takes any. */
static size_t heap_in_use(void)
{
    struct mallinfo2 heap = mallinfo2();
    return heap.uordblks + heap.hblkhd;
}

/* One connection: the run on one side, the echo on the other. */
struct connection {
    struct run *run;
    struct ws_echo *echo;
    run_time now;
    bool run_is_done, echo_ended, stream_to_run_ended;
};

static ws_time in_milliseconds(run_time now)
{
    return now / 1000;
}

/* Lets the run do one thing. True if it did something. */
static bool turn_of_run(struct connection *c)
{
    /* As TCP does: who does not read what it gets cannot send for ever. */
    if (!run_reads(c->run) && ws_endpoint_output(ws_echo_endpoint(c->echo)).size > UNREAD_MAX)
        return false;
    struct run_action action = run_next(c->run, c->now);
    switch (action.kind) {
    case RUN_WAIT:
        return false;
    case RUN_WRITE:
        if (!c->echo_ended)
            ws_echo_receive(c->echo, in_milliseconds(c->now), action.octets.at, action.octets.size);
        return true;
    case RUN_SHUTDOWN:
    case RUN_TRUNCATE:
    case RUN_CLOSE_NOTIFY:
    case RUN_RESET:
        if (!c->echo_ended)
            ws_echo_receive_end(c->echo, in_milliseconds(c->now));
        c->echo_ended = true;
        return true;
    case RUN_CLOSE:
        c->run_is_done = true;
        return false;
    }
    return false;
}

/* Carries the echo's output over. True if there was some, or its side of the stream ended. */
static bool turn_of_echo(struct connection *c)
{
    struct ws_endpoint *endpoint = ws_echo_endpoint(c->echo);
    struct ws_octets out = ws_endpoint_output(endpoint);
    if (!run_reads(c->run))
        return false;
    if (out.size > 0) {
        run_received(c->run, c->now, out.at, out.size);
        ws_endpoint_output_taken(endpoint, out.size);
        return true;
    }
    enum ws_transport wanted = ws_endpoint_transport(endpoint);
    if (wanted == WS_TRANSPORT_SHUTDOWN)
        ws_endpoint_shutdown_done(endpoint);
    if (wanted != WS_TRANSPORT_KEEP && !c->stream_to_run_ended) {
        c->stream_to_run_ended = true;
        run_ended(c->run, c->now, RUN_EOF, "");
        return true;
    }
    return false;
}

/* Nobody has anything to do now: on to the next deadline. False if there is none. */
static bool let_time_pass(struct connection *c)
{
    run_time due = run_deadline(c->run);
    ws_time echo_due = ws_endpoint_deadline(ws_echo_endpoint(c->echo));
    if (echo_due != WS_NEVER && echo_due * 1000 < due)
        due = echo_due * 1000;
    if (due == RUN_NEVER)
        return false;
    c->now = due > c->now ? due : c->now;
    run_tick(c->run, c->now);
    ws_echo_tick(c->echo, in_milliseconds(c->now));
    return true;
}

struct run *memory_run(const struct case_instance *instance, enum case_level level,
                       const struct run_settings *settings, const struct ws_endpoint_config *config)
{
    struct ws_endpoint_config supporting = *config;
    struct ws_request request = settings->request;
    uint64_t random_state = 1;
    uint8_t nonce[16];
    char key[WS_KEY_SIZE + 1];
    if (supporting.subprotocols == NULL)
        supporting.subprotocols = settings->subprotocols;
    if (supporting.role == WS_CLIENT && supporting.request == NULL) {
        same_random(NULL, nonce, sizeof nonce);
        ws_key_encode(key, nonce);
        request.key = key;
        request.subprotocols = settings->subprotocols;
        if (plan_has_tag(instance->definition, "bare-offer"))
            request.extensions = WS_DEFLATE_NAME;
        supporting.request = &request;
        supporting.random = seeded_random;
        supporting.random_context = &random_state;
    }
    struct connection c = {.run = run_new(instance, level, settings, 0), .echo = ws_echo_new(&supporting, 0)};
    if (c.run == NULL || c.echo == NULL) {
        run_free(c.run);
        ws_echo_free(c.echo);
        return NULL;
    }
    bool measures = instance->definition->memory > 0;
    size_t before = measures ? heap_in_use() : 0, peak = before;
    run_connected(c.run, 0);
    for (long turns = 0; turns < TURNS_MAX && !c.run_is_done; turns++) {
        bool moved = turn_of_run(&c);
        if (!c.run_is_done && turn_of_echo(&c))
            moved = true;
        size_t in_use = measures ? heap_in_use() : 0;
        peak = in_use > peak ? in_use : peak;
        if (!moved && !c.run_is_done && !let_time_pass(&c))
            break;
    }
    if (measures)
        run_measured(c.run, peak - before);
    ws_echo_free(c.echo);
    return c.run;
}
