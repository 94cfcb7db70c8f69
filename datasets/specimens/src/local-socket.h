/*
 * Sockets of one machine, for the specimens: a server and its peer find each other by a file in the working
 * directory. Nothing here allocates memory, so that no function of this file is on the stack of a loss.
 */
#ifndef LOCAL_SOCKET_H
#define LOCAL_SOCKET_H

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* How long a peer waits for its server: a server under Valgrind takes a while to start. */
enum { ATTEMPTS = 600, ATTEMPT_MICROSECONDS = 50000 };

static inline void local_die(const char *what)
{
    perror(what);
    exit(3);
}

static inline struct sockaddr_un local_address(const char *file)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", file);
    return address;
}

/* A socket bound to a file; `type` is SOCK_STREAM (then it listens) or SOCK_DGRAM. */
static inline int local_listen(const char *file, int type)
{
    struct sockaddr_un address = local_address(file);
    int fd = socket(AF_UNIX, type, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0) local_die(file);
    if (type == SOCK_STREAM && listen(fd, 64) < 0) local_die(file);
    return fd;
}

static inline int local_connect(const char *file, int type)
{
    struct sockaddr_un address = local_address(file);
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        int fd = socket(AF_UNIX, type, 0);
        if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
        close(fd);
        usleep(ATTEMPT_MICROSECONDS);
    }
    local_die(file);
    return -1;
}

/* Listens on a free port of the loopback interface, and writes its number into a file for the peer. */
static inline int loopback_listen(const char *file, int *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, size) < 0 || listen(fd, 64) < 0) local_die("listen");
    getsockname(fd, (struct sockaddr *)&address, &size);
    *port = ntohs(address.sin_port);
    char line[16], draft[64];
    int length = snprintf(line, sizeof line, "%d\n", *port);
    snprintf(draft, sizeof draft, "%s.draft", file);
    FILE *out = fopen(draft, "w");
    if (out == NULL || fwrite(line, 1, length, out) != (size_t)length || fclose(out) != 0) local_die(draft);
    if (rename(draft, file) < 0) local_die(file);
    return fd;
}

static inline int loopback_connect(const char *file)
{
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
        int port = 0;
        FILE *in = fopen(file, "r");
        int found = in != NULL && fscanf(in, "%d", &port) == 1;
        if (in != NULL) fclose(in);
        if (found) {
            struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
            address.sin_port = htons(port);
            int fd = socket(AF_INET, SOCK_STREAM, 0);
            if (fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
            local_die("connect");
        }
        usleep(ATTEMPT_MICROSECONDS);
    }
    local_die(file);
    return -1;
}

/* Reads up to the next newline, which is left out. Returns the length, or -1 at the end of the stream. */
static inline int read_line(int fd, char *line, int size)
{
    int length = 0;
    char byte;
    while (read(fd, &byte, 1) == 1) {
        if (byte == '\n') {
            line[length] = '\0';
            return length;
        }
        if (length < size - 1) line[length++] = byte;
    }
    return -1;
}

/* Writes a line. A peer that has gone is told by the next read. */
__attribute__((format(printf, 2, 3))) static inline void write_line(int fd, const char *format, ...)
{
    char line[512];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(line, sizeof line - 1, format, arguments);
    va_end(arguments);
    if (length > (int)sizeof line - 2) length = sizeof line - 2;
    line[length] = '\n';
    (void)!send(fd, line, length + 1, MSG_NOSIGNAL);
}

#endif
