internal import CLinux
import Glibc
import Synchronization

/// One thread that waits for descriptors, timers and Swift tasks, and runs all three.
///
/// Handlers, PostgreSQL and Redis of one loop share its thread, so that a request never changes threads and its
/// state needs no lock. It is a `TaskExecutor`: tasks started with ``spawn(_:)`` stay on it, also after suspending.
/// It is deliberately no `SerialExecutor`: jobs that ran as if isolated to one would be queued again at every call of a
/// nonisolated function, and others could run in between. Level-triggered epoll, one wait a turn; a turn handles
/// the ready descriptors, then due timers, then tasks, then the actions deferred to its end, where drivers
/// write what the turn has collected in one system call.
///
/// `@unchecked Sendable`: everything below "loop thread only" is touched by the loop's thread alone (methods assert it
/// in debug builds); the inbox of other threads is behind a mutex.
package final class EventLoop: TaskExecutor, @unchecked Sendable {
    // Any thread.
    private struct Inbox {
        var jobs: [UnownedJob] = []
        var actions: [@Sendable () -> Void] = []
        var isAwake = false
    }
    private let inbox = Mutex(Inbox())
    private let wakeDescriptor = eventfd(0, CInt(EFD_NONBLOCK) | CInt(EFD_CLOEXEC))
    private let stopRequested = Atomic<Bool>(false)
    private let threadID = Atomic<UInt>(0)

    // Loop thread only.
    private let poll = epoll_create1(CInt(EPOLL_CLOEXEC))
    private var handlers: [(any EventHandler)?] = Array(repeating: nil, count: 256)
    private var generations: [UInt32] = Array(repeating: 0, count: 256)
    private var jobs: [UnownedJob] = []
    private var nextJob = 0
    private var endOfTurn: [() -> Void] = []
    private var timers = TimerQueue()

    /// Monotonic time in nanoseconds, read once a turn.
    package private(set) var now: UInt64 = monotonicNanoseconds()
    /// A buffer into which an event handler may read before it returns, so that idle connections own none.
    package let scratch = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 64)
    /// The loop's name, also its thread's.
    package let name: String

    /// Creates a loop; ``start()`` runs it.
    package init(name: String) {
        self.name = name
    }

    deinit {
        close(poll)
        close(wakeDescriptor)
        scratch.deallocate()
    }

    /// Runs the loop on a thread of its own until ``stop()``.
    package func start() {
        startThread(named: name) { self.run() }
    }

    /// Runs the loop on the calling thread until ``stop()``.
    package func run() {
        threadID.store(currentThreadID(), ordering: .releasing)
        // The system gives the thread's id to another one later.
        defer { threadID.store(0, ordering: .releasing) }
        var wake = epoll_event()
        wake.events = EventSet.readable.rawValue
        wake.data.u64 = UInt64.max
        epoll_ctl(poll, EPOLL_CTL_ADD, wakeDescriptor, &wake)
        withUnsafeTemporaryAllocation(of: epoll_event.self, capacity: 256) { events in
            while !stopRequested.load(ordering: .acquiring) {
                turn(events)
            }
        }
    }

    /// Ends ``run()`` after the present turn. Any thread.
    package func stop() {
        stopRequested.store(true, ordering: .releasing)
        wake()
    }

    /// Whether the caller is on this loop's thread.
    package var isCurrent: Bool { currentThreadID() == threadID.load(ordering: .acquiring) }

    // MARK: Descriptors (loop thread only)

    /// Registers a descriptor. The loop keeps the handler until ``remove(_:)``.
    package func add(_ descriptor: CInt, _ handler: any EventHandler, for events: EventSet) {
        assert(isCurrent, "descriptors belong to the loop's thread")
        let index = Int(descriptor)
        if index >= handlers.count {
            let missing = max(index + 1, handlers.count * 2) - handlers.count
            handlers.append(contentsOf: Array(repeating: nil, count: missing))
            generations.append(contentsOf: Array(repeating: 0, count: missing))
        }
        handlers[index] = handler
        generations[index] &+= 1
        control(EPOLL_CTL_ADD, descriptor, events)
    }

    /// Changes the events of a registered descriptor.
    package func update(_ descriptor: CInt, for events: EventSet) {
        control(EPOLL_CTL_MOD, descriptor, events)
    }

    /// Unregisters a descriptor. Its events that this turn has collected are dropped.
    package func remove(_ descriptor: CInt) {
        epoll_ctl(poll, EPOLL_CTL_DEL, descriptor, nil)
        handlers[Int(descriptor)] = nil
        generations[Int(descriptor)] &+= 1
    }

    private func control(_ operation: CInt, _ descriptor: CInt, _ events: EventSet) {
        var event = epoll_event()
        event.events = events.rawValue
        event.data.u64 = UInt64(generations[Int(descriptor)]) << 32 | UInt64(descriptor)
        epoll_ctl(poll, operation, descriptor, &event)
    }

    // MARK: Time and turns (loop thread only)

    /// Runs an action once, not before the delay is over.
    @discardableResult
    package func schedule(after delay: Duration, _ action: @escaping () -> Void) -> LoopTimer {
        assert(isCurrent, "timers belong to the loop's thread")
        let timer = LoopTimer(deadline: monotonicNanoseconds() &+ delay.nanoseconds, action)
        timers.insert(timer)
        return timer
    }

    /// Runs an action when everything that is ready in this turn has been handled.
    package func atEndOfTurn(_ action: @escaping () -> Void) {
        endOfTurn.append(action)
    }

    // MARK: From other threads

    /// Runs an action on the loop's thread soon. Any thread.
    package func post(_ action: @escaping @Sendable () -> Void) {
        let mustWake = inbox.withLock { inbox in
            inbox.actions.append(action)
            defer { inbox.isAwake = true }
            return !inbox.isAwake
        }
        if mustWake { wake() }
    }

    /// Enqueues a task's next job; called by the Swift runtime. Any thread.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            jobs.append(job)
            return
        }
        let mustWake = inbox.withLock { inbox in
            inbox.jobs.append(job)
            defer { inbox.isAwake = true }
            return !inbox.isAwake
        }
        if mustWake { wake() }
    }

    private func wake() {
        eventfd_write(wakeDescriptor, 1)
    }

    // MARK: A turn

    private func turn(_ events: UnsafeMutableBufferPointer<epoll_event>) {
        let count = epoll_wait(poll, events.baseAddress, CInt(events.count), waitMilliseconds())
        now = monotonicNanoseconds()
        var index = 0
        while index < Int(count) {
            dispatch(events[index])
            index += 1
        }
        while let timer = timers.popDue(at: now) { timer.fire() }
        runJobs()
        while !endOfTurn.isEmpty {
            let actions = endOfTurn
            endOfTurn.removeAll(keepingCapacity: true)
            for action in actions { action() }
        }
    }

    private func waitMilliseconds() -> CInt {
        if nextJob < jobs.count || !endOfTurn.isEmpty { return 0 }
        guard let deadline = timers.nextDeadline else { return -1 }
        let now = monotonicNanoseconds()
        guard deadline > now else { return 0 }
        return CInt(min((deadline - now + 999_999) / 1_000_000, 60_000))
    }

    private func dispatch(_ event: epoll_event) {
        guard event.data.u64 != UInt64.max else {
            takeInbox()
            return
        }
        let index = Int(event.data.u64 & 0xffff_ffff)
        // A descriptor that was closed and opened again in this turn has another generation.
        guard generations[index] == UInt32(truncatingIfNeeded: event.data.u64 >> 32) else { return }
        handlers[index]?.handle(EventSet(rawValue: event.events))
    }

    private func takeInbox() {
        var ignored = eventfd_t()
        eventfd_read(wakeDescriptor, &ignored)
        let (newJobs, actions) = inbox.withLock { inbox in
            defer { inbox = Inbox() }
            return (inbox.jobs, inbox.actions)
        }
        jobs.append(contentsOf: newJobs)
        for action in actions { action() }
    }

    /// Bounded, so that tasks that always enqueue new ones cannot starve the descriptors.
    private func runJobs() {
        var budget = 4096
        let executor = asUnownedTaskExecutor()
        while nextJob < jobs.count, budget > 0 {
            let job = jobs[nextJob]
            nextJob += 1
            budget -= 1
            job.runSynchronously(on: executor)
        }
        if nextJob == jobs.count {
            jobs.removeAll(keepingCapacity: true)
            nextJob = 0
        }
    }
}
