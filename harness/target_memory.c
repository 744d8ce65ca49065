/* SPDX-License-Identifier: MIT */
/* target_memory.c: /proc/PID/status has VmRSS and VmHWM, the peak; writing 5 to /proc/PID/clear_refs sets the
 * peak to what there is now (proc(5)). */
#include "harness/target_memory.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { KIB = 1024, TEXT_SIZE = 8192, PATH_SIZE = 64 };

/* Reads the beginning of /proc/PID/NAME as text. False when there is no such process any more. */
static bool read_text(pid_t pid, const char *name, char out[TEXT_SIZE])
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, name);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    ssize_t size = read(fd, out, TEXT_SIZE - 1);
    close(fd);
    out[size > 0 ? size : 0] = '\0';
    return size > 0;
}

/* The octets behind a line's label, "VmHWM:    1234 kB". A process without memory of its own has none. */
static uint64_t octets_of(const char *status, const char *label)
{
    const char *line = strstr(status, label);
    return line == NULL ? 0 : strtoull(line + strlen(label), NULL, 10) * KIB;
}

/* Field 5 of stat(5), behind a name that may hold anything. */
static pid_t group_of(pid_t pid)
{
    char text[TEXT_SIZE];
    if (!read_text(pid, "stat", text))
        return 0;
    const char *behind = strrchr(text, ')'); /* ") S 17 4711 ..": state, parent, group */
    if (behind == NULL || strlen(behind) < sizeof ") S " - 1 || behind[2] == 'Z')
        return 0;
    char *parent, *group;
    (void)strtol(behind + sizeof ") S" - 1, &parent, 10);
    long number = strtol(parent, &group, 10);
    return group == parent ? 0 : (pid_t)number;
}

/* The processes to look at now. */
static size_t list(struct target_processes processes, pid_t out[TARGET_PROCESSES_MAX])
{
    if (processes.pid == 0)
        return 0;
    if (!processes.group) {
        out[0] = processes.pid;
        return 1;
    }
    DIR *proc = opendir("/proc");
    if (proc == NULL)
        return 0;
    size_t count = 0;
    const struct dirent *entry;
    while ((entry = readdir(proc)) != NULL && count < TARGET_PROCESSES_MAX) {
        char *end = NULL;
        long pid = strtol(entry->d_name, &end, 10);
        if (pid > 0 && *end == '\0' && group_of((pid_t)pid) == processes.pid)
            out[count++] = (pid_t)pid;
    }
    closedir(proc);
    return count;
}

static bool forget_peak(pid_t pid)
{
    char path[PATH_SIZE];
    snprintf(path, sizeof path, "/proc/%ld/clear_refs", (long)pid);
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool done = write(fd, "5", 1) == 1;
    close(fd);
    return done;
}

bool target_memory_begin(struct target_memory *memory, struct target_processes processes)
{
    *memory = (struct target_memory){.processes = processes};
    pid_t pids[TARGET_PROCESSES_MAX];
    size_t count = list(processes, pids);
    for (size_t i = 0; i < count; i++) {
        char status[TEXT_SIZE];
        if (!forget_peak(pids[i]) || !read_text(pids[i], "status", status)) {
            if (errno == ENOENT || errno == ESRCH) /* it has just ended */
                continue;
            return false;
        }
        memory->before[memory->count].pid = pids[i];
        memory->before[memory->count++].octets = octets_of(status, "\nVmRSS:");
        uint64_t anonymous = octets_of(status, "\nRssAnon:");
        memory->inheritable = anonymous > memory->inheritable ? anonymous : memory->inheritable;
    }
    return memory->count > 0;
}

uint64_t target_memory_before(const struct target_memory *memory)
{
    uint64_t octets = 0;
    for (size_t i = 0; i < memory->count; i++)
        octets += memory->before[i].octets;
    return octets;
}

bool target_memory_again(const struct target_memory *memory)
{
    pid_t pids[TARGET_PROCESSES_MAX];
    size_t count = list(memory->processes, pids), left = 0;
    for (size_t i = 0; i < count; i++) {
        if (forget_peak(pids[i]))
            left++;
        else if (errno != ENOENT && errno != ESRCH)
            return false;
    }
    return left > 0;
}

bool target_memory_growth(const struct target_memory *memory, uint64_t *octets)
{
    pid_t pids[TARGET_PROCESSES_MAX];
    size_t count = list(memory->processes, pids), seen = 0;
    *octets = 0;
    for (size_t i = 0; i < count; i++) {
        char status[TEXT_SIZE];
        if (!read_text(pids[i], "status", status))
            continue;
        seen++;
        uint64_t before = memory->inheritable, peak = octets_of(status, "\nVmHWM:");
        for (size_t k = 0; k < memory->count; k++) {
            if (memory->before[k].pid == pids[i])
                before = memory->before[k].octets;
        }
        *octets += peak > before ? peak - before : 0;
    }
    return seen > 0;
}

bool target_descriptors(struct target_processes processes, size_t *count)
{
    pid_t pids[TARGET_PROCESSES_MAX];
    size_t processes_count = list(processes, pids), seen = 0;
    *count = 0;
    for (size_t i = 0; i < processes_count; i++) {
        char path[PATH_SIZE];
        snprintf(path, sizeof path, "/proc/%ld/fd", (long)pids[i]);
        DIR *folder = opendir(path);
        if (folder == NULL)
            continue;
        seen++;
        const struct dirent *entry;
        while ((entry = readdir(folder)) != NULL)
            *count += entry->d_name[0] != '.';
        closedir(folder);
    }
    return seen > 0;
}
