/* The least an HTTP server can do: floor PORT FILE answers whatever it reads with the bytes of FILE, with one epoll
 * loop and one read and one write for each request. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static char answer[65536];
static size_t answer_size;

static void fail(const char *what) {
    perror(what);
    exit(1);
}

static void load(const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) fail(path);
    answer_size = fread(answer, 1, sizeof answer, file);
    fclose(file);
}

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
    if (epoll_ctl(poll, EPOLL_CTL_ADD, descriptor, &event)) fail("epoll_ctl");
}

static void accept_all(int poll, int listener) {
    int connection, on = 1;
    while ((connection = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
        setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(poll, connection);
    }
}

static void serve(int connection) {
    static char request[16384];
    if (read(connection, request, sizeof request) <= 0 ||
        write(connection, answer, answer_size) != (ssize_t)answer_size)
        close(connection);
}

int main(int count, char **arguments) {
    if (count != 3) return 64;
    load(arguments[2]);
    int listener = listen_at(atoi(arguments[1])), poll = epoll_create1(0);
    watch(poll, listener);
    for (;;) {
        struct epoll_event events[256];
        int ready = epoll_wait(poll, events, 256, -1);
        for (int index = 0; index < ready; index++) {
            if (events[index].data.fd == listener) accept_all(poll, listener);
            else serve(events[index].data.fd);
        }
    }
}
