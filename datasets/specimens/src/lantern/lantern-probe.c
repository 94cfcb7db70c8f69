/* lantern-probe: registers services, looks for them and for others, and takes them out again. */
#include "../local-socket.h"
#include <sys/time.h>
#include <time.h>

static unsigned refused;

__attribute__((format(printf, 2, 3))) static void probe(int fd, const char *format, ...)
{
    char request[120], answer[160];
    va_list ap;
    va_start(ap, format);
    vsnprintf(request, sizeof request, format, ap);
    va_end(ap);
    write_line(fd, "%s", request);
    if (read_line(fd, answer, sizeof answer) < 0 || strncmp(answer, "error", 5) != 0) return;
    char line[320];
    struct timeval now;
    struct tm utc;
    gettimeofday(&now, NULL);
    gmtime_r(&now.tv_sec, &utc);
    int n = snprintf(line, sizeof line,
                     "W%02d%02d %02d:%02d:%02d.%06ld %5d lantern-probe.c:%d] %s: %s (%u so far)\n", utc.tm_mon + 1,
                     utc.tm_mday, utc.tm_hour, utc.tm_min, utc.tm_sec, (long)now.tv_usec, getpid(), __LINE__,
                     request, answer, ++refused);
    (void)!write(2, line, n);
}

int main(int argc, char **argv)
{
    static const char *const zones[] = {"harbour", "hill", "mill", "market", "moon"};
    if (argc != 2) return 2;
    for (int round = 0; round < 14; round++) {
        int fd = local_connect(argv[1], SOCK_STREAM);
        for (int i = 0; i < 5; i++) probe(fd, "register %s clock%d 10.0.%d.%d", zones[i], round, i, 10 + round);
        if (round % 3 == 1) probe(fd, "register hill clock%d 10.9.9.9", round);
        probe(fd, "find hill clock%d", round);
        probe(fd, "find mill clock%d", round + 1);
        if (round % 4 == 0) probe(fd, "shine brightly");
        for (int i = 0; i < 4; i++) probe(fd, "remove %s clock%d", zones[i], round);
        if (round % 2 == 0) probe(fd, "remove market clock%d", round);
        if (round == 13) write_line(fd, "dark");
        close(fd);
    }
    return 0;
}
