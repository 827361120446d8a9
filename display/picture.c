#include "display/picture.h"

#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "shared/office.h"

static int write_png(SDL_Surface *rgb, FILE *file)
{
    png_image image = {.version = PNG_IMAGE_VERSION,
                       .width = (png_uint_32)rgb->w,
                       .height = (png_uint_32)rgb->h,
                       .format = PNG_FORMAT_RGB};
    errno = 0;
    if (!png_image_write_to_stdio(&image, file, 0, rgb->pixels, rgb->pitch, NULL))
        return errno ? -errno : -EIO;
    return 0;
}

int picture_save(SDL_Surface *picture, const char *path)
{
    char part[PATH_SIZE + 8];
    if (snprintf(part, sizeof part, "%s.part", path) >= (int)sizeof part)
        return -ENAMETOOLONG;
    SDL_Surface *rgb = SDL_ConvertSurfaceFormat(picture, SDL_PIXELFORMAT_RGB24, 0);
    if (!rgb)
        return -ENOMEM;
    int result = 0;
    FILE *file = fopen(part, "wbe");
    if (!file) {
        result = -errno;
        goto out;
    }
    result = write_png(rgb, file);
    if (fclose(file) != 0 && result == 0)
        result = -errno;
    if (result == 0 && rename(part, path) != 0)
        result = -errno;
    if (result != 0)
        unlink(part);
out:
    SDL_FreeSurface(rgb);
    return result;
}
