#pragma once
/* The sandbox of a helper process: rlimits and a seccomp filter. The filter is
   built from macros, prctl() is variadic, and Swift marks fork() unavailable. _GNU_SOURCE must not
   be defined here: it changes types that SwiftGlibc has already imported. */
#include <errno.h>
#include <fcntl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* Declared for _GNU_SOURCE only. */
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *, int);
static inline int csandbox_close_from(posix_spawn_file_actions_t *actions, int first) {
  return posix_spawn_file_actions_addclosefrom_np(actions, first);
}

/* Ends the process with the thread that started it; forbids core dumps and reading its memory by others. */
static inline void csandbox_bind_to_parent(void) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_DUMPABLE, 0);
}

static inline int csandbox_limit(int resource, uint64_t soft, uint64_t hard) {
  struct rlimit limit = {.rlim_cur = soft, .rlim_max = hard};
  return setrlimit((__rlimit_resource_t)resource, &limit);
}
static inline int csandbox_limit_memory(uint64_t bytes) { return csandbox_limit(RLIMIT_AS, bytes, bytes); }
static inline int csandbox_limit_descriptors(uint64_t count) { return csandbox_limit(RLIMIT_NOFILE, count, count); }
static inline int csandbox_limit_files(void) {
  return csandbox_limit(RLIMIT_FSIZE, 0, 0) | csandbox_limit(RLIMIT_CORE, 0, 0);
}
/* Allows this process that many more seconds of CPU time, after which it gets SIGXCPU. */
static inline int csandbox_allow_cpu(uint64_t seconds) {
  struct rusage used;
  struct rlimit limit;
  if (getrusage(RUSAGE_SELF, &used) || getrlimit(RLIMIT_CPU, &limit)) return -1;
  uint64_t soft = (uint64_t)used.ru_utime.tv_sec + (uint64_t)used.ru_stime.tv_sec + 1 + seconds;
  return csandbox_limit(RLIMIT_CPU, soft < limit.rlim_max ? soft : limit.rlim_max, limit.rlim_max);
}

#if defined(__x86_64__)
#define CSANDBOX_ARCHITECTURE AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define CSANDBOX_ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

#define CSANDBOX_REFUSE(code) BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ((code) & SECCOMP_RET_DATA))
#define CSANDBOX_ALLOW BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
#define CSANDBOX_LOAD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define CSANDBOX_PERMIT(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, (number), 0, 1), CSANDBOX_ALLOW

/* An allow-list: memory, threads of this process, clocks, and reading and writing what is already
   open. Everything else fails with EPERM, which libraries take for a missing file or right. */
static inline int csandbox_lock(void) {
  struct sock_filter filter[] = {
      CSANDBOX_LOAD(arch),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, CSANDBOX_ARCHITECTURE, 1, 0),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      CSANDBOX_LOAD(nr),
      CSANDBOX_PERMIT(SYS_read), CSANDBOX_PERMIT(SYS_write), CSANDBOX_PERMIT(SYS_close),
      CSANDBOX_PERMIT(SYS_recvmsg), CSANDBOX_PERMIT(SYS_pread64),
      CSANDBOX_PERMIT(SYS_futex), CSANDBOX_PERMIT(SYS_sched_yield), CSANDBOX_PERMIT(SYS_sched_getaffinity),
      CSANDBOX_PERMIT(SYS_mmap), CSANDBOX_PERMIT(SYS_munmap), CSANDBOX_PERMIT(SYS_mremap),
      CSANDBOX_PERMIT(SYS_mprotect), CSANDBOX_PERMIT(SYS_madvise), CSANDBOX_PERMIT(SYS_brk),
      CSANDBOX_PERMIT(SYS_exit), CSANDBOX_PERMIT(SYS_exit_group), CSANDBOX_PERMIT(SYS_set_robust_list),
      CSANDBOX_PERMIT(SYS_rseq), CSANDBOX_PERMIT(SYS_gettid), CSANDBOX_PERMIT(SYS_getpid),
      CSANDBOX_PERMIT(SYS_rt_sigaction), CSANDBOX_PERMIT(SYS_rt_sigprocmask), CSANDBOX_PERMIT(SYS_rt_sigreturn),
      CSANDBOX_PERMIT(SYS_sigaltstack), CSANDBOX_PERMIT(SYS_restart_syscall),
      CSANDBOX_PERMIT(SYS_clock_gettime), CSANDBOX_PERMIT(SYS_clock_nanosleep), CSANDBOX_PERMIT(SYS_gettimeofday),
      CSANDBOX_PERMIT(SYS_getrandom), CSANDBOX_PERMIT(SYS_getrusage),
      /* The limit of CPU time is raised before each job: only for this process. */
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prlimit64, 0, 4),
      CSANDBOX_LOAD(args[0]), BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1), CSANDBOX_ALLOW, CSANDBOX_REFUSE(EPERM),
      /* clone3 hides its flags behind a pointer: "does not exist" sends glibc to clone. */
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone3, 0, 1), CSANDBOX_REFUSE(ENOSYS),
      /* clone with CLONE_THREAD (0x10000) is a thread, without it a new process. */
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clone, 0, 3),
      CSANDBOX_LOAD(args[0]), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 0x10000, 0, 1), CSANDBOX_ALLOW,
      CSANDBOX_REFUSE(EPERM),
  };
  struct sock_fprog program = {(unsigned short)(sizeof filter / sizeof filter[0]), filter};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)) return -1;
  return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

/* Sends bytes together with an open descriptor, which the receiver gets as one of its own, without waiting. Returns the
   number of bytes sent, or -1. */
static inline ssize_t csandbox_send_descriptor(int socket, const void *bytes, size_t count, int descriptor) {
  struct iovec part = {(void *)bytes, count};
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control = {.header = {.cmsg_len = CMSG_LEN(sizeof(int)), .cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS}};
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.space};
  __builtin_memcpy(CMSG_DATA(&control.header), &descriptor, sizeof descriptor);
  return sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}
/* Receives bytes and the descriptor that was sent with them: -1 if none was. Returns the number of bytes, 0 at the end
   of the stream, or -1. The kernel closes further descriptors. */
static inline ssize_t csandbox_receive_descriptor(int socket, void *bytes, size_t count, int *descriptor) {
  struct iovec part = {bytes, count};
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } control;
  struct msghdr message = {
      .msg_iov = &part, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof control.space};
  *descriptor = -1;
  ssize_t received = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
  struct cmsghdr *header = received > 0 ? CMSG_FIRSTHDR(&message) : NULL;
  if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
      header->cmsg_len == CMSG_LEN(sizeof(int)))
    __builtin_memcpy(descriptor, CMSG_DATA(header), sizeof *descriptor);
  return received;
}

/* Each tries one forbidden system call and returns its errno, or 0 if it succeeded. */
static inline int csandbox_try_open(void) {
  int descriptor = open("/proc/self/status", O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return errno;
  close(descriptor);
  return 0;
}
static inline int csandbox_try_socket(void) {
  int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return errno;
  close(descriptor);
  return 0;
}
static inline int csandbox_try_fork(void) {
  pid_t child = fork();
  if (child == 0) _exit(0);
  if (child < 0) return errno;
  waitpid(child, NULL, 0);
  return 0;
}
/* Outside the sandbox this returns ENOENT. */
static inline int csandbox_try_execute(void) {
  char *const none[] = {NULL};
  return execve("", none, none) ? errno : 0;
}
