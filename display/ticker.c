#include "display/ticker.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "shared/log.h"
#include "shared/utf8.h"

static bool is_file(const struct ticker *ticker)
{
    return ticker->source[0] == '/';
}

static void add_text(struct ticker *ticker, char *text)
{
    text[strcspn(text, "\r\n")] = '\0';
    if (strncmp(text, "\xef\xbb\xbf", 3) == 0) /* a mark that some editors put first */
        text += 3;
    text += strspn(text, " \t");
    if (!text[0] || text[0] == '#' || ticker->count == TICKER_TEXTS_MAX)
        return;
    utf8_repair(text);
    char *place = ticker->texts[ticker->count++];
    snprintf(place, SCENE_TEXT_SIZE, "%s", text);
    utf8_trim(place);
}

static void read_file(struct ticker *ticker)
{
    char line[SCENE_TEXT_SIZE * 4];
    ticker->count = 0;
    FILE *file = fopen(ticker->source, "re");
    if (!file) {
        if (!ticker->complained)
            log_warning("[display] ticker: %s cannot be read: %s", ticker->source, strerror(errno));
        ticker->complained = true;
        return;
    }
    ticker->complained = false;
    while (fgets(line, sizeof line, file))
        add_text(ticker, line);
    fclose(file);
}

bool ticker_refresh(struct ticker *ticker)
{
    struct stat status;
    if (!is_file(ticker))
        return false;
    if (stat(ticker->source, &status) < 0)
        status.st_mtim = (struct timespec){0};
    if (memcmp(&status.st_mtim, &ticker->changed, sizeof status.st_mtim) == 0)
        return false;
    ticker->changed = status.st_mtim;
    read_file(ticker);
    return true;
}

void ticker_open(struct ticker *ticker, const char *source)
{
    *ticker = (struct ticker){.source = source, .changed = {-1, 0}};
    if (is_file(ticker)) {
        ticker_refresh(ticker);
    } else {
        char text[SCENE_TEXT_SIZE];
        snprintf(text, sizeof text, "%s", source);
        add_text(ticker, text);
    }
}

const char *ticker_text(const struct ticker *ticker, int turn)
{
    return ticker->count > 0 ? ticker->texts[turn % ticker->count] : "";
}
