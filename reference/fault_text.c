/* SPDX-License-Identifier: MIT */
/* fault_text.c: finds and replaces within the octets of a head. See fault_text.h. */
#include "reference/fault_text.h"

#include <string.h>

size_t fault_text_find(const struct fault_text *text, size_t from, const char *wanted)
{
    size_t size = strlen(wanted);
    for (size_t i = from; i + size <= text->size; i++)
        if (memcmp(text->at + i, wanted, size) == 0)
            return i;
    return SIZE_MAX;
}

void fault_text_put(struct fault_text *text, size_t place, size_t size, struct ws_octets with)
{
    if (text->failed || text->size - size + with.size > text->room) {
        text->failed = true;
        return;
    }
    memmove(text->at + place + with.size, text->at + place + size, text->size - place - size);
    if (with.size > 0)
        memcpy(text->at + place, with.at, with.size);
    text->size = text->size - size + with.size;
}

void fault_text_replace(struct fault_text *text, const char *what, const char *with)
{
    size_t place = fault_text_find(text, 0, what);
    if (place != SIZE_MAX)
        fault_text_put(text, place, strlen(what), ws_octets_of(with));
}

void fault_text_replace_line(struct fault_text *text, const char *what, const char *with)
{
    size_t place = fault_text_find(text, 0, what);
    size_t end = place == SIZE_MAX ? SIZE_MAX : fault_text_find(text, place, "\r\n");
    if (end != SIZE_MAX)
        fault_text_put(text, place, end + 2 - place, ws_octets_of(with));
}

size_t fault_text_line_behind_status(const struct fault_text *text)
{
    size_t final = fault_text_find(text, 0, "101 Switching");
    size_t end = fault_text_find(text, final == SIZE_MAX ? 0 : final, "\r\n");
    return end == SIZE_MAX ? SIZE_MAX : end + 2;
}

void fault_text_add_line(struct fault_text *text, const char *line)
{
    size_t at = fault_text_line_behind_status(text);
    if (at != SIZE_MAX)
        fault_text_put(text, at, 0, ws_octets_of(line));
}
