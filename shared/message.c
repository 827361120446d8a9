#include "shared/message.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "shared/utf8.h"

int line_buffer_read(struct line_buffer *buffer, int fd)
{
    if (!buffer->bytes) {
        buffer->bytes = malloc(MESSAGE_MAX);
        if (!buffer->bytes)
            return -ENOMEM;
    }
    if (buffer->used == MESSAGE_MAX)
        return -EMSGSIZE;
    if (buffer->start > 0 && buffer->used > 0)
        memmove(buffer->bytes, buffer->bytes + buffer->start, buffer->used);
    buffer->start = 0;
    ssize_t count = read(fd, buffer->bytes + buffer->used, MESSAGE_MAX - buffer->used);
    if (count < 0)
        return errno == EWOULDBLOCK || errno == EINTR ? -EAGAIN : -errno;
    buffer->used += (size_t)count;
    return (int)count;
}

static char *find_end(const struct line_buffer *buffer)
{
    return buffer->used ? memchr(buffer->bytes + buffer->start, '\n', buffer->used) : NULL;
}

bool line_buffer_has_line(const struct line_buffer *buffer)
{
    return find_end(buffer) != NULL;
}

bool line_buffer_take(struct line_buffer *buffer, char *line, size_t *length)
{
    const char *start = buffer->bytes + buffer->start, *end = find_end(buffer);
    if (!end)
        return false;
    *length = (size_t)(end - start);
    memcpy(line, start, *length);
    line[*length] = '\0';
    buffer->start += *length + 1;
    buffer->used -= *length + 1;
    return true;
}

void line_buffer_finish(struct line_buffer *buffer)
{
    free(buffer->bytes);
    *buffer = (struct line_buffer){0};
}

json_t *message_parse(const char *line, size_t length, char *why, size_t why_size)
{
    json_error_t error;
    json_t *message = json_loadb(line, length, JSON_REJECT_DUPLICATES, &error);
    if (message && !json_is_object(message)) {
        json_decref(message);
        snprintf(why, why_size, "expected one JSON object on a line");
        return NULL;
    }
    if (!message)
        snprintf(why, why_size, "not JSON: %s", error.text);
    return message;
}

json_t *message_refusal(const char *error, const char *text)
{
    char *copy = strdup(text);
    if (!copy)
        return NULL;
    utf8_repair(copy);
    json_t *answer = json_pack("{s:b, s:s, s:s}", "ok", 0, "error", error, "message", copy);
    free(copy);
    return answer;
}

char *message_format(const json_t *message, size_t *length)
{
    size_t size = json_dumpb(message, NULL, 0, JSON_COMPACT);
    if (size == 0 || size + 1 > MESSAGE_MAX)
        return NULL;
    char *line = malloc(size + 2);
    if (!line)
        return NULL;
    json_dumpb(message, line, size, JSON_COMPACT);
    line[size] = '\n';
    line[size + 1] = '\0';
    *length = size + 1;
    return line;
}
