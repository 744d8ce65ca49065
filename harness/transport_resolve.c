/* SPDX-License-Identifier: MIT */
/* transport_resolve.c: host names and IP literals into addresses, addresses into text. */
#include "harness/transport.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <netdb.h>
#include <netinet/in.h>

enum { HOST_MAX = 255 }; /* RFC 1035 2.3.4 */

static void add_address(struct transport_addresses *out, const struct sockaddr *address, socklen_t size)
{
    struct sockaddr_storage added = {0};
    if ((address->sa_family != AF_INET && address->sa_family != AF_INET6) || size > sizeof added ||
        out->count == TRANSPORT_ADDRESSES_MAX)
        return;
    memcpy(&added, address, size);
    for (size_t i = 0; i < out->count; i++)
        if (memcmp(&out->at[i], &added, sizeof added) == 0)
            return;
    out->at[out->count++] = added;
}

bool transport_resolve(struct transport_addresses *out, const char *host, unsigned port,
                       char error[TRANSPORT_TEXT_MAX])
{
    *out = (struct transport_addresses){0};
    size_t size = strlen(host);
    char name[HOST_MAX + 1];
    if (size >= 2 && host[0] == '[' && host[size - 1] == ']') {
        host++;
        size -= 2;
    }
    if (size == 0 || size > HOST_MAX) {
        snprintf(error, TRANSPORT_TEXT_MAX,
                 size == 0 ? "no host is given" : "the host name is longer than %d octets", HOST_MAX);
        return false;
    }
    memcpy(name, host, size);
    name[size] = '\0';
    char service[8];
    snprintf(service, sizeof service, "%u", port & 0xFFFFU);
    const struct addrinfo wanted = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    int result = getaddrinfo(name, service, &wanted, &found);
    if (result != 0) {
        snprintf(error, TRANSPORT_TEXT_MAX, "cannot resolve %s: %s", name,
                 result == EAI_SYSTEM ? strerror(errno) : gai_strerror(result));
        return false;
    }
    for (const struct addrinfo *one = found; one != NULL; one = one->ai_next)
        add_address(out, one->ai_addr, one->ai_addrlen);
    freeaddrinfo(found);
    if (out->count == 0) {
        snprintf(error, TRANSPORT_TEXT_MAX, "%s has neither an IPv4 nor an IPv6 address", name);
        return false;
    }
    return true;
}

unsigned transport_address_port(const struct sockaddr *address)
{
    if (address->sa_family == AF_INET6)
        return ntohs(((const struct sockaddr_in6 *)(const void *)address)->sin6_port);
    return ntohs(((const struct sockaddr_in *)(const void *)address)->sin_port);
}

void transport_address_set_port(struct sockaddr_storage *address, unsigned port)
{
    if (address->ss_family == AF_INET6)
        ((struct sockaddr_in6 *)(void *)address)->sin6_port = htons((uint16_t)port);
    else
        ((struct sockaddr_in *)(void *)address)->sin_port = htons((uint16_t)port);
}

void transport_address_text(char out[TRANSPORT_ADDRESS_TEXT_MAX], const struct sockaddr *address)
{
    char name[INET6_ADDRSTRLEN] = "?";
    uv_ip_name(address, name, sizeof name);
    snprintf(out, TRANSPORT_ADDRESS_TEXT_MAX, address->sa_family == AF_INET6 ? "[%s]:%u" : "%s:%u", name,
             transport_address_port(address));
}
