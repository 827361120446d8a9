/* Prints what kioskd wants printed. Sleeps until kioskd says something, a print is to be looked
 * after, or something that was away is to be tried again. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <unistd.h>

#include "printer/orders.h"
#include "printer/sheet.h"
#include "printer/spool.h"
#include "shared/client.h"
#include "shared/log.h"
#include "shared/loop.h"
#include "shared/options.h"

#define RECONNECT_MS 1000

struct printerd {
    const struct office *office;
    struct destination *destination;
    struct spool *spool;
    struct client *client; /* NULL while kioskd is away */
    bool away_said;
    int64_t connect_ms; /* boot time of the next attempt */
    bool ask;           /* what is wanted may have changed */
    sd_event *loop;
    sd_event_source *readable, *timer;
};

static int64_t now_ms(void)
{
    return clock_now().boot_ms;
}

static void disconnect(struct printerd *printerd, int error)
{
    sd_event_source_disable_unref(printerd->readable);
    printerd->readable = NULL;
    client_close(printerd->client);
    printerd->client = NULL;
    printerd->connect_ms = now_ms() + RECONNECT_MS;
    if (!printerd->away_said)
        log_warning("kioskd does not answer at %s: %s; trying again every second",
                    printerd->office->socket, strerror(-error));
    printerd->away_said = true;
}

static void note_event(struct printerd *printerd, const json_t *event)
{
    const char *kind = json_string_value(json_object_get(event, "event"));
    const char *day = json_string_value(json_object_get(event, "day"));
    const char *number = json_string_value(json_object_get(event, "ticket"));
    if (!kind)
        return;
    if (strcmp(kind, "issued") == 0 && day && number)
        spool_issued(printerd->spool, day, number);
    /* Others matter where they take a ticket from the queue before it was printed. */
    if (strcmp(kind, "issued") == 0 || strcmp(kind, "reprinted") == 0 ||
        strcmp(kind, "printed") == 0 || spool_has_waiting(printerd->spool))
        printerd->ask = true;
}

static void read_events(struct printerd *printerd)
{
    json_t *event;
    int got = 0;
    while (printerd->client && (got = client_receive(printerd->client, 0, &event)) > 0) {
        note_event(printerd, event);
        json_decref(event);
    }
    if (printerd->client && got < 0)
        disconnect(printerd, got);
}

static void step(struct printerd *printerd);

static int on_readable(sd_event_source *source, int fd, uint32_t events, void *user)
{
    (void)source, (void)fd, (void)events;
    step(user);
    return 0;
}

static int on_timer(sd_event_source *source, uint64_t usec, void *user)
{
    (void)source, (void)usec;
    step(user);
    return 0;
}

static void connect_to_kioskd(struct printerd *printerd)
{
    int error = client_connect(&printerd->client, printerd->office->socket);
    if (error == 0)
        error = orders_subscribe(printerd->client);
    if (error == 0)
        error = sd_event_add_io(printerd->loop, &printerd->readable, client_fd(printerd->client),
                                EPOLLIN, on_readable, printerd);
    if (error < 0) {
        disconnect(printerd, error);
        return;
    }
    if (printerd->away_said)
        log_info("kioskd answers again");
    printerd->away_said = false;
    printerd->ask = true;
}

static void ask_for_orders(struct printerd *printerd)
{
    struct ticket wanted[ORDERS_MAX];
    size_t count;
    int error = orders_fetch(printerd->client, wanted, &count);
    if (error < 0) {
        disconnect(printerd, error);
        return;
    }
    printerd->ask = false;
    spool_update(printerd->spool, wanted, count);
}

static void report_news(struct printerd *printerd)
{
    const struct ticket *ticket;
    const char *why;
    while (printerd->client && spool_news(printerd->spool, &ticket, &why)) {
        int error = orders_report(printerd->client, ticket, why);
        if (error < 0)
            disconnect(printerd, error);
        else
            spool_told(printerd->spool);
    }
}

/* One piece of work, and the alarm for the next: a signal is never kept waiting for a whole queue
 * of tickets. */
static void step(struct printerd *printerd)
{
    if (!printerd->client && now_ms() >= printerd->connect_ms)
        connect_to_kioskd(printerd);
    read_events(printerd);
    if (printerd->client && printerd->ask)
        ask_for_orders(printerd);
    report_news(printerd);
    spool_step(printerd->spool, now_ms());
    report_news(printerd);
    read_events(printerd); /* those that came with an answer wake nobody */

    int64_t next = spool_next_ms(printerd->spool);
    if (!printerd->client && printerd->connect_ms < next)
        next = printerd->connect_ms;
    if (printerd->client && printerd->ask)
        next = 0;
    sd_event_source_set_time(printerd->timer, next == INT64_MAX ? 0 : (uint64_t)next * 1000);
    sd_event_source_set_enabled(printerd->timer,
                                next == INT64_MAX ? SD_EVENT_OFF : SD_EVENT_ONESHOT);
}

static int run(struct printerd *printerd)
{
    int status = EXIT_FAILED;
    int error = sd_event_add_time(printerd->loop, &printerd->timer, CLOCK_BOOTTIME, 0, 1000,
                                  on_timer, printerd);
    if (error < 0)
        log_error("cannot set up the event loop: %s", strerror(-error));
    else
        status = loop_run(printerd->loop);
    sd_event_source_disable_unref(printerd->readable);
    sd_event_source_disable_unref(printerd->timer);
    client_close(printerd->client);
    return status;
}

static void check_font(const struct office *office)
{
    if (!ticket_font_exists(office))
        log_warning("[printer] font: there is no \"%s\" here, tickets are drawn in another font; "
                    "fc-list : family lists what there is",
                    office->printer.font);
}

/* Two of them on one office would print each ticket twice. The lock goes with the process. */
static bool take_lock(const struct office *office)
{
    char path[PATH_SIZE + 16];
    snprintf(path, sizeof path, "%s/printerd.lock", office->state_dir);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (fd < 0) {
        log_warning("cannot lock %s: %s; see to it that only one printerd runs", path,
                    strerror(errno));
        return true;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        return true; /* and stays open */
    log_error("another printerd prints for this office already (%s): stop it first", path);
    close(fd);
    return false;
}

static int serve(const struct office *office)
{
    if (!take_lock(office))
        return EXIT_FAILED;
    struct printerd printerd = {.office = office};
    int result = EXIT_FAILED;
    int error = loop_create(&printerd.loop); /* before Pango, which starts a thread */
    if (error >= 0) {
        check_font(office);
        error = destination_open(office, &printerd.destination);
    }
    if (error >= 0)
        printerd.spool = spool_create(printerd.destination);
    if (printerd.spool)
        result = run(&printerd);
    else
        log_error("cannot print to %s: %s", office->printer.to, strerror(error ? -error : ENOMEM));
    spool_destroy(printerd.spool);
    destination_close(printerd.destination);
    sd_event_unref(printerd.loop);
    return result;
}

/* A ticket of the first service, to see what tickets look like. */
static int draw_sample(const struct office *office, const char *file)
{
    const char *ending = strrchr(file, '.');
    enum sheet_format format = ending && strcmp(ending, ".pdf") == 0 ? SHEET_PDF : SHEET_PNG;
    if (format == SHEET_PNG && !(ending && strcmp(ending, ".png") == 0)) {
        log_error("--draw %s: expected a name that ends in .png or .pdf", file);
        return EXIT_USAGE;
    }
    check_font(office);
    const struct service_config *service = &office->services[0];
    struct ticket ticket = {.day = "2026-11-23",
                            .copy = 1,
                            .issued_ms = INT64_C(1795399500000), /* 09:05 in Thailand */
                            .clock_set = true,
                            .ahead = 3,
                            .promise_low_s = 60 * service->standard_minutes,
                            .promise_high_s = 180 * service->standard_minutes};
    snprintf(ticket.number, sizeof ticket.number, "%s012", service->prefix);
    snprintf(ticket.service, sizeof ticket.service, "%s", service->name);
    int fd = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    int error = fd < 0 ? -errno : sheet_write(office, &ticket, format, fd);
    if (fd >= 0 && close(fd) < 0 && error == 0)
        error = -errno;
    if (error < 0)
        log_error("cannot draw a ticket to %s: %s", file, strerror(-error));
    return error < 0 ? EXIT_FAILED : EXIT_DONE;
}

static int own_option(void *user, const char *option, const char *value)
{
    if (strcmp(option, "--draw") != 0 || !value)
        return 0;
    *(const char **)user = value;
    return 2;
}

int main(int argc, char **argv)
{
    static struct office office;
    const char *draw = NULL;
    int first_word;
    const struct program program = {
        .name = "printerd",
        .summary = "prints the tickets of the queue",
        .usage = "",
        .own_help = "  --draw FILE               draw a sample ticket (.png or .pdf) and exit\n",
        .own_option = own_option,
        .user = &draw};
    log_open("printerd");
    int result = options_read(&program, argc, argv, &office, &first_word);
    if (result >= 0)
        return result;
    return draw ? draw_sample(&office, draw) : serve(&office);
}
