internal import CLinux
import Glibc

/// Starts a thread of our own that ends when the work returns. Blocking is allowed on it.
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
