import Domain
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

/// Many users who act on each other at the same moment, some of whom close their accounts.
@Suite(.database) struct FriendCrowdTests {
    private static let users = 8
    private static let waves = 60
    private static let atOnce = 8

    @Test func `commands of many users at the same moment are done or refused, and counters equal rows`()
        async throws
    {
        let seed = UInt64.random(in: 0 ... .max)
        try await FeatureHarness.openParallel(Self.atOnce) { features in
            var choices = SeededChoices(seed: seed)
            var users: [Caller] = []
            for number in 0..<Self.users { users.append(try await features[0].user("user\(number)")) }
            for wave in 0..<Self.waves {
                // Every tenth wave one account is closed amid the others' commands, and another takes its place.
                let closing = wave % 10 == 9 ? Int.random(in: 0..<Self.users, using: &choices) : nil
                let all = users
                let moves = (0..<Self.atOnce).map { _ in CrowdMove.random(among: all.count, using: &choices) }
                await withTaskGroup(of: DomainError?.self) { group in
                    for (index, move) in moves.enumerated() {
                        let harness = features[index]
                        group.addTask { await harness.run(move, all) }
                    }
                    if let closing {
                        group.addTask { await features[0].close(all[closing], deleting: wave % 20 == 9) }
                    }
                    for await refusal in group {
                        #expect(refusal?.kind != .internalFault, "seed \(seed): \(refusal?.cause ?? "")")
                        #expect(refusal?.kind != .unavailable, "seed \(seed): \(refusal?.cause ?? "")")
                    }
                }
                if let closing { users[closing] = try await features[0].user("user\(Self.users + wave)") }
            }
            let audit = CounterAudit(features[0].database)
            #expect(try await audit.page(after: nil).wrong == [], "seed \(seed)")
            for (rule, query) in CrowdMove.rules {
                #expect(try await features[0].database.read(Statement(rule, query)).isEmpty, "\(rule)")
            }
        }
    }
}

/// A command of one user about another.
private struct CrowdMove: Sendable {
    enum Action: CaseIterable {
        case befriend, answer, withdraw, remove, block, unblock, write
    }

    let action: Action
    let actor: Int
    let other: Int

    static func random(among count: Int, using choices: inout SeededChoices) -> CrowdMove {
        let actor = Int.random(in: 0..<count, using: &choices)
        let other = (actor + Int.random(in: 1..<count, using: &choices)) % count
        let action = Action.allCases[Int.random(in: 0..<Action.allCases.count, using: &choices)]
        return CrowdMove(action: action, actor: actor, other: other)
    }

    /// Queries that find rows which contradict each other.
    static let rules: [(name: StaticString, query: StaticString)] = [
        (
            "test_half_friendship",
            """
            SELECT FROM friends AS one WHERE NOT EXISTS (
                SELECT FROM friends AS two
                WHERE two.id = one.id AND two.user_id = one.friend_id AND two.friend_id = one.user_id)
            """
        ),
        (
            "test_friends_with_request",
            "SELECT FROM friends JOIN friend_requests ON sender_id = user_id AND receiver_id = friend_id"
        ),
        (
            "test_friends_with_block",
            "SELECT FROM friends JOIN blocks ON blocker_id = user_id AND blocked_id = friend_id"
        ),
        (
            "test_crossed_requests",
            """
            SELECT FROM friend_requests AS one JOIN friend_requests AS two
                ON two.sender_id = one.receiver_id AND two.receiver_id = one.sender_id
            """
        ),
    ]
}

extension FeatureHarness {
    /// - Returns: The refusal; nil if the command was done.
    fileprivate func run(_ move: CrowdMove, _ users: [Caller]) async -> DomainError? {
        let (actor, other) = (users[move.actor], users[move.other].user)
        do {
            switch move.action {
            case .befriend: _ = try await friends.sendRequest(to: other, message: nil, by: actor)
            case .answer:
                let incoming = try await friends.list.incoming(.first(), by: actor)
                for request in incoming where request.sender == other || move.other % 2 == 0 {
                    if move.other % 3 == 0 {
                        try await friends.respond.decline(request.id, by: actor)
                    } else {
                        _ = try await friends.respond.accept(request.id, by: actor)
                    }
                }
            case .withdraw:
                for request in try await friends.list.outgoing(.first(), by: actor) where request.receiver == other {
                    try await friends.respond.cancel(request.id, by: actor)
                }
            case .remove: try await friends.remove(other, by: actor)
            case .block: try await friends.blocks.block(other, by: actor)
            case .unblock: try await friends.blocks.unblock(other, by: actor)
            case .write:
                _ = try await messages.send(
                    MessageDraft(
                        to: other, content: try MessageText("Hello"), idempotencyKey: nil, requiresFriendship: false),
                    by: actor)
            }
            return nil
        } catch {
            return DomainError(error)
        }
    }

    fileprivate func close(_ caller: Caller, deleting: Bool) async -> DomainError? {
        do {
            if deleting {
                try await accounts.account.delete(by: caller)
            } else {
                try await accounts.account.deactivate(caller.user)
            }
            return nil
        } catch {
            return error
        }
    }
}
