/* Messages of a daemon, to stderr, one line each.
 *
 * Under systemd (JOURNAL_STREAM is set) each line starts with its sd-daemon level, "<3>" to "<6>";
 * elsewhere with the program's name. Text is truncated at 1 KiB and control characters in it are
 * replaced, so that nothing from a socket or a file can forge a line. */
#pragma once

enum log_level { LOG_LEVEL_ERROR = 3, LOG_LEVEL_WARNING = 4, LOG_LEVEL_INFO = 6 };

/* program: a string that outlives the process's logging, normally a literal. */
void log_open(const char *program);

void log_message(enum log_level level, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#define log_error(...) log_message(LOG_LEVEL_ERROR, __VA_ARGS__)
#define log_warning(...) log_message(LOG_LEVEL_WARNING, __VA_ARGS__)
#define log_info(...) log_message(LOG_LEVEL_INFO, __VA_ARGS__)
