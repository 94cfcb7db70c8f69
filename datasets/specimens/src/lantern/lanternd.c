/*
 * lanternd: a directory of services. Texts of errors, handlers and zones are allocated once, when they are first
 * needed, and serve until the end; the services that register are freed when they go. Nothing is lost,
 * however often a look-up fails.
 */
#include "../local-socket.h"
#include <sys/time.h>
#include <time.h>

#define GLOG(severity, ...) glog(severity, __LINE__, __VA_ARGS__)

enum error { NO_ERROR, UNKNOWN_SERVICE, UNKNOWN_ZONE, DUPLICATE, BAD_REQUEST, ERROR_COUNT };

struct service {
    char *name;
    char *address;
    struct service *next;
};

struct zone {
    const char *name;
    struct service *services;
};

struct handler {
    const char *verb;
    enum error (*serve)(int fd, char **words);
};

static struct zone *zones;
static struct handler *handlers;
static char **error_texts;
static unsigned failures[ERROR_COUNT];

__attribute__((format(printf, 3, 4))) static void glog(char severity, int line_number, const char *format, ...)
{
    char line[400];
    struct timeval now;
    struct tm utc;
    gettimeofday(&now, NULL);
    gmtime_r(&now.tv_sec, &utc);
    int n = snprintf(line, sizeof line, "%c%02d%02d %02d:%02d:%02d.%06ld %5d lanternd.c:%d] ", severity,
                     utc.tm_mon + 1, utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, (long)now.tv_usec, getpid(),
                     line_number);
    va_list ap;
    va_start(ap, format);
    n += vsnprintf(line + n, sizeof line - n - 1, format, ap);
    va_end(ap);
    line[n++] = '\n';
    (void)!write(2, line, n);
}

static void load_error_texts(void)
{
    static const char *const texts[ERROR_COUNT] = {"none", "no such service", "no such zone",
                                                   "registered already", "request not understood"};
    error_texts = calloc(ERROR_COUNT, sizeof *error_texts);
    for (int i = 0; i < ERROR_COUNT; i++) error_texts[i] = strdup(texts[i]);
    GLOG('I', "texts of %d errors loaded", ERROR_COUNT);
}

static const char *error_text(enum error error)
{
    if (error_texts == NULL) load_error_texts();
    return error_texts[error];
}

static struct zone *zone_named(const char *name)
{
    static const char *const names[] = {"harbour", "hill", "mill", "market"};
    if (zones == NULL) {
        zones = calloc(4, sizeof *zones);
        for (int i = 0; i < 4; i++) zones[i].name = names[i];
        GLOG('I', "4 zones opened");
    }
    for (int i = 0; i < 4; i++)
        if (strcmp(zones[i].name, name) == 0) return &zones[i];
    return NULL;
}

static struct service **service_named(struct zone *zone, const char *name)
{
    struct service **link = &zone->services;
    while (*link != NULL && strcmp((*link)->name, name) != 0) link = &(*link)->next;
    return link;
}

static enum error serve_register(int fd, char **words)
{
    struct zone *zone = zone_named(words[1]);
    if (zone == NULL) return UNKNOWN_ZONE;
    struct service **link = service_named(zone, words[2]);
    if (*link != NULL) return DUPLICATE;
    *link = calloc(1, sizeof **link);
    (*link)->name = strdup(words[2]);
    (*link)->address = strdup(words[3]);
    GLOG('I', "%s registered in %s at %s", words[2], zone->name, words[3]);
    write_line(fd, "ok");
    return NO_ERROR;
}

static enum error serve_remove(int fd, char **words)
{
    struct zone *zone = zone_named(words[1]);
    if (zone == NULL) return UNKNOWN_ZONE;
    struct service **link = service_named(zone, words[2]);
    struct service *service = *link;
    if (service == NULL) return UNKNOWN_SERVICE;
    *link = service->next;
    GLOG('I', "%s removed from %s", service->name, zone->name);
    free(service->name);
    free(service->address);
    free(service);
    write_line(fd, "ok");
    return NO_ERROR;
}

static enum error serve_find(int fd, char **words)
{
    struct zone *zone = zone_named(words[1]);
    struct service *service = zone != NULL ? *service_named(zone, words[2]) : NULL;
    if (zone == NULL) return UNKNOWN_ZONE;
    if (service == NULL) return UNKNOWN_SERVICE;
    write_line(fd, "at %s", service->address);
    return NO_ERROR;
}

static void add_handler(int place, const char *verb, enum error (*serve)(int, char **))
{
    handlers = realloc(handlers, (place + 1) * sizeof *handlers);
    handlers[place] = (struct handler){verb, serve};
}

static void set_up_handlers(void)
{
    add_handler(0, "find", serve_find);
    add_handler(1, "register", serve_register);
    add_handler(2, "remove", serve_remove);
    add_handler(3, NULL, NULL);
}

static enum error serve_request(int fd, char *line)
{
    char *words[4];
    int count = 0;
    for (char *word = strtok(line, " "); word != NULL && count < 4; word = strtok(NULL, " ")) words[count++] = word;
    while (count < 4) words[count++] = "";
    for (struct handler *handler = handlers; handler->verb != NULL; handler++)
        if (strcmp(handler->verb, words[0]) == 0) return handler->serve(fd, words);
    return BAD_REQUEST;
}

static void serve_connection(int fd, int *dark)
{
    char line[160], request[160];
    while (!*dark && read_line(fd, line, sizeof line) >= 0) {
        *dark = strcmp(line, "dark") == 0;
        strcpy(request, line);
        enum error error = *dark ? NO_ERROR : serve_request(fd, line);
        if (error == NO_ERROR) continue;
        failures[error]++;
        GLOG(error == BAD_REQUEST ? 'E' : 'W', "\"%s\" failed: %s (failure %u of its kind)", request,
             error_text(error), failures[error]);
        write_line(fd, "error %s", error_text(error));
    }
}

int main(int argc, char **argv)
{
    int dark = 0;
    if (argc != 2) return 2;
    set_up_handlers();
    int listener = local_listen(argv[1], SOCK_STREAM);
    GLOG('I', "lit, waiting for probes at %s", argv[1]);
    for (int number = 1; !dark; number++) {
        int fd = accept(listener, NULL, NULL);
        GLOG('I', "connection %d from lantern-probe", number);
        serve_connection(fd, &dark);
        GLOG('I', "connection %d closed", number);
        close(fd);
    }
    GLOG('I', "dark, %u look-ups and %u requests failed", failures[UNKNOWN_SERVICE] + failures[UNKNOWN_ZONE],
         failures[BAD_REQUEST]);
    close(listener);
    return 0;
}
