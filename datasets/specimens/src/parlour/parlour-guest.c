/* parlour-guest: evenings of four guests. Those who are tired leave before they have read everything. */
#include "../local-socket.h"
#include <sys/time.h>
#include <time.h>

#define EVENINGS 10

static void tell(const char *what, const char *who, int evening)
{
    char line[200];
    struct timeval now;
    struct tm utc;
    gettimeofday(&now, NULL);
    size_t used = strftime(line, sizeof line, "%H:%M:%S", gmtime_r(&now.tv_sec, &utc));
    used += snprintf(line + used, sizeof line - used, ".%03ld [info] parlour-guest: evening %d: %s %s\n",
                     now.tv_usec / 1000, evening, who, what);
    (void)!write(2, line, used);
}

/* Says something and hears all of the answer, which ends with a dot. */
static int say(int fd, const char *text)
{
    char heard[200];
    int lines = 0;
    write_line(fd, "%s", text);
    while (read_line(fd, heard, sizeof heard) >= 0 && strcmp(heard, ".") != 0) lines++;
    return lines;
}

int main(int argc, char **argv)
{
    static const char *const nicks[] = {"ada", "grace", "alan", "edsger"};
    static const char *const small_talk[] = {"good evening", "has anybody seen the tea", "it is late",
                                             "who moved my chair"};
    int fds[4];
    if (argc != 2) return 2;
    for (int evening = 0; evening < EVENINGS; evening++) {
        for (int i = 0; i < 4; i++) {
            char text[60];
            fds[i] = local_connect(argv[1], SOCK_STREAM);
            snprintf(text, sizeof text, "/join %s %s", nicks[i], evening % 2 ? "kitchen" : "library");
            say(fds[i], text);
        }
        for (int i = 0; i < 3; i++) say(fds[i], small_talk[(evening + i) % 4]);
        say(fds[1], "/read");
        say(fds[2], "/read");
        if (evening % 3 == 0) say(fds[2], "/dance");
        say(fds[0], "/read");
        if (evening % 2 == 0) {
            say(fds[3], "/read");
        } else {
            tell("leaves without reading", nicks[3], evening);
        }
        say(fds[3], "/leave");
        say(fds[1], small_talk[evening % 4]);
        if (evening % 4 != 1) say(fds[2], "/read");
        say(fds[2], "/leave");
        say(fds[0], "/read");
        say(fds[0], "/leave");
        if (evening == EVENINGS - 1) write_line(fds[1], "/curfew");
        else say(fds[1], "/leave");
        tell("goes home last", nicks[1], evening);
        for (int i = 0; i < 4; i++) close(fds[i]);
    }
    return 0;
}
