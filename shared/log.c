#include "shared/log.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const char *log_program = "khiosk";
static bool log_levels;

void log_open(const char *program)
{
    log_program = program;
    log_levels = getenv("JOURNAL_STREAM") != NULL;
}

void log_message(enum log_level level, const char *format, ...)
{
    char text[1024];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (char *at = text; *at; at++)
        if ((unsigned char)*at < ' ' || *at == 0x7f)
            *at = ' ';
    /* One write, so that lines of several programs on one terminal do not mix. */
    char line[1200];
    int length;
    if (log_levels)
        length = snprintf(line, sizeof line, "<%d>%s\n", level, text);
    else
        length = snprintf(line, sizeof line, "%s: %s%s\n", log_program,
                          level == LOG_LEVEL_ERROR     ? "error: "
                          : level == LOG_LEVEL_WARNING ? "warning: "
                                                       : "",
                          text);
    if (write(STDERR_FILENO, line, (size_t)length) < 0)
        return; /* nowhere left to say so */
}
