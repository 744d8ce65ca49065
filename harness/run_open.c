/* SPDX-License-Identifier: MIT */
/* run_open.c: the opening handshake of a run (RFC 6455 4): the request, with the edits of `open`, and the
 * response. */
#include "harness/case_words.h"
#include "harness/run_machine.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* An error of the case, or of the options: the run is over. */
static void cannot_be_sent(struct run *run, const char *why)
{
    run_finish(run, VERDICT_ERROR, "the opening handshake cannot be sent: %s", why);
}

/* Octets of an expression as memory of their own, NUL-terminated; NULL when memory is out or it is too long
 * for a request. */
static char *materialise(struct run *run, const struct octets_atom *octets, size_t *size)
{
    uint64_t length = octets_length(octets, &run->instance);
    if (length > RUN_REQUEST_MAX) {
        cannot_be_sent(run, "it is longer than 4 MiB");
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

/* The lines of a request while it is edited: [start, end) without CR LF. A CR alone is part of a line. */
static const char *line_end(const char *line, const char *end)
{
    const char *stop = memmem(line, (size_t)(end - line), "\r\n", 2);
    return stop == NULL ? end : stop;
}

static bool line_has_name(const char *line, const char *stop, const char *name, size_t size)
{
    return (size_t)(stop - line) > size && line[size] == ':' && strncasecmp(line, name, size) == 0;
}

/* Rewrites the request: lines named `name` are dropped, or the first of them replaced by "name: value", which
 * is added at the end if none was there or `always_add`. */
static void rewrite(struct run *run, const char *name, size_t name_size, const char *value, size_t value_size,
                    bool always_add)
{
    struct text_buffer out = {.cap = RUN_REQUEST_MAX};
    const char *at = run->request.text, *end = at + run->request.size - 2; /* before the empty line */
    const char *stop = line_end(at, end);
    text_append(&out, at, (size_t)(stop - at));
    text_append(&out, "\r\n", 2);
    bool placed = false;
    for (at = stop + 2; at < end; at = stop + 2) {
        stop = line_end(at, end);
        bool hit = !always_add && line_has_name(at, stop, name, name_size);
        if (hit && (value == NULL || placed))
            continue;
        if (hit) {
            text_append(&out, name, name_size);
            text_append(&out, ": ", 2);
            text_append(&out, value, value_size);
            placed = true;
        } else {
            text_append(&out, at, (size_t)(stop - at));
        }
        text_append(&out, "\r\n", 2);
    }
    if (value != NULL && !placed) {
        text_append(&out, name, name_size);
        text_append(&out, ": ", 2);
        text_append(&out, value, value_size);
        text_append(&out, "\r\n", 2);
    }
    text_append(&out, "\r\n", 2);
    text_free(&run->request);
    run->request = out;
}

/* The first line becomes `before`, `line` and `after`. */
static void rewrite_first(struct run *run, const char *before, const char *line, size_t size,
                          const char *after)
{
    struct text_buffer out = {.cap = RUN_REQUEST_MAX};
    const char *end = run->request.text + run->request.size;
    const char *stop = line_end(run->request.text, end);
    text_append(&out, before, strlen(before));
    text_append(&out, line, size);
    text_append(&out, after, strlen(after));
    text_append(&out, stop, (size_t)(end - stop));
    text_free(&run->request);
    run->request = out;
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
        rewrite_first(run, "", value, value_size, "");
        break;
    case EDIT_PATH:
        rewrite_first(run, "GET ", value, value_size, " HTTP/1.1");
        break;
    case EDIT_SET:
        rewrite(run, name, name_size, value, value_size, false);
        break;
    case EDIT_ADD:
        rewrite(run, name, name_size, value, value_size, true);
        break;
    case EDIT_DELETE:
        rewrite(run, name, name_size, NULL, 0, false);
        break;
    case EDIT_EXTENSION:
        rewrite(run, extensions, sizeof extensions - 1, value, value_size, false);
        break;
    case EDIT_SUBPROTOCOL:
        rewrite(run, subprotocol, sizeof subprotocol - 1, value, value_size, false);
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
            cannot_be_sent(run, why);
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

/* A server that takes a folded field reads each fold as spaces (RFC 9112 5.2): so do we. */
static void unfold(char *text, size_t size)
{
    for (size_t i = 0; i + 2 < size; i++) {
        if (text[i] == '\r' && text[i + 1] == '\n' && (text[i + 2] == ' ' || text[i + 2] == '\t'))
            text[i] = text[i + 1] = ' ';
    }
}

/* A response is judged by what was asked for (RFC 6455 4.1): by the request as it was edited, not as it was
 * built. */
static bool remember_request(struct run *run)
{
    size_t lines = 0;
    for (size_t i = 0; i < run->request.size; i++)
        lines += run->request.text[i] == '\n';
    run->made = malloc(run->request.size + 1);
    run->made_lines = calloc(lines + 2, sizeof *run->made_lines);
    if (run->made == NULL || run->made_lines == NULL)
        return false;
    memcpy(run->made, run->request.text, run->request.size + 1);
    unfold(run->made, run->request.size);
    static const char key[] = "Sec-WebSocket-Key";
    char *at = run->made, *end = run->made + run->request.size, *stop;
    unsigned keys = 0;
    run->key_is_clear = true;
    for (lines = 0; at < end; at = stop + 2) {
        stop = at + (line_end(at, end) - at);
        *stop = '\0';
        if (line_has_name(at, stop, key, sizeof key - 1)) {
            char *value = at + sizeof key, *value_end = stop;
            while (value < value_end && (*value == ' ' || *value == '\t'))
                value++;
            while (value_end > value && (value_end[-1] == ' ' || value_end[-1] == '\t'))
                *--value_end = '\0';
            run->key_is_clear = run->key_is_clear && ++keys == 1 && strcspn(value, " \t") == strlen(value);
            run->request_made.key = value;
        }
        if (at > run->made && stop > at)
            run->made_lines[lines++] = at;
        if (stop == end)
            break;
    }
    run->request_made.extensions = NULL;
    run->request_made.subprotocols = NULL;
    run->request_made.fields = run->made_lines;
    return true;
}

/* Does the case judge the response itself? Then a refusal is its subject, not a set-up that failed. */
static bool response_is_subject(const struct case_definition *definition)
{
    const struct case_step *step = definition->steps;
    if (step == NULL || step->kind != STEP_OPEN)
        return false;
    while (step != NULL && step->kind != STEP_EXPECT)
        step = step->next;
    if (step == NULL)
        return false;
    for (const struct alternative *a = step->alternatives; a != NULL; a = a->next) {
        if (a->outcomes != NULL && a->outcomes->kind == OUTCOME_HTTP)
            return true;
    }
    return false;
}

/* Gives $key, $host and the others their octets. */
static void bind_known(struct run *run)
{
    const struct run_settings *settings = run->settings;
    const char *const texts[KNOWN_COUNT] = {
        [KNOWN_KEY] = run->key,
        [KNOWN_HOST] = settings->request.host,
        [KNOWN_TARGET] = settings->request.target,
        [KNOWN_SCHEME] = (settings->can & NEEDS_TLS) != 0 ? "https" : "http",
        [KNOWN_SUBPROTOCOL] = settings->subprotocol != NULL ? settings->subprotocol : "",
    };
    struct case_instance *instance = &run->instance;
    for (size_t k = 0; k < KNOWN_COUNT; k++) {
        run->known[k] = (struct octets_atom){.kind = OCTETS_LITERAL, .literal = ws_octets_of(texts[k])};
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

/* The request, with the edits of `open`. False when memory is out, or it cannot be sent: then the run is
 * over. */
static bool make_request(struct run *run)
{
    const struct case_step *first = run->instance.definition->steps;
    size_t size = ws_request_build(run->response, sizeof run->response, &run->request_made);
    if (size == 0)
        cannot_be_sent(run, "it is longer than 64 KiB (--header, --origin, --subprotocol)");
    text_append(&run->request, (const char *)run->response, size);
    struct text_buffer early = {.cap = RUN_REQUEST_MAX};
    bool done = size > 0 && !run->request.failed, unended = false;
    if (first != NULL && first->kind == STEP_OPEN) {
        for (const struct open_edit *edit = first->edits; edit != NULL && done; edit = edit->next)
            done = apply_edit(run, edit, &early, &unended);
    }
    done = done && remember_request(run);
    if (done && unended)
        run->request.size -= 2;
    run->early_at = run->request.size;
    if (done && early.size > 0)
        text_append(&run->request, early.text, early.size);
    if (run->request.failed || early.failed)
        cannot_be_sent(run, "it is longer than 4 MiB, or memory is out");
    text_free(&early);
    return done && run->phase != PHASE_DONE;
}

bool run_open_prepare(struct run *run)
{
    uint8_t nonce[16];
    run_random(run, nonce, sizeof nonce);
    ws_key_encode(run->key, nonce);
    bind_known(run);
    run->request_made = run->settings->request;
    run->request_made.key = run->key;
    run->request_made.subprotocols = run->settings->subprotocols;
    run->open_is_subject = response_is_subject(run->instance.definition);
    return make_request(run) || run->phase == PHASE_DONE;
}

static void note_response(struct run *run, run_time now, size_t size, const char *mark)
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

/* Ends a run whose answer to the request is not a head: says what it looks like instead. */
static void finish_without_head(struct run *run, const char *why)
{
    const uint8_t *at = run->response;
    char begin[33];
    size_t shown = 0;
    for (; shown < run->response_size && shown < sizeof begin - 1; shown++)
        begin[shown] = (char)(at[shown] > 0x20 && at[shown] < 0x7F ? at[shown]
                              : at[shown] == ' '                   ? ' '
                                                                   : '.');
    begin[shown] = '\0';
    /* RFC 8446 5.1: a record is an alert (21) or of the handshake (22), and its version begins with 3. */
    bool tls = run->response_size >= 2 && (at[0] == 21 || at[0] == 22) && at[1] == 3;
    enum verdict verdict = run->open_is_subject ? run_failure(run) : VERDICT_SETUP;
    run->verdict.closing = CLOSING_NOT_JUDGED;
    if (tls)
        run_finish(run, verdict,
                   "what came back is not an HTTP/1.1 response but TLS: is the target's URL wss://...?");
    else
        run_finish(run, verdict, "what came back is not an HTTP/1.1 response: %s; it begins with \"%s\"", why,
                   begin);
}

/* Notes what the target's response breaks though it can be accepted, or refuses rightly. */
static void watch_response(struct run *run)
{
    enum ws_violation found[WS_RESPONSE_WATCH_MAX];
    size_t count = ws_response_watch(&run->head, found), line = run->transcript.number - 1;
    for (size_t i = 0; i < count; i++) {
        run_note_violation(run, found[i], line);
        transcript_mark(transcript_at(&run->transcript, line), "%s", ws_violation_facts(found[i])->sentence);
    }
    run_collect_passed_response(run);
}

/* Judges a complete head; interim responses are dropped (RFC 9110 15.2) and false is returned. */
static bool judge_response(struct run *run, run_time now)
{
    unsigned status = run->head.status;
    if (status >= 100 && status < 200 && status != 101) {
        note_response(run, now, run->head.size, NULL);
        watch_response(run);
        if (run->interim_count < RUN_INTERIM_MAX)
            run->interim[run->interim_count++] = status;
        run->response_size -= run->head.size;
        memmove(run->response, run->response + run->head.size, run->response_size);
        return false;
    }
    run->response_head_size = run->head.size;
    enum ws_violation violation = ws_response_judge(&run->head, &run->request_made);
    const struct ws_violation_facts *facts = ws_violation_facts(violation);
    note_response(run, now, run->head.size,
                  violation == WS_NO_VIOLATION || run->open_is_subject ? NULL : facts->sentence);
    watch_response(run);
    run->verdict.switched = status == 101;
    run->verdict.opened = violation == WS_NO_VIOLATION;
    /* Of several keys, or of a broken one, nobody can say which accept fits. */
    bool blamed = violation != WS_RESPONSE_ACCEPT_WRONG || run->key_is_clear;
    if (status == 101 && violation != WS_NO_VIOLATION && blamed)
        run_note_violation(run, violation, run->transcript.number - 1);
    if (run->verdict.opened)
        run_deflate_open(run);
    bool needs = (run->instance.definition->needs & NEEDS_DEFLATE) != 0;
    if (run->verdict.opened && needs && !run->deflate.agreed && !run->open_is_subject)
        run_finish(run, VERDICT_SKIP, "the target declined the offer of permessage-deflate");
    if (violation == WS_NO_VIOLATION || run->open_is_subject)
        return true;
    if (status != 101)
        run_finish(run, VERDICT_SETUP, "the opening handshake was answered with HTTP %u, not 101", status);
    else
        run_finish(run, VERDICT_SETUP, "the response to the opening handshake is not acceptable: %s (%s)",
                   facts->sentence, facts->requirement);
    return true;
}

static bool speaks_another_protocol(const struct run *run)
{
    return run->selected_alpn[0] != '\0' && strcmp(run->selected_alpn, "http/1.1") != 0;
}

size_t run_open_receive(struct run *run, run_time now, const uint8_t *octets, size_t size)
{
    size_t seen = run->response_size;
    size_t room = RUN_RESPONSE_MAX - run->response_size;
    size_t taken = size < room ? size : room;
    memcpy(run->response + run->response_size, octets, taken);
    run->response_size += taken;
    for (;;) {
        enum ws_violation violation = WS_NO_VIOLATION;
        struct ws_octets so_far = {run->response, run->response_size};
        enum ws_head_progress progress =
            ws_head_parse(&run->head, WS_HEAD_RESPONSE, so_far, seen, &ws_head_limits_default, &violation);
        if (progress == WS_HEAD_NEED_MORE && run->response_size < RUN_RESPONSE_MAX)
            return taken;
        if (progress != WS_HEAD_COMPLETE) {
            const char *why =
                progress == WS_HEAD_BAD ? ws_violation_facts(violation)->sentence : "the head does not end";
            note_response(run, now, run->response_size, why);
            /* An alert, or whatever else a TLS port says to what is not TLS, or HTTP/2 to what is not that:
             * what counts is that it ends. */
            if (run->plain || speaks_another_protocol(run))
                run->deaf = true;
            else
                finish_without_head(run, why);
            return taken;
        }
        if (judge_response(run, now))
            break;
        seen = 0;
    }
    /* What stands behind the head in the buffer came with these octets: it is the first of the frames. */
    size_t behind = run->response_head_size == 0 ? 0 : run->response_size - run->response_head_size;
    run->response_size = run->response_head_size;
    return taken - behind;
}
