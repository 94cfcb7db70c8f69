/*
 * spoold: a print spooler. A document owns its pages and its options, and is freed when it is printed or withdrawn.
 *
 * With -DLEAK the options are forgotten when their document is freed.
 */
#include "../local-socket.h"
#include <time.h>

typedef struct Options {
    int copies;
    int duplex;
    char *paper;
    char *finish;
} Options;

typedef struct Page {
    struct Page *next;
    int size;
    unsigned char ink[];
} Page;

typedef struct Document {
    int id;
    char title[32];
    Options *options;
    Page *pages;
    int page_count;
    struct Document *next;
} Document;

/* What printers can do, read once; it is used until the end. */
typedef struct Printer {
    char *name;
    char *papers;
} Printer;

static Printer *printer;
static Document *queue;
static int documents_seen, sheets;

__attribute__((format(printf, 2, 3))) static void journal(const char *level, const char *format, ...)
{
    char message[260], line[400], stamp[32];
    struct timespec now;
    struct tm utc;
    va_list ap;
    va_start(ap, format);
    vsnprintf(message, sizeof message, format, ap);
    va_end(ap);
    clock_gettime(CLOCK_REALTIME, &now);
    strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", gmtime_r(&now.tv_sec, &utc));
    int length = snprintf(line, sizeof line,
                          "{\"time\":\"%s.%03ldZ\",\"level\":\"%s\",\"logger\":\"spoold\",\"msg\":\"%s\"}\n", stamp,
                          now.tv_nsec / 1000000, level, message);
    (void)!write(2, line, length);
}

static Options *Options_new(int copies, const char *paper, const char *finish)
{
    Options *options = malloc(sizeof *options);
    options->copies = copies;
    options->duplex = copies % 2;
    options->paper = strdup(paper);
    options->finish = finish[0] == '-' ? NULL : strdup(finish);
    return options;
}

#ifndef LEAK
static void Options_free(Options *options)
{
    free(options->paper);
    free(options->finish);
    free(options);
}
#endif

static Document *Document_new(const char *title, Options *options)
{
    Document *document = calloc(1, sizeof *document);
    document->id = ++documents_seen;
    snprintf(document->title, sizeof document->title, "%s", title);
    document->options = options;
    return document;
}

static void Document_add_page(Document *document, const char *ink)
{
    int size = strlen(ink);
    Page *page = malloc(sizeof *page + size);
    page->size = size;
    memcpy(page->ink, ink, size);
    page->next = document->pages;
    document->pages = page;
    document->page_count++;
}

static void Document_free(Document *document)
{
    while (document->pages != NULL) {
        Page *page = document->pages;
        document->pages = page->next;
        free(page);
    }
#ifndef LEAK
    Options_free(document->options);
#endif
    free(document);
}

static Document **queue_find(int id)
{
    Document **link = &queue;
    while (*link != NULL && (*link)->id != id) link = &(*link)->next;
    return link;
}

static void submit(int desk, char *line)
{
    char title[32], paper[12], finish[12];
    int copies;
    if (sscanf(line, "submit %31s %d %11s %11s", title, &copies, paper, finish) != 4 || copies < 1) {
        journal("error", "submission refused: %s", line);
        write_line(desk, "no");
        return;
    }
    Document **end = queue_find(-1);
    *end = Document_new(title, Options_new(copies, paper, finish));
    journal("info", "document %d (%s) accepted from spool-desk, %d copies on %s", (*end)->id, title, copies, paper);
    write_line(desk, "%d", (*end)->id);
}

static void print_next(int desk)
{
    Document *document = queue;
    if (document == NULL) {
        write_line(desk, "empty");
        return;
    }
    queue = document->next;
    if (strstr(printer->papers, document->options->paper) == NULL) {
        journal("error", "document %d (%s) cannot be printed: %s has no paper %s", document->id,
                document->title, printer->name, document->options->paper);
    } else {
        sheets += document->page_count * document->options->copies;
        journal("info", "document %d (%s) printed by %s, %d pages", document->id, document->title,
                printer->name, document->page_count);
    }
    Document_free(document);
    write_line(desk, "done");
}

static void withdraw(int desk, int id)
{
    Document **link = queue_find(id);
    Document *document = *link;
    if (document != NULL) {
        *link = document->next;
        journal("warn", "document %d (%s) withdrawn", id, document->title);
        Document_free(document);
    }
    write_line(desk, document != NULL ? "gone" : "unknown");
}

static void add_page(int desk, const char *line)
{
    char ink[80];
    int id;
    Document *document = sscanf(line, "page %d %79[^\n]", &id, ink) == 2 ? *queue_find(id) : NULL;
    if (document != NULL) Document_add_page(document, ink);
    write_line(desk, document != NULL ? "ok" : "unknown");
}

static int serve_desk(int desk)
{
    char line[160];
    while (read_line(desk, line, sizeof line) >= 0) {
        if (strncmp(line, "submit", 6) == 0) submit(desk, line);
        else if (strncmp(line, "page", 4) == 0) add_page(desk, line);
        else if (strncmp(line, "withdraw", 8) == 0) withdraw(desk, atoi(line + 8));
        else if (strcmp(line, "print") == 0) print_next(desk);
        else return 0;
    }
    return 1;
}

static void load_printer(void)
{
    printer = malloc(sizeof *printer);
    printer->name = strdup("laser-2");
    printer->papers = strdup("a4 a3 letter");
    journal("info", "printer %s ready, papers %s", printer->name, printer->papers);
}

int main(int argc, char **argv)
{
    if (argc != 2) return 2;
    int listener = local_listen(argv[1], SOCK_STREAM), open = 1;
    load_printer();
    while (open) {
        int desk = accept(listener, NULL, NULL);
        open = serve_desk(desk);
        close(desk);
    }
    while (queue != NULL) {
        Document *document = queue;
        queue = document->next;
        journal("warn", "document %d (%s) dropped at the end", document->id, document->title);
        Document_free(document);
    }
    journal("info", "spoold ends after %d documents and %d sheets", documents_seen, sheets);
    close(listener);
    return 0;
}
