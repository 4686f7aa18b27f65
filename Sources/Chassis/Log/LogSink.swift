import Glibc

/// Writes formatted lines to a descriptor from a thread of its own, so that a slow reader of the log never blocks a
/// loop. At most 4 MiB are buffered; beyond that lines are dropped and their number is written instead.
///
/// `@unchecked Sendable`: state is only touched with the mutex held.
package final class LogSink: @unchecked Sendable {
    /// The standard error of the process.
    package static let standardError = LogSink(descriptor: STDERR_FILENO)

    private let descriptor: CInt
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let limit = 4 << 20
    private var pending: [UInt8] = []
    private var dropped = 0
    private var isWriting = false

    package init(descriptor: CInt) {
        self.descriptor = descriptor
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        startThread(named: "log") { self.serve() }
    }

    func write(_ line: [UInt8]) {
        pthread_mutex_lock(mutex)
        if pending.count + line.count > limit {
            dropped += 1
        } else {
            pending += line
        }
        pthread_cond_broadcast(condition)
        pthread_mutex_unlock(mutex)
    }

    func flush() {
        pthread_mutex_lock(mutex)
        while isWriting || !pending.isEmpty { pthread_cond_wait(condition, mutex) }
        pthread_mutex_unlock(mutex)
    }

    private func serve() -> Never {
        while true {
            pthread_mutex_lock(mutex)
            isWriting = false
            pthread_cond_broadcast(condition)
            while pending.isEmpty { pthread_cond_wait(condition, mutex) }
            var lines = pending
            pending = []
            if dropped > 0 {
                lines += Array("\(dropped) log lines dropped: the reader is too slow\n".utf8)
                dropped = 0
            }
            isWriting = true
            pthread_mutex_unlock(mutex)
            writeAll(lines)
        }
    }

    private func writeAll(_ lines: [UInt8]) {
        lines.withUnsafeBytes { bytes in
            var offset = 0
            while offset < bytes.count, let base = bytes.baseAddress {
                let count = Glibc.write(descriptor, base + offset, bytes.count - offset)
                if count < 0, errno != EINTR { return }
                offset += max(0, count)
            }
        }
    }
}
