/* SPDX-License-Identifier: MIT */
/* run_response.c: does a response to the opening handshake, or a run of octets, fit what an outcome names? */
#include "harness/run_machine.h"

#include <string.h>

enum { COMPARE_SIZE = 16 * 1024 };

bool run_codes_have(const struct run *run, const struct codes *codes, uint64_t code, bool absent)
{
    if (codes->kind == CODES_ANY)
        return true;
    if (absent || codes->kind == CODES_NONE)
        return absent && codes->kind == CODES_NONE;
    for (const struct code_range *range = codes->ranges; range != NULL; range = range->next) {
        if (code >= case_integer_value(&range->low, &run->instance) &&
            code <= case_integer_value(&range->high, &run->instance))
            return true;
    }
    return false;
}

bool run_octets_are(const struct run *run, const struct octets_atom *expected, struct ws_octets got)
{
    uint8_t block[COMPARE_SIZE];
    if (octets_length(expected, &run->instance) != got.size)
        return false;
    for (size_t at = 0; at < got.size;) {
        size_t n = got.size - at < sizeof block ? got.size - at : sizeof block;
        octets_read(expected, &run->instance, at, block, n);
        if (memcmp(block, got.at + at, n) != 0)
            return false;
        at += n;
    }
    return true;
}

static struct ws_octets materialise(const struct run *run, const struct octets_atom *octets, uint8_t *room,
                                    size_t size)
{
    uint64_t length = octets_length(octets, &run->instance);
    size_t n = length < size - 1 ? (size_t)length : size - 1;
    octets_read(octets, &run->instance, 0, room, n);
    room[n] = '\0';
    return (struct ws_octets){room, n};
}

/* `none`: without a value. A value that is no number is in no range. */
static bool parameter_fits(const struct run *run, const struct codes *codes,
                           const struct ws_extension_parameter *parameter)
{
    uint64_t value = 0;
    bool is_number = parameter->value_size > 0 && parameter->value_size <= 9;
    for (size_t i = 0; i < parameter->value_size && is_number; i++) {
        is_number = parameter->value[i] >= '0' && parameter->value[i] <= '9';
        value = value * 10 + (uint64_t)(parameter->value[i] - '0');
    }
    bool fits = run_codes_have(run, codes, value, !parameter->has_value);
    return fits && (is_number || codes->kind != CODES_RANGES);
}

static bool extension_fits(const struct run *run, const struct http_condition *condition,
                           const struct ws_head *head)
{
    uint8_t token[256], parameter[256];
    struct ws_octets want = materialise(run, condition->name, token, sizeof token);
    struct ws_octets name = materialise(run, condition->parameter, parameter, sizeof parameter);
    struct ws_list_walk walk = {.head = head, .name = "Sec-WebSocket-Extensions"};
    struct ws_octets member;
    while (ws_list_next(&walk, &member)) {
        struct ws_extension extension;
        if (!ws_extension_parse(member, &extension) || !ws_octets_equal_ignoring_case(extension.token, want))
            continue;
        if (name.size == 0)
            return true;
        for (size_t i = 0; i < extension.parameter_count; i++) {
            if (ws_octets_equal(extension.parameters[i].name, name))
                return condition->kind == HTTP_EXTENSION &&
                       parameter_fits(run, &condition->codes, &extension.parameters[i]);
        }
        return condition->kind == HTTP_EXTENSION_WITHOUT;
    }
    return false;
}

static bool interim_fits(const struct run *run, const struct codes *codes)
{
    if (run->interim_count == 0)
        return codes->kind == CODES_NONE;
    for (size_t i = 0; i < run->interim_count; i++) {
        if (run_codes_have(run, codes, run->interim[i], false))
            return true;
    }
    return false;
}

static bool condition_holds(const struct run *run, const struct http_condition *condition,
                            const struct ws_head *head)
{
    uint8_t name[256], member[256];
    materialise(run, condition->name, name, sizeof name);
    const struct ws_octets *value;
    size_t count;
    switch (condition->kind) {
    case HTTP_HAS:
        return ws_head_find(head, (const char *)name, NULL) != NULL;
    case HTTP_HAS_NOT:
        return ws_head_find(head, (const char *)name, NULL) == NULL;
    case HTTP_ONCE:
        ws_head_find(head, (const char *)name, &count);
        return count == 1;
    case HTTP_LISTS:
        materialise(run, condition->parameter, member, sizeof member);
        return ws_list_has(head, (const char *)name, (const char *)member);
    case HTTP_INTERIM:
        return interim_fits(run, &condition->codes);
    case HTTP_VALUE:
        value = ws_head_find(head, (const char *)name, NULL);
        return value != NULL && run_octets_are(run, condition->parameter, *value);
    case HTTP_EXTENSION:
    case HTTP_EXTENSION_WITHOUT:
        return extension_fits(run, condition, head);
    case HTTP_NO_EXTENSION:
        return ws_head_find(head, "Sec-WebSocket-Extensions", NULL) == NULL;
    case HTTP_ALPN:
        return strcmp((const char *)name, run->selected_alpn) == 0;
    }
    return false;
}

bool run_response_fits(const struct run *run, const struct outcome *outcome, const struct ws_head *head)
{
    if (!run_codes_have(run, &outcome->codes, head->status, false))
        return false;
    /* A 101 that a client would not accept is not a 101 (RFC 6455 4.1). */
    if (head->status == 101 && !run->verdict.opened)
        return false;
    for (const struct http_condition *c = outcome->conditions; c != NULL; c = c->next) {
        if (!condition_holds(run, c, head))
            return false;
    }
    return true;
}
