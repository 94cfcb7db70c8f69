/* larder-client: shops that store prices, look them up, and take some of them back. */
#include "../local-socket.h"
#include <time.h>

static int failures;

static void request(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void request(int fd, const char *format, ...)
{
    char line[160], reply[200] = "";
    va_list ap;
    va_start(ap, format);
    vsnprintf(line, sizeof line, format, ap);
    va_end(ap);
    write_line(fd, "%s", line);
    read_line(fd, reply, sizeof reply);
    if (strncmp(reply, "ERR", 3) == 0) {
        char text[300], stamp[32];
        time_t now = time(NULL);
        struct tm utc;
        strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&now, &utc));
        int n = snprintf(text, sizeof text,
                         "time=%s level=warn app=larder-client msg=\"refused\" request=\"%s\" reply=\"%s\"\n",
                         stamp, line, reply);
        (void)!write(2, text, n);
        failures++;
    }
}

int main(int argc, char **argv)
{
    enum { SHOPS = 12 };
    if (argc != 2) return 2;
    for (int shop = 0; shop < SHOPS; shop++) {
        int fd = loopback_connect(argv[1]);
        if (shop % 5 == 2) {
            request(fd, "AUTH");
            close(fd);
            fd = loopback_connect(argv[1]);
        }
        request(fd, "AUTH shop%d", shop % 5);
        for (int item = 0; item < 7; item++)
            request(fd, "SET price:%d:%d %d %d.90", shop, item, 2 + item % 3 * 20, 3 + item);
        request(fd, "GET price:%d:3", shop);
        request(fd, "GET price:%d:9", shop);
        request(fd, "SET price:%d:1 0 free", shop);
        for (int item = 1; item < 1 + shop % 4; item++) request(fd, "DEL price:%d:%d", shop, item);
        if (shop % 3 == 0) request(fd, "DEL price:%d:1", shop);
        request(fd, "TICK 1");
        if (shop == SHOPS - 1) write_line(fd, "HALT");
        else write_line(fd, "QUIT");
        close(fd);
    }
    return failures > 0 ? 0 : 1;
}
