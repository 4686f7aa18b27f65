#pragma once
/* What Swift's Glibc module does not export. _GNU_SOURCE must not be defined here: it changes
   types that SwiftGlibc has already imported, and debug builds fail. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

/* open() and fcntl() are variadic. */
static inline int clinux_open_read(const char *path) { return open(path, O_RDONLY | O_CLOEXEC); }
static inline int clinux_open_create(const char *path) {
  return open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}
static inline int clinux_open_scratch(const char *path) {
  return open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
}
/* A file without a name in a directory, which the kernel removes with its last descriptor, unless it
   gets a name. O_TMPFILE itself needs _GNU_SOURCE. */
static inline int clinux_open_unnamed(const char *directory) {
  return open(directory, __O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
}
static inline int clinux_link_unnamed(int fd, const char *path) {
  char source[32];
  snprintf(source, sizeof source, "/proc/self/fd/%d", fd);
  return linkat(AT_FDCWD, source, AT_FDCWD, path, AT_SYMLINK_FOLLOW);
}
static inline int clinux_open_directory(const char *path) {
  return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}
static inline int clinux_set_nonblocking(int fd) {
  return fcntl(fd, F_SETFL, fcntl(fd, F_GETFL, 0) | O_NONBLOCK);
}

/* ioctl() is variadic. Returns the bytes that the peer of a TCP connection has not acknowledged. */
static inline int clinux_unacknowledged(int fd) {
  int count = 0;
  return ioctl(fd, SIOCOUTQ, &count) == 0 ? count : 0;
}

/* accept4() and memmem() need _GNU_SOURCE to be declared. */
extern int accept4(int, struct sockaddr *, socklen_t *, int);
static inline int clinux_accept(int fd, struct sockaddr *address, socklen_t *size) {
  return accept4(fd, address, size, SOCK_NONBLOCK | SOCK_CLOEXEC);
}
extern void *memmem(const void *, size_t, const void *, size_t) __attribute__((nothrow));
static inline const void *clinux_find(const void *hay, size_t hayCount, const void *needle, size_t needleCount) {
  return memmem(hay, hayCount, needle, needleCount);
}

/* glibc declares pthread_self() const: inside an async function the optimiser may reuse the value
   of another thread, from before a suspension. A volatile pointer makes every call real. */
static pthread_t (*volatile clinux_self_function)(void) = pthread_self;
static inline pthread_t clinux_thread_self(void) { return clinux_self_function(); }
extern int pthread_setname_np(pthread_t, const char *);
static inline void clinux_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

/* Macros with arguments. */
static inline int clinux_exited(int status) { return WIFEXITED(status); }
static inline int clinux_exit_code(int status) { return WEXITSTATUS(status); }
static inline int clinux_signaled(int status) { return WIFSIGNALED(status); }
static inline int clinux_term_signal(int status) { return WTERMSIG(status); }

/* glibc's type of the first argument differs between C and Swift's view of it. */
static inline int clinux_own_usage(struct rusage *usage) { return getrusage(RUSAGE_SELF, usage); }

/* environ is a mutable global, which Swift 6 refuses to read. */
extern char **environ;
static inline char **clinux_environment(void) { return environ; }

/* The resource names are an enum in C and a struct to Swift. Returns the limit that holds now. */
static inline unsigned long clinux_raise_descriptor_limit(void) {
  struct rlimit limit;
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  return getrlimit(RLIMIT_NOFILE, &limit) == 0 ? (unsigned long)limit.rlim_cur : 0;
}
