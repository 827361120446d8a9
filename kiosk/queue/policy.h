/* Who is called next, and whether a call is in order.
 *
 * First come, first served by time of issue over the counter's services. A priority ticket goes
 * ahead, but no more than priority-run of them in a row while a regular one of the same counters'
 * line waits, and never past a regular ticket that came earlier and has waited longer than
 * regular-max-wait.
 *
 * A ticket is callable at a counter if it waits for one of the services that the counter had when
 * it opened. A call is in order if no callable ticket was issued earlier, and, for a transferred
 * ticket, nobody stood in its present line before it came. A regular ticket whose turn has come
 * after a run of priority tickets is in order though an earlier priority ticket waits: order is
 * kept within a class. The other way round it is out of order, with the reason `priority`. */
#pragma once

#include "kiosk/queue/queue.h"

/* Index of the ticket that `next` names at a counter, -1 if nobody waits there. `at` is corrected
 * wall time. */
int policy_next(const struct queue *queue, const struct office *office, int counter, int64_t at);

enum order { ORDER_KEPT, ORDER_EARLIER_WAITS, ORDER_TRANSFER_AHEAD };

/* How a call of this ticket to this counter would stand to the order. */
enum order policy_order(const struct queue *queue, int counter, int ticket);
