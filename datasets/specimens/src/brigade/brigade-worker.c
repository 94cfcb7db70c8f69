/* brigade-worker: a shift of workers; some go home early and some stay until the queue closes. */
#include "../local-socket.h"
#include <time.h>

enum { SHIFT = 16, JOBS = 30 };

struct hand {
    char name[16];
    int fd;
    int home;
};

__attribute__((format(printf, 1, 2))) static void journal(const char *format, ...)
{
    char text[200], line[300], time_of_day[32];
    time_t now = time(NULL);
    struct tm utc;
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    strftime(time_of_day, sizeof time_of_day, "%b %e %H:%M:%S", gmtime_r(&now, &utc));
    int length = snprintf(line, sizeof line, "%s yard brigade-worker[%d]: %s\n", time_of_day, getpid(), text);
    (void)!write(STDERR_FILENO, line, length);
}

static const char *order(const struct hand *hand, const char *words)
{
    static char answer[200];
    write_line(hand->fd, "%s", words);
    return read_line(hand->fd, answer, sizeof answer) < 0 ? "" : answer;
}

int main(int count, char **arguments)
{
    static const char *const trades[] = {"weld,paint", "saw", "paint,polish"};
    if (count != 2) return 2;
    struct hand *shift = calloc(SHIFT, sizeof *shift);
    for (int i = 0; i < SHIFT; i++) {
        char words[100];
        shift[i].fd = loopback_connect(arguments[1]);
        snprintf(shift[i].name, sizeof shift[i].name, "w%02d", i);
        snprintf(words, sizeof words, "HELLO %s %s", shift[i].name, trades[i % 3]);
        order(&shift[i], words);
    }
    for (int i = 0; i < JOBS; i++) {
        char words[100];
        snprintf(words, sizeof words, "PUT part-%03d from-bench-%d", 100 + i, i % 5);
        order(&shift[0], words);
    }
    for (int round = 0; round < 3; round++) {
        for (int i = 1; i < SHIFT; i++) {
            if (shift[i].home) continue;
            const char *answer = order(&shift[i], "TAKE");
            if (strncmp(answer, "job", 3) != 0) continue;
            journal("%s works on %s", shift[i].name, answer);
            if (round == 1 && i % 5 == 4) {
                journal("%s walks off", shift[i].name);
                order(&shift[i], "BYE");
                shift[i].home = 1;
                continue;
            }
            order(&shift[i], (i + round) % 6 == 0 ? "RESULT failed" : "RESULT done");
        }
        for (int i = 1 + round; i < SHIFT; i += 5) {
            if (shift[i].home) continue;
            order(&shift[i], "BYE");
            shift[i].home = 1;
        }
    }
    order(&shift[2], "HOLD");
    write_line(shift[0].fd, "CLOSE");
    for (int i = 0; i < SHIFT; i++) {
        char rest[100];
        if (!shift[i].home && read_line(shift[i].fd, rest, sizeof rest) < 0)
            journal("%s was sent home", shift[i].name);
        close(shift[i].fd);
    }
    free(shift);
    return 0;
}
