/* SPDX-License-Identifier: MIT */
/* session_target.c: URL, addresses, TLS and process of a target. */
#include "harness/session_target.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/rand.h>

enum { READY_PATIENCES = 5, DIES_WITHIN_MS = 500, COMES_BACK_WITHIN_MS = 5000, COMES_BACK_EVERY_MS = 50 };

/* Writes the URL with every {port} replaced. False if it does not fit. */
static bool put_port(char *out, size_t size, const char *url, unsigned port)
{
    struct text_buffer text = {.cap = size - 1};
    const char *hole;
    while ((hole = strstr(url, "{port}")) != NULL) {
        text_append(&text, url, (size_t)(hole - url));
        text_print(&text, "%u", port);
        url = hole + strlen("{port}");
    }
    text_append(&text, url, strlen(url));
    bool fits = !text.failed && text.text != NULL;
    snprintf(out, size, "%s", fits ? text.text : "");
    text_free(&text);
    return fits;
}

/* ---- The process ---- */

static void on_ready(void *context, struct target_process *process, const struct sockaddr *address)
{
    struct session_target *target = context;
    (void)process;
    target->ready = true;
    /* The port accepts: of all addresses of the host, this is the one to use. */
    memcpy(&target->runner_target.address, address,
           address->sa_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in));
    target->address = target->addresses.count;
}

static void on_died(void *context, struct target_process *process, const char *text)
{
    struct session_target *target = context;
    (void)process;
    target->died = true;
    snprintf(target->death, sizeof target->death, "the process %s", text);
}

static void on_stopped(void *context, struct target_process *process)
{
    struct session_target *target = context;
    (void)process;
    target->died = true;
}

static void on_closed(void *context)
{
    struct session_target *target = context;
    target->process = NULL;
}

static const struct target_process_events process_events = {
    .ready = on_ready, .died = on_died, .stopped = on_stopped, .closed = on_closed};

/* Starts the process and runs the loop until it listens or is dead. */
static bool start_process(struct session_target *target, char *error, size_t size)
{
    char why[TRANSPORT_TEXT_MAX];
    target->ready = target->died = false;
    target->death[0] = '\0';
    if (!target_process_start(target->process, why)) {
        snprintf(error, size, "%s", why);
        return false;
    }
    while (!target->ready && !target->died && !target->interrupted)
        uv_run(target->loop, UV_RUN_ONCE);
    if (!target->ready)
        snprintf(error, size, "%s; its output is in %s",
                 target->death[0] == '\0' ? "the process was stopped" : target->death, target->exec_log);
    return target->ready;
}

/* ---- Signals: what was started is stopped also when the user ends us. ---- */

static void on_signal(uv_signal_t *handle, int number)
{
    struct session_target *target = handle->data;
    (void)number;
    target->interrupted = true;
}

static void catch_signals(struct session_target *target)
{
    target->signals_open = true;
    uv_signal_init(target->loop, &target->on_interrupt);
    uv_signal_init(target->loop, &target->on_terminate);
    target->on_interrupt.data = target->on_terminate.data = target;
    uv_signal_start(&target->on_interrupt, on_signal, SIGINT);
    uv_signal_start(&target->on_terminate, on_signal, SIGTERM);
    uv_unref((uv_handle_t *)&target->on_interrupt);
    uv_unref((uv_handle_t *)&target->on_terminate);
}

/* ---- */

static bool prepare_url(struct session_target *target, const struct test_target *wanted,
                        const struct test_options *options, char *error, size_t size)
{
    char why[TRANSPORT_TEXT_MAX] = "";
    bool open_port = wanted->exec != NULL && strstr(wanted->url, "{port}") != NULL;
    if (!put_port(target->url_text, sizeof target->url_text, wanted->url, 1) ||
        !ws_url_parse(&target->url, target->url_text, why)) {
        snprintf(error, size, "%.200s: %s", wanted->url, why[0] == '\0' ? "too long" : why);
        return false;
    }
    if (!transport_resolve(&target->addresses, target->url.host, open_port ? 0 : target->url.port, why)) {
        snprintf(error, size, "%s", why);
        return false;
    }
    if (wanted->exec != NULL) {
        snprintf(target->exec_log, sizeof target->exec_log, "%s/target.log", options->out);
        struct target_process_config config = {.command = wanted->exec,
                                               .log_file = target->exec_log,
                                               .addresses = target->addresses,
                                               .ready_within = READY_PATIENCES * options->patience_ms};
        target->process = target_process_new(target->loop, &config, &process_events, target, why);
        if (target->process == NULL) {
            snprintf(error, size, "--exec: %s", why);
            return false;
        }
        if (open_port && (!put_port(target->url_text, sizeof target->url_text, wanted->url,
                                    target_process_port(target->process)) ||
                          !ws_url_parse(&target->url, target->url_text, why))) {
            snprintf(error, size, "%.200s: %s", wanted->url, why);
            return false;
        }
    } else if (!put_port(target->url_text, sizeof target->url_text, wanted->url, target->url.port)) {
        return false;
    }
    return true;
}

bool session_target_start(struct session_target *target, uv_loop_t *loop, const struct test_options *options,
                          unsigned index, char *error, size_t size)
{
    const struct test_target *wanted = &options->targets[index];
    *target = (struct session_target){.loop = loop, .pid = (pid_t)wanted->pid};
    if (wanted->pid != 0 && kill(target->pid, 0) < 0 && errno == ESRCH) {
        snprintf(error, size, "--pid %u: there is no such process", wanted->pid);
        return false;
    }
    if (!prepare_url(target, wanted, options, error, size))
        return false;
    catch_signals(target);
    target->runner_target.interrupted = &target->interrupted;
    target->runner_target.address = target->addresses.at[0];
    target->runner_target.server_name = wanted->server_name == NULL ? target->url.host : wanted->server_name;
    if (target->url.secure) {
        char why[TRANSPORT_TLS_TEXT_MAX];
        struct transport_tls_config config = {.cafile = options->cafile, .insecure = options->insecure};
        target->tls = transport_tls_client(&config, why);
        if (target->tls == NULL) {
            snprintf(error, size, "%s", why);
            return false;
        }
        target->runner_target.tls = target->tls;
    }
    return target->process == NULL || start_process(target, error, size);
}

bool session_target_next_address(struct session_target *target)
{
    if (target->address + 1 >= target->addresses.count)
        return false;
    target->runner_target.address = target->addresses.at[++target->address];
    return true;
}

/* ---- Coming back ---- */

struct knock {
    bool opened, ended, closed;
};

static void on_knock_opened(void *context, struct transport *transport)
{
    (void)transport;
    ((struct knock *)context)->opened = true;
}

static void on_knock_received(void *context, struct transport *transport, const uint8_t *octets, size_t count)
{
    (void)context;
    (void)transport;
    (void)octets;
    (void)count;
}

static void on_knock_writable(void *context, struct transport *transport)
{
    (void)context;
    (void)transport;
}

static void on_knock_ended(void *context, struct transport *transport, enum transport_end end,
                           const char *text)
{
    (void)transport;
    (void)end;
    (void)text;
    ((struct knock *)context)->ended = true;
}

static void on_knock_closed(void *context, struct transport *transport)
{
    (void)transport;
    ((struct knock *)context)->closed = true;
}

static void on_time(uv_timer_t *timer)
{
    *(bool *)timer->data = true;
}

/* Runs the loop until a flag of the knock is set or `ms` have passed. */
static void wait_for_knock(struct session_target *target, struct knock *knock, uint64_t ms)
{
    static const struct transport_events knock_events = {.opened = on_knock_opened,
                                                         .received = on_knock_received,
                                                         .writable = on_knock_writable,
                                                         .ended = on_knock_ended,
                                                         .closed = on_knock_closed};
    struct transport *transport =
        transport_connect(target->loop, (const struct sockaddr *)&target->runner_target.address, target->tls,
                          target->url.host, &knock_events, knock);
    if (transport == NULL)
        return;
    bool late = false;
    uv_timer_t timer;
    uv_timer_init(target->loop, &timer);
    timer.data = &late;
    uv_timer_start(&timer, on_time, ms, 0);
    while (!knock->opened && !late)
        uv_run(target->loop, UV_RUN_ONCE);
    transport_close(transport);
    uv_close((uv_handle_t *)&timer, NULL);
    while (!knock->closed || uv_is_active((uv_handle_t *)&timer))
        uv_run(target->loop, UV_RUN_ONCE);
    uv_run(target->loop, UV_RUN_NOWAIT);
}

/* A target that is not ours may be supervised by somebody else: gives it a few seconds. */
static bool comes_back(struct session_target *target)
{
    for (uint64_t waited = 0; waited < COMES_BACK_WITHIN_MS && !target->interrupted;
         waited += COMES_BACK_EVERY_MS) {
        struct knock knock = {0};
        wait_for_knock(target, &knock, COMES_BACK_EVERY_MS);
        if (knock.opened)
            return true;
    }
    return false;
}

bool session_target_restart(struct session_target *target, char *error, size_t size)
{
    if (target->process == NULL) {
        if (comes_back(target))
            return true;
        snprintf(error, size, "%.200s does not accept connections any more", target->url_text);
        return false;
    }
    if (!target->died) {
        target_process_stop(target->process);
        while (!target->died)
            uv_run(target->loop, UV_RUN_ONCE);
    }
    return start_process(target, error, size);
}

struct target_processes session_target_processes(const struct session_target *target)
{
    if (target->process != NULL)
        return (struct target_processes){.pid = target_process_group(target->process), .group = true};
    return (struct target_processes){.pid = target->pid};
}

bool session_target_died(const struct session_target *target)
{
    return target->process != NULL && target->died;
}

void session_target_death(struct session_target *target, char *out, size_t size)
{
    bool late = false;
    uv_timer_t timer;
    uv_timer_init(target->loop, &timer);
    timer.data = &late;
    uv_timer_start(&timer, on_time, DIES_WITHIN_MS, 0);
    while (target->process != NULL && !target->died && !late)
        uv_run(target->loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&timer, NULL);
    uv_run(target->loop, UV_RUN_NOWAIT);
    snprintf(out, size, "%s", target->process != NULL && target->died ? target->death : "");
}

bool session_target_interrupted(const struct session_target *target)
{
    return target->interrupted;
}

void session_target_stop(struct session_target *target)
{
    if (target->process != NULL) {
        target_process_close(target->process);
        while (target->process != NULL)
            uv_run(target->loop, UV_RUN_ONCE);
    }
    if (target->signals_open) {
        uv_close((uv_handle_t *)&target->on_interrupt, NULL);
        uv_close((uv_handle_t *)&target->on_terminate, NULL);
        uv_run(target->loop, UV_RUN_NOWAIT);
    }
    transport_tls_free(target->tls);
    *target = (struct session_target){0};
}

void session_target_random(uint8_t *out, size_t size)
{
    if (RAND_bytes(out, (int)size) != 1)
        memset(out, 0, size);
}
