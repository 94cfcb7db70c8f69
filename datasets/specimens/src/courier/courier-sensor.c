/* courier-sensor: sensors that come, subscribe (some of them wrongly), publish and go. */
#include "../local-socket.h"
#include <time.h>

enum { VISITS = 24 };

__attribute__((format(printf, 1, 2))) static void note(const char *format, ...)
{
    char line[300];
    struct timespec now;
    struct tm utc;
    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    int length = strftime(line, sizeof line, "%Y-%m-%dT%H:%M:%S", &utc);
    length += snprintf(line + length, sizeof line - length, ".%03ldZ courier-sensor: ", now.tv_nsec / 1000000);
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line + length, sizeof line - length - 1, format, arguments);
    va_end(arguments);
    strcat(line, "\n");
    (void)!write(2, line, strlen(line));
}

static int ask(int fd, const char *request)
{
    char answer[200];
    write_line(fd, "%s", request);
    if (read_line(fd, answer, sizeof answer) < 0) return 0;
    if (strncmp(answer, "refused", 7) == 0) note("%s: %s", request, answer);
    return 1;
}

int main(int count, char **arguments)
{
    static const char *const wrong[] = {"plant/#/pressure", "plant/boiler+/level", "plant/hall/#all"};
    if (count != 2) return 2;
    for (int visit = 0; visit < VISITS; visit++) {
        char request[120];
        int fd = local_connect(arguments[1], SOCK_STREAM);
        snprintf(request, sizeof request, "connect sensor-%02d", visit);
        ask(fd, request);
        snprintf(request, sizeof request, "subscribe plant/hall%d/+/state", visit % 4);
        ask(fd, request);
        if (visit % 4 != 3) {
            snprintf(request, sizeof request, "subscribe %s", wrong[visit % 3]);
            ask(fd, request);
        }
        if (visit % 2 == 0) ask(fd, "subscribe plant/alarms/#");
        for (int reading = 0; reading < 1 + visit % 3; reading++) {
            snprintf(request, sizeof request, "publish plant/hall%d/pump%d/state rpm=%d", visit % 4, reading,
                     900 + 17 * visit);
            ask(fd, request);
        }
        note("sensor-%02d done", visit);
        ask(fd, visit == VISITS - 1 ? "stop" : "disconnect");
        close(fd);
    }
    return 0;
}
