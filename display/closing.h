/* Why the office is closed, and when it opens again: from its hours and holidays. */
#pragma once

#include "shared/office.h"

enum closed_kind {
    CLOSED_NOT, /* by its hours it is open: staff closed it, or nobody knows */
    CLOSED_HOLIDAY,
    CLOSED_TODAY, /* a day without hours, as a Sunday */
    CLOSED_BEFORE,
    CLOSED_LUNCH, /* between two ranges of hours, over noon */
    CLOSED_BREAK, /* between two ranges */
    CLOSED_AFTER,
};

struct closing {
    enum closed_kind kind;
    bool has_next;
    bool next_is_today;
    struct local_time next; /* when it opens again */
};

/* By the hours of the office and of its services; what staff opened or closed is not known here. */
struct closing closing_at(const struct office *office, int64_t wall_ms);
