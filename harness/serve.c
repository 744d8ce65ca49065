/* SPDX-License-Identifier: MIT */
/* serve.c: connections from the first octet to the last: reads the request's head, and gives the connection a
 * case, an answer or a page. */
#include "harness/serve_connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HEAD_PATIENCES = 2, PATIENT_GRACES = 2 };

const struct case_instance *serve_instance(const struct serve *serve, size_t instance)
{
    return &serve->config.book->recorder->plan->instances[instance];
}

/* ---- The end of a connection ---- */

static void free_when_closed(struct serve_connection *connection)
{
    struct serve *serve = connection->serve;
    if (--connection->open_handles > 0)
        return;
    const struct serve_route *route = &connection->route;
    bool stops =
        connection->state == SERVE_ANSWER && connection->answered &&
        (route->kind == ROUTE_STOP_SERVER || (route->kind == ROUTE_UPDATE_REPORTS && route->shutdown));
    if (connection->previous != NULL)
        connection->previous->next = connection->next;
    else
        serve->connections = connection->next;
    if (connection->next != NULL)
        connection->next->previous = connection->previous;
    ws_endpoint_free(connection->endpoint);
    free(connection->head);
    free(connection);
    if (stops && !serve->closing)
        serve->config.events->stop(serve->config.context);
    else if (serve->closing && serve->connections == NULL)
        free(serve);
}

static void on_timer_closed(uv_handle_t *timer)
{
    free_when_closed(timer->data);
}

static void on_conversation_closed(uv_handle_t *timer)
{
    struct conversation *conversation = timer->data;
    free_when_closed(conversation->context);
}

static void on_closed(void *context, struct transport *transport)
{
    struct serve_connection *connection = context;
    (void)transport;
    connection->transport = NULL;
    free_when_closed(connection);
}

void serve_connection_close(struct serve_connection *connection)
{
    if (connection->closing)
        return;
    connection->closing = true;
    serve_http_close(connection);
    if (connection->conversation.run != NULL) {
        connection->serve->running--;
        conversation_drop(&connection->conversation);
    }
    if (connection->transport != NULL) /* the conversation may have reset it */
        transport_close(connection->transport);
    uv_close((uv_handle_t *)&connection->timer, on_timer_closed);
    conversation_close(&connection->conversation, on_conversation_closed);
}

/* ---- A case ---- */

/* Who waits for the result of a case is answered. */
static void wake_waiting(struct serve *serve)
{
    for (struct serve_connection *c = serve->connections; c != NULL; c = c->next) {
        if (c->state == SERVE_ANSWER && !c->closing)
            serve_answer_wake(c);
    }
}

void serve_updated(struct serve *serve, unsigned ticket)
{
    serve->updated = ticket;
    wake_waiting(serve);
}

static void on_over(void *context, struct run *run, run_time now)
{
    struct serve_connection *connection = context;
    struct serve *serve = connection->serve;
    (void)now;
    serve->running--;
    serve_book_ended(serve->config.book, connection->agent, connection->instance, run);
    serve_connection_close(connection);
    wake_waiting(serve);
    serve->config.events->moved(serve->config.context);
}

static void begin_case(struct serve_connection *connection)
{
    struct serve *serve = connection->serve;
    const struct plan *plan = serve->config.book->recorder->plan;
    const struct case_definition *definition = plan->instances[connection->instance].definition;
    enum case_level level = plan_level(plan, definition);
    if (definition->derived && serve->config.derived_non_strict && level == LEVEL_MUST)
        level = LEVEL_SHOULD;
    run_time now = conversation_now();
    const struct run_settings *settings =
        serve->config.book->confirming ? &serve->patient : serve->config.settings;
    struct run *run = run_new(&plan->instances[connection->instance], level, settings, now);
    if (run == NULL) {
        serve_http_refuse(connection, 500, "out of memory");
        return;
    }
    if (serve->by_number) /* one client asks for all: it has survived what ended before */
        serve_book_release(serve->config.book);
    connection->agent->results[connection->instance].begun = true;
    connection->state = SERVE_CASE;
    serve->running++;
    serve->given++;
    uv_timer_stop(&connection->timer);
    if (serve->config.events->begins != NULL) {
        struct sockaddr_storage address;
        char peer[TRANSPORT_ADDRESS_TEXT_MAX] = "";
        if (transport_peer(connection->transport, &address))
            transport_address_text(peer, (const struct sockaddr *)&address);
        serve->config.events->begins(serve->config.context, connection->agent->name,
                                     serve_instance(serve, connection->instance), peer);
    }
    conversation_begin(&connection->conversation, run, connection->transport);
    conversation_opened(&connection->conversation, connection->transport);
    conversation_received(&connection->conversation, connection->transport, connection->head,
                          connection->have);
    serve->config.events->moved(serve->config.context);
}

/* ---- The request ---- */

/* The target of a request line, as well as it can be told. */
static struct ws_octets request_target(const uint8_t *head, size_t size)
{
    const uint8_t *line_end = memchr(head, '\n', size);
    size_t length = line_end == NULL ? size : (size_t)(line_end - head);
    const uint8_t *begin = memchr(head, ' ', length);
    if (begin == NULL)
        return ws_octets_of("/");
    begin++;
    size_t left = length - (size_t)(begin - head);
    const uint8_t *end = memchr(begin, ' ', left);
    return (struct ws_octets){begin, end == NULL ? left : (size_t)(end - begin)};
}

/* The name of a client that gives none: what it calls itself in its request. */
static void name_agent(char out[SERVE_AGENT_MAX], const struct ws_head *request)
{
    const struct ws_octets *name = request == NULL ? NULL : ws_head_find(request, "User-Agent", NULL);
    if (name == NULL || name->size == 0)
        snprintf(out, SERVE_AGENT_MAX, "client");
    else
        snprintf(out, SERVE_AGENT_MAX, "%.*s", (int)(name->size < 200 ? name->size : 200),
                 (const char *)name->at);
}

/* A connection that is to carry a case. */
static void route_case(struct serve_connection *connection, const struct ws_head *request)
{
    struct serve_book *book = connection->serve->config.book;
    struct serve_route *route = &connection->route;
    bool next = route->kind == ROUTE_NEXT_CASE;
    if (next)
        name_agent(route->agent, request);
    connection->serve->by_number |= !next;
    connection->instance = next ? SERVE_NO_CASE : serve_book_find(book, route);
    if (!next && connection->instance == SERVE_NO_CASE) {
        serve_http_refuse(connection, 500, "there is no such case");
        return;
    }
    connection->agent =
        serve_book_agent(book, route->agent, (struct ws_octets){connection->head, connection->have});
    if (connection->agent == NULL) {
        serve_http_refuse(connection, 500,
                          book->failed ? book->error : "too many clients have been tested already");
        return;
    }
    if (next)
        connection->instance = serve_book_next(book, connection->agent);
    const struct serve_config *config = &connection->serve->config;
    if (connection->instance == SERVE_NO_CASE) {
        serve_http_refuse(connection, 410, "no case is left");
    } else if (config->events->skips != NULL &&
               config->events->skips(config->context, connection->agent->name,
                                     serve_instance(connection->serve, connection->instance))) {
        connection->agent->results[connection->instance].begun = true;
        serve_answer_begin(connection, connection->head, connection->have);
    } else {
        begin_case(connection);
    }
}

/* The head is there, or as much of it as will come. */
static void take_request(struct serve_connection *connection)
{
    struct ws_head head = {0};
    enum ws_violation violation;
    bool whole = ws_head_parse(&head, WS_HEAD_REQUEST, (struct ws_octets){connection->head, connection->have},
                               0, &ws_head_limits_default, &violation) == WS_HEAD_COMPLETE;
    const struct ws_head *request = whole ? &head : NULL;
    if (whole && ws_head_find(&head, "Upgrade", NULL) == NULL &&
        ws_head_find(&head, "Sec-WebSocket-Key", NULL) == NULL) {
        serve_http_answer(connection, request);
        return;
    }
    serve_route_read(&connection->route,
                     whole ? head.target : request_target(connection->head, connection->have));
    switch (connection->route.kind) {
    case ROUTE_RUN_CASE:
    case ROUTE_NEXT_CASE:
        route_case(connection, request);
        break;
    case ROUTE_CASE_INFO:
    case ROUTE_CASE_STATUS:
        connection->instance = serve_book_find(connection->serve->config.book, &connection->route);
        if (connection->instance == SERVE_NO_CASE) {
            serve_http_refuse(connection, 500, "there is no such case");
            break;
        }
        serve_answer_begin(connection, connection->head, connection->have);
        break;
    case ROUTE_CASE_COUNT:
    case ROUTE_UPDATE_REPORTS:
    case ROUTE_STOP_SERVER:
        connection->serve->by_number = true;
        serve_answer_begin(connection, connection->head, connection->have);
        break;
    case ROUTE_WRONG:
        serve_http_refuse(connection, 500, connection->route.wrong);
        break;
    }
}

/* Collects the head; what does not end in time, or at all, is for a run to judge. */
static void read_head(struct serve_connection *connection, const uint8_t *octets, size_t size)
{
    size_t room = SERVE_HEAD_MAX - connection->have;
    size_t taken = size < room ? size : room;
    memcpy(connection->head + connection->have, octets, taken);
    size_t from = connection->have < 3 ? 0 : connection->have - 3;
    connection->have += taken;
    bool ends = memmem(connection->head + from, connection->have - from, "\r\n\r\n", 4) != NULL;
    if (!ends && connection->have < SERVE_HEAD_MAX)
        return;
    take_request(connection);
    if (taken == size || connection->closing)
        return;
    if (connection->state == SERVE_CASE)
        conversation_received(&connection->conversation, connection->transport, octets + taken, size - taken);
    else if (connection->state == SERVE_ANSWER)
        serve_answer_received(connection, octets + taken, size - taken);
}

/* ---- What happens to a connection ---- */

static void on_opened(void *context, struct transport *transport)
{
    (void)context;
    (void)transport; /* the client speaks first (RFC 6455 4.1) */
}

static void on_received(void *context, struct transport *transport, const uint8_t *octets, size_t size)
{
    struct serve_connection *connection = context;
    switch (connection->state) {
    case SERVE_READING:
        read_head(connection, octets, size);
        break;
    case SERVE_CASE:
        conversation_received(&connection->conversation, transport, octets, size);
        break;
    case SERVE_ANSWER:
        serve_answer_received(connection, octets, size);
        break;
    case SERVE_HTTP:
        break;
    }
}

static void on_writable(void *context, struct transport *transport)
{
    struct serve_connection *connection = context;
    switch (connection->state) {
    case SERVE_CASE:
        conversation_writable(&connection->conversation, transport);
        break;
    case SERVE_ANSWER:
        serve_answer_writable(connection);
        break;
    case SERVE_HTTP:
        serve_http_writable(connection);
        break;
    case SERVE_READING:
        break;
    }
}

static void on_ended(void *context, struct transport *transport, enum transport_end end, const char *text)
{
    struct serve_connection *connection = context;
    switch (connection->state) {
    case SERVE_CASE:
        conversation_ended(&connection->conversation, transport, end, text);
        break;
    case SERVE_ANSWER:
        serve_answer_ended(connection);
        break;
    case SERVE_READING: /* a browser opens connections that it may need, and closes them again */
    case SERVE_HTTP:
        serve_connection_close(connection);
        break;
    }
}

static const struct transport_events events = {.opened = on_opened,
                                               .received = on_received,
                                               .writable = on_writable,
                                               .ended = on_ended,
                                               .closed = on_closed};

static void on_timer(uv_timer_t *timer)
{
    struct serve_connection *connection = timer->data;
    switch (connection->state) {
    case SERVE_READING:
        if (connection->have > 0)
            take_request(connection);
        else
            serve_connection_close(connection);
        break;
    case SERVE_ANSWER:
        serve_answer_tick(connection);
        break;
    case SERVE_HTTP:
        serve_connection_close(connection);
        break;
    case SERVE_CASE: /* has a timer of its own */
        break;
    }
}

void serve_connection_set_timer(struct serve_connection *connection, uint64_t ms)
{
    if (!connection->closing)
        uv_timer_start(&connection->timer, on_timer, ms, 0);
}

static void on_connection(void *context, struct listener *listener)
{
    struct serve *serve = context;
    struct serve_connection *connection = calloc(1, sizeof *connection);
    if (connection == NULL)
        return; /* the listener closes what nobody takes */
    connection->serve = serve;
    connection->head = malloc(SERVE_HEAD_MAX);
    if (connection->head != NULL)
        connection->transport = listener_accept(listener, serve->config.tls, &events, connection);
    if (connection->transport == NULL) {
        free(connection->head);
        free(connection);
        return;
    }
    uv_timer_init(serve->loop, &connection->timer);
    connection->timer.data = connection;
    conversation_init(&connection->conversation, serve->loop, on_over, connection);
    connection->open_handles = 3;
    connection->next = serve->connections;
    if (connection->next != NULL)
        connection->next->previous = connection;
    serve->connections = connection;
    serve_connection_set_timer(connection, HEAD_PATIENCES * serve->config.settings->patience / 1000);
}

/* ---- The server ---- */

struct serve *serve_open(uv_loop_t *loop, const struct serve_config *config, char error[TRANSPORT_TEXT_MAX])
{
    struct serve *serve = calloc(1, sizeof *serve);
    if (serve == NULL) {
        snprintf(error, TRANSPORT_TEXT_MAX, "out of memory");
        return NULL;
    }
    serve->loop = loop;
    serve->config = *config;
    serve->patient = *config->settings;
    serve->patient.grace *= PATIENT_GRACES;
    struct transport_addresses *addresses = &serve->config.addresses;
    for (size_t i = 0; i < addresses->count; i++) {
        struct sockaddr_storage *address = &addresses->at[i];
        if (i > 0 && transport_address_port((struct sockaddr *)address) == 0)
            transport_address_set_port(address, transport_address_port((struct sockaddr *)&addresses->at[0]));
        struct listener *listener =
            listener_open(loop, (struct sockaddr *)address, on_connection, serve, error);
        if (listener == NULL) {
            serve_close(serve);
            return NULL;
        }
        *address = listener_address(listener);
        serve->listeners[serve->listener_count++] = listener;
    }
    return serve;
}

const struct transport_addresses *serve_addresses(const struct serve *serve)
{
    return &serve->config.addresses;
}

size_t serve_running(const struct serve *serve)
{
    return serve->running;
}

size_t serve_given(const struct serve *serve)
{
    return serve->given;
}

bool serve_asked_by_number(const struct serve *serve)
{
    return serve->by_number;
}

void serve_close(struct serve *serve)
{
    serve->closing = true;
    for (size_t i = 0; i < serve->listener_count; i++)
        listener_close(serve->listeners[i]);
    for (struct serve_connection *c = serve->connections; c != NULL; c = c->next)
        serve_connection_close(c);
    if (serve->connections == NULL)
        free(serve);
}
