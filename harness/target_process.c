/* SPDX-License-Identifier: MIT */
/* target_process.c: a child process group over libuv, and polling connects until it accepts. */
#include "harness/target_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "harness/text_buffer.h"

enum { POLL_EVERY = 10, KILL_AFTER = 2000 }; /* milliseconds */
enum { COMMAND_MAX = 64 * 1024, PORT_TRIES = 16 };

enum target_state { IDLE, STARTING, RUNNING, STOPPING };

struct target_process {
    uv_loop_t *loop;
    uv_timer_t timer; /* polls while STARTING and STOPPING */
    uv_process_t process;
    const struct target_process_events *events;
    void *context;
    char *command, *log_file;
    struct transport_addresses addresses;
    unsigned ready_within;
    bool is_client; /* it accepts no connections */
    bool was_killed;

    enum target_state state;
    bool alive; /* the process is not reaped, or its handle not closed */
    pid_t group;
    int lifeline;     /* our end of a pipe: when it closes the group is killed */
    uint64_t until;   /* STARTING: to be ready; STOPPING: to go by itself */
    bool killed;      /* STOPPING: SIGKILL was sent */
    bool close_asked; /* target_process_close was called */
    bool timer_closed;
    struct transport *attempt;
    size_t attempt_address;
    char text[TRANSPORT_TEXT_MAX]; /* how it died, or "" when it was asked to stop */
};

/* The command's shell is replaced by the one that $1 asks for. Beside it waits a process that is not its
 * child, for the end of the pipe at descriptor 3, and then kills the whole group, itself included. */
static const char guard_script[] = "( (read -r _ <&3; kill -s KILL 0) & )\n"
                                   "exec 3<&-\n"
                                   "exec /bin/sh -c \"$1\"\n";

/* ---- Before the start ---- */

/* 0, or errno when the address cannot be bound now; the port of the socket goes to *port. Closed again at
 * once. */
static int try_bind(const struct sockaddr_storage *address, unsigned *port)
{
    struct sockaddr_storage bound = *address;
    socklen_t size =
        address->ss_family == AF_INET6 ? sizeof(struct sockaddr_in6) : sizeof(struct sockaddr_in);
    int on = 1, result = 0;
    int fd = socket(address->ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return errno;
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on); /* old connections in TIME-WAIT do no harm */
    if (address->ss_family == AF_INET6)
        setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
    if (bind(fd, (struct sockaddr *)&bound, size) < 0 ||
        getsockname(fd, (struct sockaddr *)&bound, &size) < 0)
        result = errno;
    else
        *port = transport_address_port((struct sockaddr *)&bound);
    close(fd);
    return result;
}

/* An address that is not of this machine cannot be bound; then there is nothing to find out. */
static bool is_taken(const struct sockaddr_storage *address)
{
    unsigned port;
    return try_bind(address, &port) == EADDRINUSE;
}

static bool choose_port(struct transport_addresses *addresses)
{
    for (int i = 0; i < PORT_TRIES; i++) {
        unsigned port = 0;
        transport_address_set_port(&addresses->at[0], 0);
        if (try_bind(&addresses->at[0], &port) != 0)
            return false;
        bool taken = false;
        for (size_t j = 0; j < addresses->count; j++) {
            transport_address_set_port(&addresses->at[j], port);
            taken = taken || is_taken(&addresses->at[j]);
        }
        if (!taken)
            return true;
    }
    return false;
}

/* The command with every `hole` filled; NULL when it becomes too long or memory is out. */
static char *fill_in(const char *command, const char *hole, const char *filling)
{
    struct text_buffer made = {.cap = COMMAND_MAX};
    const char *place;
    for (; (place = strstr(command, hole)) != NULL; command = place + strlen(hole)) {
        text_append(&made, command, (size_t)(place - command));
        text_print(&made, "%s", filling);
    }
    text_print(&made, "%s", command);
    if (!made.failed)
        return made.text;
    text_free(&made);
    return NULL;
}

static char *make_command(const struct target_process_config *config,
                          const struct transport_addresses *addresses)
{
    char port[16];
    if (config->url != NULL) {
        char page[TRANSPORT_TEXT_MAX];
        snprintf(page, sizeof page, "http%s/", config->url + strlen("ws"));
        char *with_url = fill_in(config->command, "{url}", config->url);
        char *whole = with_url == NULL ? NULL : fill_in(with_url, "{http}", page);
        free(with_url);
        return whole;
    }
    snprintf(port, sizeof port, "%u", transport_address_port((const struct sockaddr *)&addresses->at[0]));
    return fill_in(config->command, "{port}", port);
}

/* Chooses the port if that is open. False with the reason in `error`. */
static bool find_place(const struct target_process_config *config, struct transport_addresses *addresses,
                       char error[TRANSPORT_TEXT_MAX])
{
    char where[TRANSPORT_ADDRESS_TEXT_MAX];
    if (addresses->count == 0) {
        snprintf(error, TRANSPORT_TEXT_MAX, "the target has no address");
        return false;
    }
    if (transport_address_port((struct sockaddr *)&addresses->at[0]) == 0) {
        if (strstr(config->command, "{port}") == NULL) {
            snprintf(error, TRANSPORT_TEXT_MAX,
                     "the command has no {port}, so that it cannot know where to listen");
            return false;
        }
        transport_address_text(where, (struct sockaddr *)&addresses->at[0]);
        if (!choose_port(addresses)) {
            snprintf(error, TRANSPORT_TEXT_MAX, "no port is free for the target at %s", where);
            return false;
        }
    }
    for (size_t i = 0; i < addresses->count; i++) {
        if (is_taken(&addresses->at[i])) {
            transport_address_text(where, (struct sockaddr *)&addresses->at[i]);
            snprintf(error, TRANSPORT_TEXT_MAX, "another process listens on %s already", where);
            return false;
        }
    }
    return true;
}

struct target_process *target_process_new(uv_loop_t *loop, const struct target_process_config *config,
                                          const struct target_process_events *events, void *context,
                                          char error[TRANSPORT_TEXT_MAX])
{
    struct transport_addresses addresses = config->addresses;
    if (config->url == NULL && !find_place(config, &addresses, error))
        return NULL;
    struct target_process *target = calloc(1, sizeof *target);
    if (target != NULL) {
        target->command = make_command(config, &addresses);
        target->log_file = strdup(config->log_file);
    }
    if (target == NULL || target->command == NULL || target->log_file == NULL) {
        if (target != NULL) {
            free(target->command);
            free(target->log_file);
        }
        free(target);
        snprintf(error, TRANSPORT_TEXT_MAX, "the command is longer than %d octets, or memory is out",
                 COMMAND_MAX);
        return NULL;
    }
    target->loop = loop;
    target->events = events;
    target->context = context;
    target->addresses = addresses;
    target->ready_within = config->ready_within;
    target->is_client = config->url != NULL;
    target->lifeline = -1;
    uv_timer_init(loop, &target->timer);
    target->timer.data = target;
    target->process.data = target;
    return target;
}

unsigned target_process_port(const struct target_process *target)
{
    return transport_address_port((const struct sockaddr *)&target->addresses.at[0]);
}

bool target_process_was_killed(const struct target_process *target)
{
    return target->was_killed;
}

pid_t target_process_group(const struct target_process *target)
{
    return target->group;
}

/* ---- The end ---- */

/* All three handles must be closed. */
static void free_when_closed(struct target_process *target)
{
    if (!target->timer_closed || target->attempt != NULL || target->alive)
        return;
    target->events->closed(target->context);
    free(target->command);
    free(target->log_file);
    free(target);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct target_process *target = handle->data;
    target->timer_closed = true;
    free_when_closed(target);
}

static void close_idle(struct target_process *target)
{
    if (target->attempt != NULL)
        transport_close(target->attempt);
    uv_close((uv_handle_t *)&target->timer, on_timer_closed);
}

/* Neither the process nor its group is there any more. */
static void become_idle(struct target_process *target)
{
    kill(-target->group, SIGKILL); /* whoever is left */
    close(target->lifeline);
    target->lifeline = -1;
    target->state = IDLE;
    uv_timer_stop(&target->timer);
    if (target->attempt != NULL)
        transport_close(target->attempt);
    if (target->close_asked)
        close_idle(target);
    else if (target->text[0] != '\0')
        target->events->died(target->context, target, target->text);
    else
        target->events->stopped(target->context, target);
}

static void on_process_closed(uv_handle_t *handle)
{
    struct target_process *target = handle->data;
    target->alive = false;
    if (target->state == STARTING || target->state == RUNNING)
        become_idle(target);
    else /* STOPPING waits for the rest of the group too */
        free_when_closed(target);
}

static void on_process_exit(uv_process_t *process, int64_t status, int signal_number)
{
    struct target_process *target = process->data;
    const char *when = target->state == STARTING ? " before it accepted a connection" : "";
    bool by_shell = status > 128 && status <= 128 + 64; /* how a shell tells of what it waited for */
    target->was_killed = signal_number != 0 || by_shell;
    if (target->state == STOPPING)
        ; /* the reason is known */
    else if (signal_number != 0)
        snprintf(target->text, sizeof target->text, "was killed by signal %d (%s)%s", signal_number,
                 strsignal(signal_number), when);
    else if (by_shell)
        snprintf(target->text, sizeof target->text, "exited with status %d (128 + signal %d, %s)%s",
                 (int)status, (int)status - 128, strsignal((int)status - 128), when);
    else
        snprintf(target->text, sizeof target->text, "exited with status %d%s", (int)status, when);
    uv_close((uv_handle_t *)process, on_process_closed);
}

static void on_timer(uv_timer_t *timer);

static void begin_stop(struct target_process *target)
{
    target->state = STOPPING;
    target->killed = false;
    uv_update_time(target->loop);
    target->until = uv_now(target->loop) + KILL_AFTER;
    kill(-target->group, SIGTERM);
    uv_timer_start(&target->timer, on_timer, 0, POLL_EVERY);
}

/* Takes leave of the group's members that the kernel has made our children. The leader is libuv's to reap:
 * only to be called when the process is not alive. */
static void reap_group(const struct target_process *target)
{
    while (target->group > 0 && waitpid(-target->group, NULL, WNOHANG) > 0)
        continue;
}

static void go_on_stopping(struct target_process *target)
{
    bool gone = false;
    if (!target->alive) {
        reap_group(target);
        gone = kill(-target->group, 0) < 0;
    }
    if (!gone && !target->killed && uv_now(target->loop) >= target->until) {
        kill(-target->group, SIGKILL);
        target->killed = true;
    }
    /* After SIGKILL nothing in the group runs, reaped or not. */
    if (gone || (target->killed && !target->alive))
        become_idle(target);
}

void target_process_stop(struct target_process *target)
{
    target->text[0] = '\0';
    if (target->state == STARTING || target->state == RUNNING)
        begin_stop(target);
}

void target_process_close(struct target_process *target)
{
    target->close_asked = true;
    if (target->state == IDLE)
        close_idle(target);
    else
        target_process_stop(target);
}

/* ---- The start ---- */

static void on_attempt_opened(void *context, struct transport *transport)
{
    struct target_process *target = context;
    size_t address = target->attempt_address;
    transport_close(transport);
    if (target->state != STARTING)
        return;
    target->state = RUNNING;
    uv_timer_stop(&target->timer);
    target->events->ready(target->context, target, (struct sockaddr *)&target->addresses.at[address]);
}

static void on_attempt_ended(void *context, struct transport *transport, enum transport_end end,
                             const char *text)
{
    (void)context;
    (void)end;
    (void)text;
    transport_close(transport);
}

static void on_attempt_received(void *context, struct transport *transport, const uint8_t *octets,
                                size_t size)
{
    (void)context;
    (void)transport;
    (void)octets;
    (void)size;
}

static void on_attempt_writable(void *context, struct transport *transport)
{
    (void)context;
    (void)transport;
}

static void on_attempt_closed(void *context, struct transport *transport)
{
    struct target_process *target = context;
    (void)transport;
    target->attempt = NULL;
    target->attempt_address = (target->attempt_address + 1) % target->addresses.count;
    free_when_closed(target);
}

static const struct transport_events attempt_events = {
    .opened = on_attempt_opened,
    .received = on_attempt_received,
    .writable = on_attempt_writable,
    .ended = on_attempt_ended,
    .closed = on_attempt_closed,
};

static void go_on_starting(struct target_process *target)
{
    char where[TRANSPORT_ADDRESS_TEXT_MAX];
    if (uv_now(target->loop) >= target->until) {
        transport_address_text(where, (struct sockaddr *)&target->addresses.at[0]);
        snprintf(target->text, sizeof target->text, "did not accept a connection at %s within %u ms", where,
                 target->ready_within);
        begin_stop(target);
    } else if (target->attempt == NULL && target->alive) {
        target->attempt =
            transport_connect(target->loop, (struct sockaddr *)&target->addresses.at[target->attempt_address],
                              NULL, NULL, &attempt_events, target);
    }
}

static void on_timer(uv_timer_t *timer)
{
    struct target_process *target = timer->data;
    if (target->state == STARTING)
        go_on_starting(target);
    else if (target->state == STOPPING)
        go_on_stopping(target);
}

/* Spawns; the descriptors are the caller's. */
static int spawn(struct target_process *target, int log, int lifeline_end)
{
    char *arguments[] = {"/bin/sh", "-c", (char *)guard_script, "sh", target->command, NULL};
    uv_stdio_container_t descriptors[] = {
        {.flags = UV_IGNORE},
        {.flags = UV_INHERIT_FD, .data.fd = log},
        {.flags = UV_INHERIT_FD, .data.fd = log},
        {.flags = UV_INHERIT_FD, .data.fd = lifeline_end},
    };
    uv_process_options_t options = {
        .exit_cb = on_process_exit,
        .file = "/bin/sh",
        .args = arguments,
        .flags = UV_PROCESS_DETACHED, /* setsid: a session and a process group of its own */
        .stdio = descriptors,
        .stdio_count = sizeof descriptors / sizeof *descriptors,
    };
    return uv_spawn(target->loop, &target->process, &options);
}

bool target_process_start(struct target_process *target, char error[TRANSPORT_TEXT_MAX])
{
    int lifeline[2];
    if (target->state != IDLE || target->alive || target->close_asked) {
        snprintf(error, TRANSPORT_TEXT_MAX, "the target runs already");
        return false;
    }
    reap_group(target); /* what was killed when it died the last time */
    int log = open(target->log_file, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0644);
    if (log < 0) {
        snprintf(error, TRANSPORT_TEXT_MAX, "cannot write %.200s: %s", target->log_file, strerror(errno));
        return false;
    }
    if (pipe2(lifeline, O_CLOEXEC) < 0) {
        snprintf(error, TRANSPORT_TEXT_MAX, "cannot start the target: %s", strerror(errno));
        close(log);
        return false;
    }
    /* What the target's processes leave behind becomes our child, not that of process 1, which may reap late
     * or never. */
    prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    int failed = spawn(target, log, lifeline[0]);
    close(log);
    close(lifeline[0]);
    if (failed < 0) {
        snprintf(error, TRANSPORT_TEXT_MAX, "cannot start the target: %s", uv_strerror(failed));
        close(lifeline[1]);
        target->alive = true; /* the handle is, until it is closed */
        uv_close((uv_handle_t *)&target->process, on_process_closed);
        return false;
    }
    target->lifeline = lifeline[1];
    target->group = target->process.pid;
    target->alive = true;
    target->text[0] = '\0';
    target->state = target->is_client ? RUNNING : STARTING;
    if (target->is_client)
        return true;
    uv_update_time(target->loop); /* it may have stood still outside of uv_run */
    target->until = uv_now(target->loop) + target->ready_within;
    uv_timer_start(&target->timer, on_timer, 0, POLL_EVERY);
    return true;
}
