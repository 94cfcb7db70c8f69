/* turnpike-mill: the clients of the proxy and the origin behind it. Bursts of requests grow and shrink. */
#include "../local-socket.h"
#include <poll.h>
#include <time.h>

enum { MOST = 24 };

static int origin_fds[MOST], origin_count;

static void say(const char *format, int one, int other)
{
    char line[200];
    time_t now = time(NULL);
    struct tm utc;
    int n = strftime(line, sizeof line, "%Y/%m/%d %H:%M:%S ", gmtime_r(&now, &utc));
    n += snprintf(line + n, sizeof line - n, "[notice] %d#0: turnpike-mill: ", getpid());
    n += snprintf(line + n, sizeof line - n, format, one, other);
    line[n++] = '\n';
    (void)!write(2, line, n);
}

/* Waits until all requests of a burst have come to the origin, and only then answers them. */
static void origin_answer(int listener, int requests)
{
    int asking[MOST], number[MOST], count = 0;
    while (count < requests) {
        struct pollfd polled[MOST + 1] = {{.fd = listener, .events = POLLIN}};
        for (int i = 0; i < origin_count; i++) polled[i + 1] = (struct pollfd){.fd = origin_fds[i], .events = POLLIN};
        poll(polled, origin_count + 1, -1);
        for (int i = 0; i < origin_count; i++) {
            char request[200];
            if (!polled[i + 1].revents || read_line(origin_fds[i], request, sizeof request) < 0) continue;
            number[count] = atoi(strrchr(request, '/') + 1);
            asking[count++] = origin_fds[i];
        }
        if (polled[0].revents) origin_fds[origin_count++] = accept(listener, NULL, NULL);
    }
    for (int i = 0; i < count; i++)
        write_line(asking[i], number[i] % 7 == 5 ? "503 sack %d is torn" : "200 sack %d", number[i]);
}

int main(int argc, char **argv)
{
    static const int bursts[] = {2, 3, 6, 9, 5, 13, 18, 12, 4, 2};
    char origin_file[100];
    int sack = 0, refused = 0;
    if (argc != 2) return 2;
    snprintf(origin_file, sizeof origin_file, "%s.origin", argv[1]);
    int listener = local_listen(origin_file, SOCK_STREAM);
    for (size_t burst = 0; burst < sizeof bursts / sizeof *bursts; burst++) {
        int fds[MOST];
        for (int i = 0; i < bursts[burst]; i++) {
            fds[i] = local_connect(argv[1], SOCK_STREAM);
            write_line(fds[i], "GET /sacks/%d", sack++);
        }
        origin_answer(listener, bursts[burst]);
        for (int i = 0; i < bursts[burst]; i++) {
            char reply[200] = "";
            read_line(fds[i], reply, sizeof reply);
            refused += strncmp(reply, "200", 3) != 0;
            close(fds[i]);
        }
        say("burst of %d requests answered, %d refused so far", bursts[burst], refused);
    }
    write_line(local_connect(argv[1], SOCK_STREAM), "SHUT");
    return 0;
}
