import Features

/// The rate limits of the Social Service (S0), shared by the same routes below /social.
extension RateLimit {
    /// S0-101.
    static let socialRequests = RateLimit(
        name: "social-requests", limit: 10, window: .seconds(60), key: .user)
    /// S0-102.
    static let socialMessages = RateLimit(
        name: "social-messages", limit: 30, window: .seconds(60), key: .user)
    /// S0-103.
    static let socialStatus = RateLimit(
        name: "social-status", limit: 60, window: .seconds(60), key: .user)
    /// S0-104.
    static let socialSearch = RateLimit(
        name: "social-search", limit: 20, window: .seconds(60), key: .user)
    /// S0-105.
    static let socialGeneral = RateLimit(
        name: "social", limit: 100, window: .seconds(60), key: .user)
    /// S0-105, without authentication.
    static let socialAnonymous = RateLimit(
        name: "social", limit: 100, window: .seconds(60), key: .address)
    /// Beyond the document: an answer with an event is at once followed by the next request.
    static let socialEvents = RateLimit(
        name: "social-events", limit: 600, window: .seconds(60), key: .user)
    /// S0-106.
    static let integrationAchievement = RateLimit(
        name: "integration-achievement", limit: 1_000, window: .seconds(60), key: .service)
    /// S0-107.
    static let integrationReview = RateLimit(
        name: "integration-review", limit: 500, window: .seconds(60), key: .service)
    /// S0-108.
    static let integrationNotification = RateLimit(
        name: "integration-notification", limit: 2_000, window: .seconds(60), key: .service)
}
