/* SPDX-License-Identifier: MIT */
/* The endpoint (RFC 6455 4-7): its life, its three inlets (octets, end of stream, time) and what can be asked
 * of it. What happens in each state stands in the files that endpoint.h lists. */
#include "reference/faulty.h"

#include <stdlib.h>

enum { OUTPUT_LIMIT_DEFAULT = 128 << 20, CLOSE_TIMEOUT_DEFAULT = 5000 };

struct ws_endpoint *ws_endpoint_new(const struct ws_endpoint_config *config, ws_time now)
{
    bool unmasks = config->role == WS_SERVER || config->fault != WS_NO_FAULT;
    size_t scratch = unmasks ? ENDPOINT_SCRATCH : 0;
    struct ws_endpoint *endpoint = calloc(1, sizeof *endpoint + scratch);
    if (endpoint == NULL)
        return NULL;
    endpoint->config = *config;
    struct ws_endpoint_config *own = &endpoint->config;
    if (own->head_limits.size == 0)
        own->head_limits.size = ws_head_limits_default.size;
    if (own->head_limits.fields == 0)
        own->head_limits.fields = ws_head_limits_default.fields;
    if (own->head_limits.start_line == 0)
        own->head_limits.start_line = ws_head_limits_default.start_line;
    if (own->output_limit == 0)
        own->output_limit = OUTPUT_LIMIT_DEFAULT;
    if (own->close_timeout == 0)
        own->close_timeout = CLOSE_TIMEOUT_DEFAULT;
    endpoint->state = WS_CONNECTING;
    endpoint->deadline = own->open_timeout == 0 ? WS_NEVER : endpoint_after(now, own->open_timeout);
    ws_judge_init(&endpoint->judge, own->role == WS_SERVER ? WS_CLIENT : WS_SERVER, 0);
    if ((ws_fault_binds(own->fault, own->role) && !fault_seed(endpoint)) ||
        (own->role == WS_CLIENT && !endpoint_put_request(endpoint))) {
        ws_endpoint_free(endpoint);
        return NULL;
    }
    return endpoint;
}

void ws_endpoint_free(struct ws_endpoint *endpoint)
{
    if (endpoint == NULL)
        return;
    endpoint_head_free(endpoint);
    endpoint_deflate_free(endpoint);
    ws_output_discard(&endpoint->output);
    fault_forget(endpoint->fault);
    free(endpoint->fault);
    free(endpoint);
}

size_t ws_endpoint_receive(struct ws_endpoint *endpoint, ws_time now, const uint8_t *octets, size_t size,
                           struct ws_event *event)
{
    *event = (struct ws_event){.kind = WS_EVENT_NONE};
    if (endpoint->pending_failure != WS_NO_VIOLATION) {
        enum ws_violation violation = endpoint->pending_failure;
        endpoint->pending_failure = WS_NO_VIOLATION;
        endpoint_fail(endpoint, now, violation, event);
        return 0;
    }
    if (endpoint->pending_end) {
        endpoint_end(endpoint, event);
        return 0;
    }
    if (endpoint->deaf)
        return size;
    if (endpoint->state == WS_CONNECTING)
        return endpoint_receive_head(endpoint, now, octets, size, event);
    return endpoint_receive_frames(endpoint, now, octets, size, event);
}

void ws_endpoint_receive_end(struct ws_endpoint *endpoint, ws_time now, struct ws_event *event)
{
    *event = (struct ws_event){.kind = WS_EVENT_NONE};
    if (endpoint->state == WS_CLOSED && !endpoint->pending_end)
        return;
    if (endpoint->fault != NULL)
        fault_stream_ended(endpoint);
    endpoint_end(endpoint, event);
    /* The peer may have closed its half only and still take what waits; but not for ever. */
    if (ws_output_size(&endpoint->output) > 0)
        endpoint->deadline = endpoint_after(now, endpoint->config.close_timeout);
}

void ws_endpoint_tick(struct ws_endpoint *endpoint, ws_time now, struct ws_event *event)
{
    *event = (struct ws_event){.kind = WS_EVENT_NONE};
    if (now < endpoint->deadline)
        return;
    if (endpoint->progress) { /* slow, but not dead */
        endpoint->progress = false;
        endpoint->deadline = endpoint_after(now, endpoint->config.close_timeout);
        return;
    }
    endpoint->deadline = WS_NEVER;
    ws_output_discard(&endpoint->output);
    if (endpoint->state != WS_CLOSED || endpoint->pending_end)
        endpoint_end(endpoint, event);
}

ws_time ws_endpoint_deadline(const struct ws_endpoint *endpoint)
{
    if (endpoint->fault != NULL && fault_keeps_tcp(endpoint))
        return WS_NEVER;
    return endpoint->deadline;
}

struct ws_octets ws_endpoint_output(const struct ws_endpoint *endpoint)
{
    const struct ws_output *output = &endpoint->output;
    size_t size = ws_output_size(output);
    return (struct ws_octets){.at = size == 0 ? NULL : output->at + output->start, .size = size};
}

void ws_endpoint_output_taken(struct ws_endpoint *endpoint, size_t size)
{
    ws_output_take(&endpoint->output, size);
    bool left = ws_output_size(&endpoint->output) > 0;
    if (endpoint->state == WS_CLOSING || endpoint->state == WS_CLOSED) {
        endpoint->progress = endpoint->draining || left;
        endpoint->draining = left;
    }
    if (endpoint->pong_waits) {
        endpoint->pong_waits = false;
        endpoint_put_pong(endpoint, (struct ws_octets){endpoint->pong, endpoint->pong_size});
    }
}

enum ws_state ws_endpoint_state(const struct ws_endpoint *endpoint)
{
    return endpoint->state;
}

const struct ws_deflate_parameters *ws_endpoint_deflate(const struct ws_endpoint *endpoint)
{
    return endpoint->deflate == NULL ? NULL : &endpoint->deflate->agreed;
}

const char *ws_endpoint_subprotocol(const struct ws_endpoint *endpoint)
{
    return endpoint->subprotocol;
}
