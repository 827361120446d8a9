#include <stdio.h>
#include <string.h>

#include "kiosk/ctl/ctl.h"

#define ANSWER_MS 10000 /* kioskd answers at once; only a disk that stalls takes longer */

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
        printf("%s to counter %d", ctl_text(answer, "ticket"), ctl_number(answer, "counter"));
        if (ctl_text(answer, "reason")[0])
            printf(" (%s)", ctl_text(answer, "reason"));
        printf("\n");
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
    case VERB_RECALL:
        printf("%s is called again\n", ctl_text(answer, "ticket"));
        break;
    case VERB_START:
        printf("%s is being served\n", ctl_text(answer, "ticket"));
        break;
    case VERB_NOSHOW:
        printf("%s did not come; resume %s %d brings it back\n", ctl_text(answer, "ticket"),
               ctl_text(answer, "ticket"), command->counter);
        break;
    case VERB_HOLD:
        printf("%s is set aside; resume %s %d brings it back\n", ctl_text(answer, "ticket"),
               ctl_text(answer, "ticket"), command->counter);
        break;
    case VERB_CANCEL:
        printf("%s is cancelled\n", ctl_text(answer, "ticket"));
        break;
    case VERB_TRANSFER:
        printf("%s waits for %s now\n", ctl_text(answer, "ticket"), command->to);
        break;
    case VERB_RATE:
        printf("%s is rated %d\n", ctl_text(answer, "ticket"), command->score);
        break;
    case VERB_REPRINT:
        printf("%s will be printed again\n", ctl_text(answer, "ticket"));
        break;
    default:
        printf("%s is done\n", ctl_text(answer, "ticket"));
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
