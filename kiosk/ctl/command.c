#include <stdio.h>
#include <string.h>

#include "kiosk/ctl/ctl.h"

#define ANSWER_MS 30000 /* kioskd answers at once; only a disk that stalls takes longer */

/* What staff want to read after a command; anything else is in --json. */
static void print_done(const struct command *command, const json_t *answer)
{
    switch (command->verb) {
    case VERB_TICKET:
        printf("%s: %d ahead, expected wait %d to %d minutes\n", ctl_text(answer, "ticket"),
               ctl_number(answer, "ahead"), ctl_number(answer, "promise_low_s") / 60,
               (ctl_number(answer, "promise_high_s") + 59) / 60);
        break;
    case VERB_NEXT:
    case VERB_CALL:
    case VERB_RESUME:
        printf("%s to counter %d%s%s\n", ctl_text(answer, "ticket"), ctl_number(answer, "counter"),
               json_is_true(json_object_get(answer, "in_order")) ? "" : ", out of order: ",
               ctl_text(answer, "reason"));
        break;
    case VERB_COUNTER_OPEN:
    case VERB_COUNTER_CLOSE:
        printf("counter %d is %s\n", command->counter,
               command->verb == VERB_COUNTER_OPEN ? "open" : "closed");
        break;
    case VERB_SERVICE_OPEN:
    case VERB_SERVICE_CLOSE:
        printf("service %s is %s\n", command->service,
               command->verb == VERB_SERVICE_OPEN ? "open" : "closed");
        break;
    default:
        printf("%s: done\n", ctl_text(answer, "ticket"));
    }
}

int ctl_command(struct ctl *ctl, int count, const char *const *words)
{
    struct command command;
    char why[256];
    int status = EXIT_DONE;
    if (!command_from_words(&command, count, words, COMMAND_SHELL, why, sizeof why))
        return ctl_usage(ctl, why);
    struct client *client = ctl_connect(ctl, &status);
    if (!client)
        return status;
    json_t *answer = NULL;
    int error = client_request(client, &command, ANSWER_MS, &answer);
    client_close(client);
    if (error < 0)
        return ctl_lost(ctl, error);
    bool done = json_is_true(json_object_get(answer, "ok"));
    if (ctl->json)
        ctl_print_json(answer);
    else if (!done)
        fprintf(stderr, "queuectl: %s (%s)\n", ctl_text(answer, "message"),
                ctl_text(answer, "error"));
    else if (command.verb == VERB_STATUS)
        ctl_print_status(ctl, answer);
    else
        print_done(&command, answer);
    status = done ? EXIT_DONE : EXIT_FAILED;
    json_decref(answer);
    return status;
}
