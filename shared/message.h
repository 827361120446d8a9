/* One JSON object a line: how messages are cut out of a byte stream and put into one. */
#pragma once

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#define MESSAGE_MAX 65536 /* bytes of a line, newline included */

/* Bytes received and not yet taken as lines. Zero-initialise. */
struct line_buffer {
    char *bytes;
    size_t start, used; /* what is not taken yet: `used` bytes from `start` */
};

/* Reads what `fd` has. Returns bytes read, 0 at end of file, -errno (-EAGAIN: nothing now,
 * -EMSGSIZE: a line is longer than MESSAGE_MAX). */
int line_buffer_read(struct line_buffer *buffer, int fd);

/* Takes the next whole line into `line`, MESSAGE_MAX bytes, without its newline. *length counts
 * its bytes, which may hold NULs. False if none is whole yet. */
bool line_buffer_take(struct line_buffer *buffer, char *line, size_t *length);

/* Whether a whole line waits. */
bool line_buffer_has_line(const struct line_buffer *buffer);

void line_buffer_finish(struct line_buffer *buffer);

/* Parses one line as an object; NULL with the reason in `why` if it is none. The caller owns it. */
json_t *message_parse(const char *line, size_t length, char *why, size_t why_size);

/* A new answer that says no: "ok" false, "error" with a stable word, "message" with words for
 * people, made fit for JSON. NULL without memory. */
json_t *message_refusal(const char *error, const char *text);

/* The message as one line with its newline; the caller frees it. NULL if it is longer than
 * MESSAGE_MAX or memory is short. */
char *message_format(const json_t *message, size_t *length);
