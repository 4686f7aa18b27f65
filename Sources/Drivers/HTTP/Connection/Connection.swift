internal import CLinux
import Chassis
import Glibc

/// One client connection: its socket and the state of its current request. Input is handled in `Connection+Reading`,
/// responses in `Connection+Responding`, output in `Connection+Writing`, timeouts in `Connection+Deadlines`.
/// An idle connection owns no buffer.
///
/// `@unchecked Sendable`: loop-confined; the tasks of handlers run on the same loop.
final class Connection: EventHandler, @unchecked Sendable {
    enum State {
        /// Waits for a request head or the rest of one.
        case head
        /// Reads a body of known length.
        case body(left: Int)
        /// Reads a chunked body.
        case chunks(ChunkedParser)
        /// The request is complete; its handler runs or its response is being sent.
        case responding
        /// The response is sent, but the body was not read; the rest of it is discarded.
        case discarding(left: Int)
        /// The response is sent and the sending side closed; reads until that second, so that the client is not reset
        /// before it has read the response.
        case lingering(until: Int)
        case closed
    }

    /// The state of the response to the current request.
    enum ResponseState {
        case none
        /// A streamed response has begun; only its handler knows its end.
        case streaming
        /// The response is complete, though perhaps not sent yet.
        case complete
    }

    let descriptor: CInt
    let serial: UInt32
    let peer: String
    /// Under which the connection is counted.
    let peerKey: PeerConnections.Key
    let server: ServerLoop
    var loop: EventLoop { server.loop }

    var state = State.head
    /// A partial head, or input behind the current request (pipelining).
    var pending: [UInt8] = []
    var isReadPaused = false
    var hasReceivedEOF = false

    // The current request.
    var request: RequestBody?
    var requestID: RequestID?
    var isHead = false
    var isVersion11 = true
    var keepsAlive = true
    var expectsContinue = false
    var startedAt: UInt64 = 0
    /// Since the last check of the stall limit: the bytes received, or, while output is waiting, the bytes passed to
    /// the kernel, those included that were unacknowledged at that time.
    var progress = 0
    private var task: Task<Void, Never>?
    /// The request of the task.
    private var awaited: Request?
    /// Distinguishes a task that finished immediately from one that must be kept.
    private var finishedTasks: UInt32 = 0

    // Its response.
    var responseState = ResponseState.none
    /// Output in memory that the socket did not take yet, from ``unsentOffset`` on.
    private(set) var unsent: [UInt8] = []
    var unsentOffset = 0
    /// Sent after the output in memory.
    var transfer: FileTransfer?
    var outputWaiters: [UnsafeContinuation<Void, Never>] = []

    private var interest: EventSet = .input
    /// The second at which the client times out; `Int.max` while the handler runs.
    var deadline = Int.max
    /// The second of the wheel's valid entry; other entries are outdated.
    var scheduledCheck = Int.max

    init(_ descriptor: CInt, serial: UInt32, peer: String, peerKey: PeerConnections.Key, server: ServerLoop) {
        self.descriptor = descriptor
        self.serial = serial
        self.peer = peer
        self.peerKey = peerKey
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

    /// Calls the handler with a complete head; an asynchronous handler runs as a task that starts immediately.
    func begin(_ request: Request) {
        switch server.handler(request) {
        case .ready(let response): respond(with: response, to: request)
        case .awaited(let handle, let render):
            awaited = request
            hold { [loop] in
                Task.immediate(executorPreference: loop) {
                    do {
                        self.respond(with: try await handle(request), to: request)
                    } catch {
                        self.respond(with: render(error, request), to: request)
                    }
                }
            }
        }
    }

    /// Starts the task that writes a streamed response.
    func beginStream(_ response: Response, _ produce: @escaping @Sendable (ResponseWriter) async throws -> Void) {
        hold { [loop] in
            Task.immediate(executorPreference: loop) { await self.stream(response, produce) }
        }
    }

    /// Starts a task and, unless it finishes immediately, keeps it for cancellation when the connection closes.
    private func hold(_ start: () -> Task<Void, Never>) {
        let before = finishedTasks
        let started = start()
        if finishedTasks == before { task = started }
    }

    /// Whether the request in progress is for a client that waits: see ``Request/endsWithClient``.
    var endsWithClient: Bool { awaited?.endsWithClient ?? false }

    /// From here on no task is left that the end of the connection would have to cancel.
    func taskFinished() {
        finishedTasks &+= 1
        task = nil
        awaited = nil
    }

    // MARK: Event interest

    func updateInterest() {
        guard isOpen else { return }
        let input: EventSet = isReadPaused || hasReceivedEOF ? .none : .input
        let wanted = hasUnsent ? input.joined(with: .writable) : input
        guard wanted != interest else { return }
        interest = wanted
        loop.update(descriptor, for: wanted)
    }

    // MARK: Closing

    /// Prepares for the server's stop: an idle connection stays open for the grace period, because a request may be in
    /// flight.
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
        transfer = nil
        releaseUnsent()
        pending = []
        dropRequest()
        task?.cancel()
        task = nil
        resumeOutputWaiters()
        server.remove(self)
    }

    /// Closes with RST, which no client takes for a regular end of the response.
    func reset() {
        var immediately = CLinux.linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &immediately, socklen_t(MemoryLayout<CLinux.linger>.size))
        close()
    }

    /// Drops the request; a handler that still reads the body gets ``RequestBody/Failure/interrupted``.
    func dropRequest() {
        request?.interrupt()
        request = nil
    }

    func queue(_ bytes: some Collection<UInt8>) {
        unsent += bytes
        server.metrics.queued(bytes.count)
    }

    func releaseUnsent() {
        guard !unsent.isEmpty else { return }
        server.metrics.queued(-unsent.count)
        unsent = []
        unsentOffset = 0
    }

    func resumeOutputWaiters() {
        guard !outputWaiters.isEmpty else { return }
        let waiters = outputWaiters
        outputWaiters = []
        for waiter in waiters { waiter.resume() }
    }
}
