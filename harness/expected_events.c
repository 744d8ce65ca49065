/* SPDX-License-Identifier: MIT */
/* expected_events.c: walks the expects of a case and reads the octets that they name. */
#include "harness/expected_events.h"

#include <zlib.h>

static void add_event(const struct case_instance *instance, const struct outcome *outcome,
                      struct journal_events *out)
{
    uint8_t block[4096];
    if (out->count == JOURNAL_EVENTS_MAX || outcome->any_octets) {
        out->more = true;
        return;
    }
    struct journal_event *event = &out->at[out->count++];
    event->opcode = outcome->kind == OUTCOME_PONG ? WS_PONG : outcome->opcode;
    event->size = octets_length(outcome->octets, instance);
    for (uint64_t at = 0; at < event->size; at += sizeof block) {
        uint64_t left = event->size - at;
        size_t n = left < sizeof block ? (size_t)left : sizeof block;
        octets_read(outcome->octets, instance, at, block, n);
        event->crc = (uint32_t)crc32_z(event->crc, block, n);
        for (size_t i = 0; at == 0 && i < n && i < sizeof event->octets; i++)
            event->octets[i] = block[i];
    }
}

void expected_events(const struct case_instance *instance, struct journal_events *out)
{
    out->more = instance->definition->rounds > 1;
    for (const struct case_step *s = instance->definition->steps; s != NULL && !out->more; s = s->next) {
        if (s->kind != STEP_EXPECT || s->alternatives == NULL)
            continue;
        for (const struct outcome *o = s->alternatives->outcomes; o != NULL; o = o->next) {
            if (o->kind == OUTCOME_MESSAGE || o->kind == OUTCOME_PONG)
                add_event(instance, o, out);
        }
    }
}
