/* SPDX-License-Identifier: MIT */
/* run_wire.c: counts what goes over the connection of a run, for reports that want figures. Owns the counts;
 * nothing of the verdict depends on them. */
#include "harness/run_machine.h"

#include <string.h>
#include <zlib.h>

static void count_size(struct journal_traffic *traffic, size_t size)
{
    enum { OWN = JOURNAL_SIZES_MAX - 1 }; /* the last place is for sizes without one of their own */
    size_t i = 0;
    while (i < traffic->size_count && i < OWN && traffic->sizes[i].size != size)
        i++;
    if (i == traffic->size_count)
        traffic->sizes[traffic->size_count++].size = i < OWN ? size : 0;
    traffic->sizes[i].count++;
    traffic->octets += size;
}

void run_wire_write(struct run *run, size_t size)
{
    count_size(&run->verdict.wire.sent, size);
}

void run_wire_read(struct run *run, size_t size)
{
    count_size(&run->verdict.wire.received, size);
}

void run_wire_plain(struct run *run, bool sent, uint64_t size)
{
    struct journal_traffic *traffic = sent ? &run->verdict.wire.sent : &run->verdict.wire.received;
    traffic->plain_octets += size;
}

void run_wire_frame(struct run *run, bool sent, const struct ws_frame_event *event)
{
    struct journal_wire *wire = &run->verdict.wire;
    struct journal_traffic *traffic = sent ? &wire->sent : &wire->received;
    if (event->header == NULL)
        return; /* more is needed */
    bool data = !ws_opcode_is_control(event->header->opcode);
    switch (event->kind) {
    case WS_FRAME_NEED_MORE:
        break;
    case WS_FRAME_HEADER:
        traffic->frames[event->header->opcode & 15]++;
        if (sent && event->header->opcode == WS_CLOSE && event->header->rsv != 0)
            run->close_was_subject = true;
        break;
    case WS_FRAME_PAYLOAD:
        traffic->payload_octets += data ? event->payload.size : 0;
        break;
    case WS_FRAME_END:
        traffic->messages += data && event->header->fin;
        break;
    }
}

void run_wire_close(struct run *run, bool sent, const uint8_t *payload, size_t size)
{
    struct journal_close *close = sent ? &run->verdict.wire.sent_close : &run->verdict.wire.received_close;
    char *reason = sent ? run->sent_reason : run->received_reason;
    if (close->there)
        return;
    *close = (struct journal_close){.there = true, .code = 1005, .reason = reason};
    if (size < 2)
        return;
    close->code = (uint16_t)(payload[0] << 8 | payload[1]);
    memcpy(reason, payload + 2, size - 2); /* the rest of it is 0 */
}

static struct journal_event *current_event(struct run *run)
{
    struct journal_events *events = &run->verdict.wire.events;
    return events->count < JOURNAL_EVENTS_MAX ? &events->at[events->count] : NULL;
}

void run_wire_event_begin(struct run *run, uint8_t opcode)
{
    run->event_open = true;
    struct journal_event *event = current_event(run);
    if (event != NULL)
        *event = (struct journal_event){.opcode = opcode};
    else
        run->verdict.wire.events.more = true;
}

void run_wire_event_piece(struct run *run, struct ws_octets octets)
{
    struct journal_event *event = current_event(run);
    if (event == NULL)
        return;
    if (event->size < sizeof event->octets && octets.size > 0) {
        size_t room = sizeof event->octets - (size_t)event->size;
        memcpy(event->octets + event->size, octets.at, octets.size < room ? octets.size : room);
    }
    event->crc = (uint32_t)crc32_z(event->crc, octets.at, octets.size);
    event->size += octets.size;
}

void run_wire_event_end(struct run *run)
{
    run->event_open = false;
    if (current_event(run) != NULL)
        run->verdict.wire.events.count++;
}

/* A message that is under way ends behind it. */
void run_wire_pong(struct run *run, struct ws_octets payload)
{
    struct journal_events *events = &run->verdict.wire.events;
    struct journal_event *here = current_event(run), message;
    if (here == NULL) {
        events->more = true;
        return;
    }
    message = *here;
    bool open = run->event_open;
    run_wire_event_begin(run, WS_PONG);
    run_wire_event_piece(run, payload);
    run_wire_event_end(run);
    run->event_open = open;
    here = current_event(run);
    if (here != NULL)
        *here = message;
    else
        events->more = true;
}

void run_wire_collect(struct run *run)
{
    struct journal_wire *wire = &run->verdict.wire;
    bool server =
        run->instance.role == WS_SERVER; /* what is tested: else the harness has sent the response */
    size_t sent = run->request_sent < run->early_at ? run->request_sent : run->early_at;
    struct ws_octets came = run_response(run);
    const char *ours = run->request.text == NULL ? "" : run->request.text;
    run->response[came.size] = '\0';
    wire->request = server ? ours : (const char *)run->response;
    wire->response = server ? (const char *)run->response : ours;
    wire->opened = run->verdict.opened;
    wire->ended = run->ended && !run->reset_done;
    bool gave_up = !run->close_sent && !run->close_received && !wire->ended;
    wire->closed_first =
        gave_up || (run->close_sent && !run->close_received_first && !run->close_was_subject);
    wire->sent.head_octets = sent;
    wire->received.head_octets = came.size;
    /* A run that fails does not wait for the end of the message that it fails on. */
    if (run->event_open && !run->ended && !run->close_received)
        wire->events.more = true;
    run->verdict.began = run->started;
}
