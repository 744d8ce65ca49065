/* SPDX-License-Identifier: MIT */
/* scripted_target.h: a run against a target that does what a script says, without network and with virtual
 * time. For tests only. Owns the notation of scripts and of what was written; does not own what is right.
 *
 * A script is words with spaces between:
 *   101             the right response          head        the row's head; $A stands for the right accept
 *   101&            the same, and what follows in the same chunk
 *   GET             a client's right request, GET& likewise
 *   text:abc        a frame; also bin, cont, ping, pong, close:1000:reason, close, op11:abc
 *   text+:abc       with FIN=0                  !text:abc   with the wrong mask bit
 *   text*300:ab     300 octets: abab..          %text:abc   with RSV1
 *   x:8105ff        octets                      barrier     the pong of the last ping that was written
 *   eof rst broken refused                      tick        time passes until the run wants it
 *   truncated   FIN without close_notify        no-tls      TCP, but no TLS (first word)
 *   hangs       TCP, and silence in the TLS handshake (the only word)
 *   alpn:NAME   the protocol that was selected
 *   +50             50 ms pass                  |           what was collected arrives now
 */
#ifndef HARNESS_TESTS_SCRIPTED_TARGET_H
#define HARNESS_TESTS_SCRIPTED_TARGET_H

#include <check.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "harness/memory_driver.h"
#include "harness/run.h"
#include "harness/tests/case_text.h"

/* What is not as usual in a row; several may be added. */
enum {
    ROW_NO_ECHO = 1,
    ROW_NO_PONG = 2,
    ROW_PUSHES = 4,
    ROW_CLIENT = 8,    /* a client is under test */
    ROW_OCTET = 16,    /* delivery octet */
    ROW_SHOULD = 32,   /* level SHOULD */
    ROW_INFO = 64,     /* level INFO */
    ROW_OFFERS = 128,  /* the run offers the subprotocols "chat" and "superchat" */
    ROW_ORDERED = 256, /* when octets arrive matters here: not to be played in other chunks */
};

struct row {
    const char *name;
    const char *steps; /* the lines of a case */
    const char *script;
    enum verdict verdict;
    enum closing closing;
    const char *reason;     /* part of it; NULL: any */
    const char *violations; /* their names with spaces between, in order; NULL: none */
    const char *wrote;      /* frames that the run wrote, in the notation of scripts; NULL: any */
    unsigned flags;
    const char *head;
};

/* How the octets of a script arrive. */
enum chunking {
    CHUNK_WORDS,  /* each word alone */
    CHUNK_JOINED, /* together until something else happens */
    CHUNK_OCTETS, /* each octet alone */
    CHUNK_SPLIT   /* joined, but cut behind octet `split_at` of all of them */
};

enum { SCRIPT_SENT_MAX = 1 << 20, SCRIPT_WRITES_MAX = 1 << 16, SCRIPT_WORD_MAX = 1 << 18, SCRIPT_TICKS = 50 };

struct scripted {
    struct case_text text;
    struct case_instance *instance;
    struct run_settings settings;
    struct run *run;
    run_time now;
    bool over;
    unsigned flags;
    const char *head;
    enum chunking chunking;
    size_t split_at, arrived; /* octets of frames so far */
    uint8_t *pending;
    size_t pending_size;
    bool pending_head; /* a response is among what is pending: it is not cut */
    uint8_t *sent;     /* everything that was written */
    size_t sent_size, request_size;
    size_t *writes; /* sizes of the writes behind the request */
    size_t write_count, write_size_wrong;
    struct ws_frame_decoder decoder;
    struct text_buffer wrote;
    uint8_t payload[1 << 17];
    size_t payload_size;
    uint8_t ping[WS_CONTROL_PAYLOAD_MAX];
    size_t ping_size;
};

static inline enum ws_role scripted_role(const struct scripted *s)
{
    return s->flags & ROW_CLIENT ? WS_CLIENT : WS_SERVER;
}

/* A payload in few letters: as it is, in hexadecimal, or as its length. */
static inline void scripted_print(struct scripted *s, const struct ws_frame_header *header)
{
    static const char *const words[16] = {[WS_CONTINUATION] = "cont", [WS_TEXT] = "text", [WS_BINARY] = "bin",
                                          [WS_CLOSE] = "close",       [WS_PING] = "ping", [WS_PONG] = "pong"};
    const uint8_t *at = s->payload;
    size_t size = s->payload_size;
    bool right = header->masked == (scripted_role(s) == WS_SERVER);
    text_print(&s->wrote, s->wrote.size == 0 ? "" : " ");
    if (header->opcode == WS_PING && size == 16 && memcmp(at, "barrier ", 8) == 0) {
        text_print(&s->wrote, "barrier");
        return;
    }
    text_print(&s->wrote, "%s%s", right ? "" : "!", header->rsv == 4 ? "%" : "");
    if (words[header->opcode] != NULL)
        text_print(&s->wrote, "%s", words[header->opcode]);
    else
        text_print(&s->wrote, "op%u", header->opcode);
    text_print(&s->wrote, header->fin ? "" : "+");
    if (header->opcode == WS_CLOSE && size >= 2) {
        text_print(&s->wrote, ":%u", (unsigned)(at[0] << 8 | at[1]));
        at += 2;
        size -= 2;
    }
    bool plain = true;
    for (size_t i = 0; i < size; i++)
        plain = plain && at[i] > ' ' && at[i] < 0x7f;
    if (size > 24)
        text_print(&s->wrote, "*%zu", size);
    else if (plain && size > 0)
        text_print(&s->wrote, ":%.*s", (int)size, (const char *)at);
    for (size_t i = 0; i < size && size <= 24 && !plain; i++)
        text_print(&s->wrote, i == 0 ? ":x%02x" : "%02x", at[i]);
}

static inline void scripted_take_write(struct scripted *s, struct ws_octets octets)
{
    ck_assert_uint_le(s->sent_size + octets.size, SCRIPT_SENT_MAX);
    memcpy(s->sent + s->sent_size, octets.at, octets.size);
    size_t new_from = s->sent_size;
    s->sent_size += octets.size;
    if (s->request_size == 0) {
        s->sent[s->sent_size] = '\0';
        const char *end = strstr((const char *)s->sent, "\r\n\r\n");
        if (end == NULL)
            return;
        s->request_size = (size_t)(end + 4 - (const char *)s->sent);
        new_from = s->request_size;
    } else {
        ck_assert_uint_lt(s->write_count, SCRIPT_WRITES_MAX);
        s->writes[s->write_count++] = octets.size;
    }
    const uint8_t *at = s->sent + new_from;
    size_t left = s->sent_size - new_from;
    struct ws_frame_event event;
    do {
        size_t taken = ws_frame_decode(&s->decoder, at, left, &event);
        at += taken;
        left -= taken;
        if (event.kind == WS_FRAME_HEADER)
            s->payload_size = 0;
        if (event.kind == WS_FRAME_PAYLOAD) {
            size_t room = sizeof s->payload - s->payload_size;
            size_t kept = event.payload.size < room ? event.payload.size : room;
            ws_mask(s->payload + s->payload_size, event.payload.at, kept, event.header->masking_key,
                    event.offset);
            s->payload_size += kept;
        }
        if (event.kind == WS_FRAME_END) {
            if (event.header->opcode == WS_PING && s->payload_size <= sizeof s->ping) {
                memcpy(s->ping, s->payload, s->payload_size);
                s->ping_size = s->payload_size;
            }
            scripted_print(s, event.header);
        }
    } while (event.kind != WS_FRAME_NEED_MORE);
}

/* Lets the run do everything that it wants to do now. */
static inline void scripted_pump(struct scripted *s)
{
    for (size_t turns = 0; !s->over; turns++) {
        ck_assert_msg(turns < SCRIPT_WRITES_MAX, "the run never waits");
        struct run_action action = run_next(s->run, s->now);
        switch (action.kind) {
        case RUN_WAIT:
            return;
        case RUN_WRITE:
            scripted_take_write(s, action.octets);
            break;
        case RUN_SHUTDOWN:
            text_print(&s->wrote, " half-close");
            break;
        case RUN_TRUNCATE:
            text_print(&s->wrote, " truncate");
            break;
        case RUN_CLOSE_NOTIFY:
            text_print(&s->wrote, " close-notify");
            break;
        case RUN_RESET:
            text_print(&s->wrote, " reset");
            break;
        case RUN_CLOSE:
            s->over = true;
            break;
        }
    }
}

static inline void scripted_begin(struct scripted *s, const struct row *row, enum chunking chunking,
                                  size_t split_at)
{
    *s = (struct scripted){
        .flags = row->flags, .head = row->head, .chunking = chunking, .split_at = split_at, .now = 1000000};
    struct text_buffer source = {.cap = 1 << 20};
    text_print(&source, "suite x \"x\"\ncase c \"c\"\n req R6455-5.1-01\n role both\n%s\n", row->steps);
    s->text = case_text_right(source.text);
    text_free(&source);
    struct case_instance *instances = NULL;
    size_t count = case_expand(&s->text.arena, s->text.file->cases, scripted_role(s), &instances);
    enum delivery delivery = row->flags & ROW_OCTET ? DELIVER_OCTET : DELIVER_WHOLE;
    for (size_t i = 0; i < count && s->instance == NULL; i++)
        s->instance = instances[i].delivery == delivery ? &instances[i] : NULL;
    ck_assert_ptr_nonnull(s->instance);
    s->settings = memory_settings();
    s->settings.can &= ~(row->flags & ROW_NO_ECHO ? (unsigned)NEEDS_ECHO : 0U);
    s->settings.can &= ~(row->flags & ROW_NO_PONG ? (unsigned)NEEDS_PONG : 0U);
    s->settings.pushes = (row->flags & ROW_PUSHES) != 0;
    static const char *const subprotocols[] = {"chat", "superchat", NULL};
    s->settings.subprotocols = row->flags & ROW_OFFERS ? subprotocols : NULL;
    s->settings.subprotocol = NULL;
    s->pending = malloc(SCRIPT_SENT_MAX);
    s->sent = malloc(SCRIPT_SENT_MAX + 1);
    s->writes = malloc(SCRIPT_WRITES_MAX * sizeof *s->writes);
    ck_assert(s->pending != NULL && s->sent != NULL && s->writes != NULL);
    s->wrote.cap = 1 << 22;
    enum case_level level = row->flags & ROW_SHOULD ? LEVEL_SHOULD
                            : row->flags & ROW_INFO ? LEVEL_INFO
                                                    : LEVEL_MUST;
    s->run = run_new(s->instance, level, &s->settings, s->now);
    ck_assert_ptr_nonnull(s->run);
}

static inline void scripted_free(struct scripted *s)
{
    run_free(s->run);
    free(s->pending);
    free(s->sent);
    free(s->writes);
    text_free(&s->wrote);
    case_text_free(&s->text);
}

/* Hands octets over from the end of a guarded page, and lets the run react. */
static inline void scripted_arrive(struct scripted *s, const uint8_t *octets, size_t size)
{
    if (s->over || size == 0)
        return;
    static struct guarded guarded;
    if (guarded.map == NULL)
        guarded = guarded_new(SCRIPT_SENT_MAX);
    run_received(s->run, s->now, guarded_copy(&guarded, octets, size), size);
    scripted_pump(s);
}

static inline void scripted_flush(struct scripted *s)
{
    size_t size = s->pending_size, cut = size;
    s->pending_size = 0;
    if (s->chunking == CHUNK_SPLIT && !s->pending_head && s->split_at > s->arrived &&
        s->split_at < s->arrived + size)
        cut = s->split_at - s->arrived;
    if (!s->pending_head)
        s->arrived += size;
    if (s->chunking == CHUNK_OCTETS) {
        for (size_t i = 0; i < size; i++)
            scripted_arrive(s, s->pending + i, 1);
    } else {
        scripted_arrive(s, s->pending, cut);
        scripted_arrive(s, s->pending + cut, size - cut);
    }
    s->pending_head = false;
}

static inline void scripted_add(struct scripted *s, const void *octets, size_t size)
{
    ck_assert_uint_le(s->pending_size + size, SCRIPT_SENT_MAX);
    memcpy(s->pending + s->pending_size, octets, size);
    s->pending_size += size;
}

/* The accept that answers the request which was written. */
static inline void scripted_accept(const struct scripted *s, char accept[WS_ACCEPT_SIZE + 1])
{
    accept[0] = '\0';
    const char *key = strstr((const char *)s->sent, "Sec-WebSocket-Key: ");
    if (key == NULL)
        return;
    key += strlen("Sec-WebSocket-Key: ");
    ws_accept_of_key(accept, (struct ws_octets){(const uint8_t *)key, strcspn(key, "\r\n")});
}

/* Adds a head in which $A stands for the right accept. */
static inline void scripted_add_head(struct scripted *s, const char *head)
{
    char accept[WS_ACCEPT_SIZE + 1];
    scripted_accept(s, accept);
    for (const char *hole; (hole = strstr(head, "$A")) != NULL; head = hole + 2) {
        scripted_add(s, head, (size_t)(hole - head));
        scripted_add(s, accept, strlen(accept));
    }
    scripted_add(s, head, strlen(head));
    s->pending_head = true;
}

static inline void scripted_add_frame(struct scripted *s, uint8_t opcode, bool fin, uint8_t rsv, bool flip,
                                      const uint8_t *payload, size_t size)
{
    struct ws_frame_header header = {.fin = fin,
                                     .opcode = opcode,
                                     .rsv = rsv,
                                     .masked = (scripted_role(s) == WS_CLIENT) != flip,
                                     .masking_key = {1, 2, 3, 4},
                                     .length = size,
                                     .length_form = ws_length_form_shortest(size)};
    static uint8_t frame[SCRIPT_WORD_MAX];
    size_t begin = ws_frame_header_encode(frame, &header);
    ck_assert_uint_le(begin + size, sizeof frame);
    if (size > 0)
        memcpy(frame + begin, payload, size);
    if (header.masked)
        ws_mask(frame + begin, frame + begin, size, header.masking_key, 0);
    scripted_add(s, frame, begin + size);
}

static inline uint8_t scripted_opcode(const char **word)
{
    static const struct {
        const char *word;
        uint8_t opcode;
    } kinds[] = {{"text", WS_TEXT}, {"bin", WS_BINARY}, {"cont", WS_CONTINUATION},
                 {"ping", WS_PING}, {"pong", WS_PONG},  {"close", WS_CLOSE}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t size = strlen(kinds[i].word);
        if (strncmp(*word, kinds[i].word, size) == 0) {
            *word += size;
            return kinds[i].opcode;
        }
    }
    ck_assert_msg(strncmp(*word, "op", 2) == 0, "no word of a script: %s", *word);
    char *end;
    uint8_t opcode = (uint8_t)strtoul(*word + 2, &end, 10);
    *word = end;
    return opcode;
}

static inline void scripted_frame(struct scripted *s, const char *word)
{
    static uint8_t payload[SCRIPT_WORD_MAX - WS_FRAME_HEADER_MAX];
    bool flip = *word == '!';
    word += flip;
    uint8_t rsv = *word == '%' ? 4 : 0;
    word += rsv != 0;
    uint8_t opcode = scripted_opcode(&word);
    bool fin = *word != '+';
    word += !fin;
    size_t size = 0, repeat = 0;
    if (*word == '*') {
        char *end;
        repeat = strtoul(word + 1, &end, 10);
        word = end;
    }
    if (*word == ':' && opcode == WS_CLOSE) {
        char *end;
        unsigned long code = strtoul(word + 1, &end, 10);
        payload[size++] = (uint8_t)(code >> 8);
        payload[size++] = (uint8_t)code;
        word = end;
    }
    if (*word == ':') {
        word++;
        size_t length = strlen(word), count = repeat > 0 ? repeat : length;
        ck_assert_uint_le(size + count, sizeof payload);
        for (size_t i = 0; i < count; i++)
            payload[size++] = (uint8_t)word[i % length];
    }
    scripted_add_frame(s, opcode, fin, rsv, flip, payload, size);
}

static inline void scripted_hexadecimal(struct scripted *s, const char *digits)
{
    for (; digits[0] != '\0'; digits += 2) {
        unsigned octet;
        ck_assert_int_eq(sscanf(digits, "%2x", &octet), 1);
        uint8_t one = (uint8_t)octet;
        scripted_add(s, &one, 1);
    }
}

static inline void scripted_time(struct scripted *s, run_time to)
{
    if (s->over)
        return;
    s->now = to;
    run_tick(s->run, s->now);
    scripted_pump(s);
}

static inline void scripted_do(struct scripted *s, const char *word)
{
    static const char *const ends[] = {"eof", "truncated", "rst", "broken", "no-tls", "refused"};
    for (size_t i = 0; i < sizeof ends / sizeof ends[0]; i++) {
        if (strcmp(word, ends[i]) == 0) {
            scripted_flush(s);
            if (!s->over)
                run_ended(s->run, s->now, (enum run_end)i, "");
            scripted_pump(s);
            return;
        }
    }
    if (strcmp(word, "tick") == 0 || word[0] == '+') {
        scripted_flush(s);
        scripted_time(s, word[0] == '+' ? s->now + strtoul(word + 1, NULL, 10) * 1000 : run_deadline(s->run));
    } else if (strcmp(word, "|") == 0) {
        scripted_flush(s);
    } else if (strncmp(word, "alpn:", 5) == 0) {
        run_negotiated(s->run, word + 5);
    } else if (strcmp(word, "GET") == 0 || strcmp(word, "GET&") == 0) {
        scripted_add_head(
            s, "GET / HTTP/1.1\r\nHost: reference.invalid\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
               "Sec-WebSocket-Key: AQIDBAUGBwgJCgsMDQ4PEA==\r\nSec-WebSocket-Version: 13\r\n\r\n");
        if (word[3] != '&')
            scripted_flush(s);
    } else if (strcmp(word, "101") == 0 || strcmp(word, "101&") == 0 || strcmp(word, "head") == 0) {
        scripted_add_head(s, strcmp(word, "head") == 0
                                 ? s->head
                                 : "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n"
                                   "Connection: Upgrade\r\nSec-WebSocket-Accept: $A\r\n\r\n");
        if (strcmp(word, "101&") != 0)
            scripted_flush(s);
    } else if (strcmp(word, "barrier") == 0) {
        scripted_flush(s);
        scripted_add_frame(s, WS_PONG, true, 0, false, s->ping, s->ping_size);
    } else if (strncmp(word, "x:", 2) == 0) {
        scripted_hexadecimal(s, word + 2);
    } else {
        scripted_frame(s, word);
    }
    if (s->chunking == CHUNK_WORDS && !s->pending_head)
        scripted_flush(s);
}

/* Plays the script; the target is silent afterwards. */
static inline void scripted_play(struct scripted *s, const struct row *row, enum chunking chunking,
                                 size_t split_at)
{
    scripted_begin(s, row, chunking, split_at);
    bool hangs = strcmp(row->script, "hangs") == 0;
    if (!hangs && strncmp(row->script, "refused", 7) != 0 && strncmp(row->script, "no-tls", 6) != 0)
        run_connected(s->run, s->now);
    scripted_pump(s);
    char word[1024];
    for (const char *at = row->script; *at != '\0' && !s->over && !hangs;) {
        size_t size = strcspn(at, " ");
        ck_assert_uint_lt(size, sizeof word);
        memcpy(word, at, size);
        word[size] = '\0';
        if (size > 0)
            scripted_do(s, word);
        at += size + strspn(at + size, " ");
    }
    scripted_flush(s);
    for (int ticks = 0; !s->over; ticks++) {
        ck_assert_msg(ticks < SCRIPT_TICKS, "%s: the run does not end", row->name);
        scripted_time(s, run_deadline(s->run));
    }
}

static inline void scripted_check(const struct scripted *s, const struct row *row, const char *how)
{
    const struct run_verdict *verdict = run_verdict(s->run);
    struct text_buffer seen = {.cap = 4096};
    for (size_t i = 0; i < verdict->violation_count; i++) {
        if (verdict->violations[i].violation != WS_NO_VIOLATION)
            text_print(&seen, seen.size == 0 ? "%s" : " %s", verdict->violations[i].name);
    }
    const char *violations = seen.text == NULL ? "" : seen.text;
    bool right = verdict->verdict == row->verdict && verdict->closing == row->closing &&
                 (row->reason == NULL || strstr(verdict->reason, row->reason) != NULL) &&
                 strcmp(violations, row->violations == NULL ? "" : row->violations) == 0;
    ck_assert_msg(right, "%s, %s: %s (%s), closing %s (%s), violations '%s', wrote '%s'", row->name, how,
                  verdict_word(verdict->verdict), verdict->reason, closing_word(verdict->closing),
                  verdict->closing_reason, violations, s->wrote.text == NULL ? "" : s->wrote.text);
    text_free(&seen);
}

/* Plays a row and checks it. */
static inline void scripted_row(const struct row *row)
{
    static struct scripted s;
    scripted_play(&s, row, CHUNK_WORDS, 0);
    scripted_check(&s, row, "word by word");
    const char *wrote = s.wrote.text == NULL ? "" : s.wrote.text;
    if (row->wrote != NULL)
        ck_assert_msg(strcmp(wrote, row->wrote) == 0, "%s: wrote '%s', not '%s'", row->name, wrote,
                      row->wrote);
    scripted_free(&s);
}

/* The same octets in other chunks must give the same verdict. */
static inline void scripted_row_in_chunks(const struct row *row)
{
    static struct scripted s;
    if (row->flags & ROW_ORDERED)
        return;
    scripted_play(&s, row, CHUNK_JOINED, 0);
    scripted_check(&s, row, "joined");
    size_t octets = s.arrived;
    scripted_free(&s);
    scripted_play(&s, row, CHUNK_OCTETS, 0);
    scripted_check(&s, row, "octet by octet");
    scripted_free(&s);
    char how[40];
    for (size_t at = 1; at < octets && at <= 400; at++) {
        scripted_play(&s, row, CHUNK_SPLIT, at);
        snprintf(how, sizeof how, "split at %zu", at);
        scripted_check(&s, row, how);
        scripted_free(&s);
    }
}

/* The main of a test program whose rows are played both ways. */
#define SCRIPTED_TESTS(rows)                                \
    START_TEST(word_by_word)                                \
    {                                                       \
        scripted_row(&rows[_i]);                            \
    }                                                       \
    END_TEST                                                \
    START_TEST(in_chunks)                                   \
    {                                                       \
        scripted_row_in_chunks(&rows[_i]);                  \
    }                                                       \
    END_TEST                                                \
    static void add_rows(TCase *cases)                      \
    {                                                       \
        int count = (int)(sizeof rows / sizeof rows[0]);    \
        tcase_add_loop_test(cases, word_by_word, 0, count); \
        tcase_add_loop_test(cases, in_chunks, 0, count);    \
        tcase_set_timeout(cases, 120);                      \
    }

static inline int scripted_run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
