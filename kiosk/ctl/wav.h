/* Writes a WAV file, mono with 16 bits: whole under its name, or not at all. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* False with errno. */
bool wav_write(const char *path, const int16_t *samples, size_t count, int rate);
