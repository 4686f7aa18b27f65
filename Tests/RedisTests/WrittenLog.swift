import Chassis
import Foundation

/// A log whose lines a test reads.
struct WrittenLog {
    let log: Log
    private let pipe = Pipe()

    init() {
        log = Log(level: .info, format: .text, to: LogSink(descriptor: pipe.fileHandleForWriting.fileDescriptor))
    }

    /// Waits for the next lines.
    func next() async -> String {
        await withUnsafeContinuation { continuation in
            startThread(named: "log-reader") {
                continuation.resume(returning: String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self))
            }
        }
    }
}
