/* SPDX-License-Identifier: MIT */
/* journal.c: writes results.jsonl. Owns the file descriptor, the place where the last whole line ends, and
 * the first error. Does not own the directory it makes, nor anything it is given. */
#include "reports/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reports/directory.h"
#include "reports/journal_wire.h"

enum {
    LINES_KEPT_FIRST = JOURNAL_LINES_MAX / 2,
    LINES_KEPT_LAST = JOURNAL_LINES_MAX / 2 - 1, /* one line is left for the note in between */
    LINE_STRING_MAX = 2048                       /* octets of a string within a transcript line */
};

struct journal {
    int file;
    char *path;
    off_t end; /* of the last whole line */
    unsigned target_count;
    char *line;
    size_t line_size, line_room;
    bool failed;
    char error[PATH_MAX + 256];
};

/* ---- Strings of any octets ---- */

/* Length of the UTF-8 sequence that begins here (RFC 3629: shortest form, no surrogates, at most U+10FFFF),
 * or 0. */
static size_t utf8_sequence(const unsigned char *at, size_t size)
{
    unsigned char lead = at[0];
    if (lead < 0x80)
        return 1;
    size_t length = lead >= 0xC2 && lead <= 0xDF   ? 2
                    : (lead & 0xF0) == 0xE0        ? 3
                    : lead >= 0xF0 && lead <= 0xF4 ? 4
                                                   : 0;
    if (length == 0 || length > size)
        return 0;
    unsigned char low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (at[1] < low || at[1] > high)
        return 0;
    for (size_t i = 2; i < length; i++) {
        if (at[i] < 0x80 || at[i] > 0xBF)
            return 0;
    }
    return length;
}

json_t *journal_text_value(const char *text, size_t most)
{
    static const char replacement[] = "\xEF\xBF\xBD", ellipsis[] = "\xE2\x80\xA6";
    if (text == NULL)
        return json_null();
    size_t size = strnlen(text, most + 1);
    bool cut = size > most;
    if (cut)
        size = most;
    char *clean = malloc(size * 3 + sizeof ellipsis);
    if (clean == NULL)
        return NULL;
    size_t out = 0;
    for (size_t i = 0; i < size;) {
        size_t length = utf8_sequence((const unsigned char *)text + i, size - i);
        if (length == 0) {
            if (cut && size - i < 4) /* the sequence was cut by us, not by the target */
                break;
            memcpy(clean + out, replacement, 3);
            out += 3;
            i++;
            continue;
        }
        memcpy(clean + out, text + i, length);
        out += length;
        i += length;
    }
    if (cut) {
        memcpy(clean + out, ellipsis, 3);
        out += 3;
    }
    json_t *value = json_stringn_nocheck(clean, out);
    free(clean);
    return value;
}

static json_t *string_value(const char *text)
{
    return journal_text_value(text, JOURNAL_STRING_MAX);
}

static json_t *strings_value(const char *const *texts, size_t count)
{
    json_t *array = json_array();
    for (size_t i = 0; array != NULL && i < count; i++) {
        if (json_array_append_new(array, string_value(texts[i])) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *integer_value(uint64_t value)
{
    return json_integer(value > INT64_MAX ? INT64_MAX : (json_int_t)value);
}

json_t *journal_hex_value(const uint8_t *octets, size_t count)
{
    static const char digits[] = "0123456789abcdef";
    char hex[2 * JOURNAL_OCTETS_MAX];
    if (count > JOURNAL_OCTETS_MAX)
        count = JOURNAL_OCTETS_MAX;
    for (size_t i = 0; i < count; i++) {
        hex[2 * i] = digits[octets[i] >> 4];
        hex[2 * i + 1] = digits[octets[i] & 15];
    }
    return json_stringn_nocheck(hex, 2 * count);
}

/* ---- Objects. A member that could not be made makes the whole object NULL in the end: `*whole` says so.
 * ---- */

static void put(json_t *object, const char *key, json_t *value, bool *whole)
{
    /* json_object_set_new takes the value over, also when it fails; a NULL value is a failure */
    if (json_object_set_new_nocheck(object, key, value) != 0)
        *whole = false;
}

static json_t *finished(json_t *object, bool whole)
{
    if (whole)
        return object;
    json_decref(object);
    return NULL;
}

static json_t *frame_value(const struct journal_frame *frame)
{
    json_t *object = json_object();
    bool whole = object != NULL;
    char length[24];
    snprintf(length, sizeof length, "%" PRIu64, frame->length);
    put(object, "fin", json_boolean(frame->fin), &whole);
    put(object, "rsv", json_integer(frame->rsv), &whole);
    put(object, "opcode", json_integer(frame->opcode), &whole);
    put(object, "masked", json_boolean(frame->masked), &whole);
    put(object, "masking_key", journal_hex_value(frame->masking_key, 4), &whole);
    put(object, "length_bits", json_integer(frame->length_bits), &whole);
    /* a string: JSON readers lose the top bits of a number that uses all 64 */
    put(object, "length", json_string(length), &whole);
    put(object, "header_size", json_integer(frame->header_size), &whole);
    return finished(object, whole);
}

static json_t *line_value(const struct journal_line *line)
{
    json_t *object = json_object();
    bool whole = object != NULL;
    put(object, "at_us", integer_value(line->at_us), &whole);
    put(object, "direction", journal_text_value(line->direction, LINE_STRING_MAX), &whole);
    put(object, "text", journal_text_value(line->text, LINE_STRING_MAX), &whole);
    put(object, "octets", journal_hex_value(line->octets, line->octet_count), &whole);
    put(object, "size", integer_value(line->size), &whole);
    if (line->frame != NULL)
        put(object, "frame", frame_value(line->frame), &whole);
    if (line->mark != NULL)
        put(object, "mark", journal_text_value(line->mark, LINE_STRING_MAX), &whole);
    return finished(object, whole);
}

/* Lines of a long transcript that are not written: [LINES_KEPT_FIRST, LINES_KEPT_FIRST + left_out). */
static size_t lines_left_out(size_t count)
{
    return count > JOURNAL_LINES_MAX ? count - LINES_KEPT_FIRST - LINES_KEPT_LAST : 0;
}

/* Where a line stands among those written; a line left out is where the note about it stands. */
static size_t written_index(size_t line, size_t left_out)
{
    if (line < LINES_KEPT_FIRST || left_out == 0)
        return line;
    if (line < LINES_KEPT_FIRST + left_out)
        return LINES_KEPT_FIRST;
    return line - left_out + 1;
}

/* What is wrong with the first of some lines that is marked; NULL: with none. */
static const char *first_mark(const struct journal_line *lines, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (lines[i].mark != NULL)
            return lines[i].mark;
    }
    return NULL;
}

static json_t *lines_value(const struct journal_line *lines, size_t count)
{
    json_t *array = json_array();
    size_t left_out = lines_left_out(count);
    for (size_t i = 0; array != NULL && i < count; i++) {
        json_t *value;
        if (left_out > 0 && i == LINES_KEPT_FIRST) {
            char text[64];
            snprintf(text, sizeof text, "%zu lines left out", left_out);
            value = line_value(&(struct journal_line){.at_us = lines[i].at_us,
                                                      .direction = "note",
                                                      .text = text,
                                                      .mark = first_mark(lines + i, left_out)});
            i += left_out - 1;
        } else {
            value = line_value(&lines[i]);
        }
        if (json_array_append_new(array, value) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

static json_t *violations_value(const struct journal_result *result)
{
    json_t *array = json_array();
    size_t left_out = lines_left_out(result->line_count);
    for (size_t i = 0; array != NULL && i < result->violation_count; i++) {
        const struct journal_violation *violation = &result->violations[i];
        json_t *object = json_object();
        bool whole = object != NULL;
        put(object, "name", string_value(violation->name), &whole);
        put(object, "requirement", string_value(violation->requirement), &whole);
        put(object, "sentence", string_value(violation->sentence), &whole);
        put(object, "line", integer_value(written_index(violation->line, left_out)), &whole);
        if (json_array_append_new(array, finished(object, whole)) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}

/* ---- Lines to the file ---- */

static void fail(struct journal *journal, const char *what, const char *why)
{
    if (journal->failed)
        return;
    journal->failed = true;
    snprintf(journal->error, sizeof journal->error, "%s: %s: %s", journal->path, what, why);
}

static int append_to_line(const char *text, size_t size, void *context)
{
    struct journal *journal = context;
    if (size > JOURNAL_LINE_MAX - journal->line_size) {
        fail(journal, "cannot write", "the line is longer than a journal may have");
        return -1;
    }
    size_t need = journal->line_size + size;
    if (need > journal->line_room) {
        size_t room = need < 4096 ? 4096 : need * 2;
        char *line = realloc(journal->line, room);
        if (line == NULL)
            return -1;
        journal->line = line;
        journal->line_room = room;
    }
    memcpy(journal->line + journal->line_size, text, size);
    journal->line_size = need;
    return 0;
}

static bool write_line(struct journal *journal)
{
    for (size_t done = 0; done < journal->line_size;) {
        ssize_t wrote = write(journal->file, journal->line + done, journal->line_size - done);
        if (wrote > 0) {
            done += (size_t)wrote;
            continue;
        }
        if (wrote < 0 && errno == EINTR)
            continue;
        const char *why = strerror(wrote < 0 ? errno : ENOSPC);
        /* A part of a line would make the journal one that a reader has to doubt. What cannot be taken back
         * (a device) stays: readers tolerate a last line that is cut. */
        bool taken_back = done == 0 || ftruncate(journal->file, journal->end) == 0;
        fail(journal, taken_back ? "cannot write" : "cannot write, and a part of a line stays", why);
        return false;
    }
    journal->end += (off_t)journal->line_size;
    return true;
}

/* Takes the object over. NULL: memory is out. */
static bool write_object(struct journal *journal, json_t *object)
{
    bool written = false;
    if (!journal->failed) {
        journal->line_size = 0;
        if (object == NULL || json_dump_callback(object, append_to_line, journal, JSON_COMPACT) != 0 ||
            append_to_line("\n", 1, journal) != 0)
            fail(journal, "cannot write", "out of memory");
        else
            written = write_line(journal);
    }
    json_decref(object);
    return written;
}

/* ---- The public functions ---- */

struct journal *journal_open(const char *directory, char *error, size_t error_size)
{
    struct journal *journal = calloc(1, sizeof *journal);
    size_t size = strlen(directory) + sizeof "/results.jsonl";
    if (journal != NULL)
        journal->path = malloc(size);
    if (journal == NULL || journal->path == NULL) {
        snprintf(error, error_size, "%s: out of memory", directory);
        free(journal);
        return NULL;
    }
    journal->file = -1;
    snprintf(journal->path, size, "%s/results.jsonl", directory);
    if (directory_make(directory, error, error_size)) {
        /* append mode: a line goes where the file ends, also if somebody else wrote to it */
        journal->file = open(journal->path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0666);
        if (journal->file >= 0)
            return journal;
        snprintf(error, error_size, "%s: cannot open for writing: %s", journal->path, strerror(errno));
    }
    journal_close(journal);
    return NULL;
}

bool journal_write_run(struct journal *journal, const struct journal_run *run)
{
    json_t *object = json_object();
    bool whole = object != NULL;
    put(object, "type", json_string("run"), &whole);
    put(object, "version", string_value(run->version), &whole);
    put(object, "started", string_value(run->started), &whole);
    put(object, "command", strings_value(run->command, run->command_count), &whole);
    put(object, "cases", string_value(run->cases), &whole);
    put(object, "selection", strings_value(run->selection, run->selection_count), &whole);
    put(object, "jobs", json_integer(run->jobs), &whole);
    return write_object(journal, finished(object, whole));
}

bool journal_write_requirement(struct journal *journal, const struct journal_requirement *requirement)
{
    json_t *object = json_object();
    bool whole = object != NULL;
    put(object, "type", json_string("requirement"), &whole);
    put(object, "id", string_value(requirement->id), &whole);
    put(object, "rfc", string_value(requirement->rfc), &whole);
    put(object, "section", string_value(requirement->section), &whole);
    put(object, "level", string_value(requirement->level), &whole);
    put(object, "subject", string_value(requirement->subject), &whole);
    put(object, "rule", string_value(requirement->rule), &whole);
    put(object, "quote", string_value(requirement->quote), &whole);
    put(object, "status", string_value(requirement->status), &whole);
    put(object, "reason", string_value(requirement->reason), &whole);
    return write_object(journal, finished(object, whole));
}

bool journal_write_case(struct journal *journal, const struct journal_case *definition)
{
    json_t *object = json_object();
    bool whole = object != NULL;
    put(object, "type", json_string("case"), &whole);
    put(object, "id", string_value(definition->id), &whole);
    put(object, "title", string_value(definition->title), &whole);
    put(object, "file", string_value(definition->file), &whole);
    put(object, "line", json_integer(definition->line), &whole);
    put(object, "requirements", strings_value(definition->requirements, definition->requirement_count),
        &whole);
    put(object, "level", string_value(definition->level), &whole);
    put(object, "derived", json_boolean(definition->derived), &whole);
    put(object, "severity", string_value(definition->severity), &whole);
    put(object, "text", string_value(definition->text), &whole);
    return write_object(journal, finished(object, whole));
}

bool journal_write_target(struct journal *journal, const struct journal_target *target)
{
    json_t *object = json_object();
    bool whole = object != NULL;
    put(object, "type", json_string("target"), &whole);
    put(object, "index", json_integer(journal->target_count++), &whole);
    put(object, "name", string_value(target->name), &whole);
    put(object, "url", string_value(target->url), &whole);
    put(object, "exec", string_value(target->exec), &whole);
    put(object, "agent", string_value(target->agent), &whole);
    put(object, "role", string_value(target->role), &whole);
    put(object, "response", string_value(target->response), &whole);
    put(object, "subprotocol", string_value(target->subprotocol), &whole);
    put(object, "extensions", string_value(target->extensions), &whole);
    put(object, "echoes", json_boolean(target->echoes), &whole);
    put(object, "pongs", json_boolean(target->pongs), &whole);
    put(object, "pushes", json_boolean(target->pushes), &whole);
    put(object, "round_trip_us", integer_value(target->round_trip_us), &whole);
    return write_object(journal, finished(object, whole));
}

bool journal_write_result(struct journal *journal, const struct journal_result *result)
{
    json_t *object = json_object();
    bool whole = object != NULL;
    put(object, "type", json_string(result->provisional ? "provisional" : "result"), &whole);
    put(object, "target", json_integer(result->target), &whole);
    put(object, "id", string_value(result->id), &whole);
    put(object, "case", string_value(result->case_id), &whole);
    put(object, "value", string_value(result->value), &whole);
    put(object, "delivery", string_value(result->delivery), &whole);
    put(object, "wstest", string_value(result->wstest), &whole);
    if (result->wstest_index > 0)
        put(object, "wstest_index", json_integer(result->wstest_index), &whole);
    put(object, "verdict", json_string(verdict_word(result->verdict)), &whole);
    put(object, "derived", json_boolean(result->derived), &whole);
    put(object, "reason", string_value(result->reason), &whole);
    put(object, "closing", json_string(closing_word(result->closing)), &whole);
    put(object, "closing_reason", string_value(result->closing_reason), &whole);
    put(object, "expected", string_value(result->expected), &whole);
    put(object, "observed", string_value(result->observed), &whole);
    put(object, "duration_us", integer_value(result->duration_us), &whole);
    put(object, "unstable", json_boolean(result->unstable), &whole);
    if (result->unstable)
        put(object, "first_verdict", json_string(verdict_word(result->first_verdict)), &whole);
    put(object, "known", string_value(result->known), &whole);
    put(object, "unexpected", json_boolean(result->unexpected), &whole);
    put(object, "violations", violations_value(result), &whole);
    put(object, "passed_requirements",
        strings_value(result->passed_requirements, result->passed_requirement_count), &whole);
    put(object, "lines", lines_value(result->lines, result->line_count), &whole);
    if (result->wire != NULL)
        put(object, "wire", journal_wire_value(result->wire), &whole);
    put(object, "rerun", string_value(result->rerun), &whole);
    return write_object(journal, finished(object, whole));
}

bool journal_write_end(struct journal *journal, const struct journal_end *end)
{
    json_t *object = json_object();
    bool whole = object != NULL;
    put(object, "type", json_string("end"), &whole);
    put(object, "finished", string_value(end->finished), &whole);
    put(object, "exit_code", json_integer(end->exit_code), &whole);
    put(object, "wall_us", integer_value(end->wall_us), &whole);
    put(object, "processor_us", integer_value(end->processor_us), &whole);
    return write_object(journal, finished(object, whole));
}

const char *journal_error(const struct journal *journal)
{
    return journal->error;
}

void journal_close(struct journal *journal)
{
    if (journal == NULL)
        return;
    if (journal->file >= 0)
        close(journal->file);
    free(journal->line);
    free(journal->path);
    free(journal);
}
