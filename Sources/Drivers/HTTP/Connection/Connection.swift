internal import CLinux
import Chassis
import Glibc

/// One client's socket and where its conversation stands. Reading is in `Connection+Reading`, answering in
/// `Connection+Writing`. While nothing is asked it owns no buffer.
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
        /// The request is complete; the handler works.
        case answering
        /// Answered before its body was read; the rest is dropped.
        case discarding(left: Int)
        /// Answered and half closed; reads only so that the client is not reset before it has read the answer.
        case lingering
        case closed
    }

    let descriptor: CInt
    let serial: UInt32
    let peer: String
    unowned let server: ServerLoop
    var loop: EventLoop { server.loop }

    var state = State.head
    /// A partial head, or what came after the request that is being answered.
    var pending: [UInt8] = []
    var request: RequestBody?
    var isHead = false
    var isVersion11 = true
    var keepsAlive = true
    var owesContinue = false
    var startedAt: UInt64 = 0
    var requestID: RequestID?
    /// Body bytes since the last check of the stall limit.
    var progress = 0
    var isReadPaused = false
    var peerHasFinished = false

    var unsent: [UInt8] = []
    var unsentOffset = 0
    var file: (file: OpenFile, offset: Int, left: Int)?
    var isAnswered = false
    var roomWaiters: [UnsafeContinuation<Void, Never>] = []

    private var task: Task<Void, Never>?
    private var interest: EventSet = [.readable, .peerClosed]
    /// The second at which patience ends; `Int.max` while it is the handler's turn.
    private(set) var deadline = Int.max
    private var watchedSecond = Int.max

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
        if !events.isDisjoint(with: [.failed, .hungUp]) {
            close()
            return
        }
        if events.contains(.writable) { flush() }
        if isOpen, !isReadPaused, !events.isDisjoint(with: [.readable, .peerClosed]) { readOnce() }
    }

    /// Starts the handler for a complete head; it runs at once, and costs no hop if it never waits.
    func begin(_ request: Request) {
        let server = server
        let connection = LoopBound(self, on: loop)
        task = Task.immediate(executorPreference: loop) {
            let response = await server.handler(request)
            connection.value.answer(response)
        }
        if isAnswered { task = nil }
    }

    func handlerIsDone() {
        task = nil
    }

    // MARK: Interest

    func updateInterest() {
        guard isOpen else { return }
        var wanted: EventSet = []
        if !isReadPaused, !peerHasFinished { wanted.formUnion([.readable, .peerClosed]) }
        if hasUnsent { wanted.insert(.writable) }
        guard wanted != interest else { return }
        interest = wanted
        loop.update(descriptor, for: wanted)
    }

    func bodyIsWanted() {
        guard owesContinue else { return }
        owesContinue = false
        send(Array("HTTP/1.1 100 Continue\r\n\r\n".utf8))
    }

    func bodyHasRoom() {
        guard isReadPaused else { return }
        isReadPaused = false
        setDeadline(in: server.limits.stallSeconds)
        updateInterest()
    }

    // MARK: Time

    func setDeadline(in seconds: Int) {
        deadline = server.second + seconds
        // An entry that comes earlier will put itself off.
        guard watchedSecond > deadline || watchedSecond <= server.second else { return }
        watchedSecond = deadline
        server.watch(self, until: deadline)
    }

    func suspendDeadline() {
        deadline = .max
    }

    func deadlineSlotCame() {
        watchedSecond = .max
        guard deadline != .max else { return }
        guard deadline <= server.second else {
            watchedSecond = deadline
            server.watch(self, until: deadline)
            return
        }
        timeOut()
    }

    private func timeOut() {
        switch state {
        case .head where !pending.isEmpty && !isAnswered: refuse(408)
        case .body, .chunks:
            if isReadPaused || progress >= server.limits.stallBytes {
                progress = 0
                setDeadline(in: server.limits.stallSeconds)
            } else {
                close()
            }
        default: close()
        }
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
        pending = []
        request?.interrupt()
        request = nil
        task?.cancel()
        task = nil
        releaseRoomWaiters()
        server.forget(self)
    }

    func releaseRoomWaiters() {
        let waiters = roomWaiters
        roomWaiters = []
        for waiter in waiters { waiter.resume() }
    }
}
