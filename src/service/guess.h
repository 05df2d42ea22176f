/* Guessing passwords. Wrong ones are counted by where they come from, so that who is guessing is
 * kept waiting, and who is being guessed at is not: five from one address for one name, a hundred
 * for a name from all strangers together (NIST SP 800-63B, 5.2.2), a hundred from one address for
 * all names. A browser in which the worker has signed in before is counted by itself: it gets in
 * while strangers are locked out (OWASP, device cookies). A lock is a quarter of an hour, and each
 * time twice as long as the one before, up to a day. Names that nobody has are counted alike. */
#ifndef HEARTH_SERVICE_GUESS_H
#define HEARTH_SERVICE_GUESS_H

#include "service/service.h"

/* One password that somebody offers. */
struct guess {
    struct str login;
    struct str from; /* an address; or what is known: a browser, a session */
    bool from_known; /* counted by itself alone */
};
/* 0, or until when no password is taken. */
NODISCARD enum status guess_locked(struct store_reader *reader, const struct guess *guess,
                                   struct instant *ret_until);
NODISCARD enum status guess_was_wrong(struct uow *uow, const struct guess *guess);
NODISCARD enum status guess_was_right(struct uow *uow, const struct guess *guess);

#endif
