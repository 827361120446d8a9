/* The command line that all programs share: -c/--config FILE, -o section.key=value,
 * --check-config, --version, --help. */
#pragma once

#include "shared/office.h"

enum { EXIT_DONE = 0, EXIT_FAILED = 1, EXIT_USAGE = 2, EXIT_UNREACHABLE = 3 };

struct program {
    const char *name;
    const char *summary;  /* one line for --help */
    const char *usage;    /* what follows the options, or "" */
    const char *own_help; /* lines about the program's own options and words, or "" */
    /* Takes one of the program's own long options ("--screenshot", with its value or NULL at the
     * end of the line). Returns how many words it used, 0 if it is not one. NULL: has none. */
    int (*own_option)(void *user, const char *option, const char *value);
    void *user;
    bool takes_words; /* words that are no options stay, from *first_word on */
};

/* Reads options and configuration, sets the time zone. Without -c the configuration is
 * /etc/khiosk/khiosk.ini; where that does not exist, and build/bin/PROGRAM of a checkout is started
 * in the checkout's top folder, it is config/demo.ini.
 *
 * Returns -1 to go on, else the exit status. Messages have been printed. *first_word is the index
 * of the first word that is no option. */
int options_read(const struct program *program, int argc, char **argv, struct office *office,
                 int *first_word);
