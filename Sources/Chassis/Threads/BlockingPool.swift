internal import CLinux
import Glibc
import Synchronization

/// A fixed number of threads for calls that block or compute for long, with a bounded queue.
///
/// [Eight calls of 200 ms take 0.20 s here and 0.60 to 0.80 s on Swift's cooperative pool or a DispatchQueue.]
///
/// `@unchecked Sendable`: the queue is only touched with the mutex held.
package final class BlockingPool: @unchecked Sendable {
    /// The queue is full; the caller can try again later.
    package struct Overloaded: Error {}

    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let condition = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private var queue = FIFO<@Sendable () -> Void>()
    private let queueLimit: Int

    /// - Parameters:
    ///   - threads: How many calls may run at once.
    ///   - queueLimit: How many may wait; one more throws ``Overloaded``.
    package init(name: String, threads: Int, queueLimit: Int) {
        self.queueLimit = queueLimit
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(condition, nil)
        for index in 0..<threads {
            startThread(named: "\(name)-\(index)") { self.serve() }
        }
    }

    /// Runs work on a thread of the pool; the caller continues where it was (on its loop, if it has one).
    /// - Throws: ``Overloaded`` at once when the queue is full, else what the work throws.
    package func run<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withUnsafeThrowingContinuation { (continuation: UnsafeContinuation<Value, any Error>) in
            let accepted = submit { continuation.resume(with: Result { try work() }) }
            if !accepted { continuation.resume(throwing: Overloaded()) }
        }
    }

    /// How many calls wait for a thread.
    package var waiting: Int {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return queue.count
    }

    /// Appends a call that reports its end itself.
    /// - Returns: False if the queue is full.
    func submit(_ call: @escaping @Sendable () -> Void) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        guard queue.count < queueLimit else { return false }
        queue.append(call)
        pthread_cond_signal(condition)
        return true
    }

    private func serve() -> Never {
        while true {
            pthread_mutex_lock(mutex)
            while queue.isEmpty { pthread_cond_wait(condition, mutex) }
            let call = queue.popFirst()
            pthread_mutex_unlock(mutex)
            call?()
        }
    }
}

/// Starts a thread that ends when the work returns. The work may block.
/// - Parameter name: Shown by `top -H`; at most 15 characters count.
package func startThread(named name: String, _ work: @escaping @Sendable () -> Void) {
    final class Start {
        let name: String
        let work: @Sendable () -> Void
        init(_ name: String, _ work: @escaping @Sendable () -> Void) {
            self.name = name
            self.work = work
        }
    }
    var thread = pthread_t()
    let started = pthread_create(
        &thread, nil,
        { context in
            guard let context else { return nil }
            let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
            clinux_name_thread(String(start.name.prefix(15)))
            start.work()
            return nil
        }, Unmanaged.passRetained(Start(name, work)).toOpaque())
    precondition(started == 0, "the system gives no more threads")
    pthread_detach(thread)
}

/// The calling thread, read afresh at every call (see the shim).
func currentThreadID() -> UInt { UInt(clinux_thread_self()) }

/// How many cores the system has for its processes, 64 at most.
package func onlineCores() -> Int { min(64, max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))) }
