/* SPDX-License-Identifier: MIT */
/* serve_exec.c: processes come, connect, go, and come again as long as there is something to be done. */
#include "harness/serve_exec.h"

#include <stdio.h>
#include <string.h>

#include "harness/runner.h"
#include "harness/target_process.h"

enum {
    IDLE_PATIENCES = 20, /* of patience, that a client may do nothing: some hold TCP that long */
    USELESS_LIVES = 3,   /* in a row, then it is given up */
    LOOK_EVERY_MS = 100, /* whether a client does nothing */
};

struct client {
    struct exec *exec;
    struct target_process *process; /* NULL: none was made, or it has been closed */
    bool runs;
};

struct exec {
    uv_loop_t *loop;
    const struct serve_exec_config *config;
    uv_timer_t timer;
    struct client clients[RUNNER_JOBS_MAX];
    char death[TRANSPORT_TEXT_MAX]; /* how the last of them died that did; "" if none */
    bool hung, timer_closed;
    bool hangs; /* it has been seen to hang, in an earlier life */
    char error[TRANSPORT_TEXT_MAX];
};

/* ---- Processes ---- */

static void on_ready(void *context, struct target_process *process, const struct sockaddr *address)
{
    (void)context;
    (void)process;
    (void)address; /* of servers */
}

static void on_died(void *context, struct target_process *process, const char *text)
{
    struct client *client = context;
    client->runs = false;
    if (target_process_was_killed(process))
        snprintf(client->exec->death, sizeof client->exec->death, "the client %.280s", text);
}

static void on_stopped(void *context, struct target_process *process)
{
    struct client *client = context;
    (void)process;
    client->runs = false;
}

static void on_closed(void *context)
{
    struct client *client = context;
    client->process = NULL;
}

static const struct target_process_events process_events = {
    .ready = on_ready, .died = on_died, .stopped = on_stopped, .closed = on_closed};

static bool start(struct exec *exec, struct client *client)
{
    const struct target_process_config config = {
        .command = exec->config->command, .log_file = exec->config->log_file, .url = exec->config->url};
    client->exec = exec;
    if (client->process == NULL)
        client->process = target_process_new(exec->loop, &config, &process_events, client, exec->error);
    client->runs = client->process != NULL && target_process_start(client->process, exec->error);
    return client->runs;
}

static size_t running(const struct exec *exec)
{
    size_t count = 0;
    for (size_t i = 0; i < RUNNER_JOBS_MAX; i++)
        count += exec->clients[i].runs;
    return count;
}

static void stop_all(struct exec *exec)
{
    for (size_t i = 0; i < RUNNER_JOBS_MAX; i++) {
        if (exec->clients[i].runs)
            target_process_stop(exec->clients[i].process);
    }
}

/* Is a case run alone, to see whether the client hangs behind it? */
static bool waits_for_hang(const struct exec *exec)
{
    return exec->hangs && exec->config->book->confirming && exec->config->book->list_count == 1;
}

/* Has everything that is on the list been given to the client? */
static bool has_all(const struct exec *exec)
{
    const struct serve_book *book = exec->config->book;
    size_t i = 0;
    while (i < book->list_count && book->agent_count > 0 && book->agents[0]->results[book->list[i]].begun)
        i++;
    return book->agent_count > 0 && i == book->list_count;
}

/* A client that neither connects nor ends; one that has nothing more to do, or says so, as a browser that
 * stays open, is stopped earlier and not blamed. */
static void on_timer(uv_timer_t *timer)
{
    struct exec *exec = timer->data;
    uint64_t idle = uv_now(exec->loop) - *exec->config->moved_at;
    if (serve_running(exec->config->serve) > 0 || running(exec) == 0)
        return;
    bool done = *exec->config->finished || (has_all(exec) && !waits_for_hang(exec));
    if (done && idle >= exec->config->patience_ms)
        stop_all(exec); /* stopping twice is stopping once */
    if (done || exec->hung || idle < (uint64_t)IDLE_PATIENCES * exec->config->patience_ms)
        return;
    exec->hung = true;
    snprintf(exec->death, sizeof exec->death, "the client did nothing for %llu s",
             (unsigned long long)idle / 1000);
    stop_all(exec);
}

/* ---- One life: from the start of clients until all of them have gone ---- */

static struct serve_agent *agent_of(const struct exec *exec)
{
    return exec->config->book->agent_count == 0 ? NULL : exec->config->book->agents[0];
}

/* Is there a case that has not been begun? */
static bool has_next(const struct exec *exec)
{
    struct serve_agent *agent = agent_of(exec);
    return agent != NULL && serve_book_next(exec->config->book, agent) != SERVE_NO_CASE;
}

/* Runs `count` clients at once; with `again`, each is started anew as long as a case is left. False when one
 * could not be started. */
static bool live(struct exec *exec, size_t count, bool again)
{
    const struct serve_exec_config *config = exec->config;
    exec->death[0] = '\0';
    exec->hangs = exec->hangs || exec->hung;
    exec->hung = *config->finished = false;
    uv_update_time(exec->loop);
    *config->moved_at = uv_now(exec->loop);
    bool started = true;
    for (size_t i = 0; i < count && started; i++)
        started = start(exec, &exec->clients[i]);
    while ((running(exec) > 0 || serve_running(config->serve) > 0) && !*config->stop &&
           !config->book->failed) {
        uv_run(exec->loop, UV_RUN_ONCE);
        for (size_t i = 0; i < count && again && started && exec->death[0] == '\0' && has_next(exec); i++) {
            if (!exec->clients[i].runs)
                started = start(exec, &exec->clients[i]);
        }
    }
    stop_all(exec);
    while (running(exec) > 0)
        uv_run(exec->loop, UV_RUN_ONCE);
    return started;
}

/* Lives until nothing is left of the list, or it is of no use any more. False when a client could not be
 * started. */
static bool live_on(struct exec *exec, bool confirm)
{
    const struct serve_exec_config *config = exec->config;
    struct serve_book *book = config->book;
    book->confirming = confirm;
    for (unsigned useless = 0; useless < USELESS_LIVES && !*config->stop && !book->failed;) {
        struct serve_agent *agent = agent_of(exec);
        if (agent != NULL && serve_book_narrow(book, agent, confirm) == 0)
            break;
        size_t given = serve_given(config->serve);
        bool one_by_one = given > 0 && !serve_asked_by_number(config->serve);
        size_t count = one_by_one && !confirm ? config->jobs : 1;
        if (count > book->list_count)
            count = book->list_count;
        book->holds = count > 1 ? 2 * count : SERVE_HELD_MAX;
        bool started = live(exec, count, one_by_one && !confirm);
        if (exec->death[0] != '\0')
            serve_book_suspect(book, exec->death);
        else
            serve_book_release(book);
        if (!started)
            return false;
        useless = serve_given(config->serve) == given ? useless + 1 : 0;
    }
    return true;
}

/* What the client was to do and did not. */
static void tell_missing(struct exec *exec)
{
    struct serve_book *book = exec->config->book;
    struct serve_agent *agent = agent_of(exec);
    const struct plan *plan = book->recorder->plan;
    for (size_t i = 0; i < plan->instance_count; i++) {
        const struct serve_result *result = &agent->results[i];
        if (result->unconfirmed) { /* what was written of it first stands, transcript and all */
            agent->tally.results++;
            agent->tally.verdicts[result->verdict]++;
            agent->tally.unexpected++;
        } else if (plan->selected[i] && !result->ended)
            serve_book_words(book, agent, i, VERDICT_SETUP, "the client did not ask for this case");
    }
}

static void on_timer_closed(uv_handle_t *timer)
{
    struct exec *exec = timer->data;
    exec->timer_closed = true;
}

/* Ends the processes and the timer. */
static void close_exec(struct exec *exec)
{
    bool open = true;
    for (size_t i = 0; i < RUNNER_JOBS_MAX; i++) {
        if (exec->clients[i].process != NULL)
            target_process_close(exec->clients[i].process);
    }
    uv_close((uv_handle_t *)&exec->timer, on_timer_closed);
    while (open) {
        uv_run(exec->loop, UV_RUN_ONCE);
        open = !exec->timer_closed;
        for (size_t i = 0; i < RUNNER_JOBS_MAX; i++)
            open = open || exec->clients[i].process != NULL;
    }
}

bool serve_exec(uv_loop_t *loop, const struct serve_exec_config *config, char error[TRANSPORT_TEXT_MAX])
{
    struct exec exec = {.loop = loop, .config = config};
    uv_timer_init(loop, &exec.timer);
    exec.timer.data = &exec;
    uv_timer_start(&exec.timer, on_timer, LOOK_EVERY_MS, LOOK_EVERY_MS);
    bool started = live_on(&exec, false) && (agent_of(&exec) == NULL || live_on(&exec, true));
    bool came = agent_of(&exec) != NULL;
    if (came && !*config->stop && !config->book->failed)
        tell_missing(&exec);
    if (!started)
        snprintf(error, TRANSPORT_TEXT_MAX, "--exec: %.300s", exec.error);
    else if (!came)
        snprintf(error, TRANSPORT_TEXT_MAX, "no client came%s%.150s; its output is in %.100s",
                 exec.death[0] == '\0' ? "" : ": ", exec.death, config->log_file);
    close_exec(&exec);
    return started && came;
}
