/* SPDX-License-Identifier: MIT */
/* plan.c: reads the case files, expands them, and selects. */
#include "harness/plan.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/case_data.h"
#include "harness/embedded.h"

enum { FILES_MAX = 1000 };

struct source {
    const char *name;
    const char *text;
    size_t size;
};

static bool has_suffix(const char *text, const char *suffix)
{
    size_t size = strlen(text), tail = strlen(suffix);
    return size >= tail && strcmp(text + size - tail, suffix) == 0;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct source *)a)->name, ((const struct source *)b)->name);
}

static size_t embedded_sources(struct source *sources)
{
    size_t count = 0;
    for (const struct embedded_file *file = embedded_files; file->name != NULL && count < FILES_MAX; file++) {
        if (has_suffix(file->name, ".case"))
            sources[count++] = (struct source){file->name, file->octets, file->size};
    }
    return count;
}

/* Reads one file into the arena; false with the reason in `errors`. */
static bool read_source(struct plan *plan, const char *path, struct source *source,
                        struct text_buffer *errors)
{
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        text_print(errors, "%s: %s\n", path, strerror(errno));
        return false;
    }
    bool done = false;
    long size = fseek(file, 0, SEEK_END) == 0 ? ftell(file) : -1;
    if (size < 0 || fseek(file, 0, SEEK_SET) != 0) {
        text_print(errors, "%s: %s\n", path, strerror(errno));
    } else if (size > CASE_FILE_MAX) {
        text_print(errors, "%s: larger than %d octets\n", path, CASE_FILE_MAX);
    } else {
        char *text = arena_alloc(&plan->arena, (size_t)size + 1);
        char *name = arena_text(&plan->arena, path, strlen(path));
        if (text == NULL || name == NULL)
            text_print(errors, "%s: out of memory\n", path);
        else if (fread(text, 1, (size_t)size, file) != (size_t)size)
            text_print(errors, "%s: cannot be read whole\n", path);
        else {
            *source = (struct source){name, text, (size_t)size};
            done = true;
        }
    }
    fclose(file);
    return done;
}

static size_t directory_sources(struct plan *plan, const char *directory, struct source *sources,
                                struct text_buffer *errors)
{
    DIR *folder = opendir(directory);
    if (folder == NULL) {
        text_print(errors, "%s: %s\n", directory, strerror(errno));
        return 0;
    }
    size_t count = 0;
    const struct dirent *entry;
    while ((entry = readdir(folder)) != NULL && count < FILES_MAX) {
        if (!has_suffix(entry->d_name, ".case"))
            continue;
        struct text_buffer path = {.cap = 4096};
        text_print(&path, "%s%s%s", directory, has_suffix(directory, "/") ? "" : "/", entry->d_name);
        if (path.text != NULL && read_source(plan, path.text, &sources[count], errors))
            count++;
        text_free(&path);
    }
    closedir(folder);
    if (count == 0)
        text_print(errors, "%s: there is no file *.case to read\n", directory);
    return count;
}

static void parse_source(struct plan *plan, const struct source *source, struct case_file **file,
                         struct text_buffer *errors)
{
    struct case_diagnostic *diagnostics = NULL;
    *file = case_parse(&plan->arena, source->name, source->text, source->size, &diagnostics);
    if (*file == NULL)
        text_print(errors, "%s: out of memory\n", source->name);
    for (const struct case_diagnostic *d = diagnostics; d != NULL; d = d->next)
        case_diagnostic_print(errors, d);
}

/* Appends the instances of one definition to a growing array outside the arena. */
static bool append_instances(struct plan *plan, const struct case_definition *definition, enum ws_role role,
                             struct case_instance **list, size_t *count, size_t *room)
{
    size_t most = case_expand_room(definition, role);
    if (most == 0)
        return true;
    if (*count + most > *room) {
        size_t more = (*count + most) * 2;
        struct case_instance *larger = realloc(*list, more * sizeof *larger);
        if (larger == NULL)
            return false;
        *list = larger;
        *room = more;
    }
    size_t made = case_expand_into(&plan->arena, definition, role, *list + *count);
    *count += made;
    return made > 0;
}

static bool expand_all(struct plan *plan, struct case_file *const *files, size_t file_count,
                       enum ws_role role)
{
    size_t total = 0, room = 0, probe_room = 0;
    for (size_t i = 0; i < file_count; i++) {
        for (struct case_definition *d = files[i]->cases; d != NULL; d = d->next)
            total++;
    }
    plan->definitions = arena_alloc(&plan->arena, (total + 1) * sizeof *plan->definitions);
    if (plan->definitions == NULL)
        return false;
    for (size_t i = 0; i < file_count; i++) {
        for (struct case_definition *d = files[i]->cases; d != NULL; d = d->next) {
            bool probe = strcmp(d->suite, PLAN_PROBE_SUITE) == 0;
            if (!probe)
                plan->definitions[plan->definition_count++] = d;
            bool done = probe
                            ? append_instances(plan, d, role, &plan->probes, &plan->probe_count, &probe_room)
                            : append_instances(plan, d, role, &plan->instances, &plan->instance_count, &room);
            if (!done)
                return false;
        }
    }
    plan->selected = calloc(plan->instance_count + 1, sizeof *plan->selected);
    return plan->selected != NULL;
}

bool plan_load(struct plan *plan, const char *directory, enum ws_role role, struct text_buffer *errors)
{
    *plan = (struct plan){.arena = {.cap = PLAN_MEMORY_MAX}, .role = role};
    struct source *sources = calloc(FILES_MAX, sizeof *sources);
    struct case_file **files = calloc(FILES_MAX, sizeof *files);
    bool done = sources != NULL && files != NULL &&
                requirement_catalogue_load(&plan->requirements, &plan->arena) == 0;
    if (done) {
        size_t count = directory == NULL ? embedded_sources(sources)
                                         : directory_sources(plan, directory, sources, errors);
        qsort(sources, count, sizeof *sources, by_name);
        for (size_t i = 0; i < count; i++) {
            parse_source(plan, &sources[i], &files[i], errors);
            if (files[i] != NULL)
                case_data_load(&plan->arena, files[i], directory, errors);
        }
        done = errors->size == 0 && !errors->failed;
        if (done && directory != NULL) {
            /* The probes are ours, whatever cases are read. */
            const struct embedded_file *probe = embedded_find("cases/probe.case");
            bool given = false;
            for (size_t i = 0; i < count; i++)
                given = given || (files[i] != NULL && strcmp(files[i]->suite, PLAN_PROBE_SUITE) == 0);
            if (probe != NULL && !given && count < FILES_MAX) {
                struct source own = {probe->name, probe->octets, probe->size};
                parse_source(plan, &own, &files[count++], errors);
            }
        }
        if (done && !expand_all(plan, files, count, role)) {
            text_print(errors, "out of memory while expanding the cases\n");
            done = false;
        }
    } else {
        text_print(errors, "out of memory while reading the cases\n");
    }
    free(sources);
    free(files);
    return done && errors->size == 0;
}

void plan_free(struct plan *plan)
{
    free(plan->instances);
    free(plan->probes);
    free(plan->selected);
    arena_free(&plan->arena);
    *plan = (struct plan){0};
}

bool plan_matches(const char *pattern, const char *text)
{
    const char *star = NULL, *resume = NULL;
    while (*text != '\0') {
        if (*pattern == '*') {
            star = pattern++;
            resume = text;
        } else if (*pattern == *text) {
            pattern++;
            text++;
        } else if (star != NULL) {
            pattern = star + 1;
            text = ++resume;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

static bool matches_prefix(const char *pattern, const char *text, size_t size)
{
    char prefix[512];
    if (size >= sizeof prefix)
        return false;
    memcpy(prefix, text, size);
    prefix[size] = '\0';
    return plan_matches(pattern, prefix);
}

static bool word_matches(const char *pattern, const struct case_word *words)
{
    for (; words != NULL; words = words->next) {
        if (plan_matches(pattern, words->text))
            return true;
    }
    return false;
}

bool plan_has_tag(const struct case_definition *definition, const char *tag)
{
    const struct case_word *word = definition->tags;
    while (word != NULL && strcmp(word->text, tag) != 0)
        word = word->next;
    return word != NULL;
}

static bool selector_matches(const char *selector, const struct case_instance *instance)
{
    const struct case_definition *definition = instance->definition;
    if (strncmp(selector, "tag:", 4) == 0)
        return word_matches(selector + 4, definition->tags);
    const char *file = definition->place.file, *slash = strrchr(file, '/');
    const char *at = strchr(instance->id, '@'), *tilde = strchr(instance->id, '~');
    size_t whole = strlen(instance->id);
    size_t member = at == NULL ? whole : (size_t)(at - instance->id);
    size_t with_role = tilde == NULL ? whole : (size_t)(tilde - instance->id);
    size_t case_id = strlen(definition->suite) + 1 + strlen(definition->id);
    return plan_matches(selector, definition->suite) || plan_matches(selector, file) ||
           (slash != NULL && plan_matches(selector, slash + 1)) ||
           matches_prefix(selector, instance->id, case_id) ||
           matches_prefix(selector, instance->id, member) ||
           matches_prefix(selector, instance->id, with_role) || plan_matches(selector, instance->id) ||
           (instance->wstest != NULL && plan_matches(selector, instance->wstest)) ||
           word_matches(selector, definition->requirements) || word_matches(selector, definition->was);
}

bool plan_select(struct plan *plan, const char *const *selectors, size_t count, struct text_buffer *errors)
{
    bool any_include = false;
    for (size_t i = 0; i < count; i++)
        any_include = any_include || selectors[i][0] != '!';
    for (size_t k = 0; k < plan->instance_count; k++)
        plan->selected[k] = !any_include;
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < count; i++) {
            bool exclude = selectors[i][0] == '!';
            if (exclude != (pass == 1))
                continue;
            size_t hits = 0;
            for (size_t k = 0; k < plan->instance_count; k++) {
                if (!selector_matches(selectors[i] + exclude, &plan->instances[k]))
                    continue;
                hits++;
                plan->selected[k] = !exclude;
            }
            if (hits == 0)
                text_print(errors, "'%s' matches no case, file, requirement or Autobahn number\n",
                           selectors[i]);
        }
    }
    plan->selected_count = 0;
    for (size_t k = 0; k < plan->instance_count; k++)
        plan->selected_count += plan->selected[k];
    if (plan->selected_count == 0 && errors->size == 0)
        text_print(errors, "nothing is selected\n");
    return errors->size == 0 && plan->selected_count > 0;
}

bool plan_drop_surveys(struct plan *plan)
{
    plan->selected_count = 0;
    for (size_t k = 0; k < plan->instance_count; k++) {
        plan->selected[k] = plan->selected[k] && !(plan->instances[k].definition->needs & NEEDS_SURVEY);
        plan->selected_count += plan->selected[k];
    }
    return plan->selected_count > 0;
}

bool plan_select_delivery(struct plan *plan, enum delivery delivery)
{
    plan->selected_count = 0;
    for (size_t k = 0; k < plan->instance_count; k++) {
        plan->selected[k] = plan->selected[k] && plan->instances[k].delivery == delivery;
        plan->selected_count += plan->selected[k];
    }
    return plan->selected_count > 0;
}

enum case_level plan_level(const struct plan *plan, const struct case_definition *definition)
{
    static const enum case_level by_gravity[] = {LEVEL_INFO, LEVEL_MAY, LEVEL_SHOULD, LEVEL_MUST};
    if (definition->level_given)
        return definition->level;
    int gravest = 0;
    for (const struct case_word *word = definition->requirements; word != NULL; word = word->next) {
        const struct requirement *requirement = requirement_find(&plan->requirements, word->text);
        if (!plan_binds_target(plan, word->text))
            continue;
        int gravity = requirement == NULL ? 3 : requirement_gravity(requirement->level);
        gravest = gravity > gravest ? gravity : gravest;
    }
    return by_gravity[gravest];
}

bool plan_binds_target(const struct plan *plan, const char *requirement)
{
    const struct requirement *row = requirement_find(&plan->requirements, requirement);
    return row == NULL || strcmp(row->subject, plan->role == WS_SERVER ? "client" : "server") != 0;
}

const char *plan_level_word(enum case_level level)
{
    static const char *const words[] = {"MUST", "SHOULD", "MAY", "INFO"};
    return words[level];
}
