/* The least a page of a feed can cost with the same stores: ceiling PORT REDIS_PORT KEY DATABASE_URL FILE
 *
 * One epoll loop. For each request it asks Redis for the twenty newest ids of the reader's timeline, at KEY followed by
 * the reader's id and "}", and PostgreSQL for the posts by the product's own statement, which is in FILE, and writes
 * the same JSON. It gathers the commands and the statements of one turn, as the product does. It checks no token and no
 * answer, counts nothing, and ends at the first error. */
#define _GNU_SOURCE
#include "ceiling.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <hiredis/hiredis.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { descriptors = 4096, page = 10, candidates = page + 1 + 8 };

/* The clients that wait for an answer of a server, in the order of their requests. */
struct queue {
    int clients[descriptors];
    unsigned first, end;
};

static struct queue timeline_waiting, posts_waiting;
static PGconn *database;
static redisContext *redis;
static int has_statements, has_commands;
static unsigned char readers[descriptors][16];
static const char *timeline_key;

void fail(const char *what) {
    perror(what);
    exit(1);
}

static void add(struct queue *queue, int client) { queue->clients[queue->end++ % descriptors] = client; }
static int next(struct queue *queue) { return queue->clients[queue->first++ % descriptors]; }

static int listen_at(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
    int on = 1, listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) || listen(listener, 1024)) fail("listen");
    return listener;
}

static void watch(int poll, int descriptor) {
    struct epoll_event event = {.events = EPOLLIN, .data.fd = descriptor};
    if (descriptor >= descriptors || epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event)) fail("epoll_ctl");
}

static void accept_all(int poll, int listener) {
    int connection, on = 1;
    while ((connection = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(poll, connection);
    }
}

static void connect_redis(int port) {
    redis = redisConnect("127.0.0.1", port);
    if (!redis || redis->err) fail("redisConnect");
    redis->flags &= ~REDIS_BLOCK;
}

/* Asks for the timeline of the reader whose token a request has. */
static void request(int client) {
    static char bytes[16384], key[256], reader[37];
    ssize_t count = read(client, bytes, sizeof bytes - 1);
    if (count <= 0) {
        close(client);
        return;
    }
    bytes[count] = 0;
    find_reader(bytes, reader, readers[client]);
    int length = snprintf(key, sizeof key, "%s%s}", timeline_key, reader);
    redisAppendCommand(redis, "LRANGE %b 0 %d", key, (size_t)length, candidates);
    add(&timeline_waiting, client);
    has_commands = 1;
}

/* Asks for the posts of a timeline. */
static void ask(int client, redisReply *timeline) {
    static unsigned char ids[20 + candidates * 20];
    unsigned count = 0;
    unsigned char *end = ids + 20;
    for (size_t index = 1; index < timeline->elements; index++, count++) {
        uint32_t size = htonl(16);
        memcpy(end, &size, 4);
        memcpy(end + 4, timeline->element[index]->str, 16);
        end += 20;
    }
    if (!count) fail("an empty timeline");
    /* An array of uuid (2950) of one dimension that begins at 1. */
    uint32_t head[] = {htonl(1), 0, htonl(2950), htonl(count), htonl(1)};
    memcpy(ids, head, sizeof head);
    uint64_t limit = htobe64(page + 1);
    static const unsigned char newest[16] = {[0 ... 15] = 255};
    const char *values[] = {(char *)readers[client], (char *)ids, (char *)&limit, (char *)newest, (char *)end - 16};
    int lengths[] = {16, end - ids, 8, 16, 16}, formats[] = {1, 1, 1, 1, 1};
    if (!PQsendQueryPrepared(database, "feed", 5, values, lengths, formats, 1)) fail("PQsendQueryPrepared");
    add(&posts_waiting, client);
    has_statements = 1;
}

static void read_timelines(void) {
    redisReply *timeline;
    if (redisBufferRead(redis) != REDIS_OK) fail("redisBufferRead");
    while (redisGetReplyFromReader(redis, (void **)&timeline) == REDIS_OK && timeline) {
        ask(next(&timeline_waiting), timeline);
        freeReplyObject(timeline);
    }
}

static void read_posts(void) {
    static char answer[65536];
    if (!PQconsumeInput(database)) fail(PQerrorMessage(database));
    while (!PQisBusy(database)) {
        PGresult *result = PQgetResult(database);
        /* None ends a statement. */
        if (!result && posts_waiting.first == posts_waiting.end) return;
        if (result && PQresultStatus(result) == PGRES_TUPLES_OK) {
            int client = next(&posts_waiting);
            /* A client that has gone needs none. */
            send(client, answer, render(result, page, answer), MSG_NOSIGNAL);
        } else if (result && PQresultStatus(result) != PGRES_PIPELINE_SYNC) {
            fail(PQresultErrorMessage(result));
        }
        PQclear(result);
    }
}

static void send_all(void) {
    int done = 0;
    if (has_commands && redisBufferWrite(redis, &done) != REDIS_OK) fail("redisBufferWrite");
    has_commands = 0;
    if (has_statements && (!PQpipelineSync(database) || PQflush(database))) fail("PQpipelineSync");
    has_statements = 0;
}

int main(int count, char **arguments) {
    if (count != 6) return 64;
    int listener = listen_at(atoi(arguments[1])), poll = epoll_create1(0);
    timeline_key = arguments[3];
    connect_redis(atoi(arguments[2]));
    watch(poll, listener);
    watch(poll, redis->fd);
    database = prepare(arguments[4], arguments[5]);
    watch(poll, PQsocket(database));
    for (;;) {
        struct epoll_event events[256];
        int ready = epoll_wait(poll, events, 256, -1);
        for (int index = 0; index < ready; index++) {
            int descriptor = events[index].data.fd;
            if (descriptor == listener) accept_all(poll, listener);
            else if (descriptor == redis->fd) read_timelines();
            else if (descriptor == PQsocket(database)) read_posts();
            else request(descriptor);
        }
        send_all();
    }
}
