#include "printer/sheet.h"

#include <cairo-pdf.h>
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

struct output {
    int fd;
    int error; /* the first one, -errno; 0 for none */
};

static cairo_status_t output_write(void *closure, const unsigned char *bytes, unsigned int length)
{
    struct output *output = closure;
    while (length > 0 && output->error == 0) {
        ssize_t written = write(output->fd, bytes, length);
        if (written < 0) {
            output->error = errno == EINTR ? 0 : -errno;
        } else {
            bytes += written;
            length -= (unsigned int)written;
        }
    }
    return output->error ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

cairo_surface_t *sheet_image(const struct office *office, const struct ticket *ticket)
{
    struct paper paper = ticket_paper(office, ticket);
    cairo_surface_t *surface =
        cairo_image_surface_create(CAIRO_FORMAT_RGB24, paper.width_mm * SHEET_DOTS_PER_MM,
                                   paper.height_mm * SHEET_DOTS_PER_MM);
    cairo_t *cairo = cairo_create(surface);
    cairo_scale(cairo, SHEET_DOTS_PER_MM / POINTS_PER_MM, SHEET_DOTS_PER_MM / POINTS_PER_MM);
    ticket_draw(office, ticket, cairo);
    cairo_destroy(cairo);
    return surface;
}

static cairo_surface_t *pdf_create(const struct office *office, const struct ticket *ticket,
                                   struct output *output)
{
    struct paper paper = ticket_paper(office, ticket);
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(
        output_write, output, paper.width_mm * POINTS_PER_MM, paper.height_mm * POINTS_PER_MM);
    char title[64], date[32];
    snprintf(title, sizeof title, "%s %s", ticket->day, ticket->number);
    snprintf(date, sizeof date, "%sT00:00:00", ticket->day);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, title);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, date);
    cairo_t *cairo = cairo_create(surface);
    ticket_draw(office, ticket, cairo);
    cairo_show_page(cairo);
    cairo_destroy(cairo);
    return surface;
}

int sheet_write(const struct office *office, const struct ticket *ticket, enum sheet_format format,
                int fd)
{
    struct output output = {.fd = fd};
    cairo_surface_t *surface;
    cairo_status_t status;
    if (format == SHEET_PNG) {
        surface = sheet_image(office, ticket);
        status = cairo_surface_write_to_png_stream(surface, output_write, &output);
    } else {
        surface = pdf_create(office, ticket, &output);
        cairo_surface_finish(surface);
        status = cairo_surface_status(surface);
    }
    cairo_surface_destroy(surface);
    if (output.error)
        return output.error;
    return status == CAIRO_STATUS_SUCCESS ? 0 : status == CAIRO_STATUS_NO_MEMORY ? -ENOMEM : -EIO;
}
