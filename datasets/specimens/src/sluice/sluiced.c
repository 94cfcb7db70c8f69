/*
 * sluiced: a collector of log lines that come as datagrams.
 *
 * Every source announces itself with labels, and again whenever its file is rotated. With -DLEAK the pointer to the
 * labels of the first announcement is overwritten by that of the second.
 */
#include "../local-socket.h"
#include <time.h>

typedef struct labels {
    size_t count;
    char **values;
} labels_t;

typedef struct source {
    char *host;
    labels_t *labels;
    unsigned long lines;
    unsigned long errors;
    unsigned announced;
    struct source *left, *right;
} source_t;

/* Lines that are let pass though they tell of an error. */
typedef struct rule {
    struct rule *next;
    char *phrase;
} rule_t;

static rule_t *rules;
/* Sources by name. */
static source_t *sources;
static unsigned long malformed;

__attribute__((format(printf, 3, 4))) static void log_line(const char *module, const char *severity,
                                                           const char *format, ...)
{
    char line[512];
    time_t now = time(NULL);
    struct tm utc;
    size_t used = strftime(line, sizeof line, "%a %b %d %H:%M:%S %Y ", gmtime_r(&now, &utc));
    used += snprintf(line + used, sizeof line - used, "%s (%s) ", module, severity);
    va_list args;
    va_start(args, format);
    used += vsnprintf(line + used, sizeof line - used - 1, format, args);
    va_end(args);
    line[used++] = '\n';
    (void)!write(STDERR_FILENO, line, used);
}

static char *text_to_cut(const char *text)
{
    char *copy = malloc(strlen(text) + 1);
    return strcpy(copy, text);
}

/* Reads rules that are separated by semicolons. The copy that is cut up is lost: a leak of its own, once. */
static void rules_read(const char *text)
{
    char *rest = NULL, *copy = text_to_cut(text);
    for (char *phrase = strtok_r(copy, ";", &rest); phrase != NULL; phrase = strtok_r(NULL, ";", &rest)) {
        rule_t *rule = malloc(sizeof *rule);
        rule->phrase = strdup(phrase);
        rule->next = rules;
        rules = rule;
    }
}

static int rules_pass(const char *line)
{
    const rule_t *rule = rules;
    while (rule != NULL && strstr(line, rule->phrase) == NULL) rule = rule->next;
    return rule != NULL;
}

static labels_t *labels_read(char *text)
{
    labels_t *labels = calloc(1, sizeof *labels);
    for (char *value = strtok(text, ","); value != NULL; value = strtok(NULL, ",")) {
        labels->values = reallocarray(labels->values, labels->count + 1, sizeof *labels->values);
        labels->values[labels->count++] = strdup(value);
    }
    return labels;
}

static void labels_destroy(labels_t *labels)
{
    if (labels == NULL) return;
    while (labels->count > 0) free(labels->values[--labels->count]);
    free(labels->values);
    free(labels);
}

static source_t *source_named(const char *host, int make)
{
    source_t **place = &sources;
    while (*place != NULL) {
        int order = strcmp(host, (*place)->host);
        if (order == 0) return *place;
        place = order < 0 ? &(*place)->left : &(*place)->right;
    }
    if (!make) return NULL;
    *place = calloc(1, sizeof **place);
    (*place)->host = strdup(host);
    return *place;
}

static void sources_destroy(source_t *source)
{
    if (source == NULL) return;
    sources_destroy(source->left);
    sources_destroy(source->right);
    log_line("INTAKE", "info", "source %s: %lu lines, %lu errors, announced %u times", source->host,
             source->lines, source->errors, source->announced);
    labels_destroy(source->labels);
    free(source->host);
    free(source);
}

static void intake_announcement(const char *host, char *labels)
{
    source_t *source = source_named(host, 1);
#ifndef LEAK
    labels_destroy(source->labels);
#endif
    source->labels = labels_read(labels);
    size_t count = source->labels->count;
    if (source->announced++ == 0) log_line("INTAKE", "info", "source %s announced, %zu labels", host, count);
    else log_line("INTAKE", "notice", "source %s announced again after rotation, %zu labels", host, count);
}

static void intake_line(const char *host, const char *severity, const char *text)
{
    source_t *source = source_named(host, 0);
    if (source == NULL) {
        log_line("INTAKE", "error", "line from unknown source %s thrown away", host);
        malformed++;
        return;
    }
    source->lines++;
    if (strcmp(severity, "E") == 0) {
        source->errors++;
        if (rules_pass(text)) return;
        log_line("FILTER", "warning", "%s [%s] %s", host, source->labels->values[0], text);
    }
}

/* Takes a datagram in; 0 when it was the last. */
static int intake(char *datagram)
{
    char *rest = NULL;
    char *kind = strtok_r(datagram, "|", &rest);
    char *host = strtok_r(NULL, "|", &rest);
    char *third = strtok_r(NULL, "|", &rest);
    char *fourth = strtok_r(NULL, "|", &rest);
    if (kind != NULL && strcmp(kind, "END") == 0) return 0;
    if (host != NULL && third != NULL && strcmp(kind, "ANN") == 0) {
        intake_announcement(host, third);
    } else if (fourth != NULL && strcmp(kind, "LOG") == 0) {
        intake_line(host, third, fourth);
    } else {
        malformed++;
        log_line("SOCKET", "error", "malformed datagram thrown away (%lu so far)", malformed);
    }
    return 1;
}

static void drain(int fd)
{
    char datagram[256];
    ssize_t length;
    do {
        length = recv(fd, datagram, sizeof datagram - 1, 0);
        datagram[length > 0 ? length : 0] = '\0';
    } while (length >= 0 && intake(datagram));
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    int fd = local_listen(argv[1], SOCK_DGRAM);
    rules_read("after 10;after 49;out of coffee");
    log_line("SOCKET", "info", "sluiced collects datagrams at %s", argv[1]);
    drain(fd);
    close(fd);
    sources_destroy(sources);
    log_line("SOCKET", "info", "sluiced ends, %lu datagrams thrown away", malformed);
    return 0;
}
