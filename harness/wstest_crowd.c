/* SPDX-License-Identifier: MIT */
/* wstest_crowd.c: modes massconnect, which opens many connections to a server and holds them, and
 * broadcastclient, which is one of many who hear what each of them says. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include "harness/conversation.h"
#include "harness/echo_client.h"
#include "harness/ws_url.h"
#include "harness/wstest.h"
#include "harness/wstest_crowd_spec.h"

/* One of many connections. */
struct member {
    struct crowd *crowd;
    struct echo_client *client; /* NULL: none */
};

/* A server, and the connections to it. */
struct crowd {
    uv_loop_t *loop;
    const struct wstest_crowd_spec *spec;
    struct ws_url url;
    struct transport_addresses addresses;
    struct transport_tls *tls;
    struct ws_request request;
    struct echo_client_config client;
    uv_timer_t timer;
    const char *name;
    run_time began;
    struct member *members;       /* massconnect: as many as are wanted */
    unsigned wanted, begun, open; /* connections: in all, under way or open, open */
    bool complete, closing;
};

/* Somebody wants us to end. */
struct watch {
    uv_signal_t signals[2];
    bool interrupted;
};

static void on_signal(uv_signal_t *signals, int number)
{
    (void)number;
    ((struct watch *)signals->data)->interrupted = true;
}

static void begin_watch(struct watch *watch, uv_loop_t *loop)
{
    for (size_t i = 0; i < 2; i++) {
        uv_signal_init(loop, &watch->signals[i]);
        watch->signals[i].data = watch;
        uv_signal_start(&watch->signals[i], on_signal, i == 0 ? SIGINT : SIGTERM);
    }
}

static void end_watch(struct watch *watch)
{
    for (size_t i = 0; i < 2; i++)
        uv_close((uv_handle_t *)&watch->signals[i], NULL);
}

/* Parses and resolves a URI. False with the reason printed. */
static bool find_server(struct crowd *crowd, const char *uri)
{
    char error[TRANSPORT_TEXT_MAX];
    const struct transport_tls_config insecure = {.insecure = true};
    bool found = ws_url_parse(&crowd->url, uri, error) &&
                 transport_resolve(&crowd->addresses, crowd->url.host, crowd->url.port, error);
    if (found && crowd->url.secure)
        found = (crowd->tls = transport_tls_client(&insecure, error)) != NULL;
    if (!found)
        printf("%s\n", error);
    crowd->request = (struct ws_request){.host = crowd->url.authority, .target = crowd->url.target};
    crowd->client = (struct echo_client_config){.address = (const struct sockaddr *)&crowd->addresses.at[0],
                                                .tls = crowd->tls,
                                                .server_name = crowd->url.host,
                                                .request = &crowd->request,
                                                .context = crowd};
    return found;
}

/* ---- massconnect ---- */

static void begin_batch(uv_timer_t *timer);

static void on_crowd_opened(void *context)
{
    struct crowd *crowd = ((struct member *)context)->crowd;
    crowd->open++;
    if (crowd->open < crowd->wanted || crowd->complete)
        return;
    crowd->complete = true;
    printf("%u connections to %s are open, after %llu ms\n", crowd->open, crowd->name,
           (unsigned long long)(conversation_now() - crowd->began) / 1000);
    fflush(stdout);
}

/* One that could not be opened, or was ended, is opened again a little later. */
static void on_crowd_ended(void *context, const struct echo_client_end *end)
{
    struct member *member = context;
    struct crowd *crowd = member->crowd;
    member->client = NULL;
    crowd->begun--;
    crowd->open -= end->opened && crowd->open > 0;
    if (!crowd->closing && !uv_is_active((uv_handle_t *)&crowd->timer))
        uv_timer_start(&crowd->timer, begin_batch, crowd->spec->retry_delay, 0);
}

static void begin_batch(uv_timer_t *timer)
{
    struct crowd *crowd = timer->data;
    unsigned left = crowd->spec->batch_size;
    for (unsigned i = 0; i < crowd->wanted && left > 0; i++) {
        struct member *member = &crowd->members[i];
        if (member->client != NULL)
            continue;
        member->crowd = crowd;
        crowd->client.context = member;
        member->client = echo_client_connect(crowd->loop, &crowd->client);
        crowd->begun += member->client != NULL;
        left--;
    }
    if (crowd->begun < crowd->wanted)
        uv_timer_start(timer, begin_batch, crowd->spec->batch_delay, 0);
}

/* Each connection is a file descriptor. */
static void raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

/* Opens the connections to one server. False when that is not possible. */
static bool gather(struct crowd *crowd, size_t index, const struct watch *watch)
{
    const struct wstest_crowd_spec *spec = crowd->spec;
    crowd->name = spec->servers[index].name;
    crowd->wanted = spec->connections;
    crowd->members = calloc(crowd->wanted, sizeof *crowd->members);
    if (crowd->members == NULL || !find_server(crowd, spec->servers[index].uri))
        return false;
    crowd->client.opened = on_crowd_opened;
    crowd->client.ended = on_crowd_ended;
    printf("Connecting to %s: %u connections, %u at once\n", crowd->name, crowd->wanted, spec->batch_size);
    fflush(stdout);
    crowd->began = conversation_now();
    begin_batch(&crowd->timer);
    while (!crowd->complete && !watch->interrupted)
        uv_run(crowd->loop, UV_RUN_ONCE);
    return true;
}

static void disperse(struct crowd *crowd)
{
    crowd->closing = true;
    uv_close((uv_handle_t *)&crowd->timer, NULL);
    for (unsigned i = 0; crowd->members != NULL && i < crowd->wanted; i++) {
        if (crowd->members[i].client != NULL)
            echo_client_close(crowd->members[i].client);
    }
}

int wstest_mass_connect(const struct wstest_crowd_spec *spec)
{
    uv_loop_t loop;
    struct crowd *crowds = calloc(spec->server_count + 1, sizeof *crowds);
    struct watch watch = {0};
    bool found = true;
    size_t count = 0;
    if (crowds == NULL || uv_loop_init(&loop) != 0) {
        printf("out of memory or of file descriptors\n");
        free(crowds);
        return 1;
    }
    raise_limit();
    begin_watch(&watch, &loop);
    while (count < spec->server_count && found && !watch.interrupted) {
        struct crowd *crowd = &crowds[count];
        crowd->loop = &loop;
        crowd->spec = spec;
        uv_timer_init(&loop, &crowd->timer);
        crowd->timer.data = crowd;
        found = gather(crowd, count++, &watch);
    }
    while (found && !watch.interrupted) /* they are held until somebody ends us */
        uv_run(&loop, UV_RUN_ONCE);
    end_watch(&watch);
    for (size_t i = 0; i < count; i++)
        disperse(&crowds[i]);
    uv_run(&loop, UV_RUN_DEFAULT);
    for (size_t i = 0; i < count; i++) {
        transport_tls_free(crowds[i].tls);
        free(crowds[i].members);
    }
    uv_loop_close(&loop);
    free(crowds);
    return found ? 0 : 1;
}

/* ---- broadcastclient ---- */

static void on_heard(void *context, struct ws_octets text, bool last)
{
    (void)context;
    fwrite(text.at, 1, text.size, stdout);
    if (last)
        putchar('\n');
    fflush(stdout);
}

static void on_listener_ended(void *context, const struct echo_client_end *end)
{
    struct crowd *crowd = context;
    if (!end->connected && !crowd->closing)
        printf("Connection to %s failed (%s)\n", crowd->name, end->why);
    crowd->complete = true;
}

int wstest_broadcast_client(const struct wstest_options *options)
{
    uv_loop_t loop;
    struct crowd crowd = {.loop = &loop, .name = options->uri};
    struct watch watch = {0};
    if (uv_loop_init(&loop) != 0) {
        printf("out of memory or of file descriptors\n");
        return 1;
    }
    begin_watch(&watch, &loop);
    bool found = find_server(&crowd, options->uri);
    crowd.client.greeting = options->ident == NULL ? "Hello from Wringer" : options->ident;
    crowd.client.heard = on_heard;
    crowd.client.ended = on_listener_ended;
    struct echo_client *client = found ? echo_client_connect(&loop, &crowd.client) : NULL;
    while (client != NULL && !crowd.complete && !watch.interrupted)
        uv_run(&loop, UV_RUN_ONCE);
    end_watch(&watch);
    crowd.closing = true;
    if (client != NULL && !crowd.complete)
        echo_client_close(client);
    uv_run(&loop, UV_RUN_DEFAULT);
    transport_tls_free(crowd.tls);
    uv_loop_close(&loop);
    return client == NULL ? 1 : 0;
}
