/* What a service manager is told, and what it hands over: the protocols of sd_notify(3) and
 * sd_listen_fds(3), which systemd keeps stable and asks to be written by hand where its library
 * would be a dependency for little (docs/decisions/0005-operations.md). Without a manager all of it
 * does nothing. */
#ifndef HEARTH_MAIN_NOTIFY_H
#define HEARTH_MAIN_NOTIFY_H

#include "base/str.h"

/* Lines of "KEY=value": "READY=1", "STOPPING=1\nSTATUS=draining". */
void notify(struct str state);
/* "RELOADING=1", which wants the time beside it. */
void notify_reloading(void);
/* How often the manager wants to hear "WATCHDOG=1", in milliseconds; 0: it does not. */
int64_t notify_watchdog_ms(void);
/* The listening socket that was handed over, or -1. Children do not inherit it. ret_fault: what is
 * wrong with what was handed over, else empty. */
int notify_listening_socket(struct str *ret_fault);

#endif
