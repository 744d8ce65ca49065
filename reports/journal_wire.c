/* SPDX-License-Identifier: MIT */
/* journal_wire.c: the figures of a connection as JSON, and back. */
#include "reports/journal_wire.h"

#include <string.h>

static json_int_t integer_of(uint64_t value)
{
    return value > INT64_MAX ? INT64_MAX : (json_int_t)value;
}

static json_t *close_value(const struct journal_close *close)
{
    if (!close->there)
        return json_null();
    return json_pack("{s:i, s:o}", "code", (int)close->code, "reason",
                     journal_text_value(close->reason, JOURNAL_STRING_MAX));
}

/* Frames and sizes are lists of [opcode or size, count]: few of many occur. */
static json_t *traffic_value(const struct journal_traffic *traffic)
{
    json_t *frames = json_array(), *sizes = json_array();
    for (int opcode = 0; opcode < 16; opcode++) {
        if (traffic->frames[opcode] > 0)
            json_array_append_new(frames, json_pack("[i, I]", opcode, integer_of(traffic->frames[opcode])));
    }
    for (size_t i = 0; i < traffic->size_count; i++)
        json_array_append_new(sizes, json_pack("[I, I]", integer_of(traffic->sizes[i].size),
                                               integer_of(traffic->sizes[i].count)));
    return json_pack("{s:I, s:I, s:o, s:I, s:I, s:I, s:o}", "octets", integer_of(traffic->octets),
                     "head_octets", integer_of(traffic->head_octets), "frames", frames, "messages",
                     integer_of(traffic->messages), "payload_octets", integer_of(traffic->payload_octets),
                     "plain_octets", integer_of(traffic->plain_octets), "sizes", sizes);
}

/* A list of [opcode, length, CRC, first octets in hexadecimal], null at the end when there were more. */
static json_t *events_value(const struct journal_events *events)
{
    json_t *list = json_array();
    for (size_t i = 0; i < events->count; i++) {
        const struct journal_event *event = &events->at[i];
        size_t shown = event->size < sizeof event->octets ? (size_t)event->size : sizeof event->octets;
        json_array_append_new(list,
                              json_pack("[i, I, I, o]", event->opcode, integer_of(event->size),
                                        (json_int_t)event->crc, journal_hex_value(event->octets, shown)));
    }
    if (events->more)
        json_array_append_new(list, json_null());
    return list;
}

json_t *journal_wire_value(const struct journal_wire *wire)
{
    return json_pack("{s:o, s:o, s:o, s:b, s:b, s:b, s:o, s:o, s:o, s:o, s:o, s:o}", "started",
                     journal_text_value(wire->started, JOURNAL_STRING_MAX), "request",
                     journal_text_value(wire->request, JOURNAL_STRING_MAX), "response",
                     journal_text_value(wire->response, JOURNAL_STRING_MAX), "opened", wire->opened,
                     "closed_first", wire->closed_first, "ended", wire->ended, "sent_close",
                     close_value(&wire->sent_close), "received_close", close_value(&wire->received_close),
                     "sent", traffic_value(&wire->sent), "received", traffic_value(&wire->received),
                     "expected", events_value(&wire->expected), "events", events_value(&wire->events));
}

/* ---- Back ---- */

static struct journal_close read_close(struct reader *reader, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (json_is_null(value))
        return (struct journal_close){.reason = ""};
    return (struct journal_close){.there = true,
                                  .code = (uint16_t)member_integer(reader, value, "code", UINT16_MAX),
                                  .reason = member_text(reader, value, "reason")};
}

/* A pair of a list; false, with the line rejected, when it is none. */
static bool read_pair(struct reader *reader, const json_t *pair, uint64_t most, uint64_t *first,
                      uint64_t *second)
{
    const json_t *a = json_array_get(pair, 0), *b = json_array_get(pair, 1);
    bool good = json_array_size(pair) == 2 && json_is_integer(a) && json_is_integer(b) &&
                json_integer_value(a) >= 0 && json_integer_value(b) >= 0 &&
                (uint64_t)json_integer_value(a) <= most;
    if (!good) {
        reader_reject(reader, "a count of the wire is not a pair of integers in their range");
        return false;
    }
    *first = (uint64_t)json_integer_value(a);
    *second = (uint64_t)json_integer_value(b);
    return true;
}

static void read_traffic(struct reader *reader, const json_t *object, const char *key,
                         struct journal_traffic *traffic)
{
    const json_t *value = json_object_get(object, key);
    traffic->octets = member_integer(reader, value, "octets", INT64_MAX);
    traffic->head_octets = member_integer(reader, value, "head_octets", INT64_MAX);
    traffic->messages = member_integer(reader, value, "messages", INT64_MAX);
    traffic->payload_octets = member_integer(reader, value, "payload_octets", INT64_MAX);
    traffic->plain_octets = member_integer(reader, value, "plain_octets", INT64_MAX);
    const json_t *frames = member_array(reader, value, "frames");
    uint64_t opcode, count;
    for (size_t i = 0; i < json_array_size(frames); i++) {
        if (read_pair(reader, json_array_get(frames, i), 15, &opcode, &count))
            traffic->frames[opcode] = count;
    }
    const json_t *sizes = member_array(reader, value, "sizes");
    if (json_array_size(sizes) > JOURNAL_SIZES_MAX) {
        reader_reject(reader, "\"sizes\" has more than %d", JOURNAL_SIZES_MAX);
        return;
    }
    for (size_t i = 0; i < json_array_size(sizes); i++) {
        struct journal_size *size = &traffic->sizes[traffic->size_count];
        traffic->size_count +=
            read_pair(reader, json_array_get(sizes, i), INT64_MAX, &size->size, &size->count);
    }
}

static bool read_event(struct reader *reader, const json_t *list, struct journal_event *event)
{
    const json_t *opcode = json_array_get(list, 0), *size = json_array_get(list, 1),
                 *crc = json_array_get(list, 2);
    size_t count = 0;
    bool good = json_array_size(list) == 4 && json_is_integer(opcode) && json_is_integer(size) &&
                json_is_integer(crc) && json_integer_value(opcode) >= 0 && json_integer_value(opcode) < 16 &&
                json_integer_value(size) >= 0 && json_integer_value(crc) >= 0 &&
                json_integer_value(crc) <= UINT32_MAX;
    const uint8_t *octets = good ? octets_of(reader, json_array_get(list, 3), "events", &count) : NULL;
    if (!good || count > sizeof event->octets) {
        reader_reject(reader, "an event is not [opcode, length, CRC, octets]");
        return false;
    }
    *event = (struct journal_event){.opcode = (uint8_t)json_integer_value(opcode),
                                    .size = (uint64_t)json_integer_value(size),
                                    .crc = (uint32_t)json_integer_value(crc)};
    if (count > 0)
        memcpy(event->octets, octets, count);
    return true;
}

static void read_events(struct reader *reader, const json_t *object, const char *key,
                        struct journal_events *events)
{
    const json_t *list = member_array(reader, object, key);
    size_t count = json_array_size(list);
    events->more = count > 0 && json_is_null(json_array_get(list, count - 1));
    count -= events->more;
    if (count > JOURNAL_EVENTS_MAX) {
        reader_reject(reader, "\"%s\" has more than %d", key, JOURNAL_EVENTS_MAX);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (read_event(reader, json_array_get(list, i), &events->at[events->count]))
            events->count++;
    }
}

const struct journal_wire *journal_wire_read(struct reader *reader, const json_t *object)
{
    struct journal_wire *wire = reader_take(reader, sizeof *wire);
    if (wire == NULL)
        return NULL;
    wire->started = member_text(reader, object, "started");
    wire->request = member_text(reader, object, "request");
    wire->response = member_text(reader, object, "response");
    wire->opened = member_boolean(reader, object, "opened");
    wire->closed_first = member_boolean(reader, object, "closed_first");
    wire->ended = member_boolean(reader, object, "ended");
    wire->sent_close = read_close(reader, object, "sent_close");
    wire->received_close = read_close(reader, object, "received_close");
    read_traffic(reader, object, "sent", &wire->sent);
    read_traffic(reader, object, "received", &wire->received);
    read_events(reader, object, "expected", &wire->expected);
    read_events(reader, object, "events", &wire->events);
    return wire;
}
