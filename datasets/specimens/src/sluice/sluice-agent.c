/* sluice-agent: sends the lines of nine hosts to the collector, and rotates their files now and then. */
#include "../local-socket.h"
#include <time.h>

static int collector;

__attribute__((format(printf, 1, 2))) static void ship(const char *format, ...)
{
    char datagram[200];
    va_list args;
    va_start(args, format);
    int length = vsnprintf(datagram, sizeof datagram, format, args);
    va_end(args);
    if (send(collector, datagram, length, 0) != length) local_die("send");
}

static void log_rotation(int host, int day)
{
    char line[200];
    time_t now = time(NULL);
    struct tm utc;
    size_t used = strftime(line, sizeof line, "%a %b %d %H:%M:%S %Y ", gmtime_r(&now, &utc));
    used += snprintf(line + used, sizeof line - used,
                     "AGENT (info) sluice-agent rotated day %d of web%d, announcing again\n", day, host);
    (void)!write(STDERR_FILENO, line, used);
}

int main(int argc, char **argv)
{
    enum { HOSTS = 9, DAYS = 6 };
    static const char *const zones[] = {"rack-a,http,eu", "rack-b,http", "rack-c,batch,eu,slow"};
    if (argc != 2) return 2;
    collector = local_connect(argv[1], SOCK_DGRAM);
    for (int host = 0; host < HOSTS; host++) ship("ANN|web%d|%s", host, zones[host % 3]);
    for (int day = 0; day < DAYS; day++) {
        for (int host = 0; host < HOSTS; host++) {
            if (day > 0 && (host + day) % 3 != 0) {
                log_rotation(host, day);
                ship("ANN|web%d|%s,day%d", host, zones[host % 3], day);
            }
            for (int line = 0; line < 5; line++) {
                int fails = (host * 7 + day * 3 + line) % 11 == 0;
                ship("LOG|web%d|%c|%s %d", host, fails ? 'E' : 'I', fails ? "timed out after" : "answered in",
                     10 + line * 13 + day);
            }
        }
        ship("LOG|guest%d|E|who am I", day);
        if (day % 2 == 1) ship("LOG|web1");
    }
    ship("END");
    close(collector);
    return 0;
}
