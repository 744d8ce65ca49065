/* SPDX-License-Identifier: MIT */
/* run_receive.c: decodes what the target sends, lets the judge watch every octet of it, and tells matching
 * what happened. Does not own what a case expects, nor which requirements the judge watches. */
#include "harness/run_machine.h"

#include <string.h>

void run_note_violation(struct run *run, enum ws_violation violation, size_t line)
{
    struct run_verdict *verdict = &run->verdict;
    for (size_t i = 0; i < verdict->violation_count; i++) {
        if (verdict->violations[i].violation == violation)
            return;
    }
    if (verdict->violation_count == RUN_VIOLATIONS_MAX)
        return;
    const struct ws_violation_facts *facts = ws_violation_facts(violation);
    verdict->violations[verdict->violation_count++] =
        (struct run_violation){.violation = violation,
                               .name = facts->name,
                               .requirement = facts->requirement,
                               .sentence = facts->sentence,
                               .line = line};
}

static void note_violations(struct run *run, ws_violation_set set)
{
    if (set == 0)
        return;
    for (int v = WS_NO_VIOLATION + 1; v < WS_HEAD_TOO_LARGE; v++) { /* all that are ever in a set */
        if (!ws_violation_set_has(set, (enum ws_violation)v))
            continue;
        run_note_violation(run, (enum ws_violation)v, run->line_number);
        transcript_mark(transcript_at(&run->transcript, run->line_number), "%s",
                        ws_violation_facts((enum ws_violation)v)->sentence);
    }
    run->seen_violations |= set;
}

static void begin_frame(struct run *run, run_time now, const struct ws_frame_header *header)
{
    struct transcript_line *line = transcript_begin(&run->transcript, TRANSCRIPT_RECEIVE, now - run->started);
    run->line_number = run->transcript.number - 1;
    if (line != NULL) {
        uint8_t octets[WS_FRAME_HEADER_MAX];
        line->is_frame = true;
        line->header = *header;
        line->header_size = (uint8_t)ws_frame_header_encode(octets, header);
        transcript_octets(line, octets, line->header_size);
    }
    bool control = ws_opcode_is_control(header->opcode);
    run->received_classes |= SAW_FRAME | (control ? SAW_CONTROL : SAW_DATA);
    if (header->opcode == WS_CLOSE)
        run->received_classes |= SAW_CLOSE;
    if (run->deflate.agreed)
        run->received_classes |= SAW_FRAME_OF_DEFLATE;
    note_violations(run, ws_judge_header(&run->judge, header));
    run_client_watch_frame(run, header);
    run->control_size = 0;
    if (header->opcode == WS_CLOSE && run->close_sent_code == 1010)
        run->judge.may_echo_1010 = true;
    if (!control && header->opcode != WS_CONTINUATION) {
        run->message_opcode = header->opcode;
        run->message_received = 0;
        run_deflate_begin_message(run, header);
        run_wire_event_begin(run, header->opcode);
    }
    if (!control)
        run->message_open = true;
    if (!control && run->message_opcode == WS_TEXT)
        run->received_classes |= SAW_TEXT;
    struct happening happening = {.kind = HAPPENED_FRAME_BEGIN, .header = header};
    run_happened(run, now, &happening);
}

/* A piece of a message, inflated if it came compressed. */
static void take_plain(struct run *run, run_time now, struct ws_octets plain)
{
    if (run->deflate.compressed)
        note_violations(run, ws_judge_inflated(&run->judge, plain.at, plain.size));
    struct happening piece = {.kind = HAPPENED_FRAME_PIECE,
                              .header = &run->received.header,
                              .octets = plain,
                              .message_offset = run->message_received};
    if (run->message_received < sizeof run->prefix) {
        size_t room = sizeof run->prefix - (size_t)run->message_received;
        memcpy(run->prefix + run->message_received, plain.at, plain.size < room ? plain.size : room);
    }
    run->message_received += plain.size;
    run_wire_plain(run, false, plain.size);
    run_wire_event_piece(run, plain);
    run_happened(run, now, &piece);
}

static void take_payload(struct run *run, run_time now, const struct ws_frame_event *event)
{
    const struct ws_frame_header *header = event->header;
    transcript_octets(transcript_at(&run->transcript, run->line_number), event->payload.at,
                      event->payload.size);
    const uint8_t *at = event->payload.at;
    size_t left = event->payload.size;
    uint64_t offset = event->offset;
    while (left > 0) {
        size_t n = left < sizeof run->unmasked ? left : sizeof run->unmasked;
        const uint8_t *plain = at;
        if (header->masked) {
            ws_mask(run->unmasked, at, n, header->masking_key, offset);
            plain = run->unmasked;
        }
        note_violations(run, ws_judge_payload(&run->judge, plain, n));
        if (ws_opcode_is_control(header->opcode)) {
            size_t room = sizeof run->control - run->control_size;
            size_t kept = n < room ? n : room;
            memcpy(run->control + run->control_size, plain, kept);
            run->control_size += kept;
        } else if (run->deflate.compressed) {
            run_deflate_inflate(run, now, (struct ws_octets){plain, n}, false, take_plain);
        } else {
            take_plain(run, now, (struct ws_octets){plain, n});
        }
        at += n;
        left -= n;
        offset += n;
    }
}

/* A whole ping, pong or Close has come. */
static void end_control(struct run *run, run_time now, const struct ws_frame_header *header)
{
    struct happening happening = {
        .kind = HAPPENED_FRAME_END, .header = header, .octets = {run->control, run->control_size}};
    if (header->opcode == WS_PING && !run->close_received)
        run_send_control(run, now, WS_PONG, run->control, run->control_size, "answer to the target's ping");
    if (header->opcode == WS_CLOSE && !run->close_received) {
        run->close_received = true;
        run->close_received_first = !run->close_sent;
        run->close_code = (uint16_t)(run->control_size < 2 ? 1005 : run->control[0] << 8 | run->control[1]);
        if (run->control_size >= 2)
            run->received_classes |= SAW_CLOSE_CODE;
        run_wire_close(run, false, run->control, run->control_size);
        /* RFC 6455 5.5.1: a Close is answered with a Close, unless one was sent. */
        if (!run->close_sent && run_send_at_border(run))
            run_send_close_answer(run, now);
    }
    if (header->opcode == WS_PONG && run->barrier_sent && !run->barrier_back &&
        run->control_size == RUN_BARRIER_SIZE && memcmp(run->control, run->barrier, RUN_BARRIER_SIZE) == 0) {
        run->barrier_back = true;
        happening.kind = HAPPENED_BARRIER;
    } else if (header->opcode == WS_PONG) {
        run_wire_pong(run, happening.octets);
    }
    run_happened(run, now, &happening);
}

bool run_is_torn(const struct run *run)
{
    return run->ended && (run->end == RUN_EOF || run->end == RUN_TRUNCATED) &&
           !ws_frame_decoder_idle(&run->received);
}

void run_receive_frames(struct run *run, run_time now, const uint8_t *octets, size_t size)
{
    struct ws_frame_event event;
    do {
        size_t taken = ws_frame_decode(&run->received, octets, size, &event);
        octets += taken;
        size -= taken;
        run_wire_frame(run, false, &event);
        switch (event.kind) {
        case WS_FRAME_NEED_MORE:
            break;
        case WS_FRAME_HEADER:
            begin_frame(run, now, event.header);
            break;
        case WS_FRAME_PAYLOAD:
            take_payload(run, now, &event);
            break;
        case WS_FRAME_END:
            if (run->deflate.compressed && event.header->fin && !ws_opcode_is_control(event.header->opcode))
                run_deflate_inflate(run, now, (struct ws_octets){0}, true, take_plain);
            note_violations(run, ws_judge_end(&run->judge, event.header->fin));
            if (ws_opcode_is_control(event.header->opcode)) {
                end_control(run, now, event.header);
            } else {
                run->message_open = !event.header->fin;
                if (event.header->fin)
                    run_wire_event_end(run);
                struct happening happening = {.kind = HAPPENED_FRAME_END,
                                              .header = event.header,
                                              .message_offset = run->message_received};
                run_happened(run, now, &happening);
            }
            break;
        }
    } while (event.kind != WS_FRAME_NEED_MORE && run->phase != PHASE_DONE);
}
