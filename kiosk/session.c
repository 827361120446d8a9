#include "kiosk/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static void watch(struct session *session)
{
    uint32_t events = session->doomed ? 0 : EPOLLIN;
    if (session->output_used > 0)
        events |= EPOLLOUT;
    sd_event_source_set_io_events(session->source, events);
}

/* False if the connection is broken. */
static bool flush(struct session *session)
{
    size_t sent = 0;
    bool good = true;
    while (sent < session->output_used) {
        ssize_t count = send(session->fd, session->output + sent, session->output_used - sent,
                             MSG_NOSIGNAL | MSG_DONTWAIT);
        if (count < 0) {
            good = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
            break;
        }
        sent += (size_t)count;
    }
    session->output_used -= sent;
    memmove(session->output, session->output + sent, session->output_used);
    return good;
}

static void refuse_long_line(struct session *session)
{
    json_t *reply = json_pack("{s:n, s:b, s:s, s:s}", "id", "ok", 0, "error", "line_too_long",
                              "message", "a line has at most 65536 bytes");
    session_send(session, reply);
    json_decref(reply);
    session_doom(session);
}

/* False if the connection is broken or closed by the peer. */
static bool receive(struct session *session)
{
    static char line[MESSAGE_MAX];
    size_t length;
    int count = line_buffer_read(&session->input, session->fd);
    if (count == -EAGAIN)
        return true;
    if (count == -EMSGSIZE) {
        refuse_long_line(session);
        return true;
    }
    if (count <= 0)
        return false;
    while (!session->doomed && line_buffer_take(&session->input, line, &length))
        session->owner->line(session->owner->user, session, line, length);
    if (!session->doomed && session->input.used == MESSAGE_MAX)
        refuse_long_line(session);
    return true;
}

static int on_ready(sd_event_source *source, int fd, uint32_t events, void *user)
{
    (void)source;
    (void)fd;
    struct session *session = user;
    bool good = !(events & EPOLLERR);
    if (good && (events & EPOLLIN))
        good = receive(session);
    else if (good && (events & EPOLLHUP))
        good = false;
    if (good)
        good = flush(session);
    if (good && session->output_used == 0 && !session->doomed)
        session->owner->drained(session->owner->user, session);
    if (!good || (session->doomed && session->output_used == 0))
        session->owner->gone(session->owner->user, session);
    else
        watch(session);
    return 0;
}

struct session *session_create(sd_event *loop, int fd, size_t output_max,
                               const struct session_owner *owner)
{
    struct session *session = calloc(1, sizeof *session);
    if (!session || sd_event_add_io(loop, &session->source, fd, EPOLLIN, on_ready, session) < 0) {
        free(session);
        close(fd);
        return NULL;
    }
    session->fd = fd;
    session->owner = owner;
    session->output_max = output_max;
    return session;
}

void session_destroy(struct session *session)
{
    if (!session)
        return;
    sd_event_source_disable_unref(session->source);
    close(session->fd);
    line_buffer_finish(&session->input);
    free(session->output);
    free(session);
}

static bool reserve(struct session *session, size_t length)
{
    size_t need = session->output_used + length;
    if (need > session->output_max)
        return false;
    if (need <= session->output_size)
        return true;
    size_t size = session->output_size ? session->output_size : 4096;
    while (size < need)
        size *= 2;
    char *output = realloc(session->output, size);
    if (!output)
        return false;
    session->output = output;
    session->output_size = size;
    return true;
}

bool session_send(struct session *session, const json_t *message)
{
    size_t length;
    char *line = session->doomed ? NULL : message_format(message, &length);
    bool good = line && reserve(session, length);
    if (good) {
        memcpy(session->output + session->output_used, line, length);
        session->output_used += length;
    } else {
        session->output_used = 0;
        session->doomed = true;
    }
    free(line);
    /* Sent when the loop comes round; a doomed session is woken to be taken away. */
    sd_event_source_set_io_events(session->source, EPOLLOUT | (session->doomed ? 0 : EPOLLIN));
    return good;
}

void session_doom(struct session *session)
{
    session->doomed = true;
    sd_event_source_set_io_events(session->source, EPOLLOUT);
}
