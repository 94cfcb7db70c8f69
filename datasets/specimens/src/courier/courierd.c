/*
 * courierd: hands messages on to whoever has subscribed to their topic.
 *
 * A filter is taken apart level by level. With -DLEAK the levels of a filter that turns out to be wrong are lost.
 */
#include "../local-socket.h"
#include <poll.h>
#include <time.h>

enum { MOST_SESSIONS = 16, MOST_LEVELS = 12 };

struct filter {
    int count;
    char **levels;
    struct filter *next;
};

struct session {
    int fd;
    char *client;
    struct filter *filters;
};

/* The last message of each topic, kept for later subscribers. */
struct retained {
    char *topic;
    char *payload;
    struct retained *next;
};

static struct session *sessions[MOST_SESSIONS];
static struct retained *retained_messages;
static int stopping;

__attribute__((format(printf, 2, 3))) static void note(const char *level, const char *format, ...)
{
    char line[400];
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    int length = strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%S", &utc);
    length += snprintf(line + length, sizeof line - length, ".%03ldZ courierd %s: ", now.tv_nsec / 1000000, level);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line + length, sizeof line - length - 1, format, arguments);
    va_end(arguments);
    strcat(line, "\n");
    (void)!write(2, line, strlen(line));
}

static char *copy_text(const char *text, size_t length)
{
    char *copy = malloc(length + 1);
    memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

static void filter_free(struct filter *filter)
{
    for (int i = 0; i < filter->count; i++) free(filter->levels[i]);
    free(filter->levels);
    free(filter);
}

static const char *level_error(const struct filter *filter, int last)
{
    const char *level = filter->levels[filter->count - 1];
    if (strchr(level, '#') != NULL && (level[1] != '\0' || !last)) return "'#' must stand alone and last";
    if (strchr(level, '+') != NULL && level[1] != '\0') return "'+' must stand alone";
    return NULL;
}

/* NULL, with the reason, for a filter that breaks the rules. */
static struct filter *filter_parse(const char *text, const char **reason)
{
    struct filter *filter = calloc(1, sizeof *filter);
    filter->levels = calloc(MOST_LEVELS, sizeof *filter->levels);
    for (const char *level = text; level != NULL && filter->count < MOST_LEVELS;) {
        const char *slash = strchr(level, '/');
        filter->levels[filter->count++] = copy_text(level, slash ? (size_t)(slash - level) : strlen(level));
        *reason = level_error(filter, slash == NULL);
        if (*reason != NULL) {
#ifndef LEAK
            filter_free(filter);
#endif
            return NULL;
        }
        level = slash ? slash + 1 : NULL;
    }
    return filter;
}

static int filter_matches(const struct filter *filter, const char *topic)
{
    for (int i = 0; i < filter->count; i++) {
        size_t length = strcspn(topic, "/");
        if (filter->levels[i][0] == '#') return 1;
        if (length == 0) return 0;
        if (filter->levels[i][0] != '+' &&
            (strncmp(filter->levels[i], topic, length) != 0 || filter->levels[i][length] != '\0'))
            return 0;
        topic += length;
        if (*topic == '/') topic++;
    }
    return *topic == '\0';
}

static void retain(const char *topic, const char *payload)
{
    struct retained *message = retained_messages;
    while (message != NULL && strcmp(message->topic, topic) != 0) message = message->next;
    if (message == NULL) {
        message = calloc(1, sizeof *message);
        message->topic = copy_text(topic, strlen(topic));
        message->next = retained_messages;
        retained_messages = message;
    }
    free(message->payload);
    message->payload = copy_text(payload, strlen(payload));
}

static void session_close(int slot, const char *why)
{
    struct session *session = sessions[slot];
    note("notice", "client %s left (%s)", session->client ? session->client : "?", why);
    for (struct filter *filter = session->filters, *next; filter != NULL; filter = next) {
        next = filter->next;
        filter_free(filter);
    }
    close(session->fd);
    free(session->client);
    free(session);
    sessions[slot] = NULL;
}

static void handle_subscribe(struct session *session, const char *text)
{
    const char *reason = NULL;
    struct filter *filter = filter_parse(text, &reason);
    if (filter == NULL) {
        note("error", "client %s: subscription to \"%s\" refused: %s", session->client, text, reason);
        write_line(session->fd, "refused %s", reason);
        return;
    }
    filter->next = session->filters;
    session->filters = filter;
    note("info", "client %s subscribed to \"%s\"", session->client, text);
    write_line(session->fd, "ok");
}

static void handle_publish(struct session *session, const char *topic, const char *payload)
{
    int receivers = 0;
    retain(topic, payload);
    for (int slot = 0; slot < MOST_SESSIONS; slot++) {
        struct filter *filter = sessions[slot] ? sessions[slot]->filters : NULL;
        while (filter != NULL && !filter_matches(filter, topic)) filter = filter->next;
        receivers += filter != NULL;
    }
    note("info", "client %s published %zu bytes to %s, %d receivers", session->client, strlen(payload), topic,
         receivers);
    write_line(session->fd, "ok %d", receivers);
}

static void handle_line(int slot, char *line)
{
    struct session *session = sessions[slot];
    char *word = strtok(line, " ");
    char *first = strtok(NULL, " ");
    char *second = strtok(NULL, "");
    if (word == NULL) return;
    if (strcmp(word, "connect") == 0 && first != NULL) {
        session->client = copy_text(first, strlen(first));
        note("notice", "client %s connected on socket %d", first, session->fd);
        write_line(session->fd, "ok");
    } else if (strcmp(word, "subscribe") == 0 && first != NULL) {
        handle_subscribe(session, first);
    } else if (strcmp(word, "publish") == 0 && second != NULL) {
        handle_publish(session, first, second);
    } else if (strcmp(word, "disconnect") == 0) {
        write_line(session->fd, "bye");
        session_close(slot, "disconnect");
    } else if (strcmp(word, "stop") == 0) {
        note("notice", "stop requested by client %s", session->client);
        stopping = 1;
        session_close(slot, "stop");
    }
}

static void session_open(int listener)
{
    int slot = 0;
    while (slot < MOST_SESSIONS - 1 && sessions[slot] != NULL) slot++;
    sessions[slot] = calloc(1, sizeof **sessions);
    sessions[slot]->fd = accept(listener, NULL, NULL);
}

static void session_read(int slot)
{
    char line[256];
    if (read_line(sessions[slot]->fd, line, sizeof line) < 0) session_close(slot, "end of stream");
    else handle_line(slot, line);
}

static void serve(int listener)
{
    while (!stopping) {
        struct pollfd polled[MOST_SESSIONS + 1] = {{.fd = listener, .events = POLLIN}};
        for (int slot = 0; slot < MOST_SESSIONS; slot++) {
            polled[slot + 1].fd = sessions[slot] ? sessions[slot]->fd : -1;
            polled[slot + 1].events = POLLIN;
        }
        if (poll(polled, MOST_SESSIONS + 1, -1) < 0) continue;
        for (int slot = 0; slot < MOST_SESSIONS && !stopping; slot++) {
            if (polled[slot + 1].revents) session_read(slot);
        }
        if (polled[0].revents) session_open(listener);
    }
}

/* The value of an option such as "banner=text". */
static char *option_value(const char *option)
{
    const char *value = strchr(option, '=') + 1;
    return copy_text(value, strlen(value));
}

static void greet(void)
{
    /* Lost once in the life of the program, whatever the workload: a leak with another cause. */
    const char *banner = option_value("banner=courierd ready to carry");
    note("notice", "%s", banner);
}

int main(int count, char **arguments)
{
    if (count != 2) return 2;
    int listener = local_listen(arguments[1], SOCK_STREAM);
    greet();
    serve(listener);
    close(listener);
    note("notice", "stopped");
    return 0;
}
