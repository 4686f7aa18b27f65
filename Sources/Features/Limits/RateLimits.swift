/// Every limit of every document. The musicians' surface has limits where its document names them; SocialPlay has one
/// for all that names none.
extension RateLimit {
    // MARK: Musicians (S1)

    /// S1-14.
    static let musiciansRegister = RateLimit(
        name: "musicians-register", limit: 5, window: .seconds(60), counted: .byAddress, headers: .none)
    /// S1-19.
    static let musiciansLogin = RateLimit(
        name: "musicians-login", limit: 5, window: .seconds(60), counted: .byAddress, headers: .none)
    /// S1-57.
    static let musiciansAvatar = RateLimit(
        name: "musicians-avatar", limit: 10, window: .seconds(60), counted: .byUser, headers: .none)

    // MARK: SocialPlay (S2)

    /// S2-48.
    static let socialPlayRegister = RateLimit(
        name: "socialplay-register", limit: 3, window: .seconds(3_600), counted: .byAddress, headers: .delta)
    /// S2-54.
    static let socialPlayLogin = RateLimit(
        name: "socialplay-login", limit: 5, window: .seconds(900), counted: .byAddress, headers: .delta)
    /// S2-126, for those who are logged in.
    static let socialPlayPeople = RateLimit(
        name: "socialplay", limit: 100, window: .seconds(60), counted: .byUser, headers: .delta)
    /// S2-126, for everybody else.
    static let socialPlayStrangers = RateLimit(
        name: "socialplay", limit: 100, window: .seconds(60), counted: .byAddress, headers: .delta)

    // MARK: Social Service (S0); the same below /social

    /// S0-101.
    static let socialRequests = RateLimit(
        name: "social-requests", limit: 10, window: .seconds(60), counted: .byUser, headers: .epoch)
    /// S0-102.
    static let socialMessages = RateLimit(
        name: "social-messages", limit: 30, window: .seconds(60), counted: .byUser, headers: .epoch)
    /// S0-103.
    static let socialStatus = RateLimit(
        name: "social-status", limit: 60, window: .seconds(60), counted: .byUser, headers: .epoch)
    /// S0-104.
    static let socialSearch = RateLimit(
        name: "social-search", limit: 20, window: .seconds(60), counted: .byUser, headers: .epoch)
    /// S0-105.
    static let socialGeneral = RateLimit(
        name: "social", limit: 100, window: .seconds(60), counted: .byUser, headers: .epoch)
    /// S0-105, for who is not logged in.
    static let socialStrangers = RateLimit(
        name: "social", limit: 100, window: .seconds(60), counted: .byAddress, headers: .epoch)
    /// S0-106.
    static let integrationAchievement = RateLimit(
        name: "integration-achievement", limit: 1_000, window: .seconds(60), counted: .byService, headers: .epoch)
    /// S0-107.
    static let integrationReview = RateLimit(
        name: "integration-review", limit: 500, window: .seconds(60), counted: .byService, headers: .epoch)
    /// S0-108.
    static let integrationNotification = RateLimit(
        name: "integration-notification", limit: 2_000, window: .seconds(60), counted: .byService, headers: .epoch)
}
