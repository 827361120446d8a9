#include "printer/orders.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "shared/log.h"
#include "shared/utf8.h"

#define ANSWER_MS 5000

/* The answer of kioskd, which the caller owns, or NULL with *error. */
static json_t *ask(struct client *client, const struct command *command, int *error)
{
    json_t *reply = NULL;
    *error = client_request(client, command, ANSWER_MS, &reply);
    return *error < 0 ? NULL : reply;
}

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static int number_of(const json_t *object, const char *key)
{
    json_int_t number = json_integer_value(json_object_get(object, key));
    return number < 0 ? 0 : number > 1000000 ? 1000000 : (int)number;
}

int orders_subscribe(struct client *client)
{
    int error;
    json_t *reply = ask(client, &(struct command){.verb = VERB_SUBSCRIBE, .after = -1}, &error);
    if (reply && !json_is_true(json_object_get(reply, "ok")))
        error = -EPROTO;
    json_decref(reply);
    return error;
}

static bool read_ticket(const json_t *object, struct ticket *ticket)
{
    const char *day = text_of(object, "day"), *service = text_of(object, "service");
    if (!clock_is_day(day) || !ticket_number_parse(text_of(object, "ticket"), ticket->number) ||
        strlen(service) >= sizeof ticket->service ||
        !class_from_name(text_of(object, "class"), &ticket->ticket_class))
        return false;
    memcpy(ticket->day, day, DAY_SIZE);
    strcpy(ticket->service, service);
    ticket->copy = number_of(object, "copy");
    ticket->issued_ms = json_integer_value(json_object_get(object, "issued_ms"));
    ticket->clock_set = json_is_true(json_object_get(object, "clock_set"));
    ticket->ahead = number_of(object, "ahead");
    ticket->promise_low_s = number_of(object, "promise_low_s");
    ticket->promise_high_s = number_of(object, "promise_high_s");
    return ticket->copy > 0;
}

int orders_fetch(struct client *client, struct ticket tickets[static ORDERS_MAX], size_t *count)
{
    int error;
    size_t index;
    json_t *wanted;
    json_t *reply = ask(client, &(struct command){.verb = VERB_UNPRINTED}, &error);
    *count = 0;
    json_array_foreach(json_object_get(reply, "tickets"), index, wanted)
    {
        if (*count == ORDERS_MAX)
            break;
        if (read_ticket(wanted, &tickets[*count]))
            (*count)++;
        else
            log_warning("kioskd wants a ticket printed that makes no sense: \"%s\" of \"%s\"",
                        text_of(wanted, "ticket"), text_of(wanted, "day"));
    }
    json_decref(reply);
    return error;
}

int orders_report(struct client *client, const struct ticket *ticket, const char *why)
{
    struct command command = {.verb = why ? VERB_PRINT_FAILED : VERB_PRINTED, .copy = ticket->copy};
    memcpy(command.day, ticket->day, sizeof command.day);
    memcpy(command.ticket, ticket->number, sizeof command.ticket);
    snprintf(command.reason, sizeof command.reason, "%s", why ? why : "");
    utf8_repair(command.reason); /* a printer's words may be anything */
    int error;
    json_t *reply = ask(client, &command, &error);
    if (reply && !json_is_true(json_object_get(reply, "ok")) &&
        strcmp(text_of(reply, "error"), "journal_failed") == 0)
        error = -ENOSPC; /* it was not noted down: to be told again */
    else if (reply && !json_is_true(json_object_get(reply, "ok")) &&
             strcmp(text_of(reply, "error"), "already_printed") != 0)
        log_warning("kioskd does not take the report on ticket %s: %s", ticket->number,
                    text_of(reply, "error"));
    json_decref(reply);
    return error;
}
