import Domain
import Storage
import TestSupport
import Testing

@testable import Features

/// Two users who write, read, delete and block at the same moment, each on several devices.
@Suite("Races of messages", .database) struct MessageRaceTests {
    @Test(arguments: [1, 2] as [UInt64])
    func `counters equal rows, and no request fails`(seed: UInt64) async throws {
        try await FeatureHarness.openParallel(4) { devices in
            let (ada, bob) = try await devices[0].twoFriends()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, device) in devices.enumerated() {
                    let (own, other) = index.isMultiple(of: 2) ? (ada, bob) : (bob, ada)
                    group.addTask {
                        var random = SeededRandom(seed + UInt64(index) * 7)
                        for _ in 0..<60 { try await device.actOnMessages(own, other, &random) }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await CounterAudit(devices[0].database).page(after: nil).wrong == [])
        }
    }
}

extension FeatureHarness {
    fileprivate func actOnMessages(_ own: Caller, _ other: Caller, _ random: inout SeededRandom) async throws {
        let history = try await messages.read.anyHistory(with: other.user, before: nil, .first(8), by: own)
        let message = history.messages.randomElement(using: &random)
        do {
            switch (Int.random(in: 0..<12, using: &random), message) {
            case (0..<5, _), (_, nil):
                // Several at once are one statement.
                async let first = sendToAnyone("a", from: own, to: other.user)
                async let second = sendToAnyone("b", from: own, to: other.user)
                _ = try await (first, second)
            case (5..<8, let message?): try await messages.read.markRead(message.id, by: own)
            case (8, let message?): try await messages.change.delete(message.id, forBoth: false, by: own)
            case (9, let message?): try await messages.change.delete(message.id, forBoth: true, by: own)
            case (10, _): try await friends.blocks.block(other.user, by: own)
            default: try await friends.blocks.unblock(other.user, by: own)
            }
        } catch let error as DomainError {
            // What the other device or user did first.
            let codes: [DomainError.Code] = [
                .messageNotFound, .messageNotReceived, .messageNotYours, .messageToNonFriend, .notBlocked,
            ]
            #expect(codes.contains(error.code), "\(error)")
        }
    }

    private func sendToAnyone(
        _ text: String, from sender: Caller, to receiver: UserID
    ) async throws(DomainError) -> ChatMessage {
        try await messages.send(
            MessageDraft(
                to: receiver, content: try MessageText(text), idempotencyKey: nil, requiresFriendship: false),
            by: sender)
    }
}
