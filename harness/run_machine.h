/* SPDX-License-Identifier: MIT */
/* run_machine.h: the inside of a run, shared by the files run*.c and by nobody else. Each part of the state
 * names the file that owns it. */
#ifndef HARNESS_RUN_MACHINE_H
#define HARNESS_RUN_MACHINE_H

#include "harness/prepared.h"
#include "harness/run.h"
#include "harness/text_buffer.h"

enum {
    RUN_WRITE_MAX = 64 * 1024,    /* octets of one write */
    RUN_ASIDE_MAX = 16 * 1024,    /* octets of answers that wait for a frame's end */
    RUN_REQUEST_MAX = 4 << 20,    /* octets of an edited request */
    RUN_RESPONSE_MAX = 64 * 1024, /* octets of a response's head */
    RUN_PREFIX_MAX = 64 * 1024,   /* octets kept of a message that comes before it is awaited */
    RUN_ALTERNATIVES_MAX = 16,    /* alternatives of one expect that are followed */
    RUN_ALPN_MAX = 256,           /* RFC 7301 3.1: a protocol name has at most 255 octets */
    RUN_SHOWN_MAX = 64,           /* octets of what was inflated that a transcript shows */
    RUN_BARRIER_SIZE = 16,
    RUN_KEYS_KEPT = 4,
    RUN_INTERIM_MAX = 8 /* statuses of interim responses that are kept */
};

#define RUN_STALL_US (500 * 1000) /* `reading off` ends when the target has taken nothing for so long */

/* What monitors have looked at: bits of run.received_classes. */
enum {
    SAW_FRAME = 1,
    SAW_CONTROL = 2,
    SAW_TEXT = 4,
    SAW_CLOSE = 8,
    SAW_DATA = 16,
    SAW_CLOSE_CODE = 32,
    SAW_FRAME_OF_DEFLATE = 64,  /* any frame where permessage-deflate was agreed on */
    SAW_COMPRESSED = 128,       /* a compressed message */
    SAW_COMPRESSED_SMALL = 256, /* one under a window that was agreed on */
    SAW_COMPRESSED_ALONE = 512  /* one without context takeover, behind another */
};

enum run_phase {
    PHASE_CONNECTING,
    PHASE_HANDSHAKE, /* request under way, response awaited */
    PHASE_STEPS,
    PHASE_CLOSING, /* the steps are done: closing handshake, then the target's FIN */
    PHASE_DONE
};

/* Something that happened on the wire, as matching sees it. */
enum happening_kind {
    HAPPENED_FRAME_BEGIN, /* a header is there */
    HAPPENED_FRAME_PIECE, /* payload of a data frame, unmasked */
    HAPPENED_FRAME_END,   /* with the whole payload for control frames */
    HAPPENED_RESPONSE,    /* a complete HTTP head */
    HAPPENED_BARRIER,     /* the pong of our barrier: the target goes on */
    HAPPENED_QUIET,       /* nothing came for as long as was asked */
    HAPPENED_EOF,
    HAPPENED_RESET
};

struct happening {
    enum happening_kind kind;
    const struct ws_frame_header *header;
    struct ws_octets octets;
    uint64_t message_offset; /* PIECE: of its first octet within the message */
    const struct ws_head *head;
};

/* run_alternative.c: one alternative of the expect that is being waited for. */
struct matcher {
    const struct alternative *alternative;
    const struct outcome *next;    /* awaited now; NULL when all have come */
    const struct outcome *message; /* the message outcome that is being compared, or NULL */
    uint64_t compared;
    uint64_t length;
    bool dead;
    bool stray;      /* a message has begun that is not awaited yet: it may still be met before it ends */
    bool close_seen; /* FAIL: the Close frame has come */
    enum grade grade;
    const char *deviation; /* why grade is worse than the alternative's own; NULL */
};

/* run_deflate.c: permessage-deflate on this connection (RFC 7692). */
struct run_deflate {
    bool agreed;
    struct ws_deflate_parameters parameters;
    uint8_t *window; /* what was sent compressed last, DEFLATE_WINDOW_MAX octets of room; NULL at first */
    size_t window_size;
    struct prepared *message; /* what is sent now, or was sent last */
    struct ws_inflater *inflater;
    bool compressed;   /* the message that is being received */
    bool spoilt;       /* it cannot be inflated */
    bool lost;         /* nor can any behind it */
    uint8_t *inflated; /* RUN_WRITE_MAX octets of room; NULL without inflater */
    uint8_t shown[RUN_SHOWN_MAX];
    size_t shown_size;
};

/* run_client.c: what is known of a client beyond its single frames. */
struct run_client {
    uint8_t keys[RUN_KEYS_KEPT][4]; /* masking keys, the last one last */
    uint64_t key_count;             /* all that came */
    unsigned broken;                /* bits by enum run_client_rule */
};

/* run_send.c: where in the steps the sending stands, and the frame that is being written. */
struct sender {
    const struct case_step *step; /* next or current step; NULL: all steps of the round are sent */
    bool begun;                   /* the current step's first octet has been asked for */
    run_time not_before;          /* of the next write */
    struct ws_frame_header header;
    uint8_t header_octets[WS_FRAME_HEADER_MAX];
    size_t header_size, header_sent;
    uint64_t payload_length; /* of the whole message or frame */
    uint64_t payload_offset; /* where the current frame begins in it */
    uint64_t frame_length;   /* payload octets of the current frame that are there to be sent */
    uint64_t frame_sent;
    uint64_t room; /* octets that may still go out of this step (cut) */
    bool first_frame;
    bool first_write;
    bool compressed;            /* the payload is that of run.deflate.message */
    size_t line_number;         /* transcript line of the current frame */
    bool shutdown, reset, drop; /* what the step asks of the transport */
    uint8_t buffer[RUN_WRITE_MAX];
};

struct run {
    struct case_instance instance; /* our copy: $round changes */
    enum case_level level;
    const struct run_settings *settings;
    enum run_phase phase;
    run_time started, last_progress, handshake_sent;
    uint64_t random_state;

    /* run_open.c, run_accept.c: `request` is the head that we send, `response` the one that came */
    struct text_buffer request;
    size_t request_sent;
    run_time request_gap, request_not_before; /* time between its octets, 0: none; when the next is due */
    char key[WS_KEY_SIZE + 1];
    char accept[WS_ACCEPT_SIZE + 1];
    struct octets_atom known[KNOWN_COUNT];
    unsigned interim[RUN_INTERIM_MAX];
    size_t interim_count;
    struct ws_request request_made; /* what a judge of the response has to know */
    char *made;                     /* its lines, and where each begins */
    const char **made_lines;
    bool key_is_clear;    /* one line of it, without white space within */
    size_t early_at;      /* octets of the request before those that are sent early */
    bool open_is_subject; /* the case starts with `open` */
    bool mirrored;        /* `ext` is in the response already, as its mirror image */
    bool plain;           /* no TLS, whatever the URL says */
    bool deaf;            /* what came is no HTTP, and need not be: the rest is not looked at */
    char *alpn, *sni;     /* to offer; NULL: as usual */
    char selected_alpn[RUN_ALPN_MAX];
    uint8_t response[RUN_RESPONSE_MAX + 1]; /* NUL-terminated once the run is over */
    size_t response_size, response_head_size;
    struct ws_head head;

    /* run_send.c */
    struct sender sender;
    struct ws_frame_decoder sent; /* follows what was sent: are we at a frame's border? */
    uint8_t aside[RUN_ASIDE_MAX];
    size_t aside_size, aside_sent;
    run_time sent_at; /* the last write of a step, or the end of the last wait */
    bool reading_off;
    bool close_sent, shutdown_done, reset_done;
    bool finished;          /* we are the server, and have closed TCP behind the closing handshake */
    bool close_answered;    /* our Close answered one of the target's own accord */
    bool left_open;         /* both Close frames went, then patience ran out */
    bool sent_behind_close; /* octets of ours may be unread when the target closes TCP */
    uint16_t close_sent_code;

    /* run_receive.c */
    struct ws_frame_decoder received;
    struct ws_judge judge;
    uint8_t control[WS_CONTROL_PAYLOAD_MAX];
    size_t control_size;
    uint8_t unmasked[RUN_WRITE_MAX];
    uint64_t message_received; /* octets of the current message so far */
    uint8_t message_opcode;
    bool message_open;              /* begun and not ended */
    uint8_t prefix[RUN_PREFIX_MAX]; /* its first octets, for an expect that begins while it is under way */
    size_t line_number;             /* of the frame that is being received */
    bool close_received, ended;
    bool close_received_first; /* it came before we had sent ours */
    uint16_t close_code;
    enum run_end end;
    ws_violation_set seen_violations;
    unsigned received_classes; /* which monitors had something to look at */

    /* run_match.c */
    const struct case_step *expect; /* waited for; NULL: none is left in this round */
    struct matcher matchers[RUN_ALTERNATIVES_MAX];
    size_t matcher_count;
    run_time expect_since, quiet_since;
    size_t happened_line; /* transcript line of what happened last */
    bool barrier_sent, barrier_back;
    uint8_t barrier[RUN_BARRIER_SIZE];
    unsigned barrier_number;
    bool terminal;                /* a terminal outcome matched */
    bool failed_cleanly_expected; /* the last terminal outcome was a fail */
    enum grade worst;
    char worst_text[RUN_TEXT_MAX];

    /* run_wire.c */
    uint8_t sent_control[WS_CONTROL_PAYLOAD_MAX]; /* payload of the Close frame that is going out */
    const char *lacks;      /* run_accept.c: why the case cannot be tried with this client; NULL: it can */
    bool event_open;        /* a message has begun that has not ended */
    bool close_was_subject; /* our Close frame had a reserved bit: it is what the target is to fail on */
    char sent_reason[WS_CONTROL_PAYLOAD_MAX], received_reason[WS_CONTROL_PAYLOAD_MAX];

    struct run_deflate deflate;
    struct run_client client;
    struct transcript transcript;
    struct run_verdict verdict;
    bool judged;
};

/* run.c */
enum verdict run_failure(const struct run *run); /* what a failed expect means at the level of the case */
/* Something happened that brings the case on: patience begins anew. What a target sends without being asked
 * is no progress, or a flood of pings could hold a case up for ever. */
void run_progress(struct run *run, run_time now);
void run_finish(struct run *run, enum verdict verdict, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void run_random(struct run *run, uint8_t *out, size_t size);
/* Tells matching, or the closing, what happened on the wire. */
void run_happened(struct run *run, run_time now, const struct happening *happening);

/* run_open.c, where a server is under test: builds the request; the run is over with a verdict if that cannot
 * be sent. False when memory is out. */
bool run_open_prepare(struct run *run);
/* Takes octets of the response until its head is complete; returns how many belong to it. */
size_t run_open_receive(struct run *run, run_time now, const uint8_t *octets, size_t size);

/* run_accept.c, where a client is under test: takes octets of the request until its head is complete, and
 * lays down the response; returns how many belong to the head. */
size_t run_accept_receive(struct run *run, run_time now, const uint8_t *octets, size_t size);

/* run_edit.c: `head` applies the edits of `open`, if the case starts with it, to the head that stands in
 * `request`, and puts what is sent early behind it; false when memory is out, or when it cannot be sent:
 * then the run is over, as it is after `impossible`, which says why. `bind` gives $key, $host and
 * the others their octets, which must stay as long as the run. `note` writes the first line of the head that
 * came to the transcript. */
bool run_edit_head(struct run *run);
void run_edit_impossible(struct run *run, const char *why);
void run_edit_bind(struct run *run, const struct ws_octets octets[KNOWN_COUNT]);
void run_edit_note(struct run *run, run_time now, size_t size, const char *mark);

/* run_send.c */
void run_send_begin_round(struct run *run);
void run_send_follow(struct run *run, const uint8_t *octets, size_t size); /* these went out */
bool run_send_idle(const struct run *run); /* nothing left to send before the expect that is waited for */
bool run_send_at_border(const struct run *run); /* a control frame of our own may go out now */
struct run_action run_send_next(struct run *run, run_time now);
void run_send_control(struct run *run, run_time now, uint8_t opcode, const uint8_t *octets, size_t size,
                      const char *why);
void run_send_close(struct run *run, run_time now, uint16_t code, const char *why);
void run_send_close_answer(struct run *run, run_time now); /* RFC 6455 5.5.1: the target's code, if legal */

/* run_deflate.c: `open` when the opening handshake has succeeded, `agree` with what was agreed on; `compress`
 * makes `deflate.message` of a send that is `compressed`, false when memory is out; `forget` when a
 * compressed message is sent that was made by hand; `begin_message` with the header of its first frame;
 * `inflate` gives what a piece of payload inflates to, in pieces, and with `last` what is left. */
typedef void run_plain_taker(struct run *run, run_time now, struct ws_octets plain);
void run_deflate_open(struct run *run);
void run_deflate_agree(struct run *run, const struct ws_deflate_parameters *agreed);
bool run_deflate_compress(struct run *run, const struct frame_spec *spec);
void run_deflate_forget(struct run *run);
void run_deflate_begin_message(struct run *run, const struct ws_frame_header *header);
void run_deflate_inflate(struct run *run, run_time now, struct ws_octets payload, bool last,
                         run_plain_taker *take);
void run_deflate_free(struct run *run);

/* run_receive.c */
void run_receive_frames(struct run *run, run_time now, const uint8_t *octets, size_t size);

/* Has the target ended its stream inside a frame? Not told by a reset: what it had sent may be lost with it.
 */
bool run_is_torn(const struct run *run);
void run_note_violation(struct run *run, enum ws_violation violation, size_t line);
void run_collect_passed(struct run *run);
void run_collect_passed_closing(struct run *run);
void run_collect_passed_response(struct run *run); /* of any status: run.head, once it was watched */

/* run_wire.c: so many octets were written or read at once; an event of a frame that went out or came in; what
 * of a message is not compressed, or inflates to; the whole payload of a Close frame; the end of the run. */
void run_wire_write(struct run *run, size_t size);
void run_wire_read(struct run *run, size_t size);
void run_wire_frame(struct run *run, bool sent, const struct ws_frame_event *event);
void run_wire_plain(struct run *run, bool sent, uint64_t size);
void run_wire_close(struct run *run, bool sent, const uint8_t *payload, size_t size);
void run_wire_pong(struct run *run, struct ws_octets payload); /* but for a barrier's */
void run_wire_event_begin(struct run *run, uint8_t opcode);    /* a message */
void run_wire_event_piece(struct run *run, struct ws_octets octets);
void run_wire_event_end(struct run *run);
void run_wire_collect(struct run *run);

/* run_client.c, both for clients only: each header of a frame; and that octets have come behind the request,
 * before the response has gone out if so. */
void run_client_watch_frame(struct run *run, const struct ws_frame_header *header);
void run_client_watch_time(struct run *run);

/* run_response.c */
bool run_codes_have(const struct run *run, const struct codes *codes, uint64_t code, bool absent);
bool run_octets_are(const struct run *run, const struct octets_atom *expected, struct ws_octets got);
bool run_response_fits(const struct run *run, const struct outcome *outcome, const struct ws_head *head);

/* run_alternative.c: `run_alternative_joins` tells of the message that is under way when the expect begins.
 */
void run_alternative_takes(const struct run *run, struct matcher *matcher, const struct happening *happening);
void run_alternative_joins(const struct run *run, struct matcher *matcher);
void run_alternative_step_on(struct matcher *matcher);
void run_alternative_die(struct matcher *matcher);

/* run_match.c */
void run_match_begin_round(struct run *run, run_time now);
void run_match_happening(struct run *run, run_time now, const struct happening *happening);
void run_match_silence(struct run *run, run_time now); /* patience is over */
bool run_match_wants_barrier(const struct run *run, bool *at_once);
bool run_match_is_quiet(const struct happening *happening); /* it does not end the quiet that is waited for */
uint64_t run_match_quiet_ms(const struct run *run);         /* 0: no quiet is waited for */
/* Alternatives may have a limit of their own, counted from `since`: when the next one runs out, and the last
 * one; RUN_NEVER and 0 when there is none. */
run_time run_match_within_next(const struct run *run, run_time since);
run_time run_match_within_last(const struct run *run, run_time since);
void run_match_within_over(struct run *run, run_time now, run_time since);
void run_describe_happening(char *out, size_t size, const struct run *run, const struct happening *happening);

/* run_close.c */
void run_close_begin(struct run *run, run_time now);
void run_close_happening(struct run *run, run_time now, const struct happening *happening);
void run_close_silence(struct run *run, run_time now);

#endif
