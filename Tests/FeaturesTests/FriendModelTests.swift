import Domain
import Postgres
import Storage
import TestSupport
import Testing

@testable import Features

/// Random commands of two users about each other, first one after the other and then at the same moment.
@Suite(.database) struct FriendModelTests {
    private static let rounds = 120
    private static let atOnce = 4

    @Test func `commands of two users at the same moment have the answers and the result of some order`() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        try await FeatureHarness.openParallel(Self.atOnce) { features in
            var choices = SeededChoices(seed: seed)
            for round in 0..<Self.rounds {
                let users = [
                    try await features[0].user("ada\(round)"), try await features[0].user("bob\(round)"),
                ]
                var model = FriendModel()
                var ids: [FriendshipID] = [FeatureHarness.id()]
                for _ in 0..<Int.random(in: 0...6, using: &choices) {
                    let command = FriendModel.Command.random(about: ids, closing: false, using: &choices)
                    let answer = await features[0].run(command, users)
                    #expect(model.run(command, making: answer.id) == answer, "round \(round), seed \(seed): \(command)")
                    if let id = answer.id { ids.append(id) }
                }
                #expect(try await features[0].model(of: users) == model, "round \(round), seed \(seed)")
                var commands: [FriendModel.Command] = []
                for _ in 0..<Self.atOnce {
                    commands.append(.random(about: ids, closing: true, using: &choices))
                }
                let answers = await features.runAtOnce(commands, users)
                let end = try await features[0].model(of: users)
                #expect(
                    model.explains(Array(zip(commands, answers)).map { ($0, $1) }, endingIn: end),
                    "round \(round), seed \(seed): from \(model) by \(commands) with \(answers) to \(end)")
            }
            #expect(try await CounterAudit(features[0].database).page(after: nil).wrong == [])
        }
    }
}

extension FriendModel.Command {
    /// - Parameter ids: Of the requests and friendships so far; the newest is the likeliest.
    static func random(
        about ids: [FriendshipID], closing: Bool, using choices: inout SeededChoices
    ) -> FriendModel.Command {
        let id = Bool.random(using: &choices) ? ids[ids.count - 1] : ids[Int.random(in: 0..<ids.count, using: &choices)]
        let actor = Int.random(in: 0...1, using: &choices)
        let action: FriendModel.Action =
            switch Int.random(in: 0..<(closing ? 22 : 20), using: &choices) {
            case 0..<5: .send
            case 5..<10: .accept(id)
            case 10..<12: .decline(id)
            case 12..<14: .cancel(id)
            case 14..<16: .remove
            case 16..<18: .block
            case 18..<20: .unblock
            case 20: .deactivate
            default: .delete
            }
        return FriendModel.Command(action: action, actor: actor)
    }
}

extension [FeatureHarness] {
    /// Runs each command by a harness of its own, all at the same moment.
    fileprivate func runAtOnce(
        _ commands: [FriendModel.Command], _ users: [Caller]
    ) async -> [FriendModel.Answer] {
        await withTaskGroup(of: (Int, FriendModel.Answer).self) { group in
            for (index, command) in commands.enumerated() {
                let features = self[index]
                group.addTask { (index, await features.run(command, users)) }
            }
            var answers: [Int: FriendModel.Answer] = [:]
            for await (index, answer) in group { answers[index] = answer }
            return commands.indices.compactMap { answers[$0] }
        }
    }
}

extension FeatureHarness {
    fileprivate func run(_ command: FriendModel.Command, _ users: [Caller]) async -> FriendModel.Answer {
        let (actor, other) = (users[command.actor], users[1 - command.actor].user)
        do {
            switch command.action {
            case .send:
                let made = try await friends.sendRequest(to: other, message: nil, by: actor)
                return made.isAccepted ? .accepted(made.id) : .pending(made.id)
            case .accept(let id): return .accepted(try await friends.respond.accept(id, by: actor).id)
            case .decline(let id): try await friends.respond.decline(id, by: actor)
            case .cancel(let id): try await friends.respond.cancel(id, by: actor)
            case .remove: try await friends.remove(other, by: actor)
            case .block: try await friends.blocks.block(other, by: actor)
            case .unblock: try await friends.blocks.unblock(other, by: actor)
            case .deactivate: try await accounts.account.deactivate(actor.user)
            case .delete: try await accounts.account.delete(by: actor)
            }
            return .done
        } catch {
            return .refused(error.code)
        }
    }

    /// Reads what the rows say about two users.
    fileprivate func model(of users: [Caller]) async throws -> FriendModel {
        var model = FriendModel()
        for user in 0...1 {
            var row = try await database.read(Self.modelRow, [.id(users[user].user), .id(users[1 - user].user)])[0]
            let friendship = try row.optionalID(FriendshipID.self)
            #expect(user == 0 || friendship == model.friendship, "a friendship has two rows")
            model.friendship = friendship
            if let request = try row.optionalID(FriendshipID.self) { model.requests[user] = request }
            if try row.bool() { model.blockers.insert(user) }
            let (isClosed, isDeleted) = (try row.bool(), try row.bool())
            if isDeleted { model.deleted.insert(user) } else if isClosed { model.deactivated.insert(user) }
        }
        return model
    }

    private static let modelRow = Statement(
        "test_model",
        """
        SELECT (SELECT id FROM friends WHERE user_id = $1 AND friend_id = $2),
               (SELECT id FROM friend_requests WHERE sender_id = $1 AND receiver_id = $2),
               EXISTS (SELECT FROM blocks WHERE blocker_id = $1 AND blocked_id = $2),
               NOT is_active, deleted_at IS NOT NULL
        FROM accounts WHERE id = $1
        """)
}
