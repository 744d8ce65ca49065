/* SPDX-License-Identifier: MIT */
/* run_edit.c: the head that the harness sends in the opening handshake, as the case changes it: the edits of
 * `open`, and the octets that every case knows by name. Does not own what the head says without edits
 * (run_open.c, run_accept.c). */
#include "harness/case_words.h"
#include "harness/head_edit.h"
#include "harness/run_machine.h"

#include <stdlib.h>
#include <string.h>

void run_edit_impossible(struct run *run, const char *why)
{
    run_finish(run, VERDICT_ERROR, "the opening handshake cannot be sent: %s", why);
}

/* Octets of an expression as memory of their own, NUL-terminated; NULL when memory is out or it is too long
 * for a head. */
static char *materialise(struct run *run, const struct octets_atom *octets, size_t *size)
{
    uint64_t length = octets_length(octets, &run->instance);
    if (length > RUN_REQUEST_MAX) {
        run_edit_impossible(run, "it is longer than 4 MiB");
        return NULL;
    }
    char *text = malloc((size_t)length + 1);
    if (text == NULL)
        return NULL;
    octets_read(octets, &run->instance, 0, (uint8_t *)text, (size_t)length);
    text[length] = '\0';
    *size = (size_t)length;
    return text;
}

/* RFC 7301 3.1: a protocol's name has 1 to 255 octets. The empty list is no offer at all. */
static bool alpn_fits(const char *names)
{
    enum { NAME_SIZE_MAX = 255, LIST_SIZE_MAX = 65535 };
    size_t size = strlen(names), name;
    bool fits = size < LIST_SIZE_MAX;
    for (; size > 0 && fits; names += name + 1) {
        name = strcspn(names, ",");
        fits = name > 0 && name <= NAME_SIZE_MAX;
        if (names[name] == '\0')
            break;
    }
    return fits;
}

/* What is to be said in the TLS handshake; NULL: it can be. */
static const char *why_not_in_tls(enum edit_kind kind, const char *value, size_t size)
{
    enum { SNI_SIZE_MAX = 255 }; /* of OpenSSL, and of DNS */
    if (strlen(value) != size)
        return "a name for TLS has a NUL";
    if (kind == EDIT_ALPN && !alpn_fits(value))
        return "the names of `alpn` have 1 to 255 octets, with commas between (RFC 7301 3.1)";
    return kind == EDIT_SNI && size > SNI_SIZE_MAX ? "the name of `sni` has 255 octets at most" : NULL;
}

static bool apply_edit(struct run *run, const struct open_edit *edit, struct text_buffer *early,
                       bool *unended)
{
    size_t name_size = 0, value_size = 0;
    char *name = materialise(run, edit->name, &name_size);
    char *value = materialise(run, edit->value, &value_size);
    bool done = false;
    if (name == NULL || value == NULL)
        goto end;
    char **kept = edit->kind == EDIT_ALPN ? &run->alpn : edit->kind == EDIT_SNI ? &run->sni : NULL;
    static const char extensions[] = "Sec-WebSocket-Extensions", subprotocol[] = "Sec-WebSocket-Protocol";
    switch (edit->kind) {
    case EDIT_LINE:
        head_set_first_line(&run->request, "", value, value_size, "");
        break;
    case EDIT_PATH:
        head_set_first_line(&run->request, "GET ", value, value_size, " HTTP/1.1");
        break;
    case EDIT_SET:
        head_set_field(&run->request, name, name_size, value, value_size, false);
        break;
    case EDIT_ADD:
        head_set_field(&run->request, name, name_size, value, value_size, true);
        break;
    case EDIT_DELETE:
        head_set_field(&run->request, name, name_size, NULL, 0, false);
        break;
    case EDIT_EXTENSION:
        if (!run->mirrored)
            head_set_field(&run->request, extensions, sizeof extensions - 1, value, value_size, false);
        break;
    case EDIT_SUBPROTOCOL:
        head_set_field(&run->request, subprotocol, sizeof subprotocol - 1, value, value_size, false);
        break;
    case EDIT_EARLY:
        text_append(early, value, value_size);
        break;
    case EDIT_UNENDED:
        *unended = true;
        break;
    case EDIT_GAP:
        run->request_gap = edit->gap_ms * 1000;
        break;
    case EDIT_ALPN:
    case EDIT_SNI: {
        const char *why = why_not_in_tls(edit->kind, value, value_size);
        if (why != NULL) {
            run_edit_impossible(run, why);
            goto end;
        }
        free(*kept);
        *kept = value;
        value = NULL;
        break;
    }
    case EDIT_PLAIN:
        run->plain = true;
        break;
    }
    done = !run->request.failed;
end:
    free(name);
    free(value);
    return done;
}

bool run_edit_head(struct run *run)
{
    const struct case_step *first = run->instance.definition->steps;
    struct text_buffer early = {.cap = RUN_REQUEST_MAX};
    bool done = !run->request.failed, unended = false;
    if (first != NULL && first->kind == STEP_OPEN) {
        for (const struct open_edit *edit = first->edits; edit != NULL && done; edit = edit->next)
            done = apply_edit(run, edit, &early, &unended);
    }
    run->early_at = run->request.size;
    if (done && unended)
        run->early_at = run->request.size -= 2;
    if (done && early.size > 0)
        text_append(&run->request, early.text, early.size);
    if (run->request.failed || early.failed)
        run_edit_impossible(run, "it is longer than 4 MiB, or memory is out");
    text_free(&early);
    return done && run->phase != PHASE_DONE;
}

void run_edit_bind(struct run *run, const struct ws_octets octets[KNOWN_COUNT])
{
    struct case_instance *instance = &run->instance;
    for (size_t k = 0; k < KNOWN_COUNT; k++) {
        run->known[k] = (struct octets_atom){.kind = OCTETS_LITERAL, .literal = octets[k]};
        size_t i = 0;
        while (i < instance->binding_count && strcmp(instance->bindings[i].name, case_known[k].name) != 0)
            i++;
        if (i == sizeof instance->bindings / sizeof instance->bindings[0])
            continue;
        instance->bindings[i] =
            (struct case_binding){.name = case_known[k].name, .kind = ITEM_OCTETS, .octets = &run->known[k]};
        if (i == instance->binding_count)
            instance->binding_count++;
    }
}

void run_edit_note(struct run *run, run_time now, size_t size, const char *mark)
{
    struct transcript_line *line = transcript_begin(&run->transcript, TRANSCRIPT_RECEIVE, now - run->started);
    if (line == NULL)
        return;
    size_t shown = 0;
    while (shown < size && shown < 120 && run->response[shown] != '\r' && run->response[shown] != '\n')
        shown++;
    memcpy(line->note, run->response, shown);
    line->note[shown] = '\0';
    transcript_octets(line, run->response, size);
    if (mark != NULL)
        transcript_mark(line, "%s", mark);
}
