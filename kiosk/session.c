#include "kiosk/session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#define LINES_A_TURN 8
#define OUTPUT_ENOUGH (256 * 1024) /* bytes waiting beyond which no more lines are taken */

static bool has_room(const struct session *session)
{
    return session->output_used < OUTPUT_ENOUGH;
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
    if (sent > 0) {
        session->output_used -= sent;
        memmove(session->output, session->output + sent, session->output_used);
    }
    return good;
}

static void refuse_long_line(struct session *session)
{
    json_t *reply = json_pack("{s:n, s:b, s:s, s:s}", "id", "ok", 0, "error", "line_too_long",
                              "message", "a line has at most 65536 bytes");
    session_send(session, reply);
    json_decref(reply);
    session_close(session);
}

/* False if the connection is broken or closed by the peer. */
static bool receive(struct session *session)
{
    int count = line_buffer_read(&session->input, session->fd);
    if (count == -EMSGSIZE)
        refuse_long_line(session);
    return count > 0 || count == -EAGAIN || count == -EMSGSIZE;
}

static void take_lines(struct session *session)
{
    static char line[MESSAGE_MAX];
    size_t length;
    for (int i = 0; i < LINES_A_TURN && !session->closed && has_room(session); i++) {
        if (!line_buffer_take(&session->input, line, &length))
            break;
        session->owner->line(session->owner->user, session, line, length);
    }
    if (!session->closed && session->input.used == MESSAGE_MAX &&
        !line_buffer_has_line(&session->input))
        refuse_long_line(session);
}

static int on_turn(sd_event_source *source, void *user);

/* Waits for what the session can use next. Lines that are here already get a turn of their own,
 * behind the sockets that are ready now; the source is made anew each time, for sd-event gives an
 * old deferred source precedence over all of them. */
static void watch(struct session *session)
{
    bool line_waits = line_buffer_has_line(&session->input);
    uint32_t events = has_room(session) && !line_waits ? EPOLLIN : 0;
    if (session->output_used > 0)
        events |= EPOLLOUT;
    sd_event_source_set_io_events(session->ready, events);
    session->turn = sd_event_source_disable_unref(session->turn);
    if (line_waits && has_room(session) &&
        sd_event_add_defer(sd_event_source_get_event(session->ready), &session->turn, on_turn,
                           session) < 0)
        session_close(session);
}

static void go_on(struct session *session, bool good)
{
    if (good)
        take_lines(session);
    good = flush(session) && good;
    if (good && !session->closed && session->output_used == 0)
        session->owner->drained(session->owner->user, session);
    if (!good || session->closed)
        session->owner->gone(session->owner->user, session);
    else
        watch(session);
}

static int on_turn(sd_event_source *source, void *user)
{
    (void)source;
    go_on(user, true);
    return 0;
}

static int on_ready(sd_event_source *source, int fd, uint32_t events, void *user)
{
    (void)source, (void)fd;
    struct session *session = user;
    bool good = !(events & EPOLLERR);
    if (good && (events & EPOLLIN))
        good = receive(session);
    else if (good && (events & EPOLLHUP))
        good = false;
    go_on(session, good);
    return 0;
}

static int on_end(sd_event_source *source, void *user)
{
    (void)source;
    struct session *session = user;
    flush(session);
    session->owner->gone(session->owner->user, session);
    return 0;
}

struct session *session_create(sd_event *loop, int fd, const struct session_owner *owner)
{
    struct session *session = calloc(1, sizeof *session);
    if (!session) {
        close(fd);
        return NULL;
    }
    session->fd = fd;
    session->owner = owner;
    if (sd_event_add_io(loop, &session->ready, fd, EPOLLIN, on_ready, session) < 0 ||
        sd_event_add_defer(loop, &session->end, on_end, session) < 0 ||
        sd_event_source_set_enabled(session->end, SD_EVENT_OFF) < 0) {
        session_destroy(session);
        return NULL;
    }
    return session;
}

void session_destroy(struct session *session)
{
    if (!session)
        return;
    sd_event_source_disable_unref(session->ready);
    sd_event_source_disable_unref(session->turn);
    sd_event_source_disable_unref(session->end);
    close(session->fd);
    line_buffer_finish(&session->input);
    free(session->output);
    free(session);
}

static bool reserve(struct session *session, size_t length)
{
    size_t need = session->output_used + length;
    if (need > SESSION_BACKLOG_MAX)
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
    char *line = session->closed ? NULL : message_format(message, &length);
    bool good = line && reserve(session, length);
    if (good) {
        memcpy(session->output + session->output_used, line, length);
        session->output_used += length;
        uint32_t events = EPOLLIN;
        sd_event_source_get_io_events(session->ready, &events);
        sd_event_source_set_io_events(session->ready, events | EPOLLOUT);
    } else {
        session_close(session);
    }
    free(line);
    return good;
}

void session_close(struct session *session)
{
    session->closed = true;
    sd_event_source_set_enabled(session->end, SD_EVENT_ONESHOT);
}
