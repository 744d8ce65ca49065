/* SPDX-License-Identifier: MIT */
/* autobahn_case.c: the JSON file of one agent and case, with all keys that suite's own has. */
#include "reports/autobahn_parts.h"

#include <stdlib.h>
#include <string.h>

/* ---- Figures ---- */

static json_t *frame_stats(const struct journal_traffic *traffic)
{
    json_t *stats = json_object();
    for (int opcode = 0; opcode < 16; opcode++) {
        char key[16];
        snprintf(key, sizeof key, "%d", opcode);
        if (traffic->frames[opcode] > 0)
            json_object_set_new(stats, key, json_integer((json_int_t)traffic->frames[opcode]));
    }
    return stats;
}

static int by_size(const void *a, const void *b)
{
    const struct journal_size *x = a, *y = b;
    return (x->size > y->size) - (x->size < y->size);
}

static json_t *octet_stats(const struct journal_traffic *traffic)
{
    struct journal_size sizes[JOURNAL_SIZES_MAX];
    json_t *stats = json_object();
    memcpy(sizes, traffic->sizes, sizeof sizes);
    qsort(sizes, traffic->size_count, sizeof *sizes, by_size);
    for (size_t i = 0; i < traffic->size_count; i++) {
        char key[24];
        snprintf(key, sizeof key, "%llu", (unsigned long long)sizes[i].size);
        json_object_set_new(stats, key, json_integer((json_int_t)sizes[i].count));
    }
    return stats;
}

static void set_number(json_t *object, const char *before, const char *key, uint64_t value)
{
    char name[64];
    snprintf(name, sizeof name, "%s%s", before, key);
    json_object_set_new(object, name, json_integer((json_int_t)value));
}

static void set_ratio(json_t *object, const char *before, const char *key, uint64_t part, uint64_t whole)
{
    char name[64];
    snprintf(name, sizeof name, "%s%s", before, key);
    json_object_set_new(object, name, whole == 0 ? json_null() : json_real((double)part / (double)whole));
}

/* Of the open connection alone: the opening handshake counts apart. */
static void add_traffic(json_t *stats, const char *way, const struct journal_traffic *traffic)
{
    uint64_t open = traffic->octets < traffic->head_octets ? 0 : traffic->octets - traffic->head_octets;
    uint64_t overhead = open < traffic->payload_octets ? 0 : open - traffic->payload_octets;
    set_ratio(stats, way, "CompressionRatio", traffic->payload_octets, traffic->plain_octets);
    set_number(stats, way, "OctetsAppLevel", traffic->plain_octets);
    set_number(stats, way, "OctetsWebSocketLevel", traffic->payload_octets);
    set_number(stats, way, "OctetsWireLevel", open);
    set_number(stats, way, "WebSocketFrames", traffic->frames[0] + traffic->frames[1] + traffic->frames[2]);
    set_number(stats, way, "WebSocketMessages", traffic->messages);
    set_ratio(stats, way, "WebSocketOverhead", overhead, traffic->payload_octets);
}

static json_t *traffic_stats(const struct journal_result *result, bool server)
{
    const struct journal_wire *wire = result->wire;
    bool series = autobahn_number_of(result->wstest).part[0] >= 12;
    if (wire == NULL || !series || strcmp(autobahn_behavior(result, server), "OK") != 0)
        return json_null();
    json_t *stats = json_object();
    add_traffic(stats, "incoming", &wire->received);
    add_traffic(stats, "outgoing", &wire->sent);
    set_number(stats, "preopenIncoming", "OctetsWireLevel", wire->received.head_octets);
    set_number(stats, "preopenOutgoing", "OctetsWireLevel", wire->sent.head_octets);
    return stats;
}

/* ---- Closing ---- */

static json_t *expected_close(const char *number)
{
    struct autobahn_close close = autobahn_expected_close(number);
    json_t *codes = json_array();
    for (size_t i = 0; i < close.code_count; i++)
        json_array_append_new(codes, json_integer(close.codes[i]));
    return json_pack("{s:o, s:b, s:b}", "closeCode", codes, "closedByMe", close.by_harness, "requireClean",
                     close.clean);
}

static json_t *close_code(const struct journal_close *close)
{
    return close->there && close->code != 1005 ? json_integer(close->code) : json_null();
}

static json_t *close_reason(const struct journal_close *close)
{
    return close->there && close->reason[0] != '\0' ? json_string(close->reason) : json_null();
}

static json_t *not_clean_reason(const struct journal_result *result, bool server)
{
    return autobahn_was_clean(result, server) ? json_null() : json_string(result->closing_reason);
}

/* ---- */

/* ---- What was to come, and what came ---- */

static void add_mark(json_t *events, const char *mark)
{
    json_array_append_new(events, json_pack("[s, s]", "timeout", mark));
}

/* Group 6.4 is about how soon the target fails the connection: after the first of two marks. */
static bool has_marks(const char *number)
{
    struct autobahn_number n = autobahn_number_of(number);
    return n.part[0] == 6 && n.part[1] == 4;
}

/* Series of messages are not listed. */
static bool lists_events(const char *number)
{
    unsigned group = autobahn_number_of(number).part[0];
    return group != 9 && group < 12;
}

static json_t *expected(const struct journal_result *result)
{
    json_t *object = json_object();
    if (result->wire == NULL || !lists_events(result->wstest))
        return object;
    bool marks = has_marks(result->wstest);
    json_t *best = autobahn_events(&result->wire->expected), *tolerable = json_array();
    if (marks) {
        add_mark(best, "A");
        add_mark(tolerable, "A");
        add_mark(tolerable, "B");
    }
    if (marks || autobahn_tolerates_nothing(result))
        json_object_set(object, "NON-STRICT", tolerable);
    json_object_set_new(object, "OK", best);
    json_decref(tolerable);
    return object;
}

static json_t *received(const struct journal_result *result, bool server)
{
    if (result->wire == NULL || !lists_events(result->wstest))
        return json_array();
    json_t *events = autobahn_events(&result->wire->events);
    if (has_marks(result->wstest) && result->wire->opened)
        add_mark(events, "A");
    if (has_marks(result->wstest) && strcmp(autobahn_behavior(result, server), "NON-STRICT") == 0)
        add_mark(events, "B");
    return events;
}

/* When the run began, for a result that no run of its own gave. */
static json_t *started(const struct journal_contents *journal, const struct journal_wire *wire)
{
    return json_string(wire == NULL || wire->started[0] == '\0' ? journal->run.started : wire->started);
}

json_t *autobahn_case_json(const struct journal_contents *journal, const struct autobahn_case *one)
{
    static const struct journal_wire nothing = {.started = "", .request = "", .response = ""};
    const struct journal_result *result = one->result;
    const struct journal_wire *wire = result->wire == NULL ? &nothing : result->wire;
    bool server = one->server;
    bool series = autobahn_number_of(result->wstest).part[0] >= 12;
    bool answered = wire->sent_close.there && wire->received_close.there;
    json_t *object = json_object();
    const struct {
        const char *key;
        json_t *value;
    } members[] = {
        {"agent", json_string(one->agent)},
        {"behavior", json_string(autobahn_behavior(result, server))},
        {"behaviorClose", json_string(autobahn_behavior_close(result, server))},
        {"case", json_integer(result->wstest_index)},
        {"closedByMe", json_boolean(wire->closed_first)},
        {"createStats", json_true()},
        {"createWirelog", json_true()},
        {"description", json_string(one->definition == NULL ? "" : one->definition->title)},
        {"droppedByMe", json_boolean(!wire->ended)},
        {"duration", json_integer((json_int_t)(result->duration_us / 1000))},
        {"expectation", json_string(result->expected)},
        {"expected", expected(result)},
        {"expectedClose", expected_close(result->wstest)},
        {"failedByMe", json_boolean(wire->closed_first && !wire->received_close.there)},
        {"httpRequest", json_string(wire->request)},
        {"httpResponse", json_string(wire->response)},
        {"id", json_string(result->wstest)},
        {"isServer", json_boolean(server)},
        {"localCloseCode", close_code(&wire->sent_close)},
        {"localCloseReason", close_reason(&wire->sent_close)},
        {"received", received(result, server)},
        {"remoteCloseCode", close_code(&wire->received_close)},
        {"remoteCloseReason", close_reason(&wire->received_close)},
        {"reportCompressionRatio", json_boolean(series)},
        {"reportTime", json_boolean(series || autobahn_number_of(result->wstest).part[0] == 9)},
        {"result", json_string(result->reason)},
        {"resultClose", json_string(autobahn_close_text(result, server))},
        {"rxFrameStats", frame_stats(&wire->received)},
        {"rxOctetStats", octet_stats(&wire->received)},
        {"started", started(journal, wire)},
        {"trafficStats", traffic_stats(result, server)},
        {"txFrameStats", frame_stats(&wire->sent)},
        {"txOctetStats", octet_stats(&wire->sent)},
        {"wasClean", json_boolean(autobahn_was_clean(result, server))},
        {"wasCloseHandshakeTimeout", json_boolean(wire->closed_first && !answered && !wire->ended)},
        {"wasNotCleanReason", not_clean_reason(result, server)},
        {"wasOpenHandshakeTimeout", json_boolean(result->wire != NULL && !wire->opened && !wire->ended)},
        {"wasServerConnectionDropTimeout", json_boolean(!server && answered && !wire->ended)},
        {"wirelog", autobahn_wirelog(result)},
    };
    bool whole = object != NULL;
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
        whole = json_object_set_new(object, members[i].key, members[i].value) == 0 && whole;
    if (whole)
        return object;
    json_decref(object);
    return NULL;
}
