package import Chassis
import Domain
import Jobs
package import Redis
import Synchronization

/// Tells those who wait for events of a user on one event loop that the log has some: subscribes to the channel of each
/// such user. Signals say where to look and carry no event, so that one too many costs a read, and one too few is made
/// up for by ``EventGapCheck``. Loop-confined, but for what it says.
///
/// `@unchecked Sendable`: touched by its loop's thread alone; what other threads read is atomic.
package final class UserEventSignals: @unchecked Sendable {
    /// A client that waits again at once finds the channel subscribed.
    private static let linger = Duration.seconds(30)
    private static let probeInterval = Duration.milliseconds(500)
    /// Messages of Redis take longer than that only if it, or the subscription, is in trouble.
    private static let probeTimeout = Duration.seconds(1)

    private struct Channel {
        var watches: [ObjectIdentifier: UserEventWatch] = [:]
        /// Since when none is left, on the loop's clock.
        var idleSince: UInt64 = 0
    }

    let loop: EventLoop
    private let redis: Redis
    private let probeChannel: String
    private var subscription: RedisSubscription?
    private var channels: [UserID: Channel] = [:]
    private var idle = FIFO<(user: UserID, since: UInt64)>()
    private var lastProbe: UInt64 = 0
    private var isProbing = false
    private var isClosing = false
    private let watched = Atomic(0)
    private let suspicion = Atomic(false)

    init(on loop: EventLoop, redis: Redis) {
        self.loop = loop
        self.redis = redis
        probeChannel = redis.key("rt-probe:\(Identifier(unixMilliseconds: Timestamp.now.unixMilliseconds))")
    }

    /// Whether users are waited for. Any thread.
    var isNeeded: Bool { watched.load(ordering: .relaxed) > 0 }
    /// Whether messages may be lost at present. Any thread.
    var isSuspect: Bool { suspicion.load(ordering: .relaxed) }

    /// How many wait.
    var waits: Int { channels.values.reduce(0) { $0 + $1.watches.count } }

    /// Connects to Redis.
    package func start(_ settings: RedisSettings, log: Log) {
        let subscription = RedisSubscription(
            on: loop, settings: settings, channels: [probeChannel], log: log, onSubscribed: {},
            onMessage: { [unowned self] in receive($1, from: $0) },
            onAdded: { [unowned self] in signal(UserEventChannel.user(of: $0), nil) })
        self.subscription = subscription
        for user in channels.keys { subscription.add(redis.key(UserEventChannel.name(of: user))) }
        subscription.start()
    }

    package func close() async {
        endAll()
        await subscription?.close()
    }

    /// Ends all waits, and each that begins from now on: the process stops.
    package func endAll() {
        isClosing = true
        for channel in channels.values { for watch in channel.watches.values { watch.end(.closing) } }
    }

    // MARK: Watches

    func add(_ watch: UserEventWatch) {
        if isClosing { watch.end(.closing) }
        if channels[watch.user] == nil {
            channels[watch.user] = Channel()
            watched.store(channels.count, ordering: .relaxed)
            subscription?.add(redis.key(UserEventChannel.name(of: watch.user)))
            beginProbes()
        }
        channels[watch.user]?.watches[ObjectIdentifier(watch)] = watch
    }

    func remove(_ watch: UserEventWatch) {
        guard channels[watch.user]?.watches.removeValue(forKey: ObjectIdentifier(watch)) != nil,
            channels[watch.user]?.watches.isEmpty == true
        else { return }
        channels[watch.user]?.idleSince = loop.now
        idle.append((watch.user, loop.now))
    }

    /// Ends the waits of sessions that were revoked.
    func end(_ sessions: Set<SessionID>) {
        for channel in channels.values {
            for watch in channel.watches.values where sessions.contains(watch.session) { watch.end(.revoked) }
        }
    }

    /// Signals that the last event of a user has this number; nil if events may have been missed.
    func signal(_ user: UserID?, _ sequence: Int?) {
        guard let user, let channel = channels[user] else { return }
        for watch in channel.watches.values { watch.signal(sequence) }
    }

    private func receive(_ message: [UInt8], from channel: String) {
        if channel == probeChannel {
            lastProbe = loop.now
            suspicion.store(false, ordering: .relaxed)
        } else {
            signal(
                UserEventChannel.user(of: channel), EventPosition(String(decoding: message, as: UTF8.self))?.sequence)
        }
    }

    // MARK: Probes

    /// Sends itself a message twice a second, as long as users are waited for: a subscription may be dead beside
    /// commands that work, and the connection's own check takes seconds.
    private func beginProbes() {
        guard !isProbing else { return }
        isProbing = true
        lastProbe = loop.now
        probe()
    }

    private func probe() {
        dropIdle()
        guard !channels.isEmpty, !isClosing else {
            isProbing = false
            suspicion.store(false, ordering: .relaxed)
            return
        }
        if loop.now - lastProbe > Self.probeTimeout.nanoseconds { suspicion.store(true, ordering: .relaxed) }
        redis.send(["PUBLISH", RedisArgument(probeChannel), "1"])
        _ = loop.schedule(after: Self.probeInterval) { [weak self] in self?.probe() }
    }

    private func dropIdle() {
        while let first = idle.first, loop.now - first.since >= Self.linger.nanoseconds {
            _ = idle.popFirst()
            // It may have been used since, and be in the list again.
            guard let channel = channels[first.user], channel.watches.isEmpty, channel.idleSince == first.since else {
                continue
            }
            channels[first.user] = nil
            watched.store(channels.count, ordering: .relaxed)
            subscription?.remove(redis.key(UserEventChannel.name(of: first.user)))
        }
    }
}
