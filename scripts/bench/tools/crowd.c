/* Users who are online at once, in pairs, a kept connection each: they find each other, become friends, write, read who
 * is online, go offline, and end the friendship so that they can begin again with exchanged roles.
 *
 * crowd PORT PEOPLE RATE WARM SECONDS: a line of the file PEOPLE is "id name token". RATE requests a second begin when
 * their time has come, one after the other for each two people; their latency counts from that time, so that a server
 * which stops for a moment is not asked less. RATE 0: without pauses. What begins in the first WARM seconds is
 * not measured.
 * An answer is a failure when its status is above 299, or when it lacks what must be in it.
 *
 * Prints "report ALL MEASURED MICROSECONDS p50 p99 SLOWEST FAILURES", latencies in microseconds, and a line for each
 * step. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { asking, asked };
enum keep { nothing, request, message };

/* What two people do, one after the other. {id} and {name} are the other's. */
static const struct step {
    const char *name;
    int who;
    const char *method, *path, *body, *expected;
    enum keep keep;
} steps[] = {
    {"online", asking, "PUT", "/v1/status/online", "{\"currentGame\":\"Counter-Strike 2\"}", "\"online\"", nothing},
    {"online", asked, "PUT", "/v1/status/online", "{\"currentGame\":\"Counter-Strike 2\"}", "\"online\"", nothing},
    {"search", asking, "GET", "/v1/friends/search?q={name}", "", "{id}", nothing},
    {"request", asking, "POST", "/v1/friends/request", "{\"toUserId\":\"{id}\",\"message\":\"Shall we play?\"}",
     "\"pending\"", request},
    {"heartbeat", asked, "POST", "/v1/status/heartbeat", "", "\"online\"", nothing},
    {"requests", asked, "GET", "/v1/friends/requests", "", "{request}", nothing},
    {"accept", asked, "POST", "/v1/friends/accept/{request}", "", "\"accepted\"", nothing},
    {"friends", asking, "GET", "/v1/friends", "", "{id}", nothing},
    {"heartbeat", asking, "POST", "/v1/status/heartbeat", "", "\"online\"", nothing},
    {"send", asking, "POST", "/v1/messages", "{\"toUserId\":\"{id}\",\"content\":\"Hello! Shall we play?\"}", "{id}",
     message},
    {"conversations", asked, "GET", "/v1/messages/conversations", "", "{message}", nothing},
    {"history", asked, "GET", "/v1/messages/conversations/{id}", "", "{message}", nothing},
    {"read", asked, "PUT", "/v1/messages/{message}/read", "", "", nothing},
    {"heartbeat", asked, "POST", "/v1/status/heartbeat", "", "\"online\"", nothing},
    {"friends status", asking, "GET", "/v1/status/friends", "", "Counter-Strike 2", nothing},
    {"friends status", asked, "GET", "/v1/status/friends", "", "Counter-Strike 2", nothing},
    {"heartbeat", asking, "POST", "/v1/status/heartbeat", "", "\"online\"", nothing},
    {"offline", asking, "PUT", "/v1/status/offline", "", "\"offline\"", nothing},
    {"offline", asked, "PUT", "/v1/status/offline", "", "\"offline\"", nothing},
    {"unfriend", asking, "DELETE", "/v1/friends/{id}", "", "", nothing},
};
#define STEPS ((int)(sizeof steps / sizeof *steps))
#define LONGEST_ANSWER 65536

struct couple;

struct person {
    char id[37], name[64], token[1024];
    int connection;
    struct couple *couple;
    /* The answer so far, and how long it will be, when that is known. */
    char answer[LONGEST_ANSWER + 1];
    size_t size, expected;
};

struct couple {
    struct person *people[2];
    char kept[3][37];
    /* How many requests they have begun, and when the last one was to begin. */
    int64_t begun, due;
    bool is_waiting, is_finished;
};

struct sample {
    uint32_t latency, step;
};

static struct person *people;
static struct couple *couples;
static int couple_count, arrived, finished, port;
static double rate;
static int64_t start, measured_from, measured_until, sample_count, sample_room, all_requests, failures;
static struct sample *samples;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static int64_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static void load(const char *path) {
    static char line[2048];
    FILE *file = fopen(path, "r");
    int count = 0, room = 0;
    if (!file) fail(path);
    while (fgets(line, sizeof line, file)) {
        if (count == room) people = realloc(people, (room = room * 2 + 64) * sizeof *people);
        if (!people) fail("realloc");
        memset(&people[count], 0, sizeof *people);
        if (sscanf(line, "%36s %63s %1023s", people[count].id, people[count].name, people[count].token) != 3)
            fail(line);
        count++;
    }
    fclose(file);
    couple_count = count / 2;
    couples = calloc(couple_count, sizeof *couples);
    for (int index = 0; index < couple_count; index++)
        for (int who = 0; who < 2; who++) {
            couples[index].people[who] = &people[2 * index + who];
            people[2 * index + who].couple = &couples[index];
        }
}

static void connect_all(int poll) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    for (int index = 0; index < couple_count * 2; index++) {
        struct person *person = &people[index];
        struct epoll_event event = {.events = EPOLLIN, .data.ptr = person};
        int on = 1;
        person->connection = socket(AF_INET, SOCK_STREAM, 0);
        if (connect(person->connection, (struct sockaddr *)&address, sizeof address)) fail("connect");
        setsockopt(person->connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        fcntl(person->connection, F_SETFL, O_NONBLOCK);
        if (epoll_ctl(poll, EPOLL_CTL_ADD, person->connection, &event)) fail("epoll_ctl");
    }
}

/* Puts in what stands in braces; other braces are JSON's. */
static void fill(char *result, size_t room, const char *pattern, struct couple *couple, struct person *other) {
    const struct {
        const char *name, *value;
    } words[] = {{"{id}", other->id},
                 {"{name}", other->name},
                 {"{request}", couple->kept[request]},
                 {"{message}", couple->kept[message]}};
    size_t size = 0;
    while (*pattern && size + 128 < room) {
        bool is_filled = false;
        for (size_t index = 0; index < sizeof words / sizeof *words && !is_filled; index++) {
            size_t length = strlen(words[index].name);
            if (strncmp(pattern, words[index].name, length)) continue;
            size += (size_t)snprintf(result + size, room - size, "%s", words[index].value);
            pattern += length;
            is_filled = true;
        }
        if (!is_filled) result[size++] = *pattern++;
    }
    result[size] = 0;
}

static void send_request(struct person *person, const char *method, const char *path, const char *body) {
    static char text[4096];
    int size = snprintf(text, sizeof text,
                        "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
                        "Content-Type: application/json\r\nContent-Length: %zu\r\n\r\n%s",
                        method, path, person->token, strlen(body), body);
    person->size = person->expected = 0;
    if (write(person->connection, text, size) != size) fail("write");
    all_requests++;
}

static const struct step *last_step(struct couple *couple) { return &steps[(couple->begun - 1) % STEPS]; }

/* Who asked in one round is asked in the next. */
static struct person *person_of(struct couple *couple, int who) {
    return couple->people[(who + (couple->begun - 1) / STEPS) % 2];
}

static void begin(struct couple *couple, int64_t due) {
    char path[512], body[512];
    couple->begun++;
    couple->due = due;
    couple->is_waiting = true;
    const struct step *step = last_step(couple);
    struct person *other = person_of(couple, 1 - step->who);
    fill(path, sizeof path, step->path, couple, other);
    fill(body, sizeof body, step->body, couple, other);
    send_request(person_of(couple, step->who), step->method, path, body);
}

/* When the next request of a couple is to begin. They come one after the other, and each is at another step. */
static int64_t next_due(struct couple *couple) {
    int64_t index = couple - couples;
    return start + (int64_t)(((couple->begun + index % STEPS) * couple_count + index) * 1e9 / rate);
}

/* Goes on when it is time. Behind the end, what was begun is finished, so that the next run finds no friends. */
static void go_on(struct couple *couple) {
    int64_t time = now();
    if (couple->is_waiting || couple->is_finished) return;
    if (time >= measured_until) {
        couple->is_finished = couple->begun % STEPS == 0;
        if (couple->is_finished) finished++;
        else begin(couple, time);
        return;
    }
    if (rate == 0) begin(couple, time);
    else if (next_due(couple) <= time) begin(couple, next_due(couple));
}

static void note(struct couple *couple) {
    if (couple->due < measured_from || couple->due >= measured_until) return;
    if (sample_count == sample_room)
        samples = realloc(samples, (sample_room = sample_room * 2 + 65536) * sizeof *samples);
    if (!samples) fail("realloc");
    uint32_t latency = (uint32_t)((now() - couple->due) / 1000);
    samples[sample_count++] = (struct sample){latency, (uint32_t)(last_step(couple) - steps)};
}

static void check(struct person *person, const char *name, const char *wanted) {
    int status = atoi(person->answer + 9);
    if (status >= 200 && status < 300 && strstr(person->answer, wanted)) return;
    if (failures++ < 3) fprintf(stderr, "%s of %s: %s\n", name, person->name, person->answer);
}

static void take(struct person *person) {
    char wanted[64] = "\"online\"", *found;
    struct couple *couple = person->couple;
    if (!start) {
        check(person, "arrive", wanted);
        arrived++;
        return;
    }
    const struct step *step = last_step(couple);
    note(couple);
    if (step->keep && (found = strstr(person->answer, "\"id\":\"")))
        snprintf(couple->kept[step->keep], 37, "%s", found + 6);
    char expected[256];
    fill(expected, sizeof expected, step->expected, couple, person_of(couple, 1 - step->who));
    check(person, step->name, expected);
    couple->is_waiting = false;
    go_on(couple);
}

/* How long the whole answer is; 0 while its head is not there. */
static size_t answer_size(struct person *person) {
    char *end = strstr(person->answer, "\r\n\r\n"), *length = strcasestr(person->answer, "\r\ncontent-length:");
    if (!end) return 0;
    return (size_t)(end + 4 - person->answer) + (length && length < end ? strtoul(length + 17, NULL, 10) : 0);
}

static void hear(struct person *person) {
    ssize_t count = read(person->connection, person->answer + person->size, LONGEST_ANSWER - person->size);
    if (count <= 0) fail("read");
    person->size += (size_t)count;
    person->answer[person->size] = 0;
    if (!person->expected) person->expected = answer_size(person);
    if (person->expected > LONGEST_ANSWER) fail("an answer is too long");
    if (person->expected && person->size >= person->expected) take(person);
}

/* Waits for answers until the next request is to begin. */
static void serve(int poll, int64_t until) {
    struct epoll_event events[256];
    int64_t pause = until - now();
    if (pause < 0) pause = 0;
    struct timespec time = {pause / 1000000000, pause % 1000000000};
    int ready = epoll_pwait2(poll, events, 256, &time, NULL);
    for (int index = 0; index < ready; index++) hear(events[index].data.ptr);
}

static void run(int poll, double warm, double seconds) {
    for (int index = 0; index < couple_count * 2; index++) send_request(&people[index], "PUT", "/v1/status/online", "");
    while (arrived < couple_count * 2) serve(poll, now() + 1000000000);
    start = now();
    measured_from = start + (int64_t)(warm * 1e9);
    measured_until = measured_from + (int64_t)(seconds * 1e9);
    for (int64_t tick = 0; now() < measured_until;) {
        if (rate == 0) {
            for (; tick < couple_count; tick++) go_on(&couples[tick]);
            serve(poll, measured_until);
            continue;
        }
        int64_t due = start + (int64_t)(tick * 1e9 / rate);
        if (due <= now()) go_on(&couples[tick++ % couple_count]);
        serve(poll, due);
    }
    for (int index = 0; index < couple_count; index++) go_on(&couples[index]);
    while (finished < couple_count) serve(poll, now() + 1000000000);
}

static int by_latency(const void *one, const void *other) {
    uint32_t first = ((const struct sample *)one)->latency, second = ((const struct sample *)other)->latency;
    return (first > second) - (first < second);
}

static void report_step(const char *name) {
    int64_t count = 0, seen = 0;
    uint32_t median = 0, late = 0;
    for (int64_t index = 0; index < sample_count; index++) count += !strcmp(steps[samples[index].step].name, name);
    for (int64_t index = 0; index < sample_count; index++) {
        if (strcmp(steps[samples[index].step].name, name)) continue;
        if (seen == count / 2) median = samples[index].latency;
        if (seen++ == count * 99 / 100) late = samples[index].latency;
    }
    printf("step %u %u %lld %s\n", median, late, (long long)count, name);
}

static void report(double seconds) {
    if (!sample_count) exit(1);
    qsort(samples, sample_count, sizeof *samples, by_latency);
    printf("report %lld %lld %.0f %u %u %u %lld\n", (long long)all_requests, (long long)sample_count, seconds * 1e6,
           samples[sample_count / 2].latency, samples[sample_count * 99 / 100].latency,
           samples[sample_count - 1].latency,
           (long long)failures);
    for (int index = 0; index < STEPS; index++) {
        bool is_known = false;
        for (int before = 0; before < index; before++) is_known |= !strcmp(steps[before].name, steps[index].name);
        if (!is_known) report_step(steps[index].name);
    }
}

int main(int count, char **arguments) {
    if (count != 6) return 64;
    int poll = epoll_create1(0);
    port = atoi(arguments[1]);
    load(arguments[2]);
    rate = atof(arguments[3]);
    connect_all(poll);
    run(poll, atof(arguments[4]), atof(arguments[5]));
    report(atof(arguments[5]));
}
