import Chassis
import Foundation
import Synchronization

/// One life of a ``RedisServer``.
final class RedisProcess: Sendable {
    struct DidNotStart: Error {
        let output: String
    }

    private struct State {
        var hasExited = false
        var waiting: [UnsafeContinuation<Void, Never>] = []
    }
    private let identifier: pid_t
    private let state = Mutex(State())

    private init(identifier: pid_t) {
        self.identifier = identifier
    }

    /// Returns when it accepts connections.
    static func start(_ arguments: [String]) async throws -> RedisProcess {
        try await withUnsafeThrowingContinuation { continuation in
            // The system kills the server when the thread that started it ends: this one ends with the server or with
            // the whole process.
            startThread(named: "redis-server") { serve(arguments, continuation) }
        }
    }

    func signal(_ number: CInt) {
        state.withLock { if !$0.hasExited { kill(identifier, number) } }
    }

    func exited() async {
        await withUnsafeContinuation { continuation in
            let hasExited = state.withLock { state in
                if !state.hasExited { state.waiting.append(continuation) }
                return state.hasExited
            }
            if hasExited { continuation.resume() }
        }
    }

    private static func serve(_ arguments: [String], _ continuation: UnsafeContinuation<RedisProcess, any Error>) {
        let process = Process()
        let pipe = Pipe()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["setpriv", "--pdeathsig", "KILL", "redis-server"] + arguments
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        do { try process.run() } catch {
            continuation.resume(throwing: error)
            return
        }
        var output = ""
        while !output.contains("Ready to accept connections") {
            let more = pipe.fileHandleForReading.availableData
            output += String(decoding: more, as: UTF8.self)
            if more.isEmpty {
                process.waitUntilExit()
                continuation.resume(throwing: DidNotStart(output: output))
                return
            }
        }
        let running = RedisProcess(identifier: process.processIdentifier)
        continuation.resume(returning: running)
        while !pipe.fileHandleForReading.availableData.isEmpty {}
        process.waitUntilExit()
        running.noteExit()
    }

    private func noteExit() {
        let waiting = state.withLock { state in
            state.hasExited = true
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }
}
