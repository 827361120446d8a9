/* queuectl: every command of the queue, and the checks of its journal, from a shell. */
#include <stdio.h>
#include <string.h>

#include "kiosk/ctl/ctl.h"
#include "shared/log.h"

static const struct {
    const char *word;
    int (*run)(struct ctl *ctl, int count, const char *const *words);
} own_commands[] = {
    {"watch", ctl_watch}, {"verify", ctl_verify}, {"backup", ctl_backup}, {"voice", ctl_voice}};

static int own_option(void *user, const char *option, const char *value)
{
    (void)value;
    struct ctl *ctl = user;
    if (strcmp(option, "--json") != 0)
        return 0;
    ctl->json = true;
    return 1;
}

/* --json may stand anywhere among the words too. */
static int take_words(struct ctl *ctl, int argc, char **argv, int first, const char **words)
{
    int count = 0;
    for (int i = first; i < argc; i++)
        if (strcmp(argv[i], "--json") == 0)
            ctl->json = true;
        else
            words[count++] = argv[i];
    return count;
}

static void make_help(char *help, size_t size)
{
    size_t used =
        (size_t)snprintf(help, size, "  --json                    answers as JSON\n\ncommands:\n");
    const char *usage, *explanation;
    for (size_t i = 0; (usage = command_usage(i, &explanation)) != NULL && used < size; i++)
        used += (size_t)snprintf(help + used, size - used, "  %-34s %s\n", usage, explanation);
    if (used < size)
        snprintf(help + used, size - used,
                 "  %-34s %s\n  %-34s %s\n  %-34s %s\n  %-34s %s\n"
                 "      [--language th|en|ms] [--needed] [--again CLIP] [--device NAME]\n\n"
                 "exit status: 0 done, 1 refused by the queue, 2 usage or configuration, "
                 "3 kioskd not reachable\n",
                 "watch [--after SEQ]", "print events as they happen",
                 "verify [--head HASH] [--db FILE]", "check the journal from end to end",
                 "backup FILE", "copy the journal while the office works", "voice record DIR",
                 "record the clips of the voice, one by one");
}

int main(int argc, char **argv)
{
    static struct ctl ctl;
    static char help[8192];
    const char *words[64];
    int first;
    log_open("queuectl");
    make_help(help, sizeof help);
    struct program program = {.name = "queuectl",
                              .summary = "commands of the queue",
                              .usage = "COMMAND",
                              .own_help = help,
                              .own_option = own_option,
                              .user = &ctl,
                              .takes_words = true};
    if (argc > 60) {
        fprintf(stderr, "queuectl: too many words; see --help\n");
        return EXIT_USAGE;
    }
    int status = options_read(&program, argc, argv, &ctl.office, &first);
    if (status >= 0)
        return status;
    int count = take_words(&ctl, argc, argv, first, words);
    if (count == 0)
        return ctl_usage(&ctl, "a command is missing");
    for (size_t i = 0; i < sizeof own_commands / sizeof own_commands[0]; i++)
        if (strcmp(words[0], own_commands[i].word) == 0)
            return own_commands[i].run(&ctl, count - 1, words + 1);
    return ctl_command(&ctl, count, words);
}
