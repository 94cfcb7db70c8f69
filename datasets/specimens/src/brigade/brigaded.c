/*
 * brigaded: a queue of jobs for workers that ask for them.
 *
 * A worker that says goodbye is dismissed and freed. With -DLEAK those who are still there when the queue closes are
 * only hung up on.
 */
#include "../local-socket.h"
#include <poll.h>
#include <syslog.h>
#include <time.h>

struct job {
    int number;
    int attempts;
    char *order;
    struct job *next;
};

struct worker {
    int fd;
    int jobs_done;
    char *name;
    char *skills;
    struct job *holds;
};

struct crew {
    int count;
    int room;
    struct worker **workers;
};

/* Every trade that somebody has named, kept for the rest of the day. */
struct trade {
    char *name;
    struct trade *next;
};

/* How often each hour saw a job; what is kept points behind the head. */
struct ledger_head {
    char title[16];
};

static struct job *waiting;
static struct trade *trades;
static int *ledger_hours;
static int jobs_taken_in;
static int closing;

__attribute__((format(printf, 2, 3))) static void journal(int priority, const char *format, ...)
{
    static const char *const names[] = {[LOG_ERR] = "error: ", [LOG_WARNING] = "warning: ", [LOG_NOTICE] = "",
                                        [LOG_INFO] = ""};
    char text[300], line[400], time_of_day[32];
    time_t now = time(NULL);
    struct tm utc;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    strftime(time_of_day, sizeof time_of_day, "%b %e %H:%M:%S", gmtime_r(&now, &utc));
    int length = snprintf(line, sizeof line, "%s yard brigaded[%d]: %s%s\n", time_of_day, getpid(),
                          names[priority], text);
    (void)!write(STDERR_FILENO, line, length);
}

static void job_free(struct job *job)
{
    free(job->order);
    free(job);
}

static void job_enqueue(struct job *job)
{
    struct job **end = &waiting;
    while (*end != NULL) end = &(*end)->next;
    job->next = NULL;
    *end = job;
}

static struct job *job_accept(const char *order)
{
    struct job *job = calloc(1, sizeof *job);
    job->number = ++jobs_taken_in;
    job->order = strdup(order);
    job_enqueue(job);
    return job;
}

static void trade_remember(const char *name)
{
    struct trade *trade = trades;
    while (trade != NULL && strcmp(trade->name, name) != 0) trade = trade->next;
    if (trade != NULL) return;
    trade = malloc(sizeof *trade);
    trade->name = strdup(name);
    trade->next = trades;
    trades = trade;
}

static void ledger_open(void)
{
    struct ledger_head *head = calloc(1, sizeof *head + 24 * sizeof *ledger_hours);
    strcpy(head->title, "jobs by hour");
    ledger_hours = (int *)(head + 1);
}

static struct worker *worker_hire(int fd)
{
    struct worker *worker = calloc(1, sizeof *worker);
    worker->fd = fd;
    return worker;
}

static void worker_introduce(struct worker *worker, const char *name, const char *skills)
{
    worker->name = strdup(name);
    worker->skills = strdup(skills);
    trade_remember(skills);
    journal(LOG_NOTICE, "worker %s joined the crew, skills %s", name, skills);
}

static void worker_free(struct worker *worker)
{
    free(worker->name);
    free(worker->skills);
    free(worker);
}

static void crew_join(struct crew *crew, struct worker *worker)
{
    if (crew->count == crew->room) {
        crew->room = crew->room ? crew->room * 2 : 4;
        crew->workers = realloc(crew->workers, crew->room * sizeof *crew->workers);
    }
    crew->workers[crew->count++] = worker;
}

static void crew_dismiss(struct crew *crew, int place)
{
    struct worker *worker = crew->workers[place];
    if (worker->holds != NULL) {
        journal(LOG_WARNING, "job %d goes back to the queue, %s left it", worker->holds->number, worker->name);
        job_enqueue(worker->holds);
    }
    journal(LOG_NOTICE, "worker %s dismissed after %d jobs", worker->name ? worker->name : "?", worker->jobs_done);
    close(worker->fd);
    worker_free(worker);
    crew->workers[place] = crew->workers[--crew->count];
}

static void crew_close(struct crew *crew)
{
    for (int place = 0; place < crew->count; place++) {
        struct worker *worker = crew->workers[place];
        journal(LOG_NOTICE, "closing: worker %s is still connected", worker->name ? worker->name : "?");
        if (worker->holds != NULL) job_free(worker->holds);
        shutdown(worker->fd, SHUT_RDWR);
        close(worker->fd);
#ifndef LEAK
        worker_free(worker);
#endif
    }
    free(crew->workers);
}

static void take_job(struct worker *worker)
{
    if (waiting == NULL || worker->holds != NULL) {
        journal(LOG_INFO, "nothing to do for %s", worker->name);
        write_line(worker->fd, "idle");
        return;
    }
    worker->holds = waiting;
    waiting = waiting->next;
    worker->holds->attempts++;
    journal(LOG_INFO, "job %d (%s) goes to %s, attempt %d", worker->holds->number, worker->holds->order, worker->name,
            worker->holds->attempts);
    write_line(worker->fd, "job %d %s", worker->holds->number, worker->holds->order);
}

static void finish_job(struct worker *worker, const char *result)
{
    struct job *job = worker->holds;
    worker->holds = NULL;
    if (strcmp(result, "failed") == 0 && job->attempts < 2) {
        journal(LOG_ERR, "job %d failed with %s, tried again later", job->number, worker->name);
        job_enqueue(job);
    } else {
        journal(LOG_INFO, "job %d %s by %s", job->number, result, worker->name);
        worker->jobs_done++;
        ledger_hours[time(NULL) / 3600 % 24]++;
        job_free(job);
    }
    write_line(worker->fd, "ok");
}

static void obey(struct crew *crew, int place, char *order)
{
    struct worker *worker = crew->workers[place];
    if (strncmp(order, "HELLO ", 6) == 0) {
        char *name = strtok(order + 6, " ");
        worker_introduce(worker, name, strtok(NULL, " "));
        write_line(worker->fd, "ok");
    } else if (strncmp(order, "PUT ", 4) == 0) {
        struct job *job = job_accept(order + 4);
        journal(LOG_INFO, "job %d taken in from %s: %s", job->number, worker->name, job->order);
        write_line(worker->fd, "ok %d", job->number);
    } else if (strcmp(order, "TAKE") == 0) {
        take_job(worker);
    } else if (strncmp(order, "RESULT ", 7) == 0 && worker->holds != NULL) {
        finish_job(worker, order + 7);
    } else if (strcmp(order, "BYE") == 0) {
        write_line(worker->fd, "bye");
        crew_dismiss(crew, place);
    } else if (strcmp(order, "CLOSE") == 0) {
        journal(LOG_NOTICE, "closing time, asked for by %s", worker->name);
        closing = 1;
    } else {
        journal(LOG_ERR, "%s says what nobody understands: %s", worker->name ? worker->name : "?", order);
        write_line(worker->fd, "what?");
    }
}

static void listen_to(struct crew *crew, int place)
{
    char order[200];
    if (read_line(crew->workers[place]->fd, order, sizeof order) < 0) crew_dismiss(crew, place);
    else obey(crew, place, order);
}

static void work_day(struct crew *crew, int door)
{
    while (!closing) {
        struct pollfd ears[64] = {{.fd = door, .events = POLLIN}};
        int count = crew->count;
        for (int place = 0; place < count; place++)
            ears[place + 1] = (struct pollfd){.fd = crew->workers[place]->fd, .events = POLLIN};
        poll(ears, count + 1, -1);
        for (int place = count - 1; place >= 0 && !closing; place--)
            if (ears[place + 1].revents) listen_to(crew, place);
        if (ears[0].revents) crew_join(crew, worker_hire(accept(door, NULL, NULL)));
    }
}

int main(int count, char **arguments)
{
    struct crew crew = {0};
    int port;
    if (count != 2) return 2;
    int door = loopback_listen(arguments[1], &port);
    ledger_open();
    journal(LOG_NOTICE, "open on port %d", port);
    work_day(&crew, door);
    crew_close(&crew);
    while (waiting != NULL) {
        struct job *job = waiting;
        waiting = job->next;
        journal(LOG_WARNING, "job %d was never done", job->number);
        job_free(job);
    }
    close(door);
    journal(LOG_NOTICE, "closed, %d jobs taken in", jobs_taken_in);
    return 0;
}
