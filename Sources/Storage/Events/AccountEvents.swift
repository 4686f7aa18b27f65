import Chassis
package import Domain

extension DomainEvent {
    /// An account was registered. Its address is in no event.
    package static func userRegistered(_ user: UserID, username: String, role: AccountRole) -> DomainEvent {
        DomainEvent(.userRegistered, of: user) { data in
            data.member("userId", user.description)
            data.member("username", username)
            data.member("role", role.rawValue)
        }
    }

    /// An account was deleted; the last event of the user.
    package static func userDeleted(_ user: UserID) -> DomainEvent {
        DomainEvent(.userDeleted, of: user) { $0.member("userId", user.description) }
    }
}
