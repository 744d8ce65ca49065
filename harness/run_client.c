/* SPDX-License-Identifier: MIT */
/* run_client.c: watches the frames of a client for what binds clients alone: that each is masked (RFC
 * 6455 5.1, 5.2, 5.3, 5.5.1, 6.1), and how the keys follow each other (5.3, 10.3). */
#include "harness/run_client.h"

#include <string.h>

const struct run_client_facts *run_client_facts(enum run_client_rule rule)
{
    static const struct run_client_facts facts[RUN_CLIENT_RULE_COUNT] = {
#define FACTS(NAME, requirement, watched, sentence) {#NAME, requirement, sentence, watched},
        RUN_CLIENT_RULES(FACTS)
#undef FACTS
    };
    return &facts[rule];
}

/* Rules about keys need as many keys as tell. */
static bool is_of_keys(enum run_client_rule rule)
{
    return rule == RUN_CLIENT_KEY_REPEATED || rule == RUN_CLIENT_KEY_PREDICTABLE ||
           rule == RUN_CLIENT_KEY_OF_ZERO;
}

bool run_client_keeps(const struct run *run, enum run_client_rule rule)
{
    unsigned watched = run_client_facts(rule)->watched;
    bool seen = watched == 0 ? run->verdict.opened : (run->received_classes & watched) != 0;
    if (is_of_keys(rule) && run->client.key_count < RUN_KEYS_KEPT)
        return false;
    return seen && (run->client.broken & 1U << rule) == 0;
}

static void note(struct run *run, enum run_client_rule rule)
{
    struct run_verdict *verdict = &run->verdict;
    const struct run_client_facts *facts = run_client_facts(rule);
    if ((run->client.broken & 1U << rule) != 0 || verdict->violation_count == RUN_VIOLATIONS_MAX)
        return;
    run->client.broken |= 1U << rule;
    verdict->violations[verdict->violation_count++] =
        (struct run_violation){.violation = WS_NO_VIOLATION,
                               .name = facts->name,
                               .requirement = facts->requirement,
                               .sentence = facts->sentence,
                               .line = run->line_number};
    transcript_mark(transcript_at(&run->transcript, run->line_number), "%s", facts->sentence);
}

static void watch_unmasked(struct run *run, const struct ws_frame_header *header)
{
    note(run, RUN_CLIENT_MASK_BIT_MISSING);
    note(run, RUN_CLIENT_MASKED_FRAME_WITHOUT_BIT);
    if (!ws_opcode_is_control(header->opcode))
        note(run, RUN_CLIENT_DATA_UNMASKED);
    if (header->opcode == WS_CLOSE)
        note(run, RUN_CLIENT_CLOSE_UNMASKED);
}

/* As a number that counts up in either order of octets. */
static uint32_t number(const uint8_t key[4], bool reversed)
{
    uint32_t value = 0;
    for (size_t i = 0; i < 4; i++)
        value = value << 8 | key[reversed ? 3 - i : i];
    return value;
}

/* From each of the last keys to the next the same step, other than none. */
static bool counts(const struct run_client *client, bool reversed)
{
    const uint8_t(*keys)[4] = client->keys;
    uint32_t step = number(keys[1], reversed) - number(keys[0], reversed);
    for (size_t i = 2; i < RUN_KEYS_KEPT; i++)
        if (number(keys[i], reversed) - number(keys[i - 1], reversed) != step)
            return false;
    return step != 0;
}

/* RFC 6455 5.3, 10.3. */
static void watch_keys(struct run *run)
{
    const uint8_t(*keys)[4] = run->client.keys;
    uint32_t last = number(keys[RUN_KEYS_KEPT - 1], false);
    bool equal =
        last == number(keys[RUN_KEYS_KEPT - 2], false) && last == number(keys[RUN_KEYS_KEPT - 3], false);
    if (run->client.key_count >= 3 && equal)
        note(run, last == 0 ? RUN_CLIENT_KEY_OF_ZERO : RUN_CLIENT_KEY_REPEATED);
    if (run->client.key_count >= RUN_KEYS_KEPT && (counts(&run->client, false) || counts(&run->client, true)))
        note(run, RUN_CLIENT_KEY_PREDICTABLE);
}

void run_client_watch_frame(struct run *run, const struct ws_frame_header *header)
{
    if (run->instance.role != WS_CLIENT)
        return;
    if ((header->rsv & WS_RSV1) != 0 && !run->deflate.agreed)
        note(run, RUN_CLIENT_EXTENSION_USED);
    if (!header->masked) {
        watch_unmasked(run, header);
        return;
    }
    memmove(run->client.keys[0], run->client.keys[1], sizeof run->client.keys - sizeof run->client.keys[0]);
    memcpy(run->client.keys[RUN_KEYS_KEPT - 1], header->masking_key, sizeof header->masking_key);
    run->client.key_count++;
    watch_keys(run);
}

void run_client_watch_time(struct run *run)
{
    bool ours_is_under_way = run->verdict.opened && run->request_sent < run->early_at;
    if (run->instance.role == WS_CLIENT && ours_is_under_way) {
        run->line_number = run->transcript.number - 1;
        note(run, RUN_CLIENT_SPOKE_FIRST);
    }
}
