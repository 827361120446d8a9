#include "printer/destination.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define CLOCKS_DIFFER_MS 60000 /* kioskd's and the destination's, at most */

static int none_open(const struct office *office, const char *where, struct destination **result)
{
    (void)where;
    struct destination *none = malloc(sizeof *none);
    if (!none)
        return -ENOMEM;
    *none = (struct destination){&destination_none, office};
    *result = none;
    return 0;
}

static enum print_result none_print(struct destination *none, struct print *print, char *why,
                                    size_t why_size)
{
    (void)none, (void)print, (void)why, (void)why_size;
    return PRINT_UNWANTED;
}

static void none_close(struct destination *none)
{
    free(none);
}

const struct destination_kind destination_none = {"none", none_open, none_print, none_print,
                                                  none_close};

static const struct destination_kind *const kinds[] = {&destination_cups, &destination_folder,
                                                       &destination_none};

int destination_open(const struct office *office, struct destination **destination)
{
    const char *to = office->printer.to;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        size_t length = strlen(kinds[i]->prefix);
        if (strncmp(to, kinds[i]->prefix, length) == 0)
            return kinds[i]->open(office, to + length, destination);
    }
    return -EINVAL;
}

void destination_close(struct destination *destination)
{
    if (destination)
        destination->kind->close(destination);
}

bool destination_may_be(const struct ticket *ticket, int64_t made_ms)
{
    return !ticket->clock_set || made_ms >= ticket->issued_ms - CLOCKS_DIFFER_MS;
}
