import Foundation
import Glibc
import Synchronization

/// One process of a ``Product``. It may be ended and started again.
package final class ProductProcess: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case api, images, notifications, email, counters, maintenance, presence, scheduler

        fileprivate var command: [String] {
            switch self {
            case .api: [ProductExecutable.path("API")]
            case .images, .notifications, .email, .counters, .maintenance, .presence:
                [ProductExecutable.path("Workers"), rawValue]
            case .scheduler: [ProductExecutable.path("Scheduler")]
            }
        }
    }

    package let kind: Kind
    /// Where an API listens.
    package let port: Int
    private let environment: [String: String]
    private let log: String
    private let child = Mutex<ChildProcess?>(nil)

    /// - Parameter log: The path of the file for what it writes.
    init(_ kind: Kind, environment: [String: String], log: String) throws {
        self.kind = kind
        self.log = log
        port = kind == .api ? try ProductPort.free() : 0
        self.environment = environment.merging(["LISTEN": "127.0.0.1:\(port)"]) { given, _ in given }
    }

    /// A client of an API.
    package var client: ProductClient { ProductClient(port: port) }

    /// Starts it, and returns when it does its work.
    package func start() async throws {
        let written = output.count
        let started = try await ChildProcess.start(kind.command, environment: environment, output: log)
        child.withLock { $0 = started }
        try await eventually("\(kind) is ready", within: 30) {
            if let exit = started.exit { throw Overdue(description: "\(kind) ended, \(exit):\n\(output)") }
            return output.dropFirst(written).contains(#""message":"ready""#)
        }
    }

    /// Runs one that is expected to end by itself.
    /// - Returns: How it ended, and what it wrote.
    package static func run(
        _ kind: Kind, environment: [String: String]
    ) async throws -> (exit: ChildProcess.Exit, output: String) {
        let log = "/tmp/product-\(UUID().uuidString.prefix(13)).log"
        defer { unlink(log) }
        let child = try await ChildProcess.start(kind.command, environment: environment, output: log)
        let exit = await child.exited()
        return (exit, String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self))
    }

    /// Ends it as the system does when memory is short (SIGKILL).
    package func kill() async {
        signal(SIGKILL)
        await child.withLock { $0 }?.exited()
    }

    /// Asks it to end (SIGTERM), and returns how it did.
    @discardableResult
    package func terminate() async -> ChildProcess.Exit? {
        signal(SIGTERM)
        return await child.withLock { $0 }?.exited()
    }

    /// It keeps what it has and does nothing (SIGSTOP).
    package func suspend() { signal(SIGSTOP) }

    /// It goes on after ``suspend()`` (SIGCONT).
    package func resume() { signal(SIGCONT) }

    /// Everything that it has written.
    package var output: String {
        String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
    }

    private func signal(_ number: CInt) {
        child.withLock { $0 }?.signal(number)
    }
}
