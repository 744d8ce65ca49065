/* SPDX-License-Identifier: MIT */
/* wstest_crowd_spec.c: reads massconnect.json with jansson. */
#include "harness/wstest_crowd_spec.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

static const char default_spec[] =
    "{\n"
    "   \"options\": {\"connections\": 1000, \"batchsize\": 100, \"batchdelay\": 10, \"retrydelay\": 10},\n"
    "   \"servers\": [{\"name\": \"server\", \"uri\": \"ws://127.0.0.1:9000\", \"desc\": \"\"}]\n"
    "}\n";

/* A number of the options that may be missing: *out stays as it is then. */
static bool read_number(const json_t *options, const char *key, unsigned least, unsigned most, unsigned *out,
                        const char *path, struct text_buffer *errors)
{
    const json_t *value = json_object_get(options, key);
    if (value == NULL)
        return true;
    if (!json_is_integer(value) || json_integer_value(value) < least || json_integer_value(value) > most) {
        text_print(errors, "%s: \"options.%s\": expected %u to %u\n", path, key, least, most);
        return false;
    }
    *out = (unsigned)json_integer_value(value);
    return true;
}

static bool read_text(const json_t *server, const char *key, char out[WSTEST_CROWD_TEXT_MAX], size_t index,
                      const char *path, struct text_buffer *errors)
{
    const json_t *value = json_object_get(server, key);
    if (!json_is_string(value) || json_string_length(value) >= WSTEST_CROWD_TEXT_MAX) {
        text_print(errors, "%s: \"servers[%zu].%s\": expected a string of at most %d octets\n", path, index,
                   key, WSTEST_CROWD_TEXT_MAX - 1);
        return false;
    }
    snprintf(out, WSTEST_CROWD_TEXT_MAX, "%s", json_string_value(value));
    return true;
}

static bool read_spec(struct wstest_crowd_spec *spec, const json_t *root, const char *path,
                      struct text_buffer *errors)
{
    const json_t *options = json_object_get(root, "options"), *servers = json_object_get(root, "servers");
    if (!json_is_array(servers) || json_array_size(servers) == 0 ||
        json_array_size(servers) > WSTEST_CROWDS_MAX) {
        text_print(errors, "%s: \"servers\": expected a list of 1 to %d objects\n", path, WSTEST_CROWDS_MAX);
        return false;
    }
    bool done =
        read_number(options, "connections", 1, WSTEST_CONNECTIONS_MAX, &spec->connections, path, errors) &&
        read_number(options, "batchsize", 1, WSTEST_CONNECTIONS_MAX, &spec->batch_size, path, errors) &&
        read_number(options, "batchdelay", 0, 60000, &spec->batch_delay, path, errors) &&
        read_number(options, "retrydelay", 0, 60000, &spec->retry_delay, path, errors);
    for (size_t i = 0; done && i < json_array_size(servers); i++) {
        const json_t *server = json_array_get(servers, i);
        done = read_text(server, "name", spec->servers[i].name, i, path, errors) &&
               read_text(server, "uri", spec->servers[i].uri, i, path, errors);
        spec->server_count += done;
    }
    return done;
}

bool wstest_crowd_spec_load(struct wstest_crowd_spec *spec, const char *path, struct text_buffer *errors)
{
    *spec = (struct wstest_crowd_spec){
        .connections = 10000, .batch_size = 100, .batch_delay = 10, .retry_delay = 10};
    json_error_t error;
    json_t *root = json_load_file(path, 0, &error);
    if (root == NULL) {
        text_print(errors, "%s:%d:%d: %s\n", path, error.line, error.column, error.text);
        return false;
    }
    bool done = read_spec(spec, root, path, errors);
    json_decref(root);
    return done;
}

bool wstest_crowd_spec_write_default(const char *path, struct text_buffer *errors)
{
    FILE *file = fopen(path, "wbx");
    bool done = file != NULL && fputs(default_spec, file) >= 0;
    if (file != NULL)
        done = fclose(file) == 0 && done;
    if (!done)
        text_print(errors, "%s: %s\n", path, strerror(errno));
    return done;
}
