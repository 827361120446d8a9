#include "kiosk/peer.h"

#include <sys/socket.h>
#include <unistd.h>

#define GROUPS_MAX 256

bool peer_is_allowed(int fd, gid_t group, uid_t *user_id)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    *user_id = (uid_t)-1;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &size) < 0)
        return false;
    *user_id = peer.uid;
    if (peer.uid == 0 || peer.uid == geteuid() || peer.gid == group)
        return true;
    gid_t groups[GROUPS_MAX];
    size = sizeof groups;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups, &size) < 0)
        return false;
    for (size_t i = 0; i < size / sizeof groups[0]; i++)
        if (groups[i] == group)
            return true;
    return false;
}
