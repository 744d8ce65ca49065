/* SPDX-License-Identifier: MIT */
/* journal_reader.c: reads a journal line by line. Every member is checked for its type and range: a journal
 * is input like any other. Owns the structures it fills; jansson owns the JSON. */
#include "reports/journal_reader.h"

#include <errno.h>
#include <jansson.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/journal_memory.h"

/* The state of one reading. */
struct reader {
    struct journal_contents *contents;
    FILE *file;
    size_t number; /* of the line, from 1 */
    char *line;
    size_t size, room;
    bool has_run, failed;
    size_t requirement_room, case_room, target_room, result_room;
    char *error;
    size_t error_size;
};

/* Keeps the first failure, with its place. Returns false. */
static bool __attribute__((format(printf, 2, 3))) fail(struct reader *reader, const char *format, ...)
{
    if (reader->failed)
        return false;
    reader->failed = true;
    int size =
        snprintf(reader->error, reader->error_size, "%s:%zu: ", reader->contents->path, reader->number);
    if (size >= 0 && (size_t)size < reader->error_size) {
        va_list arguments;
        va_start(arguments, format);
        vsnprintf(reader->error + size, reader->error_size - (size_t)size, format, arguments);
        va_end(arguments);
    }
    return false;
}

static void *take(struct reader *reader, size_t size)
{
    void *octets = journal_memory_take(reader->contents->memory, size);
    if (octets == NULL)
        fail(reader, "the journal needs more memory than there is");
    return octets;
}

/* ---- Members ---- */

static const char *kept(struct reader *reader, const json_t *value)
{
    size_t size = json_string_length(value);
    char *text = take(reader, size + 1);
    if (text == NULL)
        return "";
    memcpy(text, json_string_value(value), size);
    return text;
}

static const char *optional_text(struct reader *reader, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (value == NULL || json_is_null(value))
        return NULL;
    if (json_is_string(value))
        return kept(reader, value);
    fail(reader, "\"%s\" is not a string", key);
    return NULL;
}

/* A string that is always there; null is the empty one. */
static const char *text(struct reader *reader, const json_t *object, const char *key)
{
    if (json_object_get(object, key) == NULL)
        fail(reader, "\"%s\" is missing", key);
    const char *value = optional_text(reader, object, key);
    return value == NULL ? "" : value;
}

static bool boolean(struct reader *reader, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_boolean(value))
        fail(reader, "\"%s\" is %s", key, value == NULL ? "missing" : "neither true nor false");
    return json_is_true(value);
}

static uint64_t integer(struct reader *reader, const json_t *object, const char *key, uint64_t most)
{
    const json_t *value = json_object_get(object, key);
    if (!json_is_integer(value) || json_integer_value(value) < 0 ||
        (uint64_t)json_integer_value(value) > most) {
        fail(reader, "\"%s\" is %s", key, value == NULL ? "missing" : "not an integer in its range");
        return 0;
    }
    return (uint64_t)json_integer_value(value);
}

static unsigned small_integer(struct reader *reader, const json_t *object, const char *key, unsigned most)
{
    return (unsigned)integer(reader, object, key, most);
}

/* An array, or NULL. */
static const json_t *array(struct reader *reader, const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    if (json_is_array(value))
        return value;
    fail(reader, "\"%s\" is %s", key, value == NULL ? "missing" : "not an array");
    return NULL;
}

static const char *const *texts(struct reader *reader, const json_t *object, const char *key, size_t *count)
{
    const json_t *values = array(reader, object, key);
    size_t size = json_array_size(values);
    const char **kept_texts = take(reader, size * sizeof *kept_texts);
    *count = 0;
    for (size_t i = 0; kept_texts != NULL && i < size; i++) {
        const json_t *value = json_array_get(values, i);
        if (!json_is_string(value)) {
            fail(reader, "\"%s\" holds something that is not a string", key);
            return kept_texts;
        }
        kept_texts[i] = kept(reader, value);
        *count = i + 1;
    }
    return kept_texts;
}

static enum verdict verdict(struct reader *reader, const json_t *object, const char *key)
{
    const char *word = text(reader, object, key);
#define VERDICT_OF_WORD(name, its_word, sentence) \
    if (strcmp(word, its_word) == 0)              \
        return VERDICT_##name;
    VERDICTS(VERDICT_OF_WORD)
#undef VERDICT_OF_WORD
    fail(reader, "\"%s\" is not a verdict: \"%.40s\"", key, word);
    return VERDICT_ERROR;
}

static enum closing closing(struct reader *reader, const json_t *object)
{
    const char *word = text(reader, object, "closing");
#define CLOSING_OF_WORD(name, its_word, sentence) \
    if (strcmp(word, its_word) == 0)              \
        return CLOSING_##name;
    CLOSINGS(CLOSING_OF_WORD)
#undef CLOSING_OF_WORD
    fail(reader, "\"closing\" is not a way of closing: \"%.40s\"", word);
    return CLOSING_NOT_JUDGED;
}

static int hex_digit(char digit)
{
    if (digit >= '0' && digit <= '9')
        return digit - '0';
    if (digit >= 'a' && digit <= 'f')
        return digit - 'a' + 10;
    return -1;
}

static const uint8_t *octets(struct reader *reader, const json_t *object, const char *key, size_t *count)
{
    const json_t *value = json_object_get(object, key);
    size_t digits = json_string_length(value);
    *count = 0;
    if (!json_is_string(value) || digits % 2 != 0 || digits / 2 > JOURNAL_OCTETS_MAX) {
        fail(reader, "\"%s\" is %s", key,
             value == NULL ? "missing" : "not at most 256 octets in hexadecimal");
        return NULL;
    }
    uint8_t *kept_octets = take(reader, digits / 2);
    if (kept_octets == NULL)
        return NULL;
    const char *hex = json_string_value(value);
    for (size_t i = 0; i < digits / 2; i++) {
        int high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);
        if (high < 0 || low < 0) {
            fail(reader, "\"%s\" holds something that is not a hexadecimal digit", key);
            return kept_octets;
        }
        kept_octets[i] = (uint8_t)(high * 16 + low);
    }
    *count = digits / 2;
    return kept_octets;
}

/* ---- Lines ---- */

static void read_frame(struct reader *reader, const json_t *value, struct journal_line *line)
{
    struct journal_frame *frame = take(reader, sizeof *frame);
    if (frame == NULL)
        return;
    *frame = (struct journal_frame){
        .fin = boolean(reader, value, "fin"),
        .masked = boolean(reader, value, "masked"),
        .rsv = (uint8_t)small_integer(reader, value, "rsv", 7),
        .opcode = (uint8_t)small_integer(reader, value, "opcode", 15),
        .length_bits = small_integer(reader, value, "length_bits", 64),
        .header_size = small_integer(reader, value, "header_size", 14),
    };
    size_t key_size;
    const uint8_t *key = octets(reader, value, "masking_key", &key_size);
    if (key_size == sizeof frame->masking_key)
        memcpy(frame->masking_key, key, key_size);
    else
        fail(reader, "\"masking_key\" is not four octets");
    const char *digits = text(reader, value, "length");
    char *end;
    errno = 0;
    frame->length = strtoull(digits, &end, 10);
    if (digits[0] < '0' || digits[0] > '9' || *end != '\0' || errno != 0)
        fail(reader, "\"length\" is not a number of 64 bits");
    line->frame = frame;
}

static void read_lines(struct reader *reader, const json_t *object, struct journal_result *result)
{
    const json_t *values = array(reader, object, "lines");
    size_t count = json_array_size(values);
    struct journal_line *lines = take(reader, count * sizeof *lines);
    for (size_t i = 0; lines != NULL && !reader->failed && i < count; i++) {
        const json_t *value = json_array_get(values, i);
        size_t octet_count;
        const uint8_t *wire = octets(reader, value, "octets", &octet_count);
        lines[i] = (struct journal_line){
            .at_us = integer(reader, value, "at_us", INT64_MAX),
            .direction = text(reader, value, "direction"),
            .text = text(reader, value, "text"),
            .octets = wire,
            .octet_count = octet_count,
            .size = integer(reader, value, "size", INT64_MAX),
            .mark = optional_text(reader, value, "mark"),
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
    const json_t *values = array(reader, object, "violations");
    size_t count = json_array_size(values);
    struct journal_violation *violations = take(reader, count * sizeof *violations);
    for (size_t i = 0; violations != NULL && !reader->failed && i < count; i++) {
        const json_t *value = json_array_get(values, i);
        violations[i] = (struct journal_violation){
            .name = text(reader, value, "name"),
            .requirement = text(reader, value, "requirement"),
            .sentence = text(reader, value, "sentence"),
            .line = integer(reader, value, "line", INT64_MAX),
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
        fail(reader, "the journal has too many lines");
        return NULL;
    }
    if (*count == *room) {
        size_t more = *room == 0 ? 64 : *room * 2;
        void *grown = take(reader, more * size);
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
    if (reader->has_run) {
        fail(reader, "a second run begins here");
        return;
    }
    reader->has_run = true;
    run->version = text(reader, object, "version");
    run->started = text(reader, object, "started");
    run->command = texts(reader, object, "command", &run->command_count);
    run->cases = text(reader, object, "cases");
    run->selection = texts(reader, object, "selection", &run->selection_count);
    run->jobs = small_integer(reader, object, "jobs", UINT32_MAX);
}

static void read_requirement(struct reader *reader, const json_t *object)
{
    struct journal_contents *contents = reader->contents;
    struct journal_requirement *requirement =
        append(reader, &contents->requirements, &contents->requirement_count, &reader->requirement_room,
               sizeof *requirement);
    if (requirement == NULL)
        return;
    const char *quote = optional_text(reader, object, "quote"); /* older journals have none */
    *requirement = (struct journal_requirement){
        .id = text(reader, object, "id"),
        .rfc = text(reader, object, "rfc"),
        .section = text(reader, object, "section"),
        .level = text(reader, object, "level"),
        .subject = text(reader, object, "subject"),
        .rule = text(reader, object, "rule"),
        .quote = quote == NULL ? "" : quote,
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
        .id = text(reader, object, "id"),
        .title = text(reader, object, "title"),
        .file = text(reader, object, "file"),
        .line = small_integer(reader, object, "line", UINT32_MAX),
        .level = text(reader, object, "level"),
        .derived = boolean(reader, object, "derived"),
        .severity = text(reader, object, "severity"),
        .text = text(reader, object, "text"),
    };
    definition->requirements = texts(reader, object, "requirements", &definition->requirement_count);
}

static void read_target(struct reader *reader, const json_t *object)
{
    struct journal_contents *contents = reader->contents;
    struct journal_target *target =
        append(reader, &contents->targets, &contents->target_count, &reader->target_room, sizeof *target);
    if (target == NULL)
        return;
    *target = (struct journal_target){
        .name = text(reader, object, "name"),
        .url = text(reader, object, "url"),
        .exec = optional_text(reader, object, "exec"),
        .agent = text(reader, object, "agent"),
        .role = text(reader, object, "role"),
        .response = text(reader, object, "response"),
        .subprotocol = optional_text(reader, object, "subprotocol"),
        .extensions = optional_text(reader, object, "extensions"),
        .echoes = boolean(reader, object, "echoes"),
        .pongs = boolean(reader, object, "pongs"),
        .pushes = boolean(reader, object, "pushes"),
        .round_trip_us = integer(reader, object, "round_trip_us", INT64_MAX),
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
        .target = small_integer(reader, object, "target", UINT32_MAX),
        .id = text(reader, object, "id"),
        .case_id = text(reader, object, "case"),
        .value = text(reader, object, "value"),
        .delivery = text(reader, object, "delivery"),
        .wstest = optional_text(reader, object, "wstest"),
        .verdict = verdict(reader, object, "verdict"),
        .derived = boolean(reader, object, "derived"),
        .reason = text(reader, object, "reason"),
        .closing = closing(reader, object),
        .closing_reason = text(reader, object, "closing_reason"),
        .expected = text(reader, object, "expected"),
        .observed = text(reader, object, "observed"),
        .duration_us = integer(reader, object, "duration_us", INT64_MAX),
        .unstable = boolean(reader, object, "unstable"),
        .known = optional_text(reader, object, "known"),
        .unexpected = boolean(reader, object, "unexpected"),
        .rerun = text(reader, object, "rerun"),
    };
    if (result->unstable)
        result->first_verdict = verdict(reader, object, "first_verdict");
    result->passed_requirements =
        texts(reader, object, "passed_requirements", &result->passed_requirement_count);
    read_violations(reader, object, result);
    read_lines(reader, object, result);
    if (result->target >= contents->target_count)
        fail(reader, "\"target\" is %u, but the journal names %zu targets before", result->target,
             contents->target_count);
}

static void read_end(struct reader *reader, const json_t *object)
{
    reader->contents->has_end = true;
    reader->contents->end = (struct journal_end){
        .finished = text(reader, object, "finished"),
        .exit_code = (int)small_integer(reader, object, "exit_code", 255),
        .wall_us = integer(reader, object, "wall_us", INT64_MAX),
        .processor_us = integer(reader, object, "processor_us", INT64_MAX),
    };
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
        fail(reader, "not a line of a journal: \"type\" is missing");
        return;
    }
    if (!reader->has_run && strcmp(type, "run") != 0) {
        fail(reader, "the first line of a journal is of type \"run\"; this is \"%.40s\"", type);
        return;
    }
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (strcmp(type, types[i].type) == 0) {
            types[i].read(reader, object);
            return;
        }
    }
    fail(reader, "unknown type \"%.40s\"", type);
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

/* Drops the provisional results that a later line replaces: of one id the result stands, or else what came
 * last. */
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
            /* Results that are not provisional are never dropped, even if a strange journal has two of one
             * id. */
            if (pass == 1 && (!result->provisional || other == (json_int_t)i))
                contents->results[kept++] = *result;
            free(key);
        }
        if (pass == 1 && done)
            contents->result_count = kept;
    }
    json_decref(standing);
    if (!done)
        fail(reader, "out of memory");
}

/* One line without its line feed, which `*whole` tells. False at the end of the file and on failure. */
static bool next_line(struct reader *reader, bool *whole)
{
    reader->size = 0;
    *whole = false;
    for (;;) {
        int octet = getc_unlocked(reader->file);
        if (octet == EOF) {
            if (ferror(reader->file))
                return fail(reader, "cannot read: %s", strerror(errno));
            return reader->size > 0;
        }
        if (octet == '\n') {
            *whole = true;
            return true;
        }
        if (reader->size == JOURNAL_LINE_MAX)
            return fail(reader, "the line is longer than a journal may have");
        if (reader->size == reader->room) {
            size_t room = reader->room == 0 ? 4096 : reader->room * 2;
            char *line = realloc(reader->line, room);
            if (line == NULL)
                return fail(reader, "out of memory");
            reader->line = line;
            reader->room = room;
        }
        reader->line[reader->size++] = (char)octet;
    }
}

static void read_file(struct reader *reader)
{
    bool whole;
    for (reader->number = 1; next_line(reader, &whole); reader->number++) {
        json_error_t why;
        json_t *object = json_loadb(reader->line, reader->size, 0, &why);
        if (object == NULL && !whole) {
            reader->contents->cut_line = reader->number;
            break;
        }
        if (object == NULL)
            fail(reader, "not JSON: %s (octet %d)", why.text, why.position);
        else
            read_object(reader, object);
        json_decref(object);
        if (reader->failed)
            return;
    }
    if (!reader->has_run)
        fail(reader, "no run was recorded: the journal is empty");
    else
        drop_replaced(reader);
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
