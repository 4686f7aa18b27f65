import CLinux
import Foundation
import Glibc
import Synchronization

/// One process of a ``Product``. It may be ended and started again.
package final class ProductProcess: Sendable {
    package enum Kind: String, Sendable, CaseIterable {
        case api, images, audio, notifications, deliveries, email, events, counters, maintenance, presence, scheduler

        fileprivate var command: [String] {
            switch self {
            case .api: [ProductExecutable.path("API")]
            case .images, .audio, .notifications, .deliveries, .email, .events, .counters, .maintenance, .presence:
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
        let written = Self.content(of: log).count
        let started = try await ChildProcess.start(kind.command, environment: environment, output: log)
        child.withLock { $0 = started }
        try await eventually("\(kind) is ready", within: 30) {
            if let exit = started.exit { throw Overdue(description: "\(kind) ended, \(exit):\n\(output)") }
            // Only what this life wrote: an earlier one may have written a lot.
            let new = Self.content(of: log, from: written)
            return String(decoding: new, as: UTF8.self).contains(#""message":"ready""#)
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
    package var output: String { String(decoding: Self.content(of: log), as: UTF8.self) }

    private static func content(of file: String, from start: Int = 0) -> Data {
        guard let handle = FileHandle(forReadingAtPath: file) else { return Data() }
        defer { try? handle.close() }
        try? handle.seek(toOffset: UInt64(start))
        return (try? handle.readToEnd()) ?? Data()
    }

    private func signal(_ number: CInt) {
        child.withLock { $0 }?.signal(number)
    }
}

/// The product's programs, which the build puts beside the tests.
package enum ProductExecutable {
    /// The path of a program, such as `API`.
    package static func path(_ name: String) -> String { "\(directory)/\(name)" }

    private static let directory: String = {
        var path = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &path, path.count - 1)
        let own = String(decoding: path.prefix(max(0, count)).map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return own.split(separator: "/").dropLast().map { "/\($0)" }.joined()
    }()
}

/// Ports for processes that are told where to listen.
enum ProductPort {
    /// No port was free.
    struct NoneFree: Error {}

    /// A port that is free now and not among those that the kernel gives to clients, so that it is still free when a
    /// process is started again.
    static func free() throws(NoneFree) -> Int {
        for _ in 0..<100 {
            let port = Int.random(in: 10_000..<32_000)
            if isFree(port) { return port }
        }
        throw NoneFree()
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        return withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
