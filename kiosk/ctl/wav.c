#include "kiosk/ctl/wav.h"

#include <endian.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define HEADER_SIZE 44

static void put32(unsigned char *at, size_t value)
{
    uint32_t little = htole32((uint32_t)value);
    memcpy(at, &little, sizeof little);
}

static void make_header(unsigned char *header, size_t count, int rate)
{
    static const unsigned char mono_pcm[] = {1, 0, 1, 0}, sample_16[] = {2, 0, 16, 0};
    memcpy(header, "RIFF....WAVEfmt ", 16);
    put32(header + 4, HEADER_SIZE - 8 + 2 * count);
    put32(header + 16, 16);
    memcpy(header + 20, mono_pcm, 4);
    put32(header + 24, (size_t)rate);
    put32(header + 28, (size_t)rate * 2);
    memcpy(header + 32, sample_16, 4);
    memcpy(header + 36, "data", 4);
    put32(header + 40, 2 * count);
}

bool wav_write(const char *path, const int16_t *samples, size_t count, int rate)
{
    char part[4096];
    unsigned char header[HEADER_SIZE];
    if ((size_t)snprintf(part, sizeof part, "%s.part", path) >= sizeof part) {
        errno = ENAMETOOLONG;
        return false;
    }
    FILE *file = fopen(part, "we");
    if (!file)
        return false;
    make_header(header, count, rate);
    bool good = fwrite(header, sizeof header, 1, file) == 1;
    for (size_t i = 0; i < count && good; i++) {
        uint16_t little = htole16((uint16_t)samples[i]);
        good = fwrite(&little, sizeof little, 1, file) == 1;
    }
    good = good && fflush(file) == 0 && fsync(fileno(file)) == 0;
    int error = good ? 0 : errno;
    if (fclose(file) != 0 && good) {
        good = false;
        error = errno;
    }
    if (good && rename(part, path) == 0)
        return true;
    error = good ? errno : error;
    unlink(part);
    errno = error;
    return false;
}
