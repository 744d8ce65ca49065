/* SPDX-License-Identifier: MIT */
/* serve_answer.c: the answers that a client gets over a WebSocket of the reference: one text, or none, and a
 * Close. */
#include "harness/serve_connection.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

enum { OPEN_TIMEOUT = 10000, CLOSE_NO_CODE = 1005 };

static uint64_t now_of(const struct serve_connection *connection)
{
    return uv_now(connection->serve->loop);
}

/* Writes what the endpoint has to say, and closes when it is done. */
static void advance(struct serve_connection *connection)
{
    struct ws_endpoint *endpoint = connection->endpoint;
    struct ws_octets output;
    while ((output = ws_endpoint_output(endpoint)).size > 0) {
        transport_write(connection->transport, output.at, output.size);
        ws_endpoint_output_taken(endpoint, output.size);
    }
    switch (ws_endpoint_transport(endpoint)) {
    case WS_TRANSPORT_KEEP:
        break;
    case WS_TRANSPORT_SHUTDOWN:
        transport_shutdown(connection->transport);
        ws_endpoint_shutdown_done(endpoint);
        break;
    case WS_TRANSPORT_CLOSE:
        serve_connection_close(connection);
        return;
    }
    ws_time due = ws_endpoint_deadline(endpoint), now = now_of(connection);
    if (due != WS_NEVER)
        serve_connection_set_timer(connection, due > now ? due - now : 0);
    else
        uv_timer_stop(&connection->timer);
}

/* {"name": "value", ..} as Autobahn|Testsuite writes it. */
static void print_object(char *out, size_t size, const char *name, const char *value, const char *other,
                         const char *other_value)
{
    json_t *object = json_object();
    if (json_object_set_new(object, name, json_string(value)) == 0 &&
        (other == NULL || json_object_set_new(object, other, json_string(other_value)) == 0)) {
        char *text = json_dumps(object, JSON_PRESERVE_ORDER);
        snprintf(out, size, "%s", text == NULL ? "{}" : text);
        free(text);
    }
    json_decref(object);
}

/* What there is to say; "" for nothing. False: it is not known yet. */
static bool find_answer(struct serve_connection *connection, char out[SERVE_TEXT_MAX])
{
    const struct serve *serve = connection->serve;
    struct serve_book *book = serve->config.book;
    const struct case_instance *instance;
    out[0] = '\0';
    switch (connection->route.kind) {
    case ROUTE_CASE_COUNT:
        snprintf(out, SERVE_TEXT_MAX, "%zu", book->list_count);
        return true;
    case ROUTE_CASE_INFO:
        instance = serve_instance(serve, connection->instance);
        print_object(out, SERVE_TEXT_MAX, "id",
                     book->recorder->numbers == NULL ? instance->id : instance->wstest, "description",
                     instance->definition->title);
        return true;
    case ROUTE_CASE_STATUS:
        for (size_t i = 0; i < book->agent_count; i++) {
            const struct serve_result *result = &book->agents[i]->results[connection->instance];
            if (result->ended && result->word == NULL)
                serve_book_release(book); /* who asks has survived it */
            if (strcmp(book->agents[i]->name, connection->route.agent) == 0 && result->word != NULL) {
                print_object(out, SERVE_TEXT_MAX, "behavior", result->word, NULL, NULL);
                return true;
            }
        }
        return false;
    case ROUTE_UPDATE_REPORTS:
        if (!connection->asked)
            connection->ticket =
                serve->config.events->update_reports(serve->config.context, connection->route.agent);
        connection->asked = true;
        return connection->ticket <= serve->updated;
    case ROUTE_STOP_SERVER:
    case ROUTE_RUN_CASE:
    case ROUTE_NEXT_CASE:
    case ROUTE_WRONG:
        return true;
    }
    return true;
}

void serve_answer_wake(struct serve_connection *connection)
{
    char text[SERVE_TEXT_MAX];
    if (connection->answered || ws_endpoint_state(connection->endpoint) != WS_OPEN ||
        !find_answer(connection, text))
        return;
    connection->answered = true;
    if (text[0] != '\0')
        (void)ws_endpoint_send(connection->endpoint, WS_TEXT, true, (const uint8_t *)text, strlen(text));
    (void)ws_endpoint_close(connection->endpoint, now_of(connection), CLOSE_NO_CODE, "");
    advance(connection);
}

void serve_answer_begin(struct serve_connection *connection, const uint8_t *octets, size_t size)
{
    const struct ws_endpoint_config config = {
        .role = WS_SERVER, .open_timeout = OPEN_TIMEOUT, .close_timeout = SERVE_CLOSE_TIMEOUT};
    connection->endpoint = ws_endpoint_new(&config, now_of(connection));
    if (connection->endpoint == NULL) {
        serve_http_refuse(connection, 500, "out of memory");
        return;
    }
    connection->state = SERVE_ANSWER;
    serve_answer_received(connection, octets, size);
    connection->serve->config.events->moved(connection->serve->config.context);
}

void serve_answer_received(struct serve_connection *connection, const uint8_t *octets, size_t size)
{
    struct ws_event event;
    do {
        size_t taken = ws_endpoint_receive(connection->endpoint, now_of(connection), octets, size, &event);
        octets += taken;
        size -= taken;
        if (event.kind == WS_EVENT_OPEN)
            serve_answer_wake(connection);
    } while (event.kind != WS_EVENT_NONE && !connection->closing);
    if (!connection->closing)
        advance(connection);
}

void serve_answer_ended(struct serve_connection *connection)
{
    serve_connection_close(connection);
}

void serve_answer_tick(struct serve_connection *connection)
{
    struct ws_event event;
    ws_endpoint_tick(connection->endpoint, now_of(connection), &event);
    advance(connection);
}

void serve_answer_writable(struct serve_connection *connection)
{
    advance(connection);
}
