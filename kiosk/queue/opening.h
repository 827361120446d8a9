/* What holds at a moment, whoever asks: is the clock set, is a service open. */
#pragma once

#include "kiosk/queue/queue.h"

/* Whether wall time can be believed: not before the newest event, not before this program. */
bool queue_clock_trusted(const struct queue *queue, const struct moment *now);

/* Whether a ticket for the service would be issued now, as far as opening goes. */
bool queue_service_open(const struct queue *queue, const struct office *office,
                        const struct service_config *service, const struct moment *now);
