/* Where a request comes from, as far as it can be known. */
#include "http/connection.h"

#include <arpa/inet.h>
#include <string.h>

#define IPV6_NETWORK 8 /* bytes that one household or office has to itself: a /64 */

/* As text, an IPv6 one as its network; empty when it is none. */
static struct str canonical(struct arena *arena, struct str given)
{
    unsigned char bytes[sizeof(struct in6_addr)] = {0};
    char *text = arena_alloc(arena, INET6_ADDRSTRLEN);
    const char *name = str_cstr(arena, given);
    if (inet_pton(AF_INET, name, bytes) == 1) {
        return str_from(inet_ntop(AF_INET, bytes, text, INET6_ADDRSTRLEN));
    }
    if (inet_pton(AF_INET6, name, bytes) == 1) {
        memset(bytes + IPV6_NETWORK, 0, sizeof(bytes) - IPV6_NETWORK);
        return str_from(inet_ntop(AF_INET6, bytes, text, INET6_ADDRSTRLEN));
    }
    return STR("");
}

static struct str peer(const struct request *request, struct arena *arena)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection->mhd, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    if (!info || !info->client_addr || info->client_addr->sa_family != AF_INET) {
        return STR(""); /* it listens on IPv4, or on a socket of this machine */
    }
    const void *address = info->client_addr;
    const struct sockaddr_in *ip = address;
    char *text = arena_alloc(arena, INET_ADDRSTRLEN);
    return str_from(inet_ntop(AF_INET, &ip->sin_addr, text, INET_ADDRSTRLEN));
}

struct str request_address(struct request *request)
{
    struct str rest = request_header(request, "X-Forwarded-For");
    struct str last = STR("");
    while (request->server->options.secure && str_split(&rest, ',', &last)) {
    }
    struct str passed_on = canonical(&request->arena, str_trim(last));
    struct str own = passed_on.n > 0 ? passed_on : peer(request, &request->arena);
    return own.n > 0 ? own : STR("this machine");
}
