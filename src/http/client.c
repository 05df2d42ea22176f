/* Where a request comes from, as far as it can be known. */
#include "http/connection.h"
#include "http/header.h"

#include <arpa/inet.h>

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
    struct str passed_on = header_address(&request->arena, str_trim(last));
    struct str own = passed_on.n > 0 ? passed_on : peer(request, &request->arena);
    return own.n > 0 ? own : STR("this machine");
}
