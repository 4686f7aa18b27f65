import Domain

/// The addresses of avatars in responses.
struct AvatarAddress: Sendable {
    let publicBaseURL: String

    /// Below which uploads of all users are.
    var uploads: String { "\(publicBaseURL)/media/" }

    /// Of a user's upload, also before there is one.
    func upload(of user: UserID) -> String { "\(uploads)avatar/\(user)" }

    func address(_ avatar: Avatar?, of user: UserID) -> String? {
        switch avatar {
        case nil: nil
        case .uploaded: upload(of: user)
        case .external(let address): address
        }
    }
}
