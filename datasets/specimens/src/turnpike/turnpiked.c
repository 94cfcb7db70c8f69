/*
 * turnpiked: a proxy. Requests of clients go on to an origin over connections that are kept for later ones; what is
 * under way is held in buffers from a pool. Both pools grow to what the busiest moment needs, and keep it. They are
 * given back to nobody at the end, which is no leak: all of it can still be reached.
 */
#include "../local-socket.h"
#include <poll.h>
#include <time.h>

enum { MOST_CLIENTS = 40, SLAB = 4, BUFFER_SIZE = 256 };

typedef struct exchange {
    struct exchange *next_free;
    int client_fd;
    unsigned serial;
    char text[BUFFER_SIZE];
} Exchange;

typedef struct slab {
    struct slab *next;
    Exchange exchanges[SLAB];
} Slab;

typedef struct upstream {
    struct upstream *next;
    Exchange *carries;
    int fd;
    unsigned number;
    unsigned served;
} Upstream;

static struct {
    Slab *slabs;
    Exchange *free_list;
    unsigned size, in_use, peak;
} pool;

static Upstream *upstreams;
static unsigned upstream_count, serial;
static int clients[MOST_CLIENTS];
static const char *origin_file;
static int toll_open = 1;

__attribute__((format(printf, 3, 4))) static void errlog(const char *level, unsigned connection,
                                                         const char *format, ...)
{
    char line[400];
    time_t now = time(NULL);
    struct tm utc;
    int n = strftime(line, sizeof line, "%Y/%m/%d %H:%M:%S ", gmtime_r(&now, &utc));
    n += snprintf(line + n, sizeof line - n, "[%s] %d#0: ", level, getpid());
    if (connection > 0) n += snprintf(line + n, sizeof line - n, "*%u ", connection);
    va_list ap;
    va_start(ap, format);
    n += vsnprintf(line + n, sizeof line - n - 1, format, ap);
    va_end(ap);
    line[n++] = '\n';
    (void)!write(2, line, n);
}

static void pool_grow(void)
{
    Slab *slab = calloc(1, sizeof *slab);
    slab->next = pool.slabs;
    pool.slabs = slab;
    for (int i = SLAB - 1; i >= 0; i--) {
        slab->exchanges[i].next_free = pool.free_list;
        pool.free_list = &slab->exchanges[i];
    }
    pool.size += SLAB;
    errlog("warn", 0, "exchange pool is full, grown to %u", pool.size);
}

static Exchange *pool_take(int client_fd)
{
    if (pool.free_list == NULL) pool_grow();
    Exchange *exchange = pool.free_list;
    pool.free_list = exchange->next_free;
    exchange->client_fd = client_fd;
    exchange->serial = ++serial;
    if (++pool.in_use > pool.peak) pool.peak = pool.in_use;
    return exchange;
}

static void pool_return(Exchange *exchange)
{
    exchange->next_free = pool.free_list;
    pool.free_list = exchange;
    pool.in_use--;
}

static Upstream *upstream_open(void)
{
    Upstream *upstream = calloc(1, sizeof *upstream);
    upstream->fd = local_connect(origin_file, SOCK_STREAM);
    upstream->number = ++upstream_count;
    upstream->next = upstreams;
    upstreams = upstream;
    return upstream;
}

static Upstream *upstream_acquire(const Exchange *exchange)
{
    Upstream *upstream = upstreams;
    while (upstream != NULL && upstream->carries != NULL) upstream = upstream->next;
    if (upstream == NULL) {
        upstream = upstream_open();
        errlog("notice", exchange->serial, "no idle upstream, connection %u opened", upstream->number);
    }
    return upstream;
}

static void forward_request(int client_fd, const char *request)
{
    Exchange *exchange = pool_take(client_fd);
    snprintf(exchange->text, sizeof exchange->text, "%s", request);
    Upstream *upstream = upstream_acquire(exchange);
    upstream->carries = exchange;
    errlog("info", exchange->serial, "\"%s\" to upstream %u", exchange->text, upstream->number);
    write_line(upstream->fd, "%s", exchange->text);
}

static void forward_reply(Upstream *upstream)
{
    char reply[BUFFER_SIZE];
    Exchange *exchange = upstream->carries;
    read_line(upstream->fd, reply, sizeof reply);
    if (strncmp(reply, "200", 3) != 0)
        errlog("error", exchange->serial, "upstream %u answered \"%s\" while serving \"%s\"",
               upstream->number, reply, exchange->text);
    write_line(exchange->client_fd, "%s", reply);
    upstream->served++;
    upstream->carries = NULL;
    pool_return(exchange);
}

static void client_read(int *client)
{
    char request[BUFFER_SIZE];
    if (read_line(*client, request, sizeof request) < 0) {
        close(*client);
        *client = -1;
    } else if (strcmp(request, "SHUT") == 0) {
        toll_open = 0;
    } else {
        forward_request(*client, request);
    }
}

static void client_accept(int listener)
{
    int slot = 0;
    while (clients[slot] != -1) slot++;
    clients[slot] = accept(listener, NULL, NULL);
}

static void proxy_loop(int listener)
{
    while (toll_open) {
        struct pollfd polled[2 * MOST_CLIENTS + 1] = {{.fd = listener, .events = POLLIN}};
        Upstream *busy[MOST_CLIENTS];
        int count = 1 + MOST_CLIENTS;
        for (int i = 0; i < MOST_CLIENTS; i++) polled[i + 1] = (struct pollfd){.fd = clients[i], .events = POLLIN};
        for (Upstream *upstream = upstreams; upstream != NULL; upstream = upstream->next) {
            if (upstream->carries == NULL) continue;
            busy[count - MOST_CLIENTS - 1] = upstream;
            polled[count++] = (struct pollfd){.fd = upstream->fd, .events = POLLIN};
        }
        poll(polled, count, -1);
        for (int i = 0; i < MOST_CLIENTS; i++)
            if (polled[i + 1].revents) client_read(&clients[i]);
        for (int i = MOST_CLIENTS + 1; i < count; i++)
            if (polled[i].revents) forward_reply(busy[i - MOST_CLIENTS - 1]);
        if (polled[0].revents) client_accept(listener);
    }
}

int main(int argc, char **argv)
{
    static char origin[100];
    if (argc != 2) return 2;
    snprintf(origin, sizeof origin, "%s.origin", argv[1]);
    origin_file = origin;
    for (int i = 0; i < MOST_CLIENTS; i++) clients[i] = -1;
    int listener = local_listen(argv[1], SOCK_STREAM);
    errlog("notice", 0, "turnpiked: ready, origin is turnpike-mill at %s", origin_file);
    proxy_loop(listener);
    for (Upstream *upstream = upstreams; upstream != NULL; upstream = upstream->next) {
        errlog("info", 0, "upstream %u served %u requests", upstream->number, upstream->served);
        close(upstream->fd);
    }
    errlog("notice", 0, "turnpiked: %u requests, at most %u at once, pool of %u", serial, pool.peak, pool.size);
    return 0;
}
