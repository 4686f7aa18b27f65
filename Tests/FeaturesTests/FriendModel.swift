import Domain

/// What the product's rules say about two users, 0 and 1: a model that runs one command at a time.
struct FriendModel: Equatable {
    enum Action: Equatable {
        case send, remove, block, unblock, deactivate, delete
        case accept(FriendshipID)
        case decline(FriendshipID)
        case cancel(FriendshipID)
    }

    /// A command of one of the two users about the other, or about the user's own account.
    struct Command {
        let action: Action
        let actor: Int
    }

    enum Answer: Equatable {
        case done
        case pending(FriendshipID)
        case accepted(FriendshipID)
        case refused(DomainError.Code)
    }

    var friendship: FriendshipID?
    /// By their sender.
    var requests: [Int: FriendshipID] = [:]
    /// The users who block the other.
    var blockers: Set<Int> = []
    var deactivated: Set<Int> = []
    var deleted: Set<Int> = []

    private func isClosed(_ user: Int) -> Bool { deactivated.contains(user) || deleted.contains(user) }

    /// Runs a command.
    /// - Parameter id: The id of what the command makes.
    mutating func run(_ command: Command, making id: FriendshipID?) -> Answer {
        let (actor, other) = (command.actor, 1 - command.actor)
        switch command.action {
        case .send: return send(from: actor, id ?? FeatureHarness.id())
        case .accept(let request):
            if isClosed(actor) { return .refused(.tokenInvalid) }
            if requests[other] == request, !isClosed(other), blockers.isEmpty {
                befriend(request)
                return .accepted(request)
            }
            return .refused(friendship == request ? .alreadyFriends : .friendRequestNotFound)
        case .decline(let request):
            guard requests[other] == request, !isClosed(actor), !isClosed(other), !blockers.contains(actor) else {
                return .refused(.friendRequestNotFound)
            }
            requests[other] = nil
        case .cancel(let request):
            guard requests[actor] == request else { return .refused(.friendRequestNotFound) }
            requests[actor] = nil
        case .remove:
            if friendship == nil { return .refused(.notFriends) }
            friendship = nil
        case .block:
            if isClosed(actor) || isClosed(other) { return .refused(.userNotFound) }
            blockers.insert(actor)
            friendship = nil
            requests[actor] = nil
        case .unblock:
            if blockers.remove(actor) == nil { return .refused(.notBlocked) }
        case .deactivate:
            if isClosed(actor) { return .refused(.accountNotFound) }
            deactivated.insert(actor)
        case .delete:
            if !deleted.insert(actor).inserted { return .refused(.accountNotFound) }
            deactivated.remove(actor)
        }
        return .done
    }

    private mutating func send(from actor: Int, _ id: FriendshipID) -> Answer {
        let other = 1 - actor
        if isClosed(actor) { return .refused(.tokenInvalid) }
        if isClosed(other) { return .refused(.userNotFound) }
        if blockers.contains(actor) { return .refused(.userBlocked) }
        if friendship != nil { return .refused(.alreadyFriends) }
        if requests[actor] != nil { return .refused(.friendRequestExists) }
        if requests[other] != nil, !blockers.contains(other) {
            befriend(id)
            return .accepted(id)
        }
        requests[actor] = id
        return .pending(id)
    }

    private mutating func befriend(_ id: FriendshipID) {
        friendship = id
        requests = [:]
    }

    /// Returns whether these commands, in some order, have these answers and this result.
    func explains(_ commands: [(command: Command, answer: Answer)], endingIn end: FriendModel) -> Bool {
        if commands.isEmpty { return self == end }
        return commands.indices.contains { index in
            var next = self
            let (command, answer) = commands[index]
            guard next.run(command, making: answer.id) == answer else { return false }
            var rest = commands
            rest.remove(at: index)
            return next.explains(rest, endingIn: end)
        }
    }
}

extension FriendModel.Answer {
    var id: FriendshipID? {
        switch self {
        case .pending(let id), .accepted(let id): id
        case .done, .refused: nil
        }
    }
}

/// A repeatable sequence of choices (SplitMix64).
struct SeededChoices: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed
    }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
