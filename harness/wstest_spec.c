/* SPDX-License-Identifier: MIT */
/* wstest_spec.c: reads spec files with jansson. Owns the rules of keys and types; does not own the options'
 * names (wstest_spec_options.c). */
#include "harness/wstest_spec.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "harness/wstest_spec_options.h"

enum { ARENA_MAX = 16 << 20, PLACE_MAX = 128 };

/* What a spec is read with. `where` names the object that is being read: "", "servers[0]." */
struct reading {
    struct wstest_spec *spec;
    const char *name;
    struct text_buffer *errors;
    char where[PLACE_MAX];
};

static const char *kind_of(const json_t *value)
{
    static const char *const names[] = {
        [JSON_OBJECT] = "an object", [JSON_ARRAY] = "a list",  [JSON_STRING] = "a string",
        [JSON_INTEGER] = "a number", [JSON_REAL] = "a number", [JSON_TRUE] = "true",
        [JSON_FALSE] = "false",      [JSON_NULL] = "null"};
    return names[json_typeof(value)];
}

static bool reject(struct reading *reading, const char *key, const char *what, const json_t *found)
{
    text_print(reading->errors, "%s: \"%s%s\": expected %s, found %s\n", reading->name, reading->where, key,
               what, found == NULL ? "nothing" : kind_of(found));
    return false;
}

static bool memory_is_out(struct reading *reading)
{
    text_print(reading->errors, "%s: out of memory\n", reading->name);
    return false;
}

static bool copy_text(struct reading *reading, const json_t *value, const char **out)
{
    *out = arena_text(&reading->spec->arena, json_string_value(value), json_string_length(value));
    return *out != NULL || memory_is_out(reading);
}

/* A string that may be missing, or null: `*out` stays as it is then. */
static bool read_text(struct reading *reading, const json_t *object, const char *key, const char **out)
{
    const json_t *value = json_object_get(object, key);
    if (value == NULL || json_is_null(value))
        return true;
    if (!json_is_string(value))
        return reject(reading, key, "a string", value);
    return copy_text(reading, value, out);
}

static bool read_strings(struct reading *reading, const json_t *value, const char *key,
                         struct wstest_list *out)
{
    if (!json_is_array(value))
        return reject(reading, key, "a list of strings", value);
    out->at = arena_alloc(&reading->spec->arena, (json_array_size(value) + 1) * sizeof *out->at);
    if (out->at == NULL)
        return memory_is_out(reading);
    for (size_t i = 0; i < json_array_size(value); i++) {
        const json_t *element = json_array_get(value, i);
        if (!json_is_string(element))
            return reject(reading, key, "strings in the list", element);
        if (!copy_text(reading, element, &out->at[out->count]))
            return false;
        out->count++;
    }
    return true;
}

/* A list that may be missing. */
static bool read_list(struct reading *reading, const json_t *object, const char *key, struct wstest_list *out)
{
    const json_t *value = json_object_get(object, key);
    return value == NULL || json_is_null(value) || read_strings(reading, value, key, out);
}

static bool read_options(struct reading *reading, const json_t *object, enum wstest_spec_kind kind,
                         struct wstest_protocol *out)
{
    json_t *options = json_object_get(object, "options");
    if (options == NULL || json_is_null(options))
        return true;
    if (!json_is_object(options))
        return reject(reading, "options", "an object", options);
    char place[2 * PLACE_MAX];
    snprintf(place, sizeof place, "%s: \"%soptions\"", reading->name, reading->where);
    return wstest_spec_read_options(out, kind, options, place, reading->errors);
}

static bool read_server(struct reading *reading, const json_t *object, struct wstest_server *server)
{
    server->options = reading->spec->options;
    if (!json_is_string(json_object_get(object, "url")))
        return reject(reading, "url", "a string", json_object_get(object, "url"));
    return read_text(reading, object, "url", &server->url) &&
           read_text(reading, object, "agent", &server->agent) &&
           read_text(reading, object, "hostname", &server->hostname) &&
           read_text(reading, object, "origin", &server->origin) &&
           read_list(reading, object, "protocols", &server->protocols) &&
           read_options(reading, object, WSTEST_FUZZING_CLIENT, &server->options);
}

static bool read_servers(struct reading *reading, const json_t *root)
{
    const json_t *servers = json_object_get(root, "servers");
    if (servers == NULL || json_is_null(servers))
        return true;
    if (!json_is_array(servers))
        return reject(reading, "servers", "a list of objects", servers);
    if (json_array_size(servers) > WSTEST_SERVERS_MAX) {
        text_print(reading->errors, "%s: \"servers\": more than %d\n", reading->name, WSTEST_SERVERS_MAX);
        return false;
    }
    for (size_t i = 0; i < json_array_size(servers); i++) {
        const json_t *server = json_array_get(servers, i);
        if (!json_is_object(server))
            return reject(reading, "servers", "objects in the list", server);
        snprintf(reading->where, sizeof reading->where, "servers[%zu].", i);
        if (!read_server(reading, server, &reading->spec->servers[i]))
            return false;
        reading->spec->server_count++;
    }
    reading->where[0] = '\0';
    return true;
}

static bool read_exclusions(struct reading *reading, const json_t *root)
{
    struct wstest_spec *spec = reading->spec;
    json_t *object = json_object_get(root, "exclude-agent-cases");
    if (object == NULL || json_is_null(object))
        return true;
    if (!json_is_object(object))
        return reject(reading, "exclude-agent-cases", "an object of lists", object);
    spec->exclusions = arena_alloc(&spec->arena, (json_object_size(object) + 1) * sizeof *spec->exclusions);
    if (spec->exclusions == NULL)
        return memory_is_out(reading);
    const char *agent;
    json_t *cases;
    json_object_foreach(object, agent, cases)
    {
        struct wstest_exclusion *exclusion = &spec->exclusions[spec->exclusion_count++];
        exclusion->agent = arena_text(&spec->arena, agent, strlen(agent));
        if (exclusion->agent == NULL)
            return memory_is_out(reading);
        snprintf(reading->where, sizeof reading->where, "exclude-agent-cases.");
        if (!read_strings(reading, cases, agent, &exclusion->cases))
            return false;
        reading->where[0] = '\0';
    }
    return true;
}

static bool read_root(struct reading *reading, enum wstest_spec_kind kind, const json_t *root)
{
    struct wstest_spec *spec = reading->spec;
    bool client = kind == WSTEST_FUZZING_CLIENT;
    spec->outdir = client ? "./reports/servers/" : "./reports/clients/";
    if (!json_is_object(root)) {
        text_print(reading->errors, "%s: expected an object, found %s\n", reading->name, kind_of(root));
        return false;
    }
    if (json_object_get(root, "cases") == NULL)
        return reject(reading, "cases", "a list of strings", NULL);
    if (!client && !json_is_string(json_object_get(root, "url")))
        return reject(reading, "url", "a string", json_object_get(root, "url"));
    bool done = read_text(reading, root, "outdir", &spec->outdir) &&
                read_strings(reading, json_object_get(root, "cases"), "cases", &spec->cases) &&
                read_list(reading, root, "exclude-cases", &spec->excludes) &&
                read_exclusions(reading, root) && read_options(reading, root, kind, &spec->options);
    if (done && spec->outdir[0] == '\0') {
        text_print(reading->errors, "%s: \"outdir\": expected a directory, found nothing\n", reading->name);
        return false;
    }
    if (client)
        return done && read_servers(reading, root);
    return done && read_text(reading, root, "url", &spec->url) &&
           read_text(reading, root, "key", &spec->key) &&
           read_text(reading, root, "cert", &spec->certificate) &&
           read_list(reading, root, "protocols", &spec->protocols);
}

bool wstest_spec_parse(struct wstest_spec *spec, enum wstest_spec_kind kind, const char *name,
                       const char *text, size_t size, struct text_buffer *errors)
{
    *spec = (struct wstest_spec){.arena = {.cap = ARENA_MAX}};
    json_error_t error;
    json_t *root = json_loadb(text, size, 0, &error);
    if (root == NULL) {
        text_print(errors, "%s:%d:%d: %s\n", name, error.line, error.column, error.text);
        return false;
    }
    struct reading reading = {.spec = spec, .name = name, .errors = errors};
    bool done = read_root(&reading, kind, root);
    json_decref(root);
    return done;
}

bool wstest_spec_load(struct wstest_spec *spec, enum wstest_spec_kind kind, const char *path,
                      struct text_buffer *errors)
{
    *spec = (struct wstest_spec){.arena = {.cap = ARENA_MAX}};
    FILE *file = fopen(path, "rb");
    char *text = arena_alloc(&spec->arena, WSTEST_SPEC_MAX + 1);
    size_t size = file == NULL || text == NULL ? 0 : fread(text, 1, WSTEST_SPEC_MAX + 1, file);
    bool read = file != NULL && text != NULL && !ferror(file) && size <= WSTEST_SPEC_MAX;
    if (!read)
        text_print(errors, "%s: %s\n", path,
                   size > WSTEST_SPEC_MAX ? "larger than a spec may be"
                                          : strerror(text == NULL ? ENOMEM : errno));
    if (file != NULL)
        fclose(file);
    if (!read)
        return false;
    struct arena source = spec->arena;
    bool done = wstest_spec_parse(spec, kind, path, text, size, errors);
    arena_free(&source);
    return done;
}

void wstest_spec_free(struct wstest_spec *spec)
{
    arena_free(&spec->arena);
    *spec = (struct wstest_spec){0};
}

static const char default_client[] = "{\n"
                                     "   \"outdir\": \"./reports/servers/\",\n"
                                     "   \"servers\": [%s],\n"
                                     "   \"cases\": [\"*\"],\n"
                                     "   \"exclude-cases\": [],\n"
                                     "   \"exclude-agent-cases\": {}\n"
                                     "}\n";
static const char default_server[] = "{\n"
                                     "   \"url\": \"ws://127.0.0.1:9001\",\n"
                                     "   \"outdir\": \"./reports/clients/\",\n"
                                     "   \"cases\": [\"*\"],\n"
                                     "   \"exclude-cases\": [],\n"
                                     "   \"exclude-agent-cases\": {}\n"
                                     "}\n";

bool wstest_spec_write_default(const char *path, enum wstest_spec_kind kind, bool has_uri,
                               struct text_buffer *errors)
{
    FILE *file = fopen(path, "wbx");
    bool done = file != NULL;
    if (done && kind == WSTEST_FUZZING_CLIENT)
        done = fprintf(file, default_client, has_uri ? "" : "{\"url\": \"ws://127.0.0.1:9001\"}") > 0;
    else if (done)
        done = fputs(default_server, file) >= 0;
    if (file != NULL)
        done = fclose(file) == 0 && done;
    if (!done)
        text_print(errors, "%s: %s\n", path, strerror(errno));
    return done;
}
