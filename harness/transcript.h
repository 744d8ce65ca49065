/* SPDX-License-Identifier: MIT */
/* transcript.h: what went over the wire in one run, line by line, for people to read. Owns a bounded number
 * of lines: of a long run the beginning and the end stay. Does not own what a line means for the verdict. */
#ifndef HARNESS_TRANSCRIPT_H
#define HARNESS_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "harness/arena.h"
#include "reference/ws.h"
#include "reports/journal.h"

#define TRANSCRIPT_HEAD   96  /* lines kept from the beginning */
#define TRANSCRIPT_TAIL   48  /* lines kept from the end */
#define TRANSCRIPT_OCTETS 256 /* octets kept of a line */
#define TRANSCRIPT_NOTE   200

enum transcript_direction { TRANSCRIPT_SEND, TRANSCRIPT_RECEIVE, TRANSCRIPT_NOTE_LINE };

struct transcript_line {
    uint64_t at_us;
    uint64_t size; /* octets of the line on the wire, kept or not */
    struct ws_frame_header header;
    enum transcript_direction direction;
    bool is_frame;
    uint8_t header_size;
    uint16_t octet_count;
    char note[TRANSCRIPT_NOTE]; /* text of a line that is not a frame; else a remark behind the frame */
    char mark[TRANSCRIPT_NOTE];
    uint8_t octets[TRANSCRIPT_OCTETS];
};

/* Begin with {0}. `lines` is allocated at the first line; `number` counts all lines ever begun. */
struct transcript {
    struct transcript_line *lines;
    size_t number;
    enum ws_role harness_role; /* who sends the SEND lines: decides which mask is the flipped one */
};

/* Begins a line and returns it; NULL when memory is out. Valid until TRANSCRIPT_TAIL more lines have begun.
 */
struct transcript_line *transcript_begin(struct transcript *transcript, enum transcript_direction direction,
                                         uint64_t at_us);

/* Adds octets to a line: all are counted, the first are kept. `line` may be NULL. */
void transcript_octets(struct transcript_line *line, const uint8_t *octets, size_t size);

/* Says what a compressed payload inflates to: the first octets of so many. `line` may be NULL. */
void transcript_inflated(struct transcript_line *line, struct ws_octets first, uint64_t whole);

/* A line of words. */
void transcript_note(struct transcript *transcript, uint64_t at_us, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Says what is wrong with a line; the first mark stays. `line` may be NULL. */
void transcript_mark(struct transcript_line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Line `number` in the order of transcript_begin, or NULL when it is not kept. */
struct transcript_line *transcript_at(struct transcript *transcript, size_t number);

/* The last line, or NULL. */
struct transcript_line *transcript_last(struct transcript *transcript);

/* The kept lines as the journal wants them, in order, a note standing for what was left out. Allocated in the
 * arena; NULL when memory is out or there is none.
 */
struct journal_line *transcript_lines(const struct transcript *transcript, struct arena *arena,
                                      size_t *count);

/* Index of line `number` in what transcript_lines returns (of the note, when it was left out). */
size_t transcript_index(const struct transcript *transcript, size_t number);

void transcript_free(struct transcript *transcript);

#endif
