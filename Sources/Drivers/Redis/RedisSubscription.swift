internal import CHiredis
package import Chassis

/// A subscription to channels on a dedicated connection; resubscribes after every reconnect. Further channels can be
/// added and removed at any time. An unresponsive server is detected within four command timeouts. Loop thread only,
/// `init` excepted; must be closed before it is released.
///
/// Messages are not queued: each is delivered when it is read, at most 16 KiB per turn of the loop.
///
/// `@unchecked Sendable`: touched by its loop's thread alone, wherever the reference is carried.
package final class RedisSubscription: @unchecked Sendable {
    private let link: RedisLink
    private let channels: [String]
    private let maximumMessage: Int
    private let onSubscribed: () -> Void
    private let onMessage: (_ channel: String, _ bytes: [UInt8]) -> Void
    private let onAdded: (_ channel: String) -> Void
    private var missingConfirmations = 0
    private var added = AddedChannels()
    private var isSendPlanned = false
    private var isReplyPending = false
    private var check: LoopTimer?

    /// The number of messages dropped because of their length.
    package private(set) var droppedMessages = 0

    /// - Parameters:
    ///   - loop: The loop of the connection and the callbacks.
    ///   - settings: The server's address and timeouts.
    ///   - channels: The full names, prefix included; at least one. They are subscribed all the time.
    ///   - maximumMessage: In bytes; a longer one is dropped and counted.
    ///   - log: For connects and losses.
    ///   - onSubscribed: Called when all channels are subscribed, the first time and after every reconnect. Messages
    ///     published before may have been missed: state that depends on them must be read again now.
    ///   - onMessage: Called for every message, on the loop.
    ///   - onAdded: Called when a channel that was added is subscribed, and again after every reconnect.
    package init(
        on loop: EventLoop, settings: RedisSettings, channels: [String], maximumMessage: Int = 1 << 20, log: Log,
        onSubscribed: @escaping () -> Void, onMessage: @escaping (_ channel: String, _ bytes: [UInt8]) -> Void,
        onAdded: @escaping (_ channel: String) -> Void = { _ in }
    ) {
        precondition(!channels.isEmpty, "a subscription needs a channel")
        link = RedisLink(on: loop, settings: settings, role: "subscription", log: log)
        self.channels = channels
        self.maximumMessage = maximumMessage
        self.onSubscribed = onSubscribed
        self.onMessage = onMessage
        self.onAdded = onAdded
    }

    /// Connects, and reconnects whenever the connection is lost.
    package func start() {
        link.onReady = { [unowned self] in subscribe(on: $0) }
        link.start()
    }

    /// Unsubscribes by disconnecting.
    package func close() async {
        check?.cancel()
        link.ready?.drop(.closed)
        await link.close()
    }

    /// Subscribes to a further channel; `onAdded` is called when it is done. Of a channel that is added already,
    /// nothing happens.
    package func add(_ channel: String) {
        added.add(channel)
        sendLater()
    }

    /// Ends the subscription to a channel that was added. Messages that are on their way may still arrive.
    package func remove(_ channel: String) {
        added.remove(channel)
        sendLater()
    }

    private func sendLater() {
        guard !isSendPlanned else { return }
        isSendPlanned = true
        link.loop.atEndOfTurn { [weak self] in
            self?.isSendPlanned = false
            self?.sendChanges()
        }
    }

    /// Sends what was added and removed, a bounded number at a time: the next when Redis has confirmed these.
    private func sendChanges() {
        guard let connection = link.ready else { return }
        let leaving = added.nextLeaving()
        if !leaving.isEmpty { connection.unsubscribe(from: leaving) }
        let joining = added.nextJoining()
        if !joining.isEmpty { connection.subscribe(to: joining) { [unowned self] in handle($0) } }
    }

    private func subscribe(on connection: RedisConnection) {
        added.reconnected()
        missingConfirmations = channels.count
        connection.subscribe(to: channels) { [unowned self] in handle($0) }
        isReplyPending = true
        checkLater()
        sendLater()
    }

    private func checkLater() {
        check?.cancel()
        check = link.loop.schedule(after: link.settings.commandTimeout * 2) { [unowned self] in checkServer() }
    }

    /// Subscribes to a channel again and expects the confirmation: hiredis 0.14 cannot handle the reply to a PING on a
    /// subscribed connection.
    private func checkServer() {
        guard let connection = link.ready else { return }
        guard !isReplyPending else {
            connection.drop(.replyTimedOut)
            return
        }
        isReplyPending = true
        connection.subscribe(to: [channels[0]]) { [unowned self] in handle($0) }
        checkLater()
    }

    private func handle(_ push: redisReply) {
        let items = push.items
        guard items.count == 3, let kind = items[0]?.pointee, let channel = items[1]?.pointee,
            let content = items[2]?.pointee
        else { return }
        isReplyPending = false
        if kind.text == "message" {
            deliver(content, from: channel.text)
        } else if kind.text == "subscribe" {
            let name = channel.text
            if added.contains(name) {
                if added.subscribed(name) { onAdded(name) }
                sendLater()
            } else if missingConfirmations > 0 {
                missingConfirmations -= 1
                if missingConfirmations == 0 { onSubscribed() }
            }
        } else if kind.text == "unsubscribe" {
            added.unsubscribed(channel.text)
            sendLater()
        }
    }

    private func deliver(_ content: redisReply, from channel: String) {
        if Int(content.len) > maximumMessage {
            droppedMessages += 1
        } else {
            onMessage(channel, content.bytes)
        }
    }
}
