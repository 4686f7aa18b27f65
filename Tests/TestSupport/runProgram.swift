import CLinux
import Glibc

/// A program ended with another status than 0.
struct ProgramFailure: Error {
    let command: [String]
    let status: CInt
}

/// Runs a program from the search path and waits until it ends; blocks. What it prints goes nowhere.
///
/// Foundation's `Process` is no use here: it waits until every descendant has closed what it inherited, and `pg_ctl`
/// leaves a server behind.
func runProgram(_ command: [String]) throws(ProgramFailure) {
    var arguments = command.map { strdup($0) }
    arguments.append(nil)
    defer {
        for argument in arguments { free(argument) }
    }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
        posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
    }
    var child = pid_t()
    var status = posix_spawnp(&child, command[0], &actions, nil, arguments, Glibc.environ)
    guard status == 0 else { throw ProgramFailure(command: command, status: status) }
    while waitpid(child, &status, 0) < 0, errno == EINTR {}
    guard status == 0 else { throw ProgramFailure(command: command, status: status) }
}
