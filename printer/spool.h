/* The prints that kioskd wants, and how far each has come. Times are boot time in milliseconds.
 *
 * spool_update says what is wanted, spool_step does one piece of work, spool_news tells what has to
 * be reported to kioskd. */
#pragma once

#include "printer/destination.h"

struct spool;

/* The destination stays the caller's and outlives the spool. NULL if memory is short. */
struct spool *spool_create(struct destination *destination);
void spool_destroy(struct spool *spool); /* NULL-safe */

/* This ticket was issued while we were listening: no other program can have printed it. */
void spool_issued(struct spool *spool, const char *day, const char *number);

/* What kioskd wants printed now, oldest first. Prints that are not under way yet and no longer
 * wanted are forgotten. */
void spool_update(struct spool *spool, const struct ticket *wanted, size_t count);

/* Whether any print has not been given to the destination yet. */
bool spool_has_waiting(const struct spool *spool);

/* Gives one print to the destination, or looks after one that is under way. */
void spool_step(struct spool *spool, int64_t now_ms);

/* When spool_step has something to do; INT64_MAX for never. May lie in the past. */
int64_t spool_next_ms(const struct spool *spool);

/* The next thing to report: a ticket, and why it failed, or NULL as *why if it is printed. False
 * if there is nothing. Stays the same until spool_told. */
bool spool_news(const struct spool *spool, const struct ticket **ticket, const char **why);
void spool_told(struct spool *spool);
