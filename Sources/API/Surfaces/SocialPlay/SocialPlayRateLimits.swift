import Features

/// The rate limits of SocialPlay's document (S2): one for every route that names none.
extension RateLimit {
    /// S2-48.
    static let socialPlayRegister = RateLimit(
        name: "socialplay-register", limit: 3, window: .seconds(3_600), key: .address)
    /// S2-54.
    static let socialPlayLogin = RateLimit(
        name: "socialplay-login", limit: 5, window: .seconds(900), key: .address)
    /// Requests and uses of links that reset a password: they send mail or hash.
    static let socialPlayPassword = RateLimit(
        name: "socialplay-password", limit: 10, window: .seconds(900), key: .address)
    /// Changes of a password.
    static let socialPlayPasswordChange = RateLimit(
        name: "socialplay-password", limit: 10, window: .seconds(900), key: .user)
    /// Reports, beyond the document.
    static let socialPlayReports = RateLimit(
        name: "socialplay-reports", limit: 30, window: .seconds(3_600), key: .user)
    /// S2-126, for authenticated users.
    static let socialPlayUsers = RateLimit(
        name: "socialplay", limit: 100, window: .seconds(60), key: .user)
    /// S2-126, for all others.
    static let socialPlayAnonymous = RateLimit(
        name: "socialplay", limit: 100, window: .seconds(60), key: .address)
}
