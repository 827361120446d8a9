/* A picture in memory as a PNG file. */
#pragma once

#include <SDL.h>

/* Replaces the file at once or not at all. 0, or -errno with nothing left behind. */
int picture_save(SDL_Surface *picture, const char *path);
