/* SPDX-License-Identifier: MIT */
/* fault_resources.c: a faulty server that takes memory for what is only said, and loses what it cannot send
 * at once. Owns the memory that it takes. */
#include "reference/faulty.h"

#include <stdlib.h>

enum {
    FRAGMENT_KEPT = 128,
    WAITING_MAX = 1 << 20, /* octets of output before messages are lost */
    ANNOUNCED_MAX = 256 << 20
};

struct fault_kept {
    struct fault_kept *next;
    uint8_t room[];
};

static void keep(struct endpoint_fault *fault, size_t size)
{
    struct fault_kept *kept = malloc(sizeof *kept + size);
    if (kept == NULL)
        return;
    kept->next = fault->kept;
    fault->kept = kept;
}

void fault_keep(struct ws_endpoint *endpoint, const struct ws_frame_header *header)
{
    struct endpoint_fault *fault = endpoint->fault;
    if (ws_opcode_is_control(header->opcode))
        return;
    if (fault->kind == WS_FAULT_KEEPS_FRAGMENTS)
        keep(fault, FRAGMENT_KEPT);
    if (fault->kind == WS_FAULT_ALLOCATES_ANNOUNCED)
        keep(fault, header->length < ANNOUNCED_MAX ? (size_t)header->length : ANNOUNCED_MAX);
}

bool fault_loses(const struct ws_endpoint *endpoint)
{
    return endpoint->fault->kind == WS_FAULT_LOSES_WAITING && ws_output_size(&endpoint->output) > WAITING_MAX;
}

bool fault_tears(const struct ws_endpoint *endpoint)
{
    return endpoint->fault->kind == WS_FAULT_TEARS_WAITING && ws_output_size(&endpoint->output) > WAITING_MAX;
}

void fault_forget(struct endpoint_fault *fault)
{
    while (fault != NULL && fault->kept != NULL) {
        struct fault_kept *next = fault->kept->next;
        free(fault->kept);
        fault->kept = next;
    }
}
