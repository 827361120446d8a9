#include "kiosk/server.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "kiosk/peer.h"
#include "kiosk/session.h"
#include "kiosk/status.h"
#include "shared/log.h"

#define ID_MAX 256        /* bytes of a request's id, which the answer repeats */
#define STALLED_MAX 1000  /* events after which a subscriber that reads nothing is dropped */
#define CATCH_UP_ROWS 200 /* read from the journal at a time for a subscriber that was away */

struct server {
    sd_event *loop;
    sd_event_source *source;
    int fd;
    gid_t group; /* of the socket: its members may speak */
    struct desk *desk;
    const struct office *office;
    struct server_hooks hooks;
    struct session_owner owner;
    struct session *sessions[SERVER_SESSIONS_MAX];
    int session_count;
};

static void reply(struct session *session, const json_t *id, json_t *answer)
{
    if (!answer) {
        log_error("an answer could not be made: out of memory");
        session_close(session);
        return;
    }
    json_object_set(answer, "id", id ? (json_t *)(uintptr_t)id : json_null());
    session_send(session, answer);
    json_decref(answer);
}

static void reply_error(struct session *session, const json_t *id, const char *error,
                        const char *text)
{
    reply(session, id, message_refusal(error, text));
}

static json_t *status_answer(struct server *server)
{
    struct moment now = clock_now();
    json_t *answer = json_object();
    status_add(answer, desk_queue(server->desk), server->office, &now);
    const char *trouble = server->hooks.buttons_trouble(server->hooks.user);
    if (trouble)
        json_object_set_new(answer, "buttons", json_string(trouble));
    return answer;
}

static void do_status(struct server *server, struct session *session, const json_t *id)
{
    json_t *answer = status_answer(server);
    json_object_set_new(answer, "ok", json_true());
    reply(session, id, answer);
}

static void do_unprinted(struct server *server, struct session *session, const json_t *id)
{
    struct moment now = clock_now();
    reply(session, id,
          json_pack("{s:b, s:o}", "ok", 1, "tickets",
                    status_unprinted(desk_queue(server->desk), &now)));
}

static void do_subscribe(struct server *server, struct session *session, const json_t *id,
                         int64_t after)
{
    int64_t head = desk_queue(server->desk)->seq;
    if (after > head) {
        char message[128];
        snprintf(message, sizeof message, "the newest event is %lld: subscribe without \"after\"",
                 (long long)head);
        reply_error(session, id, "unknown_seq", message);
        return;
    }
    json_t *answer = json_pack("{s:b, s:I}", "ok", 1, "seq", (json_int_t)head);
    if (after < 0)
        json_object_set_new(answer, "snapshot", status_answer(server));
    reply(session, id, answer);
    session->subscribed = true;
    session->catching_up = after >= 0 && after < head;
    session->next_seq = after + 1;
}

static void do_press(struct server *server, struct session *session, const json_t *id,
                     const char *line)
{
    if (server->hooks.press(server->hooks.user, line))
        reply(session, id, json_pack("{s:b}", "ok", 1));
    else
        reply_error(session, id, "no_keys",
                    "no button has this key, or [gpio] chip is not \"keys\"");
}

static void on_line(void *user, struct session *session, const char *line, size_t length)
{
    struct server *server = user;
    struct command command;
    const char *error;
    char why[256];
    json_t *request = message_parse(line, length, why, sizeof why);
    if (!request) {
        reply_error(session, NULL, "bad_message", why);
        return;
    }
    const json_t *id = json_object_get(request, "id");
    if (id && json_dumpb(id, NULL, 0, JSON_COMPACT | JSON_ENCODE_ANY) > ID_MAX)
        reply_error(session, NULL, "bad_argument", "id: longer than 256 bytes");
    else if (!command_from_json(&command, request, &error, why, sizeof why))
        reply_error(session, id, error, why);
    else if (command.verb == VERB_STATUS)
        do_status(server, session, id);
    else if (command.verb == VERB_SUBSCRIBE)
        do_subscribe(server, session, id, command.after);
    else if (command.verb == VERB_UNPRINTED)
        do_unprinted(server, session, id);
    else if (command.verb == VERB_PRESS)
        do_press(server, session, id, command.line);
    else
        reply(session, id, desk_do(server->desk, &command));
    json_decref(request);
}

static void send_event(void *user, const struct event *event)
{
    struct session *session = user;
    json_t *message = event_message(event, false);
    session_send(session, message);
    json_decref(message);
    session->next_seq = event->seq + 1;
}

static void on_drained(void *user, struct session *session)
{
    struct server *server = user;
    if (!session->catching_up)
        return;
    session->stalled = 0;
    int count =
        desk_read_events(server->desk, session->next_seq - 1, CATCH_UP_ROWS, send_event, session);
    if (count < 0)
        session_close(session);
    session->catching_up = count > 0 && session->next_seq <= desk_queue(server->desk)->seq;
}

static void on_gone(void *user, struct session *session)
{
    struct server *server = user;
    for (int i = 0; i < server->session_count; i++)
        if (server->sessions[i] == session) {
            server->sessions[i] = server->sessions[--server->session_count];
            break;
        }
    session_destroy(session);
}

void server_broadcast(struct server *server, const struct event *event)
{
    for (int i = 0; i < server->session_count; i++) {
        struct session *session = server->sessions[i];
        if (session->catching_up && ++session->stalled > STALLED_MAX)
            session_close(session);
        if (session->subscribed && !session->catching_up && !session->closed) {
            send_event(session, event);
            if (session->closed)
                log_warning("a subscriber was dropped: %d KiB waited for it",
                            SESSION_BACKLOG_MAX / 1024);
        }
    }
}

static int on_connection(sd_event_source *source, int fd, uint32_t events, void *user)
{
    (void)source;
    (void)events;
    struct server *server = user;
    static const char full[] = "{\"id\":null,\"ok\":false,\"error\":\"too_many_connections\","
                               "\"message\":\"64 connections are open already\"}\n";
    static const char denied[] = "{\"id\":null,\"ok\":false,\"error\":\"not_allowed\","
                                 "\"message\":\"your user is not in the group of the socket\"}\n";
    int peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    if (peer < 0)
        return 0;
    const char *refusal = NULL;
    uid_t user_id;
    if (!peer_is_allowed(peer, server->group, &user_id)) {
        log_warning("a connection of user %u was refused: not in the group of %s",
                    (unsigned)user_id, server->office->socket);
        refusal = denied;
    } else if (server->session_count == SERVER_SESSIONS_MAX) {
        log_warning("a connection was refused: %d are open", SERVER_SESSIONS_MAX);
        refusal = full;
    }
    if (refusal) {
        (void)!send(peer, refusal, strlen(refusal), MSG_NOSIGNAL | MSG_DONTWAIT);
        close(peer);
        return 0;
    }
    struct session *session = session_create(server->loop, peer, &server->owner);
    if (session)
        server->sessions[server->session_count++] = session;
    return 0;
}

/* Makes way for our socket. What lies there may be left by a kioskd that is gone; anything else is
 * somebody's and stays. */
static bool clear_path(const struct sockaddr_un *address, char *why, size_t why_size)
{
    struct stat status;
    if (lstat(address->sun_path, &status) < 0)
        return true; /* bind will say what is wrong, if something is */
    if (!S_ISSOCK(status.st_mode)) {
        snprintf(why, why_size, "[kiosk] socket %s: a file of that name exists and is no socket",
                 address->sun_path);
        return false;
    }
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool answers =
        probe >= 0 &&
        (connect(probe, (const struct sockaddr *)address, sizeof *address) == 0 || errno == EAGAIN);
    if (probe >= 0)
        close(probe);
    if (answers)
        snprintf(why, why_size,
                 "another program listens on %s already: stop it first, or give this kioskd a "
                 "[kiosk] socket of its own",
                 address->sun_path);
    else
        unlink(address->sun_path);
    return !answers;
}

static bool listen_on(struct server *server, const char *path, char *why, size_t why_size)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct stat status;
    if (strlen(path) >= sizeof address.sun_path) {
        snprintf(why, why_size, "[kiosk] socket %s: longer than %zu bytes", path,
                 sizeof address.sun_path - 1);
        return false;
    }
    strcpy(address.sun_path, path);
    if (!clear_path(&address, why, why_size))
        return false;
    mode_t before = umask(0117); /* the socket is born with mode 0660 */
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool good = fd >= 0 && bind(fd, (struct sockaddr *)&address, sizeof address) == 0;
    if (good)
        server->fd = fd;
    good = good && listen(fd, 128) == 0 && stat(path, &status) == 0;
    if (!good)
        snprintf(why, why_size,
                 "cannot listen on %s: %s. The directory must exist and kioskd must be allowed to "
                 "write to it; [kiosk] socket names another",
                 path, strerror(errno));
    umask(before);
    if (fd >= 0 && server->fd < 0)
        close(fd); /* not bound: the path is not ours to remove */
    server->group = good ? status.st_gid : (gid_t)-1;
    return good;
}

bool server_create(struct server **result, sd_event *loop, struct desk *desk,
                   const struct office *office, struct server_hooks hooks, char *why,
                   size_t why_size)
{
    struct server *server = calloc(1, sizeof *server);
    if (!server)
        return false;
    *server =
        (struct server){.loop = loop, .desk = desk, .office = office, .hooks = hooks, .fd = -1};
    server->owner = (struct session_owner){on_line, on_drained, on_gone, server};
    if (!listen_on(server, office->socket, why, why_size)) {
        server_destroy(server);
        return false;
    }
    int error = sd_event_add_io(loop, &server->source, server->fd, EPOLLIN, on_connection, server);
    if (error < 0) {
        snprintf(why, why_size, "event loop: %s", strerror(-error));
        server_destroy(server);
        return false;
    }
    *result = server;
    return true;
}

void server_destroy(struct server *server)
{
    if (!server)
        return;
    for (int i = 0; i < server->session_count; i++)
        session_destroy(server->sessions[i]);
    sd_event_source_disable_unref(server->source);
    if (server->fd >= 0) {
        close(server->fd);
        unlink(server->office->socket);
    }
    free(server);
}
