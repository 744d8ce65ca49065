/* SPDX-License-Identifier: MIT */
/* octets_memo.c: a short list, searched from the front: an instance has a handful of such functions. */
#include "harness/octets_memo.h"

#include <stdlib.h>
#include <string.h>

#include "harness/compress.h"

struct memo_entry {
    const struct octets_atom *atom;
    uint64_t round;
    struct ws_octets octets;
    struct memo_entry *next;
};

struct octets_memo {
    struct memo_entry *first;
    bool failed;
};

struct octets_memo *octets_memo_new(void)
{
    return calloc(1, sizeof(struct octets_memo));
}

void octets_memo_free(struct octets_memo *memo)
{
    if (memo == NULL)
        return;
    for (struct memo_entry *entry = memo->first, *next; entry != NULL; entry = next) {
        next = entry->next;
        free((void *)entry->octets.at);
        free(entry);
    }
    free(memo);
}

bool octets_memo_failed(const struct octets_memo *memo)
{
    return memo->failed;
}

bool octets_is_made(const struct octets_atom *atom)
{
    return atom->kind == OCTETS_DEFLATE || atom->kind == OCTETS_FLUSHED || atom->kind == OCTETS_FIXED ||
           atom->kind == OCTETS_FINAL;
}

static bool is_round(const struct case_integer *integer)
{
    return integer->parameter != NULL && strcmp(integer->parameter, "round") == 0;
}

/* $round is the only thing that changes while an instance is run. */
static bool depends_on_round(const struct octets_atom *atom)
{
    for (; atom != NULL; atom = atom->next) {
        if ((atom->kind == OCTETS_PARAMETER && strcmp(atom->parameter, "round") == 0) || is_round(&atom->n) ||
            is_round(&atom->seed) || depends_on_round(atom->inner))
            return true;
    }
    return false;
}

static uint64_t round_of(const struct case_instance *instance)
{
    static const struct case_integer round = {.parameter = "round"};
    return case_integer_value(&round, instance);
}

static bool make(struct ws_octets *out, const struct octets_atom *atom, const struct case_instance *instance)
{
    enum compress_form form = atom->kind == OCTETS_FLUSHED ? COMPRESS_FLUSHED
                              : atom->kind == OCTETS_FIXED ? COMPRESS_FIXED
                              : atom->kind == OCTETS_FINAL ? COMPRESS_FINAL
                                                           : COMPRESS_CUT;
    uint64_t bits = atom->has_bits ? case_integer_value(&atom->n, instance) : DEFLATE_BITS_MAX;
    return compress_octets(out, CASE_DEFLATED_MAX, form, (unsigned)bits, (struct ws_octets){0}, atom->inner,
                           instance);
}

struct octets_made octets_made(const struct octets_atom *atom, const struct case_instance *instance)
{
    struct octets_made made = {.owned = true};
    struct octets_memo *memo = instance == NULL ? NULL : instance->memo;
    uint64_t round = depends_on_round(atom->inner) || is_round(&atom->n) ? round_of(instance) : 0;
    struct memo_entry *entry = memo == NULL ? NULL : memo->first;
    while (entry != NULL && entry->atom != atom)
        entry = entry->next;
    if (entry != NULL && entry->round == round)
        return (struct octets_made){.octets = entry->octets};
    bool done = make(&made.octets, atom, instance);
    if (memo == NULL)
        return made;
    memo->failed = memo->failed || !done;
    if (entry == NULL)
        entry = calloc(1, sizeof *entry);
    if (entry == NULL) {
        memo->failed = true;
        return made;
    }
    if (entry->atom == NULL) {
        entry->next = memo->first;
        memo->first = entry;
    }
    free((void *)entry->octets.at);
    entry->atom = atom;
    entry->round = round;
    entry->octets = made.octets;
    made.owned = false;
    return made;
}

void octets_made_free(struct octets_made *made)
{
    if (made->owned)
        free((void *)made->octets.at);
    *made = (struct octets_made){0};
}
