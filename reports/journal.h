/* SPDX-License-Identifier: MIT */
/* journal.h: the record of a run, results.jsonl: one JSON object a line, written as cases end, so that a
 * killed run keeps all that ended before. Every report is made from the journal alone. Owns the format; does
 * not own how verdicts come about.
 *
 * All strings may hold any octets: what is not UTF-8 is written as \ufffd. Strings are borrowed for the call;
 * NULL is written as null. Times are microseconds. Octets are written as hexadecimal digits, the 64-bit
 * length of a frame as a string of decimal digits. Lines, by their "type": run, requirement, case, target,
 * result, end. In a journal, requirement and case lines come before the first result that names them. A
 * target line has its "index", so that one bad line does not give the results of the others to the wrong
 * target.
 */
#ifndef REPORTS_JOURNAL_H
#define REPORTS_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Limits of a journal. What is longer is cut, and the cut is shown. */
#define JOURNAL_LINES_MAX  96                 /* of a transcript: the first half and the last half are kept */
#define JOURNAL_OCTETS_MAX 256                /* of a transcript line */
#define JOURNAL_STRING_MAX (64 * 1024)        /* octets of a string; 2048 within a transcript line */
#define JOURNAL_LINE_MAX   (32 * 1024 * 1024) /* octets of a line of the file; a longer one is an error */

/* Verdicts, by rising gravity. X(NAME, word, sentence) */
#define VERDICTS(X)                                                                \
    X(SKIP, "SKIP", "the target lacks what the case needs")                        \
    X(OK, "OK", "as the RFC asks")                                                 \
    X(INFORMATIONAL, "INFORMATIONAL", "an observation; the RFC asks nothing here") \
    X(UNIMPLEMENTED, "UNIMPLEMENTED", "an optional capability is absent")          \
    X(NON_STRICT, "NON-STRICT", "tolerable, but not what the RFC recommends")      \
    X(SETUP, "SETUP", "a prerequisite failed: the case could not be tried")        \
    X(FAILED, "FAILED", "breaks a requirement")                                    \
    X(CRASH, "CRASH", "the target died or hung")                                   \
    X(ERROR, "ERROR", "the harness itself failed")

enum verdict {
#define VERDICT_ENUMERATOR(name, word, sentence) VERDICT_##name,
    VERDICTS(VERDICT_ENUMERATOR)
#undef VERDICT_ENUMERATOR
};

const char *verdict_word(enum verdict verdict);
const char *verdict_sentence(enum verdict verdict);

/* How the connection was closed, graded apart from the behaviour. X(NAME, word, sentence) */
#define CLOSINGS(X)                                                                 \
    X(CLEAN, "clean", "closing handshake complete, then the end of TCP")            \
    X(WRONG_CODE, "wrong-code", "closed with a code that does not fit")             \
    X(UNCLEAN, "unclean", "TCP ended without a complete closing handshake")         \
    X(WRONG_SIDE, "wrong-side", "after both Close frames the target left TCP open") \
    X(NO_ANSWER, "no-answer", "our Close frame was not answered")                   \
    X(NOT_JUDGED, "not-judged", "the case does not get to a closing that can be judged")

enum closing {
#define CLOSING_ENUMERATOR(name, word, sentence) CLOSING_##name,
    CLOSINGS(CLOSING_ENUMERATOR)
#undef CLOSING_ENUMERATOR
};

const char *closing_word(enum closing closing);
const char *closing_sentence(enum closing closing);

/* The frame that a transcript line shows, for annotated octets. */
struct journal_frame {
    bool fin, masked;
    uint8_t rsv, opcode;
    uint8_t masking_key[4];
    unsigned length_bits; /* 7, 16 or 64: form of the length */
    uint64_t length;      /* as announced */
    unsigned header_size; /* octets of the header, masking key included */
};

/* One line of a transcript. */
struct journal_line {
    uint64_t at_us; /* since the connection was begun */
    const char
        *direction;   /* "send", "recv", or "note" for what is not octets (end of TCP, a wait, a verdict) */
    const char *text; /* in the words of the case language: text "hello" mask=flip */
    const uint8_t *octets; /* as on the wire: the first of them, at most JOURNAL_OCTETS_MAX */
    size_t octet_count;
    uint64_t size;                     /* of all the octets of this line on the wire */
    const struct journal_frame *frame; /* NULL when the line is not a frame */
    const char *mark;                  /* what is wrong here: "expected fail 1002"; NULL: nothing */
};

/* A rule that a monitor saw broken in octets of the target, whatever the case was about. */
struct journal_violation {
    const char *name, *requirement, *sentence;
    size_t line; /* index of the transcript line */
};

/* A Close frame. */
struct journal_close {
    bool there;         /* false: none went over the wire */
    uint16_t code;      /* 1005: it has none */
    const char *reason; /* "": it has none */
};

/* What went one way over a connection, in figures. Octets are those under TLS, if there is TLS. */
#define JOURNAL_SIZES_MAX 64
struct journal_traffic {
    uint64_t octets;         /* all of them */
    uint64_t head_octets;    /* of the opening handshake */
    uint64_t frames[16];     /* by opcode */
    uint64_t messages;       /* that came to their end */
    uint64_t payload_octets; /* of data frames as they are on the wire: compressed, maybe */
    uint64_t plain_octets;   /* the same, inflated */
    /* Of reads or writes: how many had this size. Where there are more sizes than room, those beyond count
     * under size 0. */
    struct journal_size {
        uint64_t size, count;
    } sizes[JOURNAL_SIZES_MAX];
    size_t size_count;
};

/* A message or a Pong frame: its kind, length, and what its octets are. */
#define JOURNAL_EVENTS_MAX       16
#define JOURNAL_EVENT_OCTETS_MAX 64
struct journal_event {
    uint8_t opcode; /* 1 text, 2 binary, 10 pong */
    uint64_t size;
    uint32_t crc;                             /* CRC-32 of all octets, as of zlib */
    uint8_t octets[JOURNAL_EVENT_OCTETS_MAX]; /* the first of them */
};

/* Events in order; `more` have come than there is room for, or than could be told. */
struct journal_events {
    struct journal_event at[JOURNAL_EVENTS_MAX];
    size_t count;
    bool more;
};

/* The whole connection of a result, for reports that want more than the transcript. */
struct journal_wire {
    const char *started;            /* 2026-11-23T05:00:00.123Z */
    const char *request, *response; /* the heads of the opening handshake, as they went; "": none did */
    bool opened;                    /* the opening handshake succeeded */
    bool closed_first; /* the harness sent the first Close frame, without reserved bits, or gave the
          connection up before any was sent */
    bool ended;        /* the target ended TCP, the harness did not */
    struct journal_close sent_close, received_close;
    struct journal_traffic sent, received;
    struct journal_events expected; /* what the case asks for at best, if nothing else is tolerated */
    struct journal_events events;   /* what came, but for answers to pings that no case has sent */
};

struct journal_result {
    bool provisional; /* written as "provisional": it ended, but may be confirmed or blamed yet. The result of
                         the same target and id takes its place; without one (a killed run) it stands. */
    unsigned target;  /* index of the target, in order of journal_target calls */
    const char *id;   /* framing/close-code/1004@server~octet */
    const char *case_id;   /* framing/close-code */
    const char *value;     /* 1004, or "" */
    const char *delivery;  /* whole, octet */
    const char *wstest;    /* Autobahn number or NULL */
    unsigned wstest_index; /* its place among all those numbers, from 1; 0: not recorded */
    enum verdict verdict;
    bool derived;       /* FAILED, but the RFC binds only the sender */
    const char *reason; /* one line */
    enum closing closing;
    const char *closing_reason;
    const char *expected; /* in the case language, one line for each alternative, separated by \n */
    const char *observed; /* one line */
    uint64_t duration_us;
    bool unstable;              /* alone, the verdict was another than in the concurrent run */
    enum verdict first_verdict; /* the one of the concurrent run, when unstable */
    const char *known;          /* reason given in the baseline for this deviation; NULL: not listed */
    bool unexpected;            /* counts against the exit code */
    const struct journal_violation *violations;
    size_t violation_count;
    const char *const
        *passed_requirements; /* monitors' requirements that were exercised here and not broken */
    size_t passed_requirement_count;
    const struct journal_line *lines;
    size_t line_count;
    const struct journal_wire *wire; /* NULL: not recorded, or no run gave the result */
    const char *rerun;               /* the command line that runs this one again */
};

struct journal_target {
    const char *name; /* short, for columns: what the user called it, or the URL */
    const char *url;
    const char *exec;           /* command that starts it, or NULL */
    const char *agent;          /* its Server header, of a client its User-Agent, or "" */
    const char *role;           /* "server": it is the server under test; "client": the client */
    const char *response;       /* head of its handshake response, of a client its request, as it came */
    const char *subprotocol;    /* selected in the probe, or NULL */
    const char *extensions;     /* accepted in the probe, or NULL */
    bool echoes, pongs, pushes; /* these and the round trip: not known of a client */
    uint64_t round_trip_us;
};

struct journal_case {
    const char *id, *title, *file;
    unsigned line;
    const char *const *requirements;
    size_t requirement_count;
    const char *level; /* MUST, SHOULD, MAY, INFO */
    bool derived;
    const char *severity; /* or "" */
    const char *text;     /* the case in its canonical form */
};

struct journal_requirement {
    const char *id, *rfc, *section, *level, *subject;
    const char *rule;   /* in our words */
    const char *quote;  /* in the words of the RFC; "" where none is given, as in older journals */
    const char *status; /* whether a case can show it: covered, untestable, open, client, http2; "" in older
                           journals */
    const char *reason; /* why it is untestable; else "" */
};

struct journal_run {
    const char *version;
    const char *started; /* 2026-11-23T05:00:00Z */
    const char *const *command;
    size_t command_count;
    const char *cases; /* "embedded", or the directory */
    const char *const *selection;
    size_t selection_count;
    unsigned jobs;
};

struct journal_end {
    const char *finished;
    int exit_code;
    uint64_t wall_us, processor_us;
};

struct journal;

/* Makes the directory where missing (its parents too) and an empty results.jsonl in it. NULL on failure:
 * `error` then says why, with the path. */
struct journal *journal_open(const char *directory, char *error, size_t error_size);

/* Each writes one line and flushes it to the operating system. False when the line could not be written whole
 * (a full disk): journal_error says why, the line is taken back where possible, and every later call fails
 * too. */
bool journal_write_run(struct journal *journal, const struct journal_run *run);
bool journal_write_requirement(struct journal *journal, const struct journal_requirement *requirement);
bool journal_write_case(struct journal *journal, const struct journal_case *definition);
bool journal_write_target(struct journal *journal, const struct journal_target *target);
bool journal_write_result(struct journal *journal, const struct journal_result *result);
bool journal_write_end(struct journal *journal, const struct journal_end *end);
const char *journal_error(const struct journal *journal);
void journal_close(struct journal *journal);

/* Reads journals and writes DIRECTORY/index.html. Journals of several runs are put side by side, target by
 * target. A cut last line and bad lines are left out, and the report tells which and why. False on failure:
 * `error` says what and where (file:line for what is no journal). */
bool report_write_html(const char *const *journals, size_t journal_count, const char *directory, char *error,
                       size_t error_size);

#endif
