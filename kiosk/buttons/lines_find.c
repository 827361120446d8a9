#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <linux/gpio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "kiosk/buttons/lines.h"

static bool read_label(const char *path, char label[static GPIO_MAX_NAME_SIZE])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    struct gpiochip_info info = {0};
    bool good = ioctl(fd, GPIO_GET_CHIPINFO_IOCTL, &info) == 0;
    close(fd);
    snprintf(label, GPIO_MAX_NAME_SIZE, "%s", info.label);
    return good;
}

/* Looks for the label; `known` lists the chips that were seen. */
static bool find_label(const char *wanted, char path[static PATH_SIZE], char *known, size_t size)
{
    glob_t chips = {0};
    size_t used = 0;
    bool found = false;
    known[0] = '\0';
    if (glob("/dev/gpiochip*", 0, NULL, &chips) != 0)
        return false;
    for (size_t i = 0; i < chips.gl_pathc && !found; i++) {
        char label[GPIO_MAX_NAME_SIZE];
        bool readable = read_label(chips.gl_pathv[i], label);
        found = readable && strcmp(label, wanted) == 0;
        if (found)
            snprintf(path, PATH_SIZE, "%s", chips.gl_pathv[i]);
        else if (used < size)
            used += (size_t)snprintf(known + used, size - used, "%s%s (%s)", used ? ", " : "",
                                     chips.gl_pathv[i], readable ? label : "not readable");
    }
    globfree(&chips);
    return found;
}

int lines_find_chip(const char *chip, char path[static PATH_SIZE], char why[LINES_WHY_SIZE])
{
    bool is_path = chip[0] == '/';
    snprintf(path, PATH_SIZE, "%s%.*s", is_path ? "" : "/dev/", PATH_SIZE - 6, chip);
    int result = access(path, F_OK) == 0 ? 0 : -errno;
    if (result == 0)
        return 0;
    if (is_path) {
        snprintf(why, LINES_WHY_SIZE, "chip %s: %s", chip, strerror(-result));
        return result;
    }
    char known[LINES_WHY_SIZE - PATH_SIZE - 64];
    if (find_label(chip, path, known, sizeof known))
        return 0;
    snprintf(why, LINES_WHY_SIZE, "no GPIO chip has the name or label \"%s\"; there is %s", chip,
             known[0] ? known : "none");
    return -ENODEV;
}

int lines_offset(const char *line)
{
    if (line[0] == '\0' || strspn(line, "0123456789") != strlen(line))
        return -1;
    return strlen(line) > 6 ? 1000000 : atoi(line); /* no chip has as many lines */
}
