/* SPDX-License-Identifier: MIT */
/* run_send.c: turns the steps of a case into writes: encodes frames legal or not (RFC 6455 5.2), cut as the
 * delivery and the step ask. Payloads are read from their expressions piece by piece and never stand in
 * memory whole. */
#include "harness/case_words.h"
#include "harness/run_machine.h"

#include <stdio.h>
#include <string.h>

static enum ws_role harness_role(const struct run *run)
{
    return run->instance.role == WS_SERVER ? WS_CLIENT : WS_SERVER;
}

static uint64_t number(const struct run *run, const struct case_integer *integer)
{
    return case_integer_value(integer, &run->instance);
}

/* A Close frame's code counts as the first two octets of the payload. */
static size_t code_size(const struct frame_spec *spec)
{
    return spec->has_code ? 2 : 0;
}

static uint64_t payload_length(const struct run *run, const struct frame_spec *spec)
{
    if (run->sender.compressed)
        return prepared_octets(run->deflate.message).size;
    return code_size(spec) + octets_length(spec->payload, &run->instance);
}

static void payload_read(const struct run *run, const struct frame_spec *spec, uint64_t offset, uint8_t *out,
                         size_t size)
{
    if (run->sender.compressed) {
        memcpy(out, prepared_octets(run->deflate.message).at + offset, size);
        return;
    }
    size_t code = code_size(spec);
    while (size > 0 && offset < code) {
        uint64_t value = number(run, &spec->code);
        *out++ = (uint8_t)(offset == 0 ? value >> 8 : value);
        offset++;
        size--;
    }
    if (size > 0)
        octets_read(spec->payload, &run->instance, offset - code, out, size);
}

/* Lays down the header of the frame that begins at sender.payload_offset. */
static void begin_frame(struct run *run, const struct frame_spec *spec, run_time now)
{
    struct sender *sender = &run->sender;
    uint64_t left = sender->payload_length - sender->payload_offset;
    uint64_t fragment = spec->has_fragment ? number(run, &spec->fragment) : 0;
    bool last = fragment == 0 || left <= fragment;
    sender->frame_length = last ? left : fragment;
    sender->frame_sent = 0;
    struct ws_frame_header header = {
        .fin = last && spec->fin,
        .rsv = spec->rsv_given ? (uint8_t)(number(run, &spec->rsv_number) & 7) : spec->rsv,
        .opcode = spec->opcode_given ? (uint8_t)(number(run, &spec->opcode_number) & 15) : spec->opcode,
        .masked = harness_role(run) == WS_CLIENT,
        .length = sender->frame_length,
    };
    if (sender->compressed && header.opcode != WS_CONTINUATION)
        header.rsv |= 4; /* RFC 7692 6.1: on the first frame only */
    if (!sender->first_frame) {
        header.opcode = WS_CONTINUATION;
        header.rsv = 0;
    }
    if (spec->has_length)
        header.length = number(run, &spec->length);
    header.length_form = spec->has_length_form ? spec->length_form : ws_length_form_shortest(header.length);
    if (spec->mask == MASK_FLIPPED)
        header.masked = !header.masked;
    if (spec->mask == MASK_KEY) {
        header.masked = true;
        memcpy(header.masking_key, spec->masking_key, sizeof header.masking_key);
    } else if (header.masked) {
        run_random(run, header.masking_key, sizeof header.masking_key);
    }
    if (header.opcode == WS_CLOSE)
        run->close_sent_code = spec->has_code ? (uint16_t)number(run, &spec->code) : 1005;
    sender->header = header;
    sender->header_size = ws_frame_header_encode(sender->header_octets, &header);
    sender->header_sent = 0;
    bool first = sender->first_frame;
    sender->first_frame = false;
    struct transcript_line *line = transcript_begin(&run->transcript, TRANSCRIPT_SEND, now - run->started);
    sender->line_number = run->transcript.number - 1;
    if (line == NULL)
        return;
    line->is_frame = true;
    line->header = header;
    line->header_size = (uint8_t)sender->header_size;
    if (first && sender->compressed) {
        run_wire_plain(run, true, octets_length(spec->payload, &run->instance));
        uint8_t shown[RUN_SHOWN_MAX];
        uint64_t whole = octets_length(spec->payload, &run->instance);
        size_t size = whole < sizeof shown ? (size_t)whole : sizeof shown;
        octets_read(spec->payload, &run->instance, 0, shown, size);
        transcript_inflated(line, (struct ws_octets){shown, size}, whole);
    }
}

/* Makes what goes out compressed. A data frame that goes on otherwise has its own way with the target's
 * window. */
static void begin_compression(struct run *run, const struct frame_spec *spec)
{
    run->sender.compressed = spec->compressed && run->deflate.agreed;
    bool by_hand = (spec->rsv & 4) != 0 || spec->rsv_given || spec->opcode == WS_CONTINUATION;
    if (!run->sender.compressed && by_hand)
        run_deflate_forget(run);
    if (run->sender.compressed && !run_deflate_compress(run, spec)) {
        run->sender.compressed = false;
        run_finish(run, VERDICT_ERROR, "out of memory while compressing a message");
    }
}

static void begin_step(struct run *run, const struct case_step *step, run_time now)
{
    struct sender *sender = &run->sender;
    sender->begun = true;
    sender->first_write = true;
    sender->room = UINT64_MAX;
    sender->payload_offset = 0;
    sender->frame_sent = 0;
    if (step->kind == STEP_RAW) {
        sender->compressed = false;
        run_deflate_forget(run); /* a compressed message may be among the octets */
        sender->payload_length = octets_length(step->raw, &run->instance);
        sender->frame_length = sender->payload_length;
        sender->header_size = sender->header_sent = 0;
        struct transcript_line *line =
            transcript_begin(&run->transcript, TRANSCRIPT_SEND, now - run->started);
        sender->line_number = run->transcript.number - 1;
        if (line != NULL)
            snprintf(line->note, sizeof line->note, "raw (%llu octets)",
                     (unsigned long long)sender->payload_length);
        return;
    }
    begin_compression(run, &step->frame);
    sender->payload_length = payload_length(run, &step->frame);
    sender->first_frame = true;
    if (step->frame.has_cut)
        sender->room = number(run, &step->frame.cut);
    begin_frame(run, &step->frame, now);
}

/* Follows what goes out, so that we know whether we stand at a frame's border. */
/* Counts what goes out; keeps what our Close frame says, as far as a legal one can. */
static void follow_event(struct run *run, const struct ws_frame_event *event)
{
    run_wire_frame(run, true, event);
    if (event->kind == WS_FRAME_PAYLOAD && !ws_opcode_is_control(event->header->opcode) &&
        !run->sender.compressed)
        run_wire_plain(run, true, event->payload.size);
    if (event->header == NULL || event->header->opcode != WS_CLOSE)
        return;
    uint64_t size = event->header->length;
    if (event->kind == WS_FRAME_PAYLOAD && event->offset < sizeof run->sent_control) {
        uint64_t room = sizeof run->sent_control - event->offset;
        size_t kept = event->payload.size < room ? event->payload.size : (size_t)room;
        memcpy(run->sent_control + event->offset, event->payload.at, kept);
        if (event->header->masked)
            ws_mask(run->sent_control + event->offset, run->sent_control + event->offset, kept,
                    event->header->masking_key, event->offset);
    } else if (event->kind == WS_FRAME_END) {
        run_wire_close(run, true, run->sent_control,
                       size < sizeof run->sent_control ? (size_t)size : sizeof run->sent_control);
    }
}

void run_send_follow(struct run *run, const uint8_t *octets, size_t size)
{
    while (size > 0) {
        run->sent_behind_close =
            run->sent_behind_close || (run->close_sent && ws_frame_decoder_idle(&run->sent));
        struct ws_frame_event event;
        size_t taken = ws_frame_decode(&run->sent, octets, size, &event);
        if (event.kind == WS_FRAME_HEADER && event.header->opcode == WS_CLOSE)
            run->close_sent = true;
        follow_event(run, &event);
        octets += taken;
        size -= taken;
    }
    struct ws_frame_event rest;
    do {
        ws_frame_decode(&run->sent, NULL, 0, &rest);
        follow_event(run, &rest);
    } while (rest.kind != WS_FRAME_NEED_MORE);
}

/* Produces up to `size` octets of the current step. Fewer than asked: the step is done. */
static size_t produce(struct run *run, const struct case_step *step, run_time now, uint8_t *out, size_t size)
{
    struct sender *sender = &run->sender;
    size_t made = 0;
    while (made < size && sender->room > 0) {
        size_t want = size - made;
        if (want > sender->room)
            want = (size_t)sender->room;
        size_t n = sender->header_size - sender->header_sent;
        if (n > 0) {
            n = n < want ? n : want;
            memcpy(out + made, sender->header_octets + sender->header_sent, n);
            sender->header_sent += n;
        } else if (sender->frame_sent < sender->frame_length) {
            uint64_t left = sender->frame_length - sender->frame_sent;
            n = left < want ? (size_t)left : want;
            uint64_t offset = sender->payload_offset + sender->frame_sent;
            if (step->kind == STEP_RAW)
                octets_read(step->raw, &run->instance, offset, out + made, n);
            else
                payload_read(run, &step->frame, offset, out + made, n);
            if (step->kind == STEP_SEND && sender->header.masked)
                ws_mask(out + made, out + made, n, sender->header.masking_key, sender->frame_sent);
            sender->frame_sent += n;
        } else {
            sender->payload_offset += sender->frame_length;
            if (step->kind == STEP_RAW || sender->payload_offset >= sender->payload_length)
                return made;
            begin_frame(run, &step->frame, now);
            continue;
        }
        transcript_octets(transcript_at(&run->transcript, sender->line_number), out + made, n);
        sender->room -= n;
        made += n;
    }
    return made;
}

/* True once every octet of the current step has been produced. */
static bool step_is_done(const struct run *run, const struct case_step *step)
{
    const struct sender *sender = &run->sender;
    if (sender->room == 0)
        return true;
    if (sender->header_sent < sender->header_size || sender->frame_sent < sender->frame_length)
        return false;
    return step->kind == STEP_RAW || sender->payload_offset + sender->frame_length >= sender->payload_length;
}

/* How many octets the next write of this step may have. */
static size_t write_size(const struct run *run, const struct case_step *step)
{
    if (run->instance.delivery == DELIVER_OCTET)
        return 1;
    uint64_t size = RUN_WRITE_MAX;
    if (step->kind == STEP_SEND && step->frame.has_chop)
        size = number(run, &step->frame.chop);
    else if (step->kind == STEP_SEND && step->frame.has_split && run->sender.first_write)
        size = number(run, &step->frame.split);
    return size == 0 || size > RUN_WRITE_MAX ? RUN_WRITE_MAX : (size_t)size;
}

static void next_step(struct run *run)
{
    run->sender.step = run->sender.step->next;
    run->sender.begun = false;
}

/* One write of a send or raw step, together with joined ones. */
static struct run_action write_step(struct run *run, run_time now)
{
    struct sender *sender = &run->sender;
    size_t made = 0;
    bool join = true;
    uint64_t gap_ms = run->instance.definition->delivery_gap_ms;
    while (join && sender->step != NULL &&
           (sender->step->kind == STEP_SEND || sender->step->kind == STEP_RAW)) {
        const struct case_step *step = sender->step;
        if (!sender->begun)
            begin_step(run, step, now);
        size_t size = write_size(run, step);
        size = size > RUN_WRITE_MAX - made ? RUN_WRITE_MAX - made : size;
        made += produce(run, step, now, sender->buffer + made, size);
        sender->first_write = false;
        if (step->kind == STEP_SEND && step->frame.has_gap && !step_is_done(run, step))
            gap_ms = step->frame.gap_ms;
        join = step_is_done(run, step) && step->kind == STEP_SEND && step->frame.join &&
               run->instance.delivery == DELIVER_WHOLE && made < RUN_WRITE_MAX;
        if (step_is_done(run, step))
            next_step(run);
    }
    sender->not_before = gap_ms == 0 ? 0 : now + gap_ms * 1000;
    run->sent_at = now;
    run_send_follow(run, sender->buffer, made);
    const struct case_step *next = sender->step;
    bool cut = run->instance.delivery == DELIVER_OCTET ||
               (next != NULL && next->kind == STEP_SEND && sender->begun &&
                (next->frame.has_chop || next->frame.has_split));
    return (struct run_action){.kind = RUN_WRITE, .octets = {sender->buffer, made}, .apart = cut};
}

void run_send_begin_round(struct run *run)
{
    run->sender.step = run->instance.definition->steps;
    run->sender.begun = false;
}

/* An expect that has been met already, and the handshake, do not hold the sender up. */
static const struct case_step *skip_passed(const struct run *run, const struct case_step *step)
{
    while (step != NULL && (step->kind == STEP_OPEN || (step->kind == STEP_EXPECT && step != run->expect)))
        step = step->next;
    return step;
}

bool run_send_idle(const struct run *run)
{
    const struct case_step *step = skip_passed(run, run->sender.step);
    return step == NULL || step->kind == STEP_EXPECT;
}

bool run_send_at_border(const struct run *run)
{
    return run->request_sent == run->request.size && ws_frame_decoder_idle(&run->sent) && !run->reset_done &&
           !run->shutdown_done;
}

struct run_action run_send_next(struct run *run, run_time now)
{
    struct sender *sender = &run->sender;
    for (;;) {
        sender->step = skip_passed(run, sender->step);
        const struct case_step *step = sender->step;
        if (step == NULL || step->kind == STEP_EXPECT)
            return (struct run_action){.kind = RUN_WAIT};
        switch (step->kind) {
        case STEP_SEND:
        case STEP_RAW:
            /* RFC 6455 5.5.1: nothing follows our Close, unless the case sent it to see just that. */
            if (run->terminal || run->reset_done || run->shutdown_done || run->close_answered) {
                next_step(run);
                continue;
            }
            if (now < sender->not_before)
                return (struct run_action){.kind = RUN_WAIT};
            return write_step(run, now);
        case STEP_WAIT:
            if (!sender->begun) {
                sender->begun = true;
                sender->not_before = now + step->wait_ms * 1000;
                transcript_note(&run->transcript, now - run->started, "wait  %llums",
                                (unsigned long long)step->wait_ms);
            }
            if (now < sender->not_before)
                return (struct run_action){.kind = RUN_WAIT};
            run->sent_at = now;
            next_step(run);
            break;
        case STEP_HALF_CLOSE:
        case STEP_TRUNCATE:
        case STEP_CLOSE_NOTIFY:
            next_step(run);
            run->shutdown_done = true;
            run->sent_at = now;
            transcript_note(&run->transcript, now - run->started, "%s", case_word_of(case_steps, step->kind));
            return (struct run_action){.kind = step->kind == STEP_HALF_CLOSE ? RUN_SHUTDOWN
                                               : step->kind == STEP_TRUNCATE ? RUN_TRUNCATE
                                                                             : RUN_CLOSE_NOTIFY};
        case STEP_READING:
            next_step(run);
            if (run->reading_off != step->reading) /* on again already, by a stall */
                break;
            run->reading_off = !step->reading;
            run_progress(run, now);
            transcript_note(&run->transcript, now - run->started, "reading %s", step->reading ? "on" : "off");
            break;
        case STEP_RESET:
        case STEP_DROP:
            next_step(run);
            run->reset_done = true;
            run->ended = true;
            transcript_note(&run->transcript, now - run->started, "%s",
                            step->kind == STEP_RESET ? "reset" : "drop");
            run_close_begin(run, now);
            return (struct run_action){.kind = step->kind == STEP_RESET ? RUN_RESET : RUN_CLOSE};
        case STEP_OPEN:
        case STEP_EXPECT:
            break;
        }
    }
}

void run_send_control(struct run *run, run_time now, uint8_t opcode, const uint8_t *octets, size_t size,
                      const char *why)
{
    /* RFC 6455 5.5.1: nothing of ours follows our own Close; answers to a flood of pings are bounded (5.5.3
     * allows it) and leave room for a barrier and our Close. */
    size_t room = RUN_ASIDE_MAX - run->aside_size;
    size_t kept = opcode == WS_PONG ? 2 * (WS_FRAME_HEADER_MAX + RUN_BARRIER_SIZE) : 0;
    if (run->close_sent || run->ended || room < size + WS_FRAME_HEADER_MAX + kept)
        return;
    struct ws_frame_header header = {.fin = true,
                                     .opcode = opcode,
                                     .masked = harness_role(run) == WS_CLIENT,
                                     .length_form = WS_LENGTH_7,
                                     .length = size};
    if (header.masked)
        run_random(run, header.masking_key, sizeof header.masking_key);
    uint8_t *frame = run->aside + run->aside_size;
    size_t header_size = ws_frame_header_encode(frame, &header);
    if (size > 0)
        memcpy(frame + header_size, octets, size);
    if (header.masked)
        ws_mask(frame + header_size, frame + header_size, size, header.masking_key, 0);
    run->aside_size += header_size + size;
    run_wire_frame(run, true, &(struct ws_frame_event){.kind = WS_FRAME_HEADER, .header = &header});
    if (opcode == WS_CLOSE)
        run_wire_close(run, true, octets, size);
    struct transcript_line *line = transcript_begin(&run->transcript, TRANSCRIPT_SEND, now - run->started);
    if (line == NULL)
        return;
    line->is_frame = true;
    line->header = header;
    line->header_size = (uint8_t)header_size;
    snprintf(line->note, sizeof line->note, "%s", why);
    transcript_octets(line, frame, header_size + size);
}

void run_send_close(struct run *run, run_time now, uint16_t code, const char *why)
{
    uint8_t body[2] = {(uint8_t)(code >> 8), (uint8_t)code};
    bool empty = code == 1005;
    run_send_control(run, now, WS_CLOSE, body, empty ? 0 : sizeof body, why);
    run->close_sent = true;
    run->close_sent_code = code;
}

void run_send_close_answer(struct run *run, run_time now)
{
    bool legal = run->close_code == 1005 || ws_close_code_judge(run->close_code) == WS_NO_VIOLATION;
    run->close_answered = true;
    run_send_close(run, now, legal ? run->close_code : 1002, "answer to the target's Close");
}
