import Chassis
import Domain
import Jobs
import Storage
import TestSupport
import Testing

@testable import Features

/// Messages, blocks, deletions and marks of a few users at random, on both surfaces, compared with a model of what each
/// sees (S2-114 to S2-118, S0-53 to S0-64, X-12): every list, counter, search, export and job, after every few steps.
@Suite("Messages and a model", .database) struct MessageModelTests {
    @Test(arguments: [1, 2, 3] as [UInt64])
    func `each user sees what the model says, on both surfaces`(seed: UInt64) async throws {
        try await FeatureHarness.open { features in
            var world = MessageWorld(features, seed: seed)
            try await world.populate(4)
            for step in 1...240 {
                try await world.act()
                if step.isMultiple(of: 30) { try await world.expectViews() }
            }
            #expect(world.messages.contains { $0.isHiddenFromReceiver } && world.messages.contains { $0.isRead })
            #expect(try await CounterAudit(features.database).page(after: nil).wrong == [])
        }
    }
}

/// Users who write to each other, and what is true of it.
private struct MessageWorld {
    struct Sent {
        let id: MessageID
        let sender: UserID
        let receiver: UserID
        var content: String
        var isHiddenFromSender = false
        var isHiddenFromReceiver: Bool
        var isRead = false
        var reactions: [UserID: String] = [:]

        func other(than user: UserID) -> UserID { sender == user ? receiver : sender }
    }

    struct Pair: Hashable {
        let from: UserID
        let to: UserID
    }

    private static let words = ["концерт", "concert", "ноты", "guitar"]
    private static let forms = ["концерты", "concerts", "нотами", "guitars"]

    let features: FeatureHarness
    private var random: SeededRandom
    private var users: [Caller] = []
    /// The oldest first.
    private(set) var messages: [Sent] = []
    private var notified: Set<Identifier> = []
    private var blocks: Set<Pair> = []
    private var friends: Set<Pair> = []

    init(_ features: FeatureHarness, seed: UInt64) {
        self.features = features
        random = SeededRandom(seed)
    }

    mutating func populate(_ count: Int) async throws {
        for index in 0..<count { users.append(try await features.user("user-\(index)")) }
    }

    // MARK: The rule

    private func isBlocked(_ user: UserID, by other: UserID) -> Bool { blocks.contains(Pair(from: other, to: user)) }

    private func areApart(_ one: UserID, _ other: UserID) -> Bool {
        isBlocked(one, by: other) || isBlocked(other, by: one)
    }

    /// What a user has not removed and was meant to see, the newest first.
    private func view(of user: UserID, with other: UserID) -> [Sent] {
        messages.reversed().filter {
            $0.sender == user && $0.receiver == other && !$0.isHiddenFromSender
                || $0.sender == other && $0.receiver == user && !$0.isHiddenFromReceiver
        }
    }

    private func visible(to user: UserID, with other: UserID) -> [Sent] {
        view(of: user, with: other).filter { $0.sender == user || !areApart(user, other) }
    }

    private func unread(of user: UserID, with other: UserID) -> Int {
        areApart(user, other) ? 0 : view(of: user, with: other).count { $0.receiver == user && !$0.isRead }
    }

    // MARK: Steps

    mutating func act() async throws {
        guard let user = users.randomElement(using: &random),
            let other = users.filter({ $0.user != user.user }).randomElement(using: &random)
        else { return }
        let pair = Pair(from: user.user, to: other.user)
        switch Int.random(in: 0..<20, using: &random) {
        case 0..<8: try await send(from: user, to: other.user, needsFriendship: Bool.random(using: &random))
        case 8:
            try await features.friends.blocks.block(other.user, by: user)
            blocks.insert(pair)
            friends.subtract([pair, Pair(from: other.user, to: user.user)])
        case 9, 10:
            guard let block = blocks.sorted(by: { "\($0)" < "\($1)" }).randomElement(using: &random),
                let blocker = users.first(where: { $0.user == block.from })
            else { return }
            try await features.friends.blocks.unblock(block.to, by: blocker)
            blocks.remove(block)
        case 11 where !friends.contains(pair) && !areApart(user.user, other.user):
            try await features.befriend(user, other)
            friends.formUnion([pair, Pair(from: other.user, to: user.user)])
        case 12...19: try await change(by: user)
        default: return
        }
    }

    private mutating func send(from user: Caller, to other: UserID, needsFriendship: Bool) async throws {
        let content = "\(Self.words.randomElement(using: &random) ?? "") \(messages.count)"
        let draft = MessageDraft(
            to: other, content: try MessageText(content), idempotencyKey: nil, requiresFriendship: needsFriendship)
        let isRefused =
            isBlocked(other, by: user.user)
            || needsFriendship && !friends.contains(Pair(from: user.user, to: other))
        guard !isRefused else {
            await expect(.messageToNonFriend, .forbidden) { try await features.messages.send(draft, by: user) }
            return
        }
        let sent = try await features.messages.send(draft, by: user)
        let isWithheld = isBlocked(user.user, by: other)
        messages.append(
            Sent(
                id: sent.id, sender: user.user, receiver: other, content: content, isHiddenFromReceiver: isWithheld))
        if !isWithheld { notified.insert(sent.id.identifier) }
    }

    /// Reads, hides, deletes, edits or marks a message, of which the user may see none.
    private mutating func change(by user: Caller) async throws {
        guard let index = messages.indices.randomElement(using: &random) else { return }
        let message = messages[index]
        let (actor, isSender) = (user.user, message.sender == user.user)
        let other = message.other(than: actor)
        let isMember = isSender || message.receiver == actor
        let isSeen = isMember && visible(to: actor, with: other).contains { $0.id == message.id }
        let (read, change) = (features.messages.read, features.messages.change)
        switch Int.random(in: 0..<8, using: &random) {
        case 0..<3:
            if !isSeen || areApart(actor, other) {
                await expect(.messageNotFound) { try await read.markRead(message.id, by: user) }
            } else if isSender {
                await expect(.messageNotReceived) { try await read.markRead(message.id, by: user) }
            } else {
                #expect(try await read.readMessage(message.id, by: user).readAt != nil)
                messages[index].isRead = true
            }
        case 3:
            guard isSeen else {
                await expect(.messageNotFound) { try await change.delete(message.id, forBoth: false, by: user) }
                return
            }
            try await change.delete(message.id, forBoth: false, by: user)
            messages[index].isHiddenFromSender = messages[index].isHiddenFromSender || isSender
            messages[index].isHiddenFromReceiver = messages[index].isHiddenFromReceiver || !isSender
            if messages[index].isHiddenFromSender && messages[index].isHiddenFromReceiver { messages.remove(at: index) }
        case 4:
            guard isSeen, isSender else {
                await expect(isSeen ? .messageNotYours : .messageNotFound) {
                    try await change.delete(message.id, forBoth: true, by: user)
                }
                return
            }
            try await change.delete(message.id, forBoth: true, by: user)
            messages.remove(at: index)
        case 5:
            let content = "\(Self.words.randomElement(using: &random) ?? "") edited"
            let changes = try MessageChanges(content: MessageText(content), mediaURL: nil)
            guard isSeen, isSender, !isBlocked(other, by: actor) else {
                await expect(isSeen ? isSender ? .messageToNonFriend : .messageNotYours : .messageNotFound) {
                    try await change.edit(message.id, changes, by: user)
                }
                return
            }
            #expect(try await change.edit(message.id, changes, by: user).editedAt != nil)
            messages[index].content = content
            if isBlocked(actor, by: other) { messages[index].isHiddenFromReceiver = true }
        default:
            let emoji = ["👍", "🎸"].randomElement(using: &random) ?? ""
            let reaction = try MessageReaction(emoji)
            guard isSeen, !isBlocked(other, by: actor) else {
                await expect(isSeen ? .messageToNonFriend : .messageNotFound) {
                    try await change.react(to: message.id, with: reaction, by: user)
                }
                return
            }
            _ = try await change.react(to: message.id, with: reaction, by: user)
            messages[index].reactions[actor] = emoji
            if isBlocked(actor, by: other) { messages[index].isHiddenFromReceiver = true }
        }
    }

    // MARK: Comparison

    func expectViews() async throws {
        for user in users {
            let others = users.map(\.user).filter { $0 != user.user }
            for other in others { try await expectHistory(of: user, with: other) }
            try await expectLists(of: user, others)
            let exported = try await AccountExports(features.database).page(of: .messages, of: user.user, after: nil)
            let expected = others.flatMap { visible(to: user.user, with: $0) }
            #expect(Set(exported.map(\.id)) == Set(expected.map(\.id.identifier)))
            for (word, form) in zip(Self.words, Self.forms) {
                let expected = messages.filter { message in
                    (message.sender == user.user || message.receiver == user.user) && message.content.hasPrefix(word)
                        && visible(to: user.user, with: message.other(than: user.user)).contains { $0.id == message.id }
                }.sorted { $0.id.identifier > $1.id.identifier }
                let found = try await features.messages.read.search(
                    PostQuery(form), before: nil, limit: 500, by: user)
                #expect(found.entries.map(\.message.id) == expected.map(\.id))
            }
        }
        let jobs = try await features.jobs.enqueued(Notify.self).filter { $0.about == .newMessage }
        #expect(Set(jobs.map(\.entity)) == notified)
    }

    private func expectHistory(of user: Caller, with other: UserID) async throws {
        let expected = visible(to: user.user, with: other)
        let isApart = areApart(user.user, other)
        let history = try await features.messages.read.anyHistory(with: other, before: nil, .first(500), by: user)
        #expect(history.messages.map(\.content) == expected.map(\.content) && history.total == expected.count)
        #expect(history.messages.map { $0.readAt != nil } == expected.map { $0.isRead && !isApart })
        for (shown, message) in zip(history.messages, expected) {
            let reactions = message.reactions.filter { !isApart || $0.key == user.user }
            #expect(Dictionary(uniqueKeysWithValues: shown.reactions.map { ($0.user, $0.emoji) }) == reactions)
        }
        guard !isApart, !expected.isEmpty else {
            await expect(.conversationNotFound) {
                try await features.messages.read.history(with: other, before: nil, .first(), by: user)
            }
            return
        }
        let onService = try await features.messages.read.history(with: other, before: nil, .first(500), by: user)
        #expect(onService.messages.map(\.id) == expected.map(\.id))
    }

    private func expectLists(of user: Caller, _ others: [UserID]) async throws {
        let read = features.messages.read
        let inOrder = others.filter { !view(of: user.user, with: $0).isEmpty }
            .sorted { view(of: user.user, with: $0)[0].id.identifier > view(of: user.user, with: $1)[0].id.identifier }
        let shown = inOrder.filter {
            !isBlocked($0, by: user.user) && !visible(to: user.user, with: $0).isEmpty
        }
        let list = try await read.anyConversations(before: nil, limit: 50, by: user)
        #expect(list.entries.map(\.other.id) == shown)
        #expect(list.entries.map(\.message.id) == shown.map { visible(to: user.user, with: $0)[0].id })
        #expect(list.entries.map(\.unreadCount) == shown.map { unread(of: user.user, with: $0) })
        #expect(try await read.unreadCount(by: user) == others.reduce(0) { $0 + unread(of: user.user, with: $1) })
        let withFriends = try await read.conversations(.first(50), by: user)
        let expected = inOrder.filter { friends.contains(Pair(from: user.user, to: $0)) }
        #expect(withFriends.map(\.other.id) == expected)
        #expect(withFriends.map(\.unreadCount) == expected.map { unread(of: user.user, with: $0) })
    }
}
