/*
 * parlourd: a chat relay. What is said is kept once and counted for everybody who has yet to read it.
 *
 * A guest who leaves gives back what they have not read. With -DLEAK the slips are thrown away and the counts are not
 * taken back, so that the words are never freed.
 */
#include "../local-socket.h"
#include <poll.h>
#include <sys/time.h>
#include <time.h>

#define GUESTS 24

typedef struct words {
    unsigned references;
    int number;
    char text[];
} words_t;

typedef struct slip {
    words_t *words;
    struct slip *behind;
} slip_t;

/* A room is opened for its first guest and stays open. */
typedef struct room {
    struct room *next;
    char *name;
} room_t;

typedef struct guest {
    int fd;
    char nick[20];
    struct room *room;
    slip_t *unread;
    slip_t **unread_end;
} guest_t;

static guest_t *guests[GUESTS];
static room_t *rooms;
static int said, open_house = 1;

__attribute__((format(printf, 2, 3))) static void tell(const char *level, const char *format, ...)
{
    char line[420];
    struct timeval now;
    struct tm utc;
    gettimeofday(&now, NULL);
    size_t used = strftime(line, sizeof line, "%H:%M:%S", gmtime_r(&now.tv_sec, &utc));
    used += snprintf(line + used, sizeof line - used, ".%03ld [%s] parlourd: ", now.tv_usec / 1000, level);
    va_list arguments;
    va_start(arguments, format);
    used += vsnprintf(line + used, sizeof line - used - 2, format, arguments);
    va_end(arguments);
    line[used++] = '\n';
    (void)!write(2, line, used);
}

static words_t *words_new(const char *text)
{
    words_t *words = malloc(sizeof *words + strlen(text) + 1);
    words->references = 1;
    words->number = ++said;
    strcpy(words->text, text);
    return words;
}

static void words_release(words_t *words)
{
    if (--words->references == 0) free(words);
}

static room_t *room_find(const char *name)
{
    for (room_t *room = rooms; room != NULL; room = room->next)
        if (strcmp(room->name, name) == 0) return room;
    room_t *room = malloc(sizeof *room);
    *room = (room_t){.next = rooms, .name = strdup(name)};
    rooms = room;
    tell("info", "room %s opened", name);
    return room;
}

static void guest_post(guest_t *guest, words_t *words)
{
    slip_t *slip = malloc(sizeof *slip);
    words->references++;
    slip->words = words;
    slip->behind = NULL;
    *guest->unread_end = slip;
    guest->unread_end = &slip->behind;
}

/* The oldest slip, taken off the pile; NULL where there is none. */
static slip_t *guest_next_slip(guest_t *guest)
{
    slip_t *slip = guest->unread;
    if (slip == NULL) return NULL;
    guest->unread = slip->behind;
    if (guest->unread == NULL) guest->unread_end = &guest->unread;
    return slip;
}

static void guest_read(guest_t *guest)
{
    int count = 0;
    for (slip_t *slip = guest_next_slip(guest); slip != NULL; slip = guest_next_slip(guest), count++) {
        write_line(guest->fd, "#%d %s", slip->words->number, slip->words->text);
        words_release(slip->words);
        free(slip);
    }
    write_line(guest->fd, ".");
    tell("debug", "%s read %d messages", guest->nick, count);
}

static void guest_leave(int chair)
{
    guest_t *guest = guests[chair];
    int dropped = 0;
    for (slip_t *slip = guest_next_slip(guest); slip != NULL; slip = guest_next_slip(guest), dropped++) {
#ifndef LEAK
        words_release(slip->words);
#endif
        free(slip);
    }
    if (dropped > 0)
        tell("warning", "%s left room %s, %d messages dropped unread", guest->nick, guest->room->name, dropped);
    else
        tell("info", "%s left room %s", guest->nick, guest->room->name);
    close(guest->fd);
    free(guest);
    guests[chair] = NULL;
}

static void room_say(const guest_t *speaker, const char *text)
{
    words_t *words = words_new(text);
    int listeners = 0;
    for (int chair = 0; chair < GUESTS; chair++) {
        guest_t *guest = guests[chair];
        if (guest == NULL || guest == speaker || guest->room != speaker->room) continue;
        guest_post(guest, words);
        listeners++;
    }
    tell("info", "%s said #%d in room %s to %d listeners", speaker->nick, words->number, speaker->room->name,
         listeners);
    words_release(words);
}

static void guest_command(int chair, char *line)
{
    guest_t *guest = guests[chair];
    char room[20];
    if (sscanf(line, "/join %19s %19s", guest->nick, room) == 2) {
        guest->room = room_find(room);
        tell("info", "%s entered room %s", guest->nick, room);
        write_line(guest->fd, ".");
    } else if (strcmp(line, "/read") == 0) {
        guest_read(guest);
    } else if (strcmp(line, "/leave") == 0) {
        write_line(guest->fd, ".");
        guest_leave(chair);
    } else if (strcmp(line, "/curfew") == 0) {
        open_house = 0;
        guest_leave(chair);
    } else if (line[0] == '/') {
        tell("error", "%s: no such command: %s", guest->nick, line);
        write_line(guest->fd, ".");
    } else {
        room_say(guest, line);
        write_line(guest->fd, ".");
    }
}

static void guest_hear(int chair)
{
    char line[160];
    if (read_line(guests[chair]->fd, line, sizeof line) >= 0) guest_command(chair, line);
    else guest_leave(chair);
}

static void guest_enter(int door)
{
    for (int chair = 0; chair < GUESTS; chair++) {
        if (guests[chair] != NULL) continue;
        guest_t *guest = calloc(1, sizeof *guest);
        guest->fd = accept(door, NULL, NULL);
        guest->unread_end = &guest->unread;
        guests[chair] = guest;
        return;
    }
}

static void entertain(int door)
{
    while (open_house) {
        struct pollfd chairs[GUESTS + 1];
        for (int chair = 0; chair < GUESTS; chair++)
            chairs[chair] = (struct pollfd){.fd = guests[chair] ? guests[chair]->fd : -1, .events = POLLIN};
        chairs[GUESTS] = (struct pollfd){.fd = door, .events = POLLIN};
        poll(chairs, GUESTS + 1, -1);
        for (int chair = 0; chair < GUESTS && open_house; chair++)
            if (chairs[chair].revents != 0) guest_hear(chair);
        if (chairs[GUESTS].revents != 0) guest_enter(door);
    }
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    int door = local_listen(argv[1], SOCK_STREAM);
    tell("info", "the parlour is open");
    entertain(door);
    for (int chair = 0; chair < GUESTS; chair++)
        if (guests[chair] != NULL) guest_leave(chair);
    close(door);
    tell("info", "the parlour is closed, %d messages were said", said);
    return 0;
}
