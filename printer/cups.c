/* Tickets to CUPS: one job a print, named after the ticket, so that a printerd that comes back
 * finds in CUPS's own list what the one before it has submitted.
 *
 * A job goes out in one Print-Job request: CUPS has all of it or nothing. The connection is made
 * anew for each visit, for a CUPS that was restarted in between breaks the old one. */
#include <cups/cups.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "printer/destination.h"
#include "printer/sheet.h"
#include "shared/log.h"

#define ANSWER_MS 10000 /* CUPS is given this long to connect or to answer */
#define QUEUE_SIZE 128
#define JOB_NAME_SIZE 64

struct cups {
    struct destination base;
    char wanted[QUEUE_SIZE]; /* "" for CUPS's default queue */
    char queue[QUEUE_SIZE];  /* the one in use */
    unsigned era;            /* counts the times that CUPS did not answer */
    http_t *http;            /* while visiting */
};

/* What CUPS says of a job. */
struct job {
    int id;
    ipp_jstate_t state;
    int64_t made_ms;
    char name[JOB_NAME_SIZE];
    char words[REASON_SIZE / 2]; /* of the printer, where it has failed */
};

static const char *no_password(const char *prompt, http_t *http, const char *method,
                               const char *resource, void *user)
{
    (void)prompt, (void)http, (void)method, (void)resource, (void)user;
    return NULL;
}

static int cups_open(const struct office *office, const char *where, struct destination **result)
{
    struct cups *cups = calloc(1, sizeof *cups);
    if (!cups)
        return -ENOMEM;
    cups->base = (struct destination){&destination_cups, office};
    if (snprintf(cups->wanted, sizeof cups->wanted, "%s", where) >= (int)sizeof cups->wanted) {
        free(cups);
        return -ENAMETOOLONG;
    }
    /* Without this libcups would ask at the terminal. */
    cupsSetPasswordCB2(no_password, NULL);
    *result = &cups->base;
    return 0;
}

static void leave(struct cups *cups)
{
    httpClose(cups->http);
    cups->http = NULL;
}

static void cups_close(struct destination *destination)
{
    free(destination);
}

static bool enter(struct cups *cups, char *why, size_t why_size)
{
    cupsSetServer(NULL); /* look again: its socket may be there by now */
    cups->http = httpConnect2(cupsServer(), ippPort(), NULL, AF_UNSPEC, cupsEncryption(), 1,
                              ANSWER_MS, NULL);
    if (!cups->http) {
        snprintf(why, why_size, "CUPS does not answer at %s: %s", cupsServer(), strerror(errno));
        cups->era++;
        return false;
    }
    httpSetTimeout(cups->http, ANSWER_MS / 1000.0, NULL, NULL);
    return true;
}

/* Settles which queue to use. False where there is none. */
static bool choose_queue(struct cups *cups, char *why, size_t why_size)
{
    const char *queue = cups->wanted[0] ? cups->wanted : cupsGetDefault2(cups->http);
    if (!queue) {
        snprintf(why, why_size,
                 "this CUPS server (%s) has no default printer: name one in [printer] to = "
                 "cups:QUEUE, lpstat -a lists them",
                 cupsServer());
        return false;
    }
    snprintf(cups->queue, sizeof cups->queue, "%s", queue);
    return true;
}

static ipp_t *new_request(const struct cups *cups, ipp_op_t operation)
{
    char uri[HTTP_MAX_URI];
    ipp_t *request = ippNewRequest(operation);
    httpAssembleURIf(HTTP_URI_CODING_ALL, uri, sizeof uri, "ipp", NULL, "localhost", 0,
                     "/printers/%s", cups->queue);
    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_URI, "printer-uri", NULL, uri);
    /* CUPS shows the names of jobs to their owner only. */
    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "requesting-user-name", NULL,
                 cupsUser());
    return request;
}

/* What CUPS answered that is no success, in words for whoever looks after the printer. */
static void explain(const struct cups *cups, char *why, size_t why_size)
{
    switch (cupsLastError()) {
    case IPP_STATUS_ERROR_NOT_FOUND:
        snprintf(why, why_size,
                 "no printer queue \"%s\" at this CUPS server (%s): lpstat -a lists them",
                 cups->queue, cupsServer());
        break;
    case IPP_STATUS_ERROR_NOT_ACCEPTING_JOBS:
        snprintf(why, why_size, "printer queue \"%s\" accepts no jobs: %s; cupsaccept allows them",
                 cups->queue, cupsLastErrorString());
        break;
    case IPP_STATUS_OK:
        snprintf(why, why_size, "CUPS (%s, queue \"%s\") does not answer", cupsServer(),
                 cups->queue);
        break;
    default:
        snprintf(why, why_size, "CUPS (%s, queue \"%s\") says: %s", cupsServer(), cups->queue,
                 cupsLastErrorString());
    }
}

static bool good(const ipp_t *answer)
{
    return answer && cupsLastError() <= IPP_STATUS_OK_CONFLICTING;
}

static void job_name(const struct ticket *ticket, char name[JOB_NAME_SIZE])
{
    int length = snprintf(name, JOB_NAME_SIZE, "Khiosk %s %s", ticket->day, ticket->number);
    if (ticket->copy > 1)
        snprintf(name + length, JOB_NAME_SIZE - (size_t)length, " copy %d", ticket->copy);
}

static const char *const job_attributes[] = {"job-id",
                                             "job-name",
                                             "job-state",
                                             "job-state-reasons",
                                             "job-printer-state-message",
                                             "job-printer-state-reasons",
                                             "time-at-creation"};

static void ask_for_job(ipp_t *request)
{
    ippAddStrings(request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "requested-attributes",
                  sizeof job_attributes / sizeof job_attributes[0], NULL, job_attributes);
}

/* Adds one attribute's words, unless they are empty or "none". */
static void add_words(struct job *job, ipp_attribute_t *attribute)
{
    char text[sizeof job->words];
    size_t used = strlen(job->words);
    if (ippAttributeString(attribute, text, sizeof text) > 0 && strcmp(text, "none") != 0)
        snprintf(job->words + used, sizeof job->words - used, "%s%s", used ? ", " : "", text);
}

/* Reads the attributes of one job and goes on to the next. */
static ipp_attribute_t *read_job(ipp_t *answer, ipp_attribute_t *at, struct job *job)
{
    *job = (struct job){0};
    for (; at && ippGetGroupTag(at) == IPP_TAG_JOB; at = ippNextAttribute(answer)) {
        const char *name = ippGetName(at);
        if (!name)
            break;
        if (strcmp(name, "job-id") == 0)
            job->id = ippGetInteger(at, 0);
        else if (strcmp(name, "job-state") == 0)
            job->state = (ipp_jstate_t)ippGetInteger(at, 0);
        else if (strcmp(name, "time-at-creation") == 0)
            job->made_ms = ippGetInteger(at, 0) * INT64_C(1000);
        else if (strcmp(name, "job-name") == 0)
            snprintf(job->name, sizeof job->name, "%s", ippGetString(at, 0, NULL));
        else
            add_words(job, at);
    }
    return at;
}

static enum print_result result_of(const struct cups *cups, const struct job *job, char *why,
                                   size_t why_size)
{
    switch (job->state) {
    case IPP_JSTATE_COMPLETED:
        return PRINT_DONE;
    case IPP_JSTATE_CANCELED:
    case IPP_JSTATE_ABORTED:
        snprintf(why, why_size, "job %s-%d was %s: %s", cups->queue, job->id,
                 job->state == IPP_JSTATE_ABORTED ? "aborted" : "cancelled", job->words);
        return PRINT_REFUSED;
    default:
        return PRINT_UNDER_WAY;
    }
}

/* Looks through CUPS's list for a job of this print that has not failed. True with *found, whose
 * id is 0 if there is none; false if CUPS does not answer. */
static bool find_job(struct cups *cups, const struct ticket *ticket, struct job *found)
{
    char name[JOB_NAME_SIZE];
    job_name(ticket, name);
    ipp_t *request = new_request(cups, IPP_OP_GET_JOBS);
    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_KEYWORD, "which-jobs", NULL, "all");
    ask_for_job(request);
    ipp_t *answer = cupsDoRequest(cups->http, request, "/");
    bool answered = good(answer);
    *found = (struct job){0};
    ipp_attribute_t *at = answered ? ippFirstAttribute(answer) : NULL;
    while (at) {
        struct job job;
        if (ippGetGroupTag(at) != IPP_TAG_JOB || !ippGetName(at)) {
            at = ippNextAttribute(answer);
            continue;
        }
        at = read_job(answer, at, &job);
        bool failed = job.state == IPP_JSTATE_CANCELED || job.state == IPP_JSTATE_ABORTED;
        if (strcmp(job.name, name) == 0 && !failed && destination_may_be(ticket, job.made_ms))
            *found = job;
    }
    ippDelete(answer);
    return answered;
}

/* The ticket as a PDF in memory. A descriptor at its start, or -errno. */
static int make_document(const struct cups *cups, const struct ticket *ticket)
{
    int fd = memfd_create("ticket", MFD_CLOEXEC);
    if (fd < 0)
        return -errno;
    int result = sheet_write(cups->base.office, ticket, SHEET_PDF, fd);
    if (result == 0 && lseek(fd, 0, SEEK_SET) < 0)
        result = -errno;
    if (result == 0)
        return fd;
    close(fd);
    return result;
}

/* Sends the document as a new job. Returns its id, or 0 with cupsLastError() saying why. */
static int send_job(struct cups *cups, const struct ticket *ticket, int document,
                    const char *format)
{
    char name[JOB_NAME_SIZE], media[64], resource[HTTP_MAX_URI];
    struct paper paper = ticket_paper(cups->base.office, ticket);
    job_name(ticket, name);
    snprintf(media, sizeof media, "custom_ticket_%dx%dmm", paper.width_mm, paper.height_mm);
    snprintf(resource, sizeof resource, "/printers/%s", cups->queue);
    ipp_t *request = new_request(cups, IPP_OP_PRINT_JOB);
    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_NAME, "job-name", NULL, name);
    ippAddString(request, IPP_TAG_OPERATION, IPP_TAG_MIMETYPE, "document-format", NULL, format);
    ippAddString(request, IPP_TAG_JOB, IPP_TAG_KEYWORD, "media", NULL, media);
    ippAddString(request, IPP_TAG_JOB, IPP_TAG_NAME, "job-sheets", NULL, "none");
    lseek(document, 0, SEEK_SET);
    ipp_t *answer = cupsDoIORequest(cups->http, request, resource, document, -1);
    int id = 0;
    if (good(answer))
        id = ippGetInteger(ippFindAttribute(answer, "job-id", IPP_TAG_INTEGER), 0);
    ippDelete(answer);
    return id;
}

static enum print_result submit(struct cups *cups, struct print *print, char *why, size_t why_size)
{
    int document = make_document(cups, &print->ticket);
    if (document < 0) {
        snprintf(why, why_size, "cannot draw the ticket: %s", strerror(-document));
        return PRINT_AWAY;
    }
    print->fresh = false;
    print->era = cups->era;
    print->job = send_job(cups, &print->ticket, document, CUPS_FORMAT_PDF);
    /* A queue without a driver may know no PDF; what it is given goes to the device as it is. */
    if (print->job == 0 && cupsLastError() == IPP_STATUS_ERROR_DOCUMENT_FORMAT_NOT_SUPPORTED)
        print->job = send_job(cups, &print->ticket, document, CUPS_FORMAT_RAW);
    close(document);
    if (print->job != 0)
        return PRINT_UNDER_WAY;
    explain(cups, why, why_size);
    return PRINT_AWAY;
}

static enum print_result cups_print(struct destination *destination, struct print *print, char *why,
                                    size_t why_size)
{
    struct cups *cups = (struct cups *)destination;
    struct job job = {0};
    enum print_result result = PRINT_AWAY;
    if (!enter(cups, why, why_size) || !choose_queue(cups, why, why_size))
        goto out;
    if (!print->fresh && !find_job(cups, &print->ticket, &job)) {
        explain(cups, why, why_size);
        goto out;
    }
    if (job.id != 0) {
        print->job = job.id;
        print->era = cups->era;
        result = result_of(cups, &job, why, why_size);
    } else {
        result = submit(cups, print, why, why_size);
    }
out:
    leave(cups);
    return result;
}

/* Asks for one job. True with *job, whose id is 0 if CUPS has none of that number; false if CUPS
 * does not answer. */
static bool get_job(struct cups *cups, const struct print *print, struct job *job)
{
    ipp_t *request = new_request(cups, IPP_OP_GET_JOB_ATTRIBUTES);
    ippAddInteger(request, IPP_TAG_OPERATION, IPP_TAG_INTEGER, "job-id", print->job);
    ask_for_job(request);
    ipp_t *answer = cupsDoRequest(cups->http, request, "/");
    bool answered = good(answer);
    *job = (struct job){0};
    ipp_attribute_t *at = answered ? ippFirstAttribute(answer) : NULL;
    while (at && ippGetGroupTag(at) != IPP_TAG_JOB)
        at = ippNextAttribute(answer);
    if (at)
        read_job(answer, at, job);
    ippDelete(answer);
    return answered || cupsLastError() == IPP_STATUS_ERROR_NOT_FOUND;
}

/* CUPS has no such job. One that was told to keep no history forgets a job when it is finished; one
 * that crashed forgets the jobs of its last seconds, and may give their numbers to others. */
static enum print_result result_of_unknown(struct cups *cups, const struct print *print,
                                           bool other_job, char *why, size_t why_size)
{
    if (other_job || print->era != cups->era) {
        snprintf(why, why_size, "CUPS has lost job %s-%d", cups->queue, print->job);
        return PRINT_REFUSED;
    }
    log_warning("CUPS no longer knows job %s-%d: ticket %s counts as printed", cups->queue,
                print->job, print->ticket.number);
    return PRINT_DONE;
}

static enum print_result cups_look(struct destination *destination, struct print *print, char *why,
                                   size_t why_size)
{
    struct cups *cups = (struct cups *)destination;
    char name[JOB_NAME_SIZE];
    struct job job;
    enum print_result result = PRINT_AWAY;
    if (!enter(cups, why, why_size))
        return PRINT_AWAY;
    job_name(&print->ticket, name);
    if (!get_job(cups, print, &job)) {
        cups->era++;
        explain(cups, why, why_size);
    } else if (job.id != 0 && strcmp(job.name, name) == 0) {
        result = result_of(cups, &job, why, why_size);
    } else {
        result = result_of_unknown(cups, print, job.id != 0, why, why_size);
    }
    leave(cups);
    return result;
}

const struct destination_kind destination_cups = {"cups:", cups_open, cups_print, cups_look,
                                                  cups_close};
