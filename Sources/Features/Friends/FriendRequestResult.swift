import Chassis
import Domain
import Storage

/// A request or friendship as it is after something was done with it.
struct FriendRequestResult: Sendable {
    let id: FriendshipID
    let other: UserID
    let isAccepted: Bool
    let createdAt: Timestamp
    let updatedAt: Timestamp

    init(_ made: FriendOutcome.Made, isAccepted: Bool) {
        id = made.id
        other = made.other
        createdAt = made.createdAt
        updatedAt = made.updatedAt
        self.isAccepted = isAccepted
    }
}

extension FriendRefusal {
    /// Of an outcome that is none of the good ones.
    init(_ outcome: FriendOutcome) {
        switch outcome {
        case .unknown: self = .personUnknown
        case .alreadyFriends: self = .alreadyFriends
        case .alreadyAsked: self = .alreadyAsked
        case .blocking: self = .blocking
        case .full: self = .full
        case .missing, .pending, .accepted: self = .requestUnknown
        }
    }
}
