#include "display/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "shared/client.h"
#include "shared/log.h"

#define ANSWER_MS 2000
#define AGAIN_USEC (1000 * 1000)

struct link {
    sd_event *event;
    const char *path;
    struct view *view;
    link_changed *changed;
    void *user;
    int64_t seq;              /* of the newest event seen; -1 before the first connection */
    struct client *client;    /* NULL while there is no connection */
    sd_event_source *input;   /* kioskd has sent something */
    sd_event_source *pending; /* or the client holds events that came with an answer */
    sd_event_source *again;   /* time to try to connect */
    bool complained;
};

static const char *const kinds_unseen[] = {"announced", "printed",   "print_failed",
                                           "reprinted", "discarded", "rated"};

/* Whether the screen may look different after this event. */
static bool matters(const json_t *event)
{
    const char *kind = json_string_value(json_object_get(event, "event"));
    for (size_t i = 0; kind && i < sizeof kinds_unseen / sizeof *kinds_unseen; i++)
        if (strcmp(kind, kinds_unseen[i]) == 0)
            return false;
    return kind != NULL;
}

static void lose(struct link *link, int error)
{
    if (!link->complained)
        log_warning("kioskd does not answer at %s: %s; trying again each second", link->path,
                    strerror(-error));
    link->complained = true;
    link->input = sd_event_source_unref(link->input);
    client_close(link->client);
    link->client = NULL;
    view_disconnect(link->view);
    sd_event_source_set_enabled(link->pending, SD_EVENT_OFF);
    sd_event_source_set_time_relative(link->again, AGAIN_USEC);
    sd_event_source_set_enabled(link->again, SD_EVENT_ONESHOT);
}

/* Asks, and hands out the answer if it is not a refusal. */
static int ask(struct link *link, const struct command *command, json_t **answer)
{
    if (!link->client)
        return -ENOTCONN;
    int result = client_request(link->client, command, ANSWER_MS, answer);
    if (result < 0)
        return result;
    /* Events that came before the answer wait in the client, where no descriptor tells of them. */
    sd_event_source_set_enabled(link->pending, SD_EVENT_ONESHOT);
    if (json_is_true(json_object_get(*answer, "ok")))
        return 0;
    const char *error = json_string_value(json_object_get(*answer, "error"));
    log_info("kioskd refuses: %s", error ? error : "no reason given");
    json_decref(*answer);
    *answer = NULL;
    return -EBADMSG;
}

static int update_view(struct link *link)
{
    json_t *answer;
    int result = ask(link, &(struct command){.verb = VERB_STATUS}, &answer);
    if (result < 0)
        return result;
    if (!view_read(link->view, answer))
        result = -EPROTO;
    json_decref(answer);
    return result;
}

/* Goes on behind the newest event seen, so that no call is missed; a journal that is not the one
 * we knew starts anew. */
static int subscribe(struct link *link)
{
    json_t *answer;
    struct command command = {.verb = VERB_SUBSCRIBE, .after = link->seq};
    int result = ask(link, &command, &answer);
    if (result == -EBADMSG && link->seq >= 0) {
        command.after = -1;
        result = ask(link, &command, &answer);
    }
    if (result < 0)
        return result;
    if (command.after < 0)
        link->seq = json_integer_value(json_object_get(answer, "seq"));
    json_decref(answer);
    return update_view(link);
}

/* Events that came while we were away may be too old to be shown as new. */
static void light(struct link *link, const json_t *event)
{
    struct call lost;
    struct moment now = clock_now();
    const char *boot_id = json_string_value(json_object_get(event, "boot_id"));
    int64_t boot_ms = json_integer_value(json_object_get(event, "boot_ms"));
    link->seq = json_integer_value(json_object_get(event, "seq"));
    if (!boot_id || strcmp(boot_id, now.boot_id) != 0 || now.boot_ms - boot_ms > CALLS_STALE_MS)
        return;
    calls_add(&link->view->fresh, event, now.boot_ms, &lost);
    if (lost.seq && !lost.announced)
        log_warning("the call of %s to counter %d gave way to newer ones before its turn",
                    lost.call.ticket, lost.call.counter);
}

/* Takes all events there are, then asks once what they have led to. */
static void take_events(struct link *link)
{
    bool asked_for = false;
    json_t *event;
    int got;
    while ((got = client_receive(link->client, 0, &event)) == 1) {
        asked_for = asked_for || matters(event);
        light(link, event);
        json_decref(event);
    }
    if (got == 0 && !asked_for)
        return;
    int result = got < 0 ? got : update_view(link);
    if (result < 0)
        lose(link, result);
    link->changed(link->user);
}

static int on_input(sd_event_source *source, int fd, uint32_t events, void *user)
{
    (void)source, (void)fd, (void)events;
    take_events(user);
    return 0;
}

static int on_pending(sd_event_source *source, void *user)
{
    (void)source;
    struct link *link = user;
    if (link->client)
        take_events(link);
    return 0;
}

static int connect_now(struct link *link)
{
    int result = client_connect(&link->client, link->path);
    if (result == 0)
        result = subscribe(link);
    if (result == 0)
        result = sd_event_add_io(link->event, &link->input, client_fd(link->client), EPOLLIN,
                                 on_input, link);
    if (result < 0)
        return result;
    calls_drop_stale(&link->view->fresh, clock_now().boot_ms);
    if (link->complained)
        log_info("kioskd is back");
    link->complained = false;
    return 0;
}

static int on_again(sd_event_source *source, uint64_t usec, void *user)
{
    (void)source, (void)usec;
    struct link *link = user;
    int result = connect_now(link);
    if (result < 0)
        lose(link, result);
    else
        link->changed(link->user);
    return 0;
}

int link_create(struct link **created, sd_event *event, const char *socket_path, struct view *view,
                link_changed *changed, void *user)
{
    struct link *link = calloc(1, sizeof *link);
    if (!link)
        return -ENOMEM;
    link->event = event;
    link->path = socket_path;
    link->view = view;
    link->changed = changed;
    link->user = user;
    link->seq = -1;
    int result = sd_event_add_time_relative(event, &link->again, CLOCK_MONOTONIC, AGAIN_USEC, 0,
                                            on_again, link);
    if (result >= 0)
        result = sd_event_add_defer(event, &link->pending, on_pending, link);
    if (result >= 0)
        result = sd_event_source_set_enabled(link->pending, SD_EVENT_OFF);
    if (result >= 0)
        result = sd_event_source_set_enabled(link->again, SD_EVENT_OFF);
    if (result < 0) {
        link_destroy(link);
        return result;
    }
    result = connect_now(link);
    if (result < 0)
        lose(link, result);
    *created = link;
    return 0;
}

void link_destroy(struct link *link)
{
    if (!link)
        return;
    sd_event_source_unref(link->input);
    sd_event_source_disable_unref(link->pending);
    sd_event_source_disable_unref(link->again);
    client_close(link->client);
    free(link);
}

void link_refresh(struct link *link)
{
    if (!link->client)
        return;
    int result = update_view(link);
    if (result < 0)
        lose(link, result);
}

int link_announce(struct link *link, const struct call *call)
{
    struct command command = {
        .verb = VERB_ANNOUNCED, .after = -1, .counter = call->call.counter, .of = call->seq};
    memcpy(command.ticket, call->call.ticket, sizeof command.ticket);
    strcpy(command.voice, heard_name(call->heard));
    json_t *answer;
    int result = ask(link, &command, &answer);
    if (result == 0)
        json_decref(answer);
    return result;
}

void link_press(struct link *link, const char *line)
{
    struct command command = {.verb = VERB_PRESS, .after = -1};
    strncpy(command.line, line, sizeof command.line - 1);
    json_t *answer;
    int result = ask(link, &command, &answer);
    if (result == 0)
        json_decref(answer);
    else if (result != -EBADMSG)
        log_info("key %s had no effect: %s", line, strerror(-result));
}
