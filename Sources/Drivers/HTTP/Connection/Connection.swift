internal import CLinux
import Chassis
import Glibc

/// One client's socket and where its conversation stands. Reading is in `Connection+Reading`, answering in
/// `Connection+Answering`, the socket's other direction in `Connection+Writing`, patience in `Connection+Deadlines`.
/// While nothing is asked it owns no buffer.
///
/// `@unchecked Sendable`: loop-confined; tasks that answer run on the same loop.
final class Connection: EventHandler, @unchecked Sendable {
    enum State {
        /// Waits for a head, or for the rest of one.
        case head
        /// Reads a body of known length.
        case body(left: Int)
        /// Reads a body in chunks.
        case chunks(ChunkedParser)
        /// The request is complete; the handler works, or its answer is on the way.
        case answering
        /// Answered before its body was read; the rest is dropped.
        case discarding(left: Int)
        /// Answered and half closed; reads only so that the client is not reset before it has read the answer, and no
        /// longer than until that second.
        case lingering(until: Int)
        case closed
    }

    /// How far the answer to the present request is.
    enum Answer {
        case none
        /// A stream has begun; only its handler knows when it ends.
        case streaming
        /// Everything is handed over, though perhaps not sent.
        case complete
    }

    let descriptor: CInt
    let serial: UInt32
    let peer: String
    let server: ServerLoop
    var loop: EventLoop { server.loop }

    var state = State.head
    /// A partial head, or what came after the request that is being answered.
    var pending: [UInt8] = []
    var isReadPaused = false
    var peerHasFinished = false

    // The present request.
    var request: RequestBody?
    var requestID: RequestID?
    var isHead = false
    var isVersion11 = true
    var keepsAlive = true
    var owesContinue = false
    var startedAt: UInt64 = 0
    /// Body bytes since the last check of the stall limit.
    var progress = 0
    private var task: Task<Void, Never>?
    /// Tells a task that was done at once from one that is to be kept.
    private var finishedTasks: UInt32 = 0

    // Its answer.
    var answer = Answer.none
    var unsent: [UInt8] = []
    var unsentOffset = 0
    var file: (file: OpenFile, offset: Int, left: Int)?
    var roomWaiters: [UnsafeContinuation<Void, Never>] = []

    private var interest: EventSet = .input
    /// The second at which patience ends; `Int.max` while it is the handler's turn.
    var deadline = Int.max
    /// Where the wheel has the entry that counts; others are left over.
    var watchedSecond = Int.max

    init(_ descriptor: CInt, serial: UInt32, peer: String, server: ServerLoop) {
        self.descriptor = descriptor
        self.serial = serial
        self.peer = peer
        self.server = server
    }

    var isOpen: Bool {
        if case .closed = state { false } else { true }
    }

    func open() {
        setDeadline(in: server.limits.headSeconds)
        loop.add(descriptor, self, for: interest)
    }

    func handle(_ events: EventSet) {
        if events.intersects(.broken) {
            close()
            return
        }
        if events.intersects(.writable) { flush() }
        if isOpen, !isReadPaused, events.intersects(.input) { readOnce() }
    }

    /// Hands a complete head to the handler; what it has to wait for runs as a task, which begins at once.
    func begin(_ request: Request) {
        switch server.handler(request) {
        case .ready(let response): give(response, to: request)
        case .awaited(let answer, let render):
            hold { [loop] in
                Task.immediate(executorPreference: loop) {
                    do {
                        self.give(try await answer(request), to: request)
                    } catch {
                        self.give(render(error, request), to: request)
                    }
                }
            }
        }
    }

    /// Writes a stream as a task, which begins at once.
    func beginStream(_ response: Response, _ produce: @escaping @Sendable (ResponseWriter) async throws -> Void) {
        hold { [loop] in
            Task.immediate(executorPreference: loop) { await self.stream(response, produce) }
        }
    }

    /// Starts a task that the end of the connection has to stop, unless it is done at once.
    private func hold(_ start: () -> Task<Void, Never>) {
        let before = finishedTasks
        let started = start()
        if finishedTasks == before { task = started }
    }

    /// From here on nobody is left whom the end of the connection would have to stop.
    func taskIsDone() {
        finishedTasks &+= 1
        task = nil
    }

    // MARK: Interest

    func updateInterest() {
        guard isOpen else { return }
        let input: EventSet = isReadPaused || peerHasFinished ? .none : .input
        let wanted = hasUnsent ? input.joined(with: .writable) : input
        guard wanted != interest else { return }
        interest = wanted
        loop.update(descriptor, for: wanted)
    }

    // MARK: The end

    /// The server stops: an idle connection gets a last chance to ask, because a request may be on its way.
    func drain() {
        if case .head = state, pending.isEmpty {
            setDeadline(in: min(server.limits.drainGraceSeconds, server.limits.idleSeconds))
        }
    }

    func close() {
        guard isOpen else { return }
        state = .closed
        loop.remove(descriptor)
        Glibc.close(descriptor)
        file = nil
        unsent = []
        unsentOffset = 0
        pending = []
        dropRequest()
        task?.cancel()
        task = nil
        releaseRoomWaiters()
        server.forget(self)
    }

    /// Cuts the connection in a way that no client takes for a regular end.
    func reset() {
        var immediately = CLinux.linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &immediately, socklen_t(MemoryLayout<CLinux.linger>.size))
        close()
    }

    /// A handler that still waits for the body hears that no more comes.
    func dropRequest() {
        request?.interrupt()
        request = nil
    }

    func releaseRoomWaiters() {
        guard !roomWaiters.isEmpty else { return }
        let waiters = roomWaiters
        roomWaiters = []
        for waiter in waiters { waiter.resume() }
    }
}
