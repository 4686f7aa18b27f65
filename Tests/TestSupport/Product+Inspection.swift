import Chassis
import Foundation
import Postgres
package import Redis

/// The state of the product, as seen from outside.
extension Product {
    /// The client of the first API.
    package var client: ProductClient { process(.api).client }

    package var mailbox: Mailbox { Mailbox(folder: "\(directory)/data/mail") }

    /// Runs one statement in the product's database and returns the first column of every row.
    package func texts(_ sql: String, _ values: [String] = []) async throws -> [String] {
        try await Self.pool.run { [databaseURL] in
            let rows = try BlockingConnection.open(databaseURL).query(sql, values.map { .text($0) })
            return try (0..<rows.count).map { index in
                var row = rows[index]
                return try row.text()
            }
        }
    }

    /// The path of one of ``files``.
    package func pathOfFile(_ file: String) -> String { "\(directory)/data/media/blobs/\(file)" }

    /// The stored files of users, as paths below the folder of files.
    package var files: [String] {
        let root = pathOfFile("")
        let all = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        return all.filter { path in
            var isDirectory: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(root)/\(path)", isDirectory: &isDirectory)
                && !isDirectory.boolValue
        }
    }

    /// The names of files that are being received, or that a dead process left.
    package var stagedFiles: [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/data/media/staging")) ?? ["no folder"]
    }

    /// Whether a process has a file open in which it receives an upload; such files have no name.
    package var isReceiving: Bool {
        let staging = "\(directory)/data/media/staging/"
        let processes = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return processes.lazy.filter { Int($0) != nil }.contains { process in
            let descriptors = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")) ?? []
            return descriptors.contains { descriptor in
                let path = try? FileManager.default.destinationOfSymbolicLink(
                    atPath: "/proc/\(process)/fd/\(descriptor)")
                return path?.hasPrefix(staging) == true
            }
        }
    }

    /// Runs one command in the product's Redis. The product's prefix is added to the key.
    package func redis(_ command: String, _ key: String, _ rest: [String] = []) async throws -> RedisValue {
        let settings = redis
        return try await withEventLoop { loop in
            let client = Redis(
                on: loop, settings: settings, log: Log(level: .error, format: .text, to: .standardError))
            client.start()
            await client.connected()
            let answer = try await client.command(
                [RedisArgument(command), RedisArgument(client.key(key))] + rest.map { RedisArgument($0) })
            await client.close()
            return answer
        }
    }
}

extension Product {
    /// Runs one of its programs as an operator does, with its settings, and waits until it ends.
    /// - Parameter program: Such as `Workers`.
    /// - Returns: How it ended, and what it wrote.
    package func run(
        _ program: String, _ arguments: [String]
    ) async throws -> (exit: ChildProcess.Exit, output: String) {
        try await command([ProductExecutable.path(program)] + arguments, environment: environment)
    }

    /// Runs a program and waits until it ends.
    /// - Parameters:
    ///   - command: A path and arguments.
    ///   - environment: All of it.
    /// - Returns: How it ended, and what it wrote.
    package func command(
        _ command: [String], environment: [String: String]
    ) async throws -> (exit: ChildProcess.Exit, output: String) {
        let log = "\(directory)/command-\(UUID().uuidString.prefix(13)).log"
        let child = try await ChildProcess.start(command, environment: environment, output: log)
        let exit = await child.exited()
        return (exit, String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self))
    }
}
