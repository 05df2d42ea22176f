/* See notify.h. */
#include "main/notify.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#define FIRST_PASSED 3 /* the first descriptor behind standard error */

/* A path, or a name of the abstract kind, which is written with '@' for NUL. */
static socklen_t manager_address(struct sockaddr_un *address)
{
    const char *name = getenv("NOTIFY_SOCKET");
    size_t n = name ? strlen(name) : 0;
    if (n < 2 || n >= sizeof(address->sun_path) || (name[0] != '/' && name[0] != '@')) {
        return 0;
    }
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(address->sun_path, name, n);
    if (name[0] == '@') {
        address->sun_path[0] = '\0';
    }
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
}

void notify(struct str state)
{
    union {
        struct sockaddr_un named;
        struct sockaddr any;
    } address;
    socklen_t size = manager_address(&address.named);
    int file = size > 0 ? socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0) : -1;
    if (file >= 0) {
        ssize_t sent = sendto(file, state.p, state.n, MSG_NOSIGNAL, &address.any, size);
        (void)sent; /* it asks again, or gives up on us: nothing that we could do better */
        close(file);
    }
}

void notify_reloading(void)
{
    char text[64];
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    snprintf(text, sizeof(text), "RELOADING=1\nMONOTONIC_USEC=%lld",
             (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
    notify(str_from(text));
}

/* The number in a variable of the environment when it was meant for this process. */
static int64_t meant_for_us(const char *number, const char *process)
{
    int64_t value, pid;
    if (getenv(process) &&
        (!str_to_i64(str_from(getenv(process)), &pid) || pid != (int64_t)getpid())) {
        return 0;
    }
    return str_to_i64(str_from(getenv(number)), &value) && value > 0 ? value : 0;
}

int64_t notify_watchdog_ms(void)
{
    return meant_for_us("WATCHDOG_USEC", "WATCHDOG_PID") / 1000;
}

int notify_listening_socket(struct str *ret_fault)
{
    int listening = 0;
    socklen_t size = sizeof(listening);
    int64_t count = getenv("LISTEN_PID") ? meant_for_us("LISTEN_FDS", "LISTEN_PID") : 0;
    *ret_fault = STR("");
    if (count == 0) {
        return -1;
    }
    if (count > 1) {
        *ret_fault = STR("more than one socket was handed over; Hearth listens on one");
        return -1;
    }
    if (getsockopt(FIRST_PASSED, SOL_SOCKET, SO_ACCEPTCONN, &listening, &size) != 0 ||
        listening == 0) {
        *ret_fault = STR("what was handed over is not a listening stream socket");
        return -1;
    }
    fcntl(FIRST_PASSED, F_SETFD, FD_CLOEXEC);
    return FIRST_PASSED;
}
