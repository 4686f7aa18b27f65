internal import CHiredis
import Chassis
import Glibc

/// One hiredis context from connecting to its end; never reconnects. Loop thread only.
///
/// The commands of one turn of the loop are written at its end in one system call; epoll watches for writability only
/// after a partial write. hiredis frees the context when a connection fails: after ``contextFreed()`` it is nil here.
/// The context retains its connection (released there), so callbacks never outlive it.
final class RedisConnection: EventHandler {
    /// The continuation of a pending command. As wide as a pointer, and passed through hiredis as one, without a box.
    typealias Waiter = UnsafeContinuation<Result<RedisValue, RedisError>, Never>

    typealias ReplyCallback =
        @convention(c) (
            UnsafeMutablePointer<redisAsyncContext>?, UnsafeMutableRawPointer?, UnsafeMutableRawPointer?
        ) -> Void

    private enum Phase {
        case connecting, handshake, ready, draining, ended
    }

    private let loop: EventLoop
    private let settings: RedisSettings
    private let failedSends: Counter
    private var context: UnsafeMutablePointer<redisAsyncContext>?
    private var descriptor: CInt = -1
    private var phase = Phase.connecting
    private var loss: ConnectionLoss?

    private var needsWrite = false
    private var watchedEvents: EventSet = .both
    private var flushAction: (() -> Void)?
    private var isFlushPlanned = false
    private var encoder = CommandEncoder()

    var handshake: Handshake?
    private var connectTimer: LoopTimer?
    private lazy var watchdog = ReplyWatchdog(on: loop) { self.drop(.replyTimedOut) }

    /// The server's `run_id`; empty until ready.
    private(set) var runID = ""
    let scripts = ScriptCache()
    /// Called once, when the handshake is complete.
    var onReady: (() -> Void)?
    /// Called once, when the connection has ended.
    var onEnd: ((ConnectionLoss) -> Void)?
    /// Called with every message pushed on a subscribed connection.
    var onPush: ((redisReply) -> Void)?

    init(on loop: EventLoop, settings: RedisSettings, failedSends: Counter) {
        self.loop = loop
        self.settings = settings
        self.failedSends = failedSends
    }

    var isReady: Bool { phase == .ready }

    // MARK: Connecting

    /// Starts to connect; ``onReady`` or ``onEnd`` is called, the latter possibly before this returns.
    /// - Parameters:
    ///   - endpoint: A numeric address, because hiredis would resolve a name on the loop.
    ///   - name: The client name in `CLIENT LIST`.
    func open(_ endpoint: RedisEndpoint, name: String) {
        let opened =
            switch endpoint {
            case .host(let address, let port): redisAsyncConnect(address, CInt(port))
            case .socket(let path): redisAsyncConnectUnix(path)
            }
        guard let opened else {
            end(.failed("out of memory"))
            return
        }
        guard opened.pointee.err == 0 else {
            let reason = ConnectionLoss.failed(opened.pointee.reason)
            redisAsyncFree(opened)
            end(reason)
            return
        }
        adopt(opened)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        if endpoint.isTCP { setSocketOptions(of: descriptor) }
        connectTimer = loop.schedule(after: settings.connectTimeout) { self.drop(.connectTimedOut) }
        sendHandshake(Handshake(settings: settings, name: name))
    }

    private func adopt(_ opened: UnsafeMutablePointer<redisAsyncContext>) {
        context = opened
        descriptor = opened.pointee.c.fd
        let reference = Unmanaged.passRetained(self).toOpaque()
        opened.pointee.data = reference
        opened.pointee.ev.data = reference
        opened.pointee.ev.addWrite = { RedisConnection.from($0).needsWrite = true }
        opened.pointee.ev.delWrite = { RedisConnection.from($0).needsWrite = false }
        opened.pointee.ev.cleanup = { RedisConnection.from($0).contextFreed() }
        flushAction = { self.flush() }
        loop.add(descriptor, self, for: watchedEvents)
    }

    /// Handles the completed handshake: commands can be sent.
    func becomeReady(runID: String) {
        connectTimer?.cancel()
        self.runID = runID
        phase = .ready
        onReady?()
    }

    // MARK: Commands

    /// Sends a command and resumes the waiter with its reply, in a later turn.
    /// - Parameters:
    ///   - arguments: The command's name and what follows it.
    ///   - limit: The timeout of the reply, in nanoseconds.
    ///   - waiter: Nil without a waiter: a failure is then only counted.
    /// - Returns: Whether the command was accepted; the waiter is not resumed otherwise.
    func send(_ arguments: [RedisArgument], within limit: UInt64, to waiter: Waiter?) -> Bool {
        precondition(!arguments.isEmpty, "a command has at least its name")
        guard phase == .ready, watchdog.inFlight < settings.maximumInFlight else { return false }
        // The cast is valid: a continuation is one pointer (unsafeBitCast traps otherwise), and hiredis calls every
        // callback exactly once, with a reply or, when the context is freed, with nil.
        let pointer = waiter.map { unsafeBitCast($0, to: UnsafeMutableRawPointer.self) }
        let isTaken = append(arguments, pointer) { context, reply, waiter in
            RedisConnection.from(context?.pointee.data).replied(
                with: reply?.assumingMemoryBound(to: redisReply.self).pointee,
                waiter.map { unsafeBitCast($0, to: Waiter.self) })
        }
        guard isTaken else { return false }
        watchdog.noteCommand(limit: limit)
        return true
    }

    /// Appends a command to those of this turn; the callback gets every reply to it.
    @discardableResult
    func append(
        _ arguments: [RedisArgument], _ pointer: UnsafeMutableRawPointer?, _ callback: @escaping ReplyCallback
    ) -> Bool {
        guard let context else { return false }
        let status = encoder.encode(arguments) {
            redisAsyncFormattedCommand(context, callback, pointer, $0.baseAddress, $0.count)
        }
        if !isFlushPlanned, let flushAction {
            isFlushPlanned = true
            loop.atEndOfTurn(flushAction)
        }
        return status == REDIS_OK
    }

    private func replied(with reply: redisReply?, _ waiter: Waiter?) {
        watchdog.noteReply()
        let result = reply.map { $0.result } ?? .failure(loss?.error ?? .connectionLost)
        if case .failure(.rejected(let failure)) = result, failure.code == "READONLY" { drain(.readOnly) }
        if let waiter {
            waiter.resume(returning: result)
        } else if case .failure = result {
            failedSends.increment()
        }
    }

    // MARK: Events

    func handle(_ events: EventSet) {
        if let context, phase == .connecting || events.contains(.writable) { redisAsyncHandleWrite(context) }
        if phase == .connecting { phase = .handshake }
        if let context, events.intersects(.broken.joined(with: .readable)) { redisAsyncHandleRead(context) }
        watchWrites()
    }

    /// Writes all commands of a turn in one system call.
    private func flush() {
        isFlushPlanned = false
        guard let context, phase != .connecting else { return }
        redisAsyncHandleWrite(context)
        watchWrites()
    }

    private func watchWrites() {
        guard context != nil else { return }
        let wanted: EventSet = needsWrite && !isFlushPlanned ? .both : .readable
        guard wanted != watchedEvents else { return }
        watchedEvents = wanted
        loop.update(descriptor, for: wanted)
    }

    // MARK: End

    /// Rejects new commands, waits for pending replies and disconnects; disconnects immediately if there are none.
    func drain(_ reason: ConnectionLoss) {
        guard let context, phase == .ready else {
            drop(reason)
            return
        }
        loss = reason
        phase = .draining
        redisAsyncDisconnect(context)
    }

    /// Disconnects immediately, or, inside a callback, right after it. Pending commands fail.
    func drop(_ reason: ConnectionLoss) {
        guard let context else { return }
        loss = reason
        phase = .draining
        redisAsyncFree(context)
    }

    private func contextFreed() {
        guard let freed = context else { return }
        loop.remove(descriptor)
        context = nil
        flushAction = nil
        end(loss ?? .failed(freed.pointee.reason))
        Unmanaged.passUnretained(self).release()
    }

    private func end(_ reason: ConnectionLoss) {
        phase = .ended
        connectTimer?.cancel()
        watchdog.end()
        onPush = nil
        onReady = nil
        let onEnd = onEnd
        self.onEnd = nil
        onEnd?(reason)
    }

    /// Returns the connection of a context.
    static func from(_ reference: UnsafeMutableRawPointer?) -> RedisConnection {
        guard let reference else { preconditionFailure("a context without its connection") }
        return Unmanaged<RedisConnection>.fromOpaque(reference).takeUnretainedValue()
    }
}

extension RedisConnection {
    /// Sends a command and returns its reply; times out after `limit` nanoseconds.
    func command(_ arguments: [RedisArgument], within limit: UInt64) async throws(RedisError) -> RedisValue {
        try await result(of: arguments, within: limit).get()
    }

    /// Sends a command and returns its result, for callers that cannot use typed throws.
    func result(of arguments: [RedisArgument], within limit: UInt64) async -> Result<RedisValue, RedisError> {
        await withUnsafeContinuation { (waiter: Waiter) in
            if !send(arguments, within: limit, to: waiter) { waiter.resume(returning: .failure(.unavailable)) }
        }
    }
}

extension RedisConnection {
    /// Subscribes; every confirmation and every message is passed to the handler. Can be repeated on one connection.
    func subscribe(to channels: [String], _ handler: @escaping (redisReply) -> Void) {
        onPush = handler
        append(["SUBSCRIBE"] + channels.map { RedisArgument($0) }, nil) { context, reply, _ in
            guard let reply = reply?.assumingMemoryBound(to: redisReply.self) else { return }
            RedisConnection.from(context?.pointee.data).onPush?(reply.pointee)
        }
    }

    /// Ends subscriptions; the confirmations go to the handler of ``subscribe(to:_:)``. The connection must have
    /// another subscription: without one, hiredis takes the replies for those of commands.
    func unsubscribe(from channels: [String]) {
        append(["UNSUBSCRIBE"] + channels.map { RedisArgument($0) }, nil) { _, _, _ in }
    }
}
