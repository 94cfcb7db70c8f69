/* spool-desk: people who print; some change their mind, some ask for paper that is not there. */
#include "../local-socket.h"
#include <time.h>

static int ask(int spooler, const char *line)
{
    char answer[100] = "";
    write_line(spooler, "%s", line);
    read_line(spooler, answer, sizeof answer);
    return atoi(answer);
}

static void journal(int day, int submitted, int refused)
{
    char line[240], stamp[32];
    time_t now = time(NULL);
    struct tm utc;
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
    int length = snprintf(line, sizeof line,
                          "{\"time\":\"%s\",\"level\":\"info\",\"logger\":\"spool-desk\","
                          "\"msg\":\"day %d: %d submitted, %d refused\"}\n",
                          stamp, day, submitted, refused);
    (void)!write(2, line, length);
}

int main(int argc, char **argv)
{
    static const char *const papers[] = {"a4", "a3", "a4", "letter", "foil"};
    static const char *const finishes[] = {"-", "staple", "-", "fold"};
    if (argc != 2) return 2;
    for (int day = 0; day < 8; day++) {
        int spooler = local_connect(argv[1], SOCK_STREAM), refused = 0;
        char line[120];
        for (int i = 0; i < 6; i++) {
            snprintf(line, sizeof line, "submit report-%d-%d %d %s %s", day, i, (day + i) % 6,
                     papers[(day * 2 + i) % 5], finishes[i % 4]);
            int id = ask(spooler, line);
            if (id == 0) {
                refused++;
                continue;
            }
            for (int page = 0; page <= i % 3; page++) {
                snprintf(line, sizeof line, "page %d page %d of the report of day %d", id, page + 1, day);
                ask(spooler, line);
            }
            if ((day + i) % 4 == 3) {
                snprintf(line, sizeof line, "withdraw %d", id);
                ask(spooler, line);
            }
        }
        for (int i = 0; i < (day == 7 ? 2 : 6); i++) ask(spooler, "print");
        journal(day, 6 - refused, refused);
        if (day == 7) write_line(spooler, "end");
        close(spooler);
    }
    return 0;
}
