#include "kiosk/journal/verify.h"

#include <stdio.h>
#include <string.h>

#include "kiosk/ctl/ctl.h"

static void print_json(const char *path, const struct verification *result, const char *head)
{
    json_t *problems = json_array();
    for (size_t i = 0; i < result->problems.count; i++)
        json_array_append_new(problems, json_string(result->problems.lines[i]));
    json_t *report = json_pack(
        "{s:b, s:s, s:I, s:I, s:I, s:s, s:o}", "ok", result->problems.count == 0, "journal", path,
        "events", (json_int_t)result->rows, "tickets", (json_int_t)result->tickets, "days",
        (json_int_t)result->days, "head", result->head, "problems", problems);
    if (head)
        json_object_set_new(report, "head_row", json_integer(result->head_row));
    ctl_print_json(report);
    json_decref(report);
}

static void print_text(const char *path, const struct verification *result)
{
    for (size_t i = 0; i < result->problems.count; i++)
        fprintf(stderr, "queuectl: %s\n", result->problems.lines[i]);
    if (result->problems.count == VERIFY_PROBLEMS_MAX)
        fprintf(stderr, "queuectl: there may be more\n");
    printf("%s: %lld events, %lld tickets, %lld days, head %s\n%s\n", path, (long long)result->rows,
           (long long)result->tickets, (long long)result->days, result->head,
           result->problems.count == 0
               ? "The hash chain is whole, the tables are what the events say, and no number is "
                 "missing or given twice."
               : "The journal is NOT as it was written.");
    if (result->head_row > 0)
        printf("The hash asked for is that of row %lld; %lld rows came after it.\n",
               (long long)result->head_row, (long long)(result->rows - result->head_row));
}

int ctl_verify(struct ctl *ctl, int count, const char *const *words)
{
    char path[PATH_SIZE + 16], why[768] = "out of memory";
    const char *head = NULL;
    struct verification result;
    snprintf(path, sizeof path, "%s/khiosk.db", ctl->office.state_dir);
    for (int i = 0; i < count; i += 2) {
        if (i + 1 < count && strcmp(words[i], "--head") == 0)
            head = words[i + 1];
        else if (i + 1 < count && strcmp(words[i], "--db") == 0)
            snprintf(path, sizeof path, "%s", words[i + 1]);
        else
            return ctl_usage(ctl, "usage: verify [--head HASH] [--db FILE]");
    }
    unsigned char hash[CHAIN_HASH_SIZE];
    if (head && !chain_from_hex(head, hash))
        return ctl_usage(ctl, "verify --head: a hash has 64 hexadecimal digits");
    if (!verify_journal(path, head, &result, why, sizeof why)) {
        fprintf(stderr, "queuectl: %s\n", why);
        return EXIT_FAILED;
    }
    bool good = result.problems.count == 0;
    if (ctl->json)
        print_json(path, &result, head);
    else
        print_text(path, &result);
    problems_finish(&result.problems);
    return good ? EXIT_DONE : EXIT_FAILED;
}
