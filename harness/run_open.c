/* SPDX-License-Identifier: MIT */
/* run_open.c: the opening handshake of a run that tests a server (RFC 6455 4.1): the request, and the
 * response. */
#include "harness/head_edit.h"
#include "harness/run_machine.h"

#include <stdlib.h>
#include <string.h>

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
    size_t lines = 0, size = run->early_at;
    for (size_t i = 0; i < size; i++)
        lines += run->request.text[i] == '\n';
    run->made = malloc(size + 1);
    run->made_lines = calloc(lines + 2, sizeof *run->made_lines);
    if (run->made == NULL || run->made_lines == NULL)
        return false;
    memcpy(run->made, run->request.text, size);
    run->made[size] = '\0';
    unfold(run->made, size);
    static const char key[] = "Sec-WebSocket-Key";
    char *at = run->made, *end = run->made + size, *stop;
    unsigned keys = 0;
    run->key_is_clear = true;
    for (lines = 0; at < end; at = stop + 2) {
        stop = at + (head_line_end(at, end) - at);
        *stop = '\0';
        if (head_line_has_name(at, stop, key, sizeof key - 1)) {
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

bool run_open_prepare(struct run *run)
{
    uint8_t nonce[16];
    run_random(run, nonce, sizeof nonce);
    ws_key_encode(run->key, nonce);
    const struct run_settings *settings = run->settings;
    run_edit_bind(run, (const struct ws_octets[KNOWN_COUNT]){
                           [KNOWN_KEY] = ws_octets_of(run->key),
                           [KNOWN_HOST] = ws_octets_of(settings->request.host),
                           [KNOWN_TARGET] = ws_octets_of(settings->request.target),
                           [KNOWN_SCHEME] = ws_octets_of((settings->can & NEEDS_TLS) != 0 ? "https" : "http"),
                           [KNOWN_SUBPROTOCOL] =
                               ws_octets_of(settings->subprotocol != NULL ? settings->subprotocol : "")});
    run->request_made = settings->request;
    run->request_made.key = run->key;
    run->request_made.subprotocols = settings->subprotocols;
    run->open_is_subject = response_is_subject(run->instance.definition);
    size_t size = ws_request_build(run->response, sizeof run->response, &run->request_made);
    if (size == 0)
        run_edit_impossible(run, "it is longer than 64 KiB (--header, --origin, --subprotocol)");
    text_append(&run->request, (const char *)run->response, size);
    return run->phase == PHASE_DONE || (run_edit_head(run) && remember_request(run)) ||
           run->phase == PHASE_DONE;
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
        run_edit_note(run, now, run->head.size, NULL);
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
    run_edit_note(run, now, run->head.size,
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
            run_edit_note(run, now, run->response_size, why);
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
