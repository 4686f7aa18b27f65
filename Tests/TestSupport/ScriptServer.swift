import CLinux
import Foundation
import Glibc

/// A server for tests, in Python, beside this file: it prints its ports and serves until its standard input ends. It
/// ends with this value, and with this process however that ends.
package final class ScriptServer: Sendable {
    struct DidNotStart: Error {}

    /// On 127.0.0.1; at least one.
    package let ports: [Int]
    package var port: Int { ports[0] }
    private let process: pid_t
    /// The child's standard input and output.
    private let channel: Int32

    /// Blocks until it serves.
    package init(_ script: String, _ argument: String = "") throws {
        let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/" + script
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw DidNotStart()
        }
        channel = ends[0]
        defer { close(ends[1]) }
        guard let process = Self.spawn(["/usr/bin/python3", "-B", path, argument], channel: ends[1]) else {
            throw DidNotStart()
        }
        self.process = process
        let ports = Self.readLine(from: ends[0])?.split(separator: " ").compactMap { Int($0) } ?? []
        guard !ports.isEmpty else {
            close(ends[0])
            waitpid(process, nil, 0)
            throw DidNotStart()
        }
        self.ports = ports
    }

    /// Sends a line, and returns the line that answers it; nil if the server has ended. Blocks; one at a time.
    package func ask(_ line: String) -> String? {
        let bytes = Array((line + "\n").utf8)
        guard send(channel, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { return nil }
        return Self.readLine(from: channel)
    }

    deinit {
        close(channel)
        kill(process, SIGKILL)
        waitpid(process, nil, 0)
    }

    private static func spawn(_ arguments: [String], channel: Int32) -> pid_t? {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, channel, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, channel, STDOUT_FILENO)
        var pointers = arguments.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        var process = pid_t()
        return posix_spawn(&process, arguments[0], &actions, nil, &pointers, clinux_environment()) == 0 ? process : nil
    }

    private static func readLine(from channel: Int32) -> String? {
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(channel, &byte, 1) == 1 {
            if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
            line.append(byte)
        }
        return nil
    }
}
