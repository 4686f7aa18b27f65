/// The channels that were added to a subscription, and how far each is. hiredis 0.14 forgets the callback of a channel
/// when the reply to UNSUBSCRIBE arrives, also one that a later SUBSCRIBE has set: so a channel is subscribed again
/// only behind that reply.
struct AddedChannels {
    /// SUBSCRIBE is sent for as many at a time, so that fifty thousand channels after a reconnect neither block Redis
    /// nor fill the output.
    static let longestStep = 500

    private enum State {
        case queued, sent, subscribed, leavingQueued, leaving
    }

    private struct Channel {
        var state: State
        var isWanted: Bool
    }

    private var channels: [String: Channel] = [:]
    private var queue: [String] = []
    private var leavingQueue: [String] = []
    /// Subscriptions that Redis has not confirmed.
    private var unconfirmed = 0

    func contains(_ name: String) -> Bool { channels[name] != nil }

    mutating func add(_ name: String) {
        guard let known = channels[name] else {
            channels[name] = Channel(state: .queued, isWanted: true)
            queue.append(name)
            return
        }
        channels[name]?.isWanted = true
        // Its UNSUBSCRIBE was not sent.
        if known.state == .leavingQueued { channels[name]?.state = .subscribed }
    }

    mutating func remove(_ name: String) {
        guard let known = channels[name] else { return }
        channels[name]?.isWanted = false
        switch known.state {
        case .queued: channels[name] = nil
        case .subscribed: leave(name)
        case .sent, .leavingQueued, .leaving: break
        }
    }

    private mutating func leave(_ name: String) {
        channels[name]?.state = .leavingQueued
        leavingQueue.append(name)
    }

    /// A new connection knows no channel.
    mutating func reconnected() {
        channels = channels.filter(\.value.isWanted)
        for name in channels.keys { channels[name]?.state = .queued }
        queue = Array(channels.keys)
        leavingQueue = []
        unconfirmed = 0
    }

    /// Returns the channels to subscribe to now.
    mutating func nextJoining() -> [String] {
        guard unconfirmed == 0, !queue.isEmpty else { return [] }
        var step: [String] = []
        while step.count < Self.longestStep, let name = queue.popLast() {
            // It was removed meanwhile, or is here twice.
            guard channels[name]?.state == .queued else { continue }
            channels[name]?.state = .sent
            step.append(name)
        }
        unconfirmed = step.count
        return step
    }

    /// Returns the channels to unsubscribe from now.
    mutating func nextLeaving() -> [String] {
        var step: [String] = []
        while step.count < Self.longestStep, let name = leavingQueue.popLast() {
            guard channels[name]?.state == .leavingQueued else { continue }
            channels[name]?.state = .leaving
            step.append(name)
        }
        return step
    }

    /// Returns whether the confirmed channel is still wanted, and was not confirmed before.
    mutating func subscribed(_ name: String) -> Bool {
        guard let channel = channels[name], channel.state == .sent else { return false }
        unconfirmed -= 1
        channels[name]?.state = .subscribed
        if !channel.isWanted { leave(name) }
        return channel.isWanted
    }

    mutating func unsubscribed(_ name: String) {
        guard let channel = channels[name], channel.state == .leaving else { return }
        channels[name] = channel.isWanted ? Channel(state: .queued, isWanted: true) : nil
        if channel.isWanted { queue.append(name) }
    }
}
