/*
 * larderd: a cache with sessions. Entries live in a hash table until they are deleted or expire.
 *
 * With -DLEAK a deleted entry leaves the table without its node and key being freed; expiry does it right.
 */
#include "../local-socket.h"
#include <stdint.h>
#include <time.h>

#define BUCKETS 32

struct shelf_entry {
    uint32_t hash;
    int expires_at;
    char *key;
    char *value;
    struct shelf_entry *next;
};

struct login {
    char token[12];
    char *user;
    int hits, misses;
};

/* Who has used the cache, for the count at its end. */
struct customer {
    char *user;
    int visits;
};

static struct shelf_entry *shelves[BUCKETS];
static struct customer *customers;
static int customer_count;
static int entry_count;
/* The cache's own clock, moved on by the command TICK. */
static int ticks;

static void emit(const char *level, const char *event, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void emit(const char *level, const char *event, const char *format, ...)
{
    char line[400], stamp[32];
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", gmtime_r(&now.tv_sec, &utc));
    int n = snprintf(line, sizeof line, "time=%s.%06ldZ level=%s app=larderd msg=\"%s\" ", stamp,
                     now.tv_nsec / 1000, level, event);
    va_list ap;
    va_start(ap, format);
    n += vsnprintf(line + n, sizeof line - n - 1, format, ap);
    va_end(ap);
    line[n++] = '\n';
    (void)!write(2, line, n);
}

static uint32_t hash_key(const char *key)
{
    uint32_t hash = 2166136261u;
    while (*key) hash = (hash ^ (unsigned char)*key++) * 16777619u;
    return hash;
}

static struct shelf_entry **shelf_find(const char *key)
{
    uint32_t hash = hash_key(key);
    struct shelf_entry **link = &shelves[hash % BUCKETS];
    while (*link && ((*link)->hash != hash || strcmp((*link)->key, key) != 0)) link = &(*link)->next;
    return link;
}

static void shelf_put(const char *key, const char *value, int lifetime)
{
    struct shelf_entry **link = shelf_find(key);
    if (*link == NULL) {
        struct shelf_entry *entry = malloc(sizeof *entry);
        *entry = (struct shelf_entry){.hash = hash_key(key), .key = strdup(key)};
        *link = entry;
        entry_count++;
    }
    free((*link)->value);
    (*link)->value = strdup(value);
    (*link)->expires_at = ticks + lifetime;
}

static void entry_free(struct shelf_entry *entry)
{
    free(entry->value);
    free(entry->key);
    free(entry);
}

static int shelf_remove(const char *key)
{
    struct shelf_entry **link = shelf_find(key);
    struct shelf_entry *entry = *link;
    if (entry == NULL) return 0;
    *link = entry->next;
    entry_count--;
#ifdef LEAK
    free(entry->value);
#else
    entry_free(entry);
#endif
    return 1;
}

/* Takes out what has had its time; a time that never comes takes out all. */
static int shelf_expire(int now)
{
    int expired = 0;
    for (int bucket = 0; bucket < BUCKETS; bucket++) {
        for (struct shelf_entry **link = &shelves[bucket]; *link;) {
            struct shelf_entry *entry = *link;
            if (entry->expires_at > now) {
                link = &entry->next;
                continue;
            }
            *link = entry->next;
            entry_free(entry);
            entry_count--;
            expired++;
        }
    }
    return expired;
}

static void customer_visit(const char *user)
{
    int i = 0;
    while (i < customer_count && strcmp(customers[i].user, user) != 0) i++;
    if (i == customer_count) {
        customers = realloc(customers, ++customer_count * sizeof *customers);
        customers[i] = (struct customer){.user = strdup(user)};
    }
    customers[i].visits++;
}

static struct login *login_begin(const char *user, int number)
{
    struct login *login = calloc(1, sizeof *login);
    snprintf(login->token, sizeof login->token, "s%06x", number * 7919 % 0xffffff);
    login->user = strdup(user);
    customer_visit(user);
    emit("info", "session opened", "session=%s user=%s", login->token, user);
    return login;
}

static void login_end(struct login *login)
{
    emit("info", "session closed", "session=%s user=%s hits=%d misses=%d", login->token, login->user,
         login->hits, login->misses);
    free(login->user);
    free(login);
}

static void request_set(int fd, const struct login *login, const char *rest)
{
    char key[40], value[80];
    int lifetime;
    if (sscanf(rest, "%39s %d %79s", key, &lifetime, value) != 3 || lifetime <= 0) {
        emit("error", "bad request", "session=%s request=\"SET %s\"", login->token, rest);
        write_line(fd, "ERR syntax");
        return;
    }
    shelf_put(key, value, lifetime);
    emit("info", "stored", "session=%s key=%s lifetime=%d entries=%d", login->token, key, lifetime, entry_count);
    write_line(fd, "OK");
}

static void request_get(int fd, struct login *login, const char *key)
{
    struct shelf_entry *entry = *shelf_find(key);
    *(entry ? &login->hits : &login->misses) += 1;
    if (entry == NULL) emit("warn", "miss", "session=%s key=%s", login->token, key);
    write_line(fd, entry ? "VALUE %s" : "NONE", entry ? entry->value : "");
}

static void request_delete(int fd, const struct login *login, const char *key)
{
    int removed = shelf_remove(key);
    emit(removed ? "info" : "warn", removed ? "deleted" : "nothing to delete", "session=%s key=%s entries=%d",
         login->token, key, entry_count);
    write_line(fd, removed ? "OK" : "NONE");
}

/* Serves one request of a session; 0 when it was the last. */
static int request(int fd, struct login *login, char *line)
{
    char *rest = strchr(line, ' ');
    if (rest != NULL) *rest++ = '\0';
    if (strcmp(line, "SET") == 0) request_set(fd, login, rest);
    else if (strcmp(line, "GET") == 0) request_get(fd, login, rest);
    else if (strcmp(line, "DEL") == 0) request_delete(fd, login, rest);
    else if (strcmp(line, "TICK") == 0) {
        ticks += atoi(rest);
        emit("info", "expired", "session=%s tick=%d count=%d", login->token, ticks, shelf_expire(ticks));
        write_line(fd, "OK");
    } else {
        return 0;
    }
    return 1;
}

/* One connection from its first line to its last; 0 when the cache is to stop. */
static int session(int fd, int number)
{
    char line[200] = "", user[40];
    if (read_line(fd, line, sizeof line) < 0) return 1;
    if (sscanf(line, "AUTH %39s", user) != 1) {
        emit("error", "authentication failed", "connection=%d", number);
        write_line(fd, "ERR auth");
        return 1;
    }
    struct login *login = login_begin(user, number);
    write_line(fd, "OK %s", login->token);
    while (read_line(fd, line, sizeof line) >= 0 && request(fd, login, line)) continue;
    login_end(login);
    return strcmp(line, "HALT") != 0;
}

int main(int argc, char **argv)
{
    int port, number = 0, running = 1;
    if (argc != 2) return 2;
    int listener = loopback_listen(argv[1], &port);
    emit("info", "listening", "address=127.0.0.1:%d buckets=%d", port, BUCKETS);
    while (running) {
        int fd = accept(listener, NULL, NULL);
        running = session(fd, ++number);
        close(fd);
    }
    emit("info", "stopping", "users=%d entries=%d", customer_count, entry_count);
    shelf_expire(INT32_MAX);
    close(listener);
    return 0;
}
