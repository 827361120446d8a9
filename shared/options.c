#include "shared/options.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define DEFAULT_CONFIG "/etc/khiosk/khiosk.ini"
#define DEMO_CONFIG "config/demo.ini" /* from the top of a checkout */
#define OVERRIDES_MAX 64

static void print_help(const struct program *program)
{
    printf("%s - %s\n\nusage: %s [OPTION...]%s%s\n\n"
           "  -c, --config FILE         configuration, default " DEFAULT_CONFIG "\n"
           "  -o SECTION.KEY=VALUE      one setting, wins over the file; may be repeated\n"
           "  --check-config            list every fault of the configuration and exit\n"
           "  --version, --help\n%s",
           program->name, program->summary, program->name, program->usage[0] ? " " : "",
           program->usage, program->own_help);
}

static int load(const struct program *program, const char *file, const char *const *overrides,
                size_t override_count, bool check_only, struct office *office)
{
    struct problems problems = {0};
    office_load(office, file, overrides, override_count, &problems);
    for (size_t i = 0; i < problems.count; i++)
        fprintf(stderr, "%s: %s\n", program->name, problems.lines[i]);
    int result = problems.count > 0 ? EXIT_USAGE : check_only ? EXIT_DONE : -1;
    if (check_only && problems.count == 0)
        printf("%s: the configuration is good\n", file);
    problems_finish(&problems);
    if (result == -1)
        clock_use_timezone(office->timezone);
    return result;
}

/* Whether this program is build/bin/PROGRAM of the checkout whose top we stand in. */
static bool in_own_checkout(void)
{
    char program[PATH_MAX], here[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length < 0 || !getcwd(here, sizeof here))
        return false;
    program[length] = '\0';
    size_t top = strlen(here);
    return strncmp(program, here, top) == 0 && strncmp(program + top, "/build/bin/", 11) == 0;
}

/* Who tries Khiosk in its checkout means the office of make run. */
static const char *find_config(void)
{
    bool installed = access(DEFAULT_CONFIG, F_OK) == 0 || errno != ENOENT;
    bool demo = !installed && access(DEMO_CONFIG, R_OK) == 0 && in_own_checkout();
    return demo ? DEMO_CONFIG : DEFAULT_CONFIG;
}

int options_read(const struct program *program, int argc, char **argv, struct office *office,
                 int *first_word)
{
    const char *file = NULL;
    const char *overrides[OVERRIDES_MAX];
    size_t override_count = 0;
    bool check_only = false;
    int at = 1;
    while (at < argc && argv[at][0] == '-' && argv[at][1]) {
        const char *option = argv[at], *value = at + 1 < argc ? argv[at + 1] : NULL;
        int used = 1;
        if (strcmp(option, "--") == 0) {
            at++;
            break;
        }
        if (strcmp(option, "--help") == 0 || strcmp(option, "-h") == 0) {
            print_help(program);
            return EXIT_DONE;
        }
        if (strcmp(option, "--version") == 0) {
            printf("%s (Khiosk) " KHIOSK_VERSION "\n", program->name);
            return EXIT_DONE;
        }
        if (strcmp(option, "--check-config") == 0) {
            check_only = true;
        } else if ((strcmp(option, "-c") == 0 || strcmp(option, "--config") == 0) && value) {
            file = value;
            used = 2;
        } else if (strncmp(option, "--config=", 9) == 0) {
            file = option + 9;
        } else if (strcmp(option, "-o") == 0 && value && override_count < OVERRIDES_MAX) {
            overrides[override_count++] = value;
            used = 2;
        } else {
            used = program->own_option ? program->own_option(program->user, option, value) : 0;
            if (used == 0) {
                fprintf(stderr, "%s: unknown option %s, or its value is missing; see --help\n",
                        program->name, option);
                return EXIT_USAGE;
            }
        }
        at += used;
    }
    if (at < argc && !program->takes_words) {
        fprintf(stderr, "%s: unexpected \"%s\"; see --help\n", program->name, argv[at]);
        return EXIT_USAGE;
    }
    *first_word = at;
    if (!file)
        file = find_config();
    return load(program, file, overrides, override_count, check_only, office);
}
