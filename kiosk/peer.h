/* Who is at the other end of a Unix socket. */
#pragma once

#include <stdbool.h>
#include <sys/types.h>

/* By SO_PEERCRED and SO_PEERGROUPS: root, this program's own user, or a member of `group`. */
bool peer_is_allowed(int fd, gid_t group, uid_t *user_id);
