/* The buttons and lamps of the office: edges in, presses out.
 *
 * A chip or line that is missing, busy or lost is logged, tried again every few seconds, and stops
 * nothing else. */
#pragma once

#include <stdbool.h>
#include <systemd/sd-event.h>

#include "shared/office.h"

struct buttons;

struct buttons_listener {
    /* A button was pressed; a long press has its own command. */
    void (*press)(void *user, const struct button_config *button, const struct command *command);
    /* A burst of presses inside the cool-down has ended; `presses` of them were ignored. */
    void (*discarded)(void *user, const struct button_config *button, int presses);
    void *user;
};

/* Calls the listener from the loop. `office` outlives *buttons, which buttons_destroy frees.
 * Returns 0, or -errno if memory is short or the loop refuses; never for what a device does. */
int buttons_create(struct buttons **buttons, sd_event *loop, const struct office *office,
                   const struct buttons_listener *listener);

/* Lamps go dark and the lines are free again. NULL-safe. */
void buttons_destroy(struct buttons *buttons);

/* The lamp of office->buttons[button]; remembered while its line is not at hand. */
void buttons_set_lamp(struct buttons *buttons, int button, bool on);

/* A key pressed elsewhere, as in a window, is a press of the button on that line; the listener is
 * called before this returns. False if the chip is not "keys" or no button has the line. */
bool buttons_press_line(struct buttons *buttons, const char *line);

/* What is wrong with the buttons at present, in words, or NULL. */
const char *buttons_trouble(const struct buttons *buttons);
