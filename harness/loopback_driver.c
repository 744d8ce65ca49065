/* SPDX-License-Identifier: MIT */
/* loopback_driver.c: a server, a client's TLS that believes it, and a runner between them. */
#include "harness/loopback_driver.h"

#include <stdio.h>

#include "harness/echo_server.h"

/* All that is needed besides the loop; NULL where it could not be had. */
struct parts {
    struct transport_tls *server_tls, *client_tls;
    struct echo_server *server;
    struct runner *runner;
};

static bool open_parts(struct parts *parts, uv_loop_t *loop, const struct run_settings *settings,
                       enum ws_fault fault, char error[TRANSPORT_TEXT_MAX])
{
    const struct transport_tls_config trusting = {.insecure = true};
    struct echo_server_config config = {
        .subprotocols = settings->subprotocols, .deflate = {.enabled = true}, .fault = fault};
    parts->client_tls = transport_tls_client(&trusting, error);
    parts->server_tls = transport_tls_throwaway(error);
    if (parts->client_tls == NULL || parts->server_tls == NULL ||
        !transport_resolve(&config.addresses, "127.0.0.1", 0, error))
        return false;
    transport_tls_seed(parts->server_tls, fault);
    config.tls = parts->server_tls;
    parts->server = echo_server_open(loop, &config, error);
    if (parts->server == NULL)
        return false;
    parts->runner = runner_new(loop);
    if (parts->runner == NULL)
        snprintf(error, TRANSPORT_TEXT_MAX, "out of memory");
    return parts->runner != NULL;
}

static void close_parts(struct parts *parts, uv_loop_t *loop)
{
    runner_free(parts->runner);
    if (parts->server != NULL)
        echo_server_close(parts->server);
    uv_run(loop, UV_RUN_DEFAULT);
    transport_tls_free(parts->server_tls);
    transport_tls_free(parts->client_tls);
}

bool loopback_run(const struct run_settings *settings, enum ws_fault fault, const struct runner_item *items,
                  size_t count, runner_ended *ended, void *context, char error[TRANSPORT_TEXT_MAX])
{
    static const bool never = false;
    uv_loop_t loop;
    struct parts parts = {0};
    if (uv_loop_init(&loop) != 0) {
        snprintf(error, TRANSPORT_TEXT_MAX, "out of memory or of file descriptors");
        return false;
    }
    bool done = open_parts(&parts, &loop, settings, fault, error);
    if (done) {
        struct runner_target target = {.address = echo_server_addresses(parts.server)->at[0],
                                       .tls = parts.client_tls,
                                       .server_name = "localhost",
                                       .interrupted = &never};
        runner_batch(parts.runner, &target, settings, items, count, RUNNER_JOBS_MAX, ended, context);
    }
    close_parts(&parts, &loop);
    uv_loop_close(&loop);
    return done;
}
