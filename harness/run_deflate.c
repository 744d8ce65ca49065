/* SPDX-License-Identifier: MIT */
/* run_deflate.c: permessage-deflate in a run (RFC 7692): what was agreed on, the messages that go out
 * compressed, and what comes in inflated. Owns both contexts; does not own frames (run_send.c,
 * run_receive.c). */
#include "harness/run_machine.h"

#include <stdlib.h>
#include <string.h>

enum { MESSAGE_MAX = 80 << 20 }; /* more than CASE_PAYLOAD_MAX becomes at most */

static enum ws_role harness_role(const struct run *run)
{
    return run->instance.role == WS_SERVER ? WS_CLIENT : WS_SERVER;
}

void run_deflate_agree(struct run *run, const struct ws_deflate_parameters *agreed)
{
    run->deflate.agreed = true;
    run->deflate.parameters = *agreed;
    run->judge.rsv_allowed |= 4;
}

void run_deflate_open(struct run *run)
{
    struct ws_deflate_parameters agreed;
    if (ws_deflate_agreed(&run->head, &agreed))
        run_deflate_agree(run, &agreed);
}

void run_deflate_free(struct run *run)
{
    struct run_deflate *deflate = &run->deflate;
    prepared_release(deflate->message);
    ws_inflater_free(deflate->inflater);
    free(deflate->inflated);
    free(deflate->window);
    deflate->message = NULL;
    deflate->inflater = NULL;
    deflate->inflated = NULL;
    deflate->window = NULL;
}

/* ---- Sending ---- */

/* A compressed message that the case wrote by hand: what it leaves in the target's window is not known, so
 * the next message of ours begins anew, as is always allowed (RFC 7692 7.2.1). */
void run_deflate_forget(struct run *run)
{
    run->deflate.window_size = 0;
}

/* What was sent last stays in the window. */
static bool remember(struct run *run, const struct octets_atom *payload)
{
    struct run_deflate *deflate = &run->deflate;
    uint64_t length = octets_length(payload, &run->instance);
    if (deflate->window == NULL)
        deflate->window = malloc(DEFLATE_WINDOW_MAX);
    if (deflate->window == NULL)
        return false;
    size_t added = length < DEFLATE_WINDOW_MAX ? (size_t)length : DEFLATE_WINDOW_MAX;
    size_t room = DEFLATE_WINDOW_MAX - added;
    size_t kept = deflate->window_size < room ? deflate->window_size : room;
    memmove(deflate->window, deflate->window + deflate->window_size - kept, kept);
    octets_read(payload, &run->instance, length - added, deflate->window + kept, added);
    deflate->window_size = kept + added;
    return true;
}

bool run_deflate_compress(struct run *run, const struct frame_spec *spec)
{
    struct run_deflate *deflate = &run->deflate;
    enum ws_role sender = harness_role(run);
    bool takeover = ws_deflate_takeover(&deflate->parameters, sender);
    if (spec->opcode != WS_CONTINUATION && !takeover)
        run_deflate_forget(run);
    prepared_release(deflate->message);
    deflate->message = prepared_get(
        run->settings->prepared, MESSAGE_MAX, spec->fin ? COMPRESS_CUT : COMPRESS_FLUSHED,
        ws_deflate_window_bits(&deflate->parameters, sender),
        (struct ws_octets){deflate->window, deflate->window_size}, spec->payload, &run->instance);
    return deflate->message != NULL && ((spec->fin && !takeover) || remember(run, spec->payload));
}

/* ---- Receiving ---- */

void run_deflate_begin_message(struct run *run, const struct ws_frame_header *header)
{
    struct run_deflate *deflate = &run->deflate;
    deflate->compressed = deflate->agreed && (header->rsv & 4) != 0;
    deflate->spoilt = deflate->compressed && deflate->lost;
    deflate->shown_size = 0;
    if (!deflate->compressed)
        return;
    enum ws_role sender = run->instance.role;
    if (ws_deflate_window_bits(&deflate->parameters, sender) < DEFLATE_BITS_MAX)
        run->received_classes |= SAW_COMPRESSED_SMALL;
    if ((run->received_classes & SAW_COMPRESSED) != 0 && !ws_deflate_takeover(&deflate->parameters, sender))
        run->received_classes |= SAW_COMPRESSED_ALONE;
    run->received_classes |= SAW_COMPRESSED;
}

static void spoil(struct run *run, enum ws_deflate_fault fault)
{
    struct run_deflate *deflate = &run->deflate;
    deflate->spoilt = deflate->lost = true;
    enum ws_violation violation = ws_deflate_fault_violation(fault, run->instance.role);
    transcript_mark(transcript_at(&run->transcript, run->line_number), "%s", ws_deflate_fault_text(fault));
    if (violation == WS_NO_VIOLATION) { /* ours, not the target's */
        run_finish(run, VERDICT_ERROR, "out of memory while inflating a message");
        return;
    }
    run_note_violation(run, violation, run->line_number);
    run->seen_violations |= UINT64_C(1) << violation;
}

/* What the payload inflates to, for the transcript. */
static void show(struct run_deflate *deflate, struct ws_octets plain)
{
    size_t room = sizeof deflate->shown - deflate->shown_size;
    size_t kept = plain.size < room ? plain.size : room;
    if (kept > 0)
        memcpy(deflate->shown + deflate->shown_size, plain.at, kept);
    deflate->shown_size += kept;
}

void run_deflate_inflate(struct run *run, run_time now, struct ws_octets payload, bool last,
                         run_plain_taker *take)
{
    struct run_deflate *deflate = &run->deflate;
    if (deflate->inflater == NULL && !deflate->lost) {
        enum ws_role sender = run->instance.role;
        deflate->inflated = malloc(RUN_WRITE_MAX);
        deflate->inflater = ws_inflater_new(ws_deflate_window_bits(&deflate->parameters, sender),
                                            ws_deflate_takeover(&deflate->parameters, sender));
        if (deflate->inflater == NULL || deflate->inflated == NULL)
            spoil(run, WS_DEFLATE_NO_MEMORY);
    }
    enum ws_inflate_progress progress = WS_INFLATE_OUTPUT_FULL;
    while (!deflate->spoilt && progress == WS_INFLATE_OUTPUT_FULL && run->phase != PHASE_DONE) {
        size_t taken = 0, written = 0;
        progress = ws_inflater_take(deflate->inflater, payload.at, payload.size, &taken, last,
                                    deflate->inflated, RUN_WRITE_MAX, &written);
        payload.at += taken;
        payload.size -= taken;
        struct ws_octets plain = {deflate->inflated, written};
        if (written > 0) {
            show(deflate, plain);
            take(run, now, plain);
        }
        if (progress == WS_INFLATE_BAD)
            spoil(run, ws_inflater_fault(deflate->inflater));
    }
    if (last && !deflate->spoilt)
        transcript_inflated(transcript_at(&run->transcript, run->line_number),
                            (struct ws_octets){deflate->shown, deflate->shown_size}, run->message_received);
}
