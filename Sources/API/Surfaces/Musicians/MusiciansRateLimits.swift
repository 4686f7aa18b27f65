import Domain
import Features

/// The rate limits of the musicians' document (S1). It has limits only where it names them.
extension RateLimit {
    /// S1-14.
    static let musiciansRegister = RateLimit(
        name: "musicians-register", limit: 5, window: .seconds(60), key: .address)
    /// S1-19.
    static let musiciansLogin = RateLimit(
        name: "musicians-login", limit: 5, window: .seconds(60), key: .address)
    /// S1-61.
    static let musiciansTrack = RateLimit(name: "musicians-track", limit: 5, window: .seconds(60), key: .user)
    /// S1-63.
    static let musiciansCover = RateLimit(name: "musicians-cover", limit: 10, window: .seconds(60), key: .user)
    /// Beyond the document, as for covers.
    static let musiciansFile = RateLimit(name: "musicians-file", limit: 10, window: .seconds(60), key: .user)
    /// S1-57.
    static let musiciansAvatar = RateLimit(
        name: "musicians-avatar", limit: 10, window: .seconds(60), key: .user)

    /// An upload in parts counts when it begins, as a form with its file.
    static func musiciansUpload(of purpose: MediaPurpose) -> RateLimit {
        switch purpose {
        case .avatar: musiciansAvatar
        case .track: musiciansTrack
        case .cover: musiciansCover
        case .other, .picture: musiciansFile
        }
    }
}
