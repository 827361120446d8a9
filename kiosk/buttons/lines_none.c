#include <stddef.h>

#include "kiosk/buttons/lines.h"

static int none_open(struct lines **lines, const struct office *office, char why[LINES_WHY_SIZE])
{
    (void)office;
    why[0] = '\0';
    *lines = NULL;
    return 0;
}

static void none_close(struct lines *lines)
{
    (void)lines;
}

static int none_request_button(struct lines *lines, int button, char why[LINES_WHY_SIZE])
{
    (void)lines, (void)button;
    why[0] = '\0';
    return 0;
}

static int none_request_lamp(struct lines *lines, int button, bool on, char why[LINES_WHY_SIZE])
{
    (void)on;
    return none_request_button(lines, button, why);
}

static int none_fd(const struct lines *lines)
{
    (void)lines;
    return -1;
}

static const char *none_device(const struct lines *lines)
{
    (void)lines;
    return NULL;
}

static int none_read(struct lines *lines, struct line_edge *edge)
{
    (void)lines, (void)edge;
    return 0;
}

static int none_level(struct lines *lines, int button)
{
    (void)lines, (void)button;
    return 0;
}

static int none_set_lamp(struct lines *lines, int button, bool on)
{
    (void)lines, (void)button, (void)on;
    return 0;
}

const struct lines_driver lines_none = {
    .open = none_open,
    .close = none_close,
    .request_button = none_request_button,
    .request_lamp = none_request_lamp,
    .fd = none_fd,
    .device = none_device,
    .read = none_read,
    .level = none_level,
    .set_lamp = none_set_lamp,
};
