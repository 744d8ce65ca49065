/* SPDX-License-Identifier: MIT */
/* The output buffer of an endpoint. See output.h. */
#include "reference/output.h"

#include <stdlib.h>
#include <string.h>

enum {
    CAPACITY_MIN = 1024,
    CAPACITY_KEPT = 1 << 20 /* an empty buffer larger than this is given back */
};

size_t ws_output_size(const struct ws_output *output)
{
    return output->end - output->start;
}

/* Moves what waits to the front. */
static void close_up(struct ws_output *output)
{
    size_t size = ws_output_size(output);
    if (size > 0 && output->start > 0)
        memmove(output->at, output->at + output->start, size);
    output->start = 0;
    output->end = size;
}

static bool grow(struct ws_output *output, size_t need)
{
    size_t capacity = need > CAPACITY_MIN / 2 ? 2 * need : CAPACITY_MIN;
    if (capacity <= output->capacity)
        return true;
    uint8_t *at = realloc(output->at, capacity);
    if (at == NULL)
        return false;
    output->at = at;
    output->capacity = capacity;
    return true;
}

enum ws_error ws_output_reserve(struct ws_output *output, size_t size, size_t limit, uint8_t **room)
{
    size_t waiting = ws_output_size(output);
    /* So that doubling cannot overflow. */
    if (limit > SIZE_MAX / 4)
        limit = SIZE_MAX / 4;
    if (waiting > limit || size > limit - waiting)
        return WS_ERROR_OUTPUT_FULL;
    if (output->capacity - output->end < size) {
        /* Closing up moves what waits. That is only done when at least as much has been taken before, or
         * together with growing to twice the need: so an octet is moved a bounded number of times. */
        bool enough = output->start >= waiting && output->capacity - waiting >= size;
        close_up(output);
        if (!enough && !grow(output, waiting + size))
            return WS_ERROR_MEMORY;
    }
    *room = output->at + output->end;
    return WS_DONE;
}

void ws_output_commit(struct ws_output *output, size_t size)
{
    output->end += size;
}

void ws_output_adopt(struct ws_output *output, uint8_t *at, size_t capacity, size_t start, size_t end)
{
    ws_output_discard(output);
    output->at = at;
    output->start = start;
    output->end = end;
    output->capacity = capacity;
}

void ws_output_take(struct ws_output *output, size_t size)
{
    output->start += size;
    if (output->start < output->end)
        return;
    output->start = 0;
    output->end = 0;
    if (output->capacity > CAPACITY_KEPT)
        ws_output_discard(output);
}

void ws_output_discard(struct ws_output *output)
{
    free(output->at);
    *output = (struct ws_output){0};
}
