/* SPDX-License-Identifier: MIT */
/* journal_reader.c: reads a journal line by line. Owns the structures it fills, and what becomes of bad
 * lines; jansson owns the JSON. */
#include "reports/journal_reader.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/journal_member.h"
#include "reports/journal_wire.h"
#include "reports/journal_memory.h"

/* ---- Lines ---- */

static void read_frame(struct reader *reader, const json_t *value, struct journal_line *line)
{
    struct journal_frame *frame = reader_take(reader, sizeof *frame);
    if (frame == NULL)
        return;
    *frame = (struct journal_frame){
        .fin = member_boolean(reader, value, "fin"),
        .masked = member_boolean(reader, value, "masked"),
        .rsv = (uint8_t)member_small_integer(reader, value, "rsv", 7),
        .opcode = (uint8_t)member_small_integer(reader, value, "opcode", 15),
        .length_bits = member_small_integer(reader, value, "length_bits", 64),
        .header_size = member_small_integer(reader, value, "header_size", 14),
    };
    size_t key_size;
    const uint8_t *key = member_octets(reader, value, "masking_key", &key_size);
    if (key_size == sizeof frame->masking_key)
        memcpy(frame->masking_key, key, key_size);
    else
        reader_reject(reader, "\"masking_key\" is not four octets");
    const char *digits = member_text(reader, value, "length");
    char *end;
    errno = 0;
    frame->length = strtoull(digits, &end, 10);
    if (digits[0] < '0' || digits[0] > '9' || *end != '\0' || errno != 0)
        reader_reject(reader, "\"length\" is not a number of 64 bits");
    line->frame = frame;
}

static void read_lines(struct reader *reader, const json_t *object, struct journal_result *result)
{
    const json_t *values = member_array(reader, object, "lines");
    size_t count = json_array_size(values);
    struct journal_line *lines = reader_take(reader, count * sizeof *lines);
    for (size_t i = 0; lines != NULL && !reader->bad && i < count; i++) {
        const json_t *value = json_array_get(values, i);
        size_t octet_count;
        const uint8_t *wire = member_octets(reader, value, "octets", &octet_count);
        lines[i] = (struct journal_line){
            .at_us = member_integer(reader, value, "at_us", INT64_MAX),
            .direction = member_text(reader, value, "direction"),
            .text = member_text(reader, value, "text"),
            .octets = wire,
            .octet_count = octet_count,
            .size = member_integer(reader, value, "size", INT64_MAX),
            .mark = member_optional_text(reader, value, "mark"),
        };
        const json_t *frame = json_object_get(value, "frame");
        if (frame != NULL)
            read_frame(reader, frame, &lines[i]);
    }
    result->lines = lines;
    result->line_count = count;
}

static void read_violations(struct reader *reader, const json_t *object, struct journal_result *result)
{
    const json_t *values = member_array(reader, object, "violations");
    size_t count = json_array_size(values);
    struct journal_violation *violations = reader_take(reader, count * sizeof *violations);
    for (size_t i = 0; violations != NULL && !reader->bad && i < count; i++) {
        const json_t *value = json_array_get(values, i);
        violations[i] = (struct journal_violation){
            .name = member_text(reader, value, "name"),
            .requirement = member_text(reader, value, "requirement"),
            .sentence = member_text(reader, value, "sentence"),
            .line = member_integer(reader, value, "line", INT64_MAX),
        };
    }
    result->violations = violations;
    result->violation_count = count;
}

/* Room for one more item in the array that `*slot`, a pointer of any type, points to. The array that it
 * outgrows stays in memory until all is freed: no more than the final array takes. NULL on failure. */
static void *append(struct reader *reader, void *slot, size_t *count, size_t *room, size_t size)
{
    void *items;
    memcpy(&items, slot, sizeof items);
    if (*count >= JOURNAL_RECORDS_MAX) {
        reader_fail(reader, reader->number, "the journal has too many lines");
        return NULL;
    }
    if (*count == *room) {
        size_t more = *room == 0 ? 64 : *room * 2;
        void *grown = reader_take(reader, more * size);
        if (grown == NULL)
            return NULL;
        if (*count > 0)
            memcpy(grown, items, *count * size);
        items = grown;
        memcpy(slot, &items, sizeof items);
        *room = more;
    }
    return (char *)items + (*count)++ * size;
}

static void read_run(struct reader *reader, const json_t *object)
{
    struct journal_run *run = &reader->contents->run;
    if (reader->contents->has_run) {
        reader_fail(reader, reader->number, "a second run begins here");
        return;
    }
    run->version = member_text(reader, object, "version");
    run->started = member_text(reader, object, "started");
    run->command = member_texts(reader, object, "command", &run->command_count);
    run->cases = member_text(reader, object, "cases");
    run->selection = member_texts(reader, object, "selection", &run->selection_count);
    run->jobs = member_small_integer(reader, object, "jobs", UINT32_MAX);
    reader->contents->has_run = !reader->bad;
}

static void read_requirement(struct reader *reader, const json_t *object)
{
    struct journal_contents *contents = reader->contents;
    struct journal_requirement *requirement =
        append(reader, &contents->requirements, &contents->requirement_count, &reader->requirement_room,
               sizeof *requirement);
    if (requirement == NULL)
        return;
    const char *quote = member_optional_text(reader, object, "quote"); /* older journals have none of these */
    const char *status = member_optional_text(reader, object, "status");
    const char *reason = member_optional_text(reader, object, "reason");
    *requirement = (struct journal_requirement){
        .id = member_text(reader, object, "id"),
        .rfc = member_text(reader, object, "rfc"),
        .section = member_text(reader, object, "section"),
        .level = member_text(reader, object, "level"),
        .subject = member_text(reader, object, "subject"),
        .rule = member_text(reader, object, "rule"),
        .quote = quote == NULL ? "" : quote,
        .status = status == NULL ? "" : status,
        .reason = reason == NULL ? "" : reason,
    };
}

static void read_case(struct reader *reader, const json_t *object)
{
    struct journal_contents *contents = reader->contents;
    struct journal_case *definition =
        append(reader, &contents->cases, &contents->case_count, &reader->case_room, sizeof *definition);
    if (definition == NULL)
        return;
    *definition = (struct journal_case){
        .id = member_text(reader, object, "id"),
        .title = member_text(reader, object, "title"),
        .file = member_text(reader, object, "file"),
        .line = member_small_integer(reader, object, "line", UINT32_MAX),
        .level = member_text(reader, object, "level"),
        .derived = member_boolean(reader, object, "derived"),
        .severity = member_text(reader, object, "severity"),
        .text = member_text(reader, object, "text"),
    };
    definition->requirements = member_texts(reader, object, "requirements", &definition->requirement_count);
}

static struct journal_target *append_target(struct reader *reader)
{
    struct journal_contents *contents = reader->contents;
    if (contents->target_count == JOURNAL_TARGETS_MAX) {
        reader_reject(reader, "more than %d targets", JOURNAL_TARGETS_MAX);
        return NULL;
    }
    return append(reader, &contents->targets, &contents->target_count, &reader->target_room,
                  sizeof *contents->targets);
}

/* Makes sure that the journal has `count` targets. A target can only be missing because its line was bad: one
 * that has only a name stands for it, so that the results of the others do not move to the wrong one. */
static bool targets_up_to(struct reader *reader, size_t count)
{
    struct journal_contents *contents = reader->contents;
    if (count > contents->target_count && count - contents->target_count > contents->bad_count)
        return false;
    while (contents->target_count < count) {
        char *name = reader_take(reader, 64);
        struct journal_target *target = name == NULL ? NULL : append_target(reader);
        if (target == NULL)
            return false;
        snprintf(name, 64, "target %zu (its line is bad)", contents->target_count);
        *target = (struct journal_target){.name = name, .url = "", .agent = "", .role = "", .response = ""};
    }
    return true;
}

static void read_target(struct reader *reader, const json_t *object)
{
    const struct journal_contents *contents = reader->contents;
    if (json_object_get(object, "index") != NULL) {
        size_t index = member_integer(reader, object, "index", UINT32_MAX);
        if (reader->bad)
            return;
        if (index < contents->target_count || !targets_up_to(reader, index)) {
            reader_reject(reader, "\"index\" is %zu, but %zu targets come before", index,
                          contents->target_count);
            return;
        }
    } else if (contents->bad_count > 0) { /* an older journal: the bad line may have been a target */
        reader_fail(reader, reader->number, "which target this is cannot be told: a line before it is bad");
        return;
    }
    struct journal_target *target = append_target(reader);
    if (target == NULL)
        return;
    *target = (struct journal_target){
        .name = member_text(reader, object, "name"),
        .url = member_text(reader, object, "url"),
        .exec = member_optional_text(reader, object, "exec"),
        .agent = member_text(reader, object, "agent"),
        .role = member_text(reader, object, "role"),
        .response = member_text(reader, object, "response"),
        .subprotocol = member_optional_text(reader, object, "subprotocol"),
        .extensions = member_optional_text(reader, object, "extensions"),
        .echoes = member_boolean(reader, object, "echoes"),
        .pongs = member_boolean(reader, object, "pongs"),
        .pushes = member_boolean(reader, object, "pushes"),
        .round_trip_us = member_integer(reader, object, "round_trip_us", INT64_MAX),
    };
}

static void read_result(struct reader *reader, const json_t *object)
{
    struct journal_contents *contents = reader->contents;
    struct journal_result *result =
        append(reader, &contents->results, &contents->result_count, &reader->result_room, sizeof *result);
    if (result == NULL)
        return;
    *result = (struct journal_result){
        .provisional = strcmp(json_string_value(json_object_get(object, "type")), "provisional") == 0,
        .target = member_small_integer(reader, object, "target", UINT32_MAX),
        .id = member_text(reader, object, "id"),
        .case_id = member_text(reader, object, "case"),
        .value = member_text(reader, object, "value"),
        .delivery = member_text(reader, object, "delivery"),
        .wstest = member_optional_text(reader, object, "wstest"),
        .verdict = member_verdict(reader, object, "verdict"),
        .derived = member_boolean(reader, object, "derived"),
        .reason = member_text(reader, object, "reason"),
        .closing = member_closing(reader, object),
        .closing_reason = member_text(reader, object, "closing_reason"),
        .expected = member_text(reader, object, "expected"),
        .observed = member_text(reader, object, "observed"),
        .duration_us = member_integer(reader, object, "duration_us", INT64_MAX),
        .unstable = member_boolean(reader, object, "unstable"),
        .known = member_optional_text(reader, object, "known"),
        .unexpected = member_boolean(reader, object, "unexpected"),
        .rerun = member_text(reader, object, "rerun"),
    };
    if (result->unstable)
        result->first_verdict = member_verdict(reader, object, "first_verdict");
    result->passed_requirements =
        member_texts(reader, object, "passed_requirements", &result->passed_requirement_count);
    read_violations(reader, object, result);
    read_lines(reader, object, result);
    if (json_object_get(object, "wstest_index") != NULL)
        result->wstest_index = member_small_integer(reader, object, "wstest_index", UINT32_MAX);
    if (json_object_get(object, "wire") != NULL)
        result->wire = journal_wire_read(reader, json_object_get(object, "wire"));
    if (result->target >= contents->target_count && !targets_up_to(reader, (size_t)result->target + 1))
        reader_reject(reader, "\"target\" is %u, but the journal names %zu targets before", result->target,
                      contents->target_count);
}

static void read_end(struct reader *reader, const json_t *object)
{
    reader->contents->end = (struct journal_end){
        .finished = member_text(reader, object, "finished"),
        .exit_code = (int)member_small_integer(reader, object, "exit_code", 255),
        .wall_us = member_integer(reader, object, "wall_us", INT64_MAX),
        .processor_us = member_integer(reader, object, "processor_us", INT64_MAX),
    };
    reader->contents->has_end = !reader->bad;
}

static void read_object(struct reader *reader, const json_t *object)
{
    static const struct {
        const char *type;
        void (*read)(struct reader *, const json_t *);
    } types[] = {{"result", read_result}, {"provisional", read_result}, {"requirement", read_requirement},
                 {"case", read_case},     {"target", read_target},      {"run", read_run},
                 {"end", read_end}};
    const char *type = json_string_value(json_object_get(object, "type"));
    if (type == NULL) {
        reader_reject(reader, "not a line of a journal: \"type\" is missing");
        return;
    }
    if (reader->number == 1 && strcmp(type, "run") != 0) { /* not a journal, or one without its beginning */
        reader_reject(reader, "the first line of a journal is of type \"run\"; this is \"%.40s\"", type);
        reader_fail(reader, 1, reader->why);
        return;
    }
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(type, types[i].type) == 0) {
            types[i].read(reader, object);
            return;
        }
    }
    reader_reject(reader, "unknown type \"%.40s\"", type);
}

/* ---- The file ---- */

/* Name of a result among those of one journal. False when memory is out. */
static bool result_key(char **key, const struct journal_result *result)
{
    size_t size = strlen(result->id) + 16;
    *key = malloc(size);
    if (*key != NULL)
        snprintf(*key, size, "%u %s", result->target, result->id);
    return *key != NULL;
}

/* Drops the results that a later line replaces: of one id the last result stands (a client may have asked for
 * a case again), and where there is only what was provisional, the last of that. */
static void drop_replaced(struct reader *reader)
{
    struct journal_contents *contents = reader->contents;
    json_t *standing = json_object();
    bool done = standing != NULL;
    for (int pass = 0; pass < 2 && done; pass++) {
        size_t kept = 0;
        for (size_t i = 0; i < contents->result_count && done; i++) {
            const struct journal_result *result = &contents->results[i];
            char *key;
            done = result_key(&key, result);
            if (!done)
                break;
            json_int_t other = json_integer_value(json_object_get(standing, key)) - 1;
            if (pass == 0 && (!result->provisional || other < 0 || contents->results[other].provisional))
                done = json_object_set_new(standing, key, json_integer((json_int_t)i + 1)) == 0;
            if (pass == 1 && other == (json_int_t)i)
                contents->results[kept++] = *result;
            free(key);
        }
        if (pass == 1 && done)
            contents->result_count = kept;
    }
    json_decref(standing);
    if (!done)
        reader_fail(reader, reader->number, "out of memory");
}

static bool fail_reading(struct reader *reader)
{
    char why[120];
    snprintf(why, sizeof why, "cannot read: %s", strerror(errno));
    return reader_fail(reader, reader->number, why);
}

enum { LINE_OVER_MAX = 3 * JOURNAL_LINE_MAX }; /* octets of a line behind JOURNAL_LINE_MAX */

/* One line without its line feed, which `*whole` tells. False at the end of the file and on failure. */
static bool next_line(struct reader *reader, bool *whole)
{
    reader->size = 0;
    reader->too_long = false;
    *whole = false;
    size_t over = 0;
    for (;;) {
        int octet = getc_unlocked(reader->file);
        if (octet == EOF) {
            if (ferror(reader->file))
                return fail_reading(reader);
            return reader->size > 0;
        }
        if (octet == '\n') {
            *whole = true;
            return true;
        }
        if (reader->size == JOURNAL_LINE_MAX) {
            reader->too_long = true; /* the rest of it is read over, unless there is no end to it: a device */
            if (++over > LINE_OVER_MAX)
                return reader_fail(reader, reader->number, "the line is longer than a journal may have");
            continue;
        }
        if (reader->size == reader->room) {
            size_t room = reader->room == 0 ? 4096 : reader->room * 2;
            char *line = realloc(reader->line, room);
            if (line == NULL)
                return reader_fail(reader, reader->number, "out of memory");
            reader->line = line;
            reader->room = room;
        }
        reader->line[reader->size++] = (char)octet;
    }
}

/* Leaves out the line that was just read, with all that was made of it, and remembers why. */
static void leave_out(struct reader *reader, const struct journal_contents *before)
{
    struct journal_contents *contents = reader->contents;
    contents->requirement_count = before->requirement_count;
    contents->case_count = before->case_count;
    contents->target_count = before->target_count;
    contents->result_count = before->result_count;
    if (contents->bad_count < JOURNAL_BAD_KEPT) {
        size_t size = strlen(reader->why);
        char *why = reader_take(reader, size + 1);
        if (why == NULL)
            return;
        memcpy(why, reader->why, size);
        contents->bad[contents->bad_count] = (struct journal_bad_line){reader->number, why};
    }
    contents->bad_count++;
    reader->bad = false;
}

static void read_file(struct reader *reader)
{
    struct journal_contents *contents = reader->contents;
    bool whole;
    for (reader->number = 1; next_line(reader, &whole); reader->number++) {
        const struct journal_contents before = *contents;
        json_error_t why;
        json_t *object = reader->too_long ? NULL : json_loadb(reader->line, reader->size, 0, &why);
        if (object == NULL && !whole) {
            contents->cut_line = reader->number;
            break;
        }
        if (reader->too_long)
            reader_reject(reader, "the line is longer than a journal may have");
        else if (object == NULL)
            reader_reject(reader, "not JSON: %s (octet %d)", why.text, why.position);
        else
            read_object(reader, object);
        json_decref(object);
        if (!reader->bad)
            reader->good_count++;
        else if (!reader->failed)
            leave_out(reader, &before);
        if (reader->failed)
            return;
    }
    if (reader->failed)
        return;
    if (reader->good_count > 0)
        drop_replaced(reader);
    else if (contents->bad_count > 0)
        reader_fail(reader, contents->bad[0].number, contents->bad[0].why);
    else
        reader_fail(reader, reader->number, "no run was recorded: the journal is empty");
}

struct journal_contents *journal_read(const char *path, char *error, size_t error_size)
{
    struct journal_memory *memory = journal_memory_new(JOURNAL_MEMORY_MAX);
    struct journal_contents *contents = memory == NULL ? NULL : journal_memory_take(memory, sizeof *contents);
    char *path_kept = contents == NULL ? NULL : journal_memory_take(memory, strlen(path) + 1);
    if (path_kept == NULL) {
        snprintf(error, error_size, "%s: out of memory", path);
        journal_memory_free(memory);
        return NULL;
    }
    memcpy(path_kept, path, strlen(path) + 1);
    contents->path = path_kept;
    contents->memory = memory;
    contents->run = (struct journal_run){.version = "", .started = "", .cases = ""};
    struct reader reader = {.contents = contents, .error = error, .error_size = error_size};
    reader.file = fopen(path, "re");
    if (reader.file == NULL) {
        snprintf(error, error_size, "%s: cannot open: %s", path, strerror(errno));
        reader.failed = true;
    } else {
        read_file(&reader);
        fclose(reader.file);
    }
    free(reader.line);
    if (!reader.failed)
        return contents;
    journal_contents_free(contents);
    return NULL;
}

void journal_contents_free(struct journal_contents *contents)
{
    if (contents != NULL)
        journal_memory_free(contents->memory);
}
