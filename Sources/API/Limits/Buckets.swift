/// Every limit of every document. The musicians' surface has limits where its document names them; SocialPlay has one
/// for all that names none.
extension Bucket {
    // MARK: Musicians (S1)

    /// S1-14.
    static let musiciansRegister = Bucket(
        name: "musicians-register", limit: 5, window: .seconds(60), counted: .byAddress, headers: .none)
    /// S1-19.
    static let musiciansLogin = Bucket(
        name: "musicians-login", limit: 5, window: .seconds(60), counted: .byAddress, headers: .none)
    /// S1-57.
    static let musiciansAvatar = Bucket(
        name: "musicians-avatar", limit: 10, window: .seconds(60), counted: .byUser, headers: .none)

    // MARK: SocialPlay (S2)

    /// S2-48.
    static let socialPlayRegister = Bucket(
        name: "socialplay-register", limit: 3, window: .seconds(3_600), counted: .byAddress, headers: .delta)
    /// S2-54.
    static let socialPlayLogin = Bucket(
        name: "socialplay-login", limit: 5, window: .seconds(900), counted: .byAddress, headers: .delta)
    /// S2-126, for those who are logged in.
    static let socialPlayPeople = Bucket(
        name: "socialplay", limit: 100, window: .seconds(60), counted: .byUser, headers: .delta)
    /// S2-126, for everybody else.
    static let socialPlayStrangers = Bucket(
        name: "socialplay", limit: 100, window: .seconds(60), counted: .byAddress, headers: .delta)

    // MARK: Social Service (S0); the same below /social

    /// S0-101.
    static let socialRequests = Bucket(
        name: "social-requests", limit: 10, window: .seconds(60), counted: .byUser, headers: .epoch)
    /// S0-102.
    static let socialMessages = Bucket(
        name: "social-messages", limit: 30, window: .seconds(60), counted: .byUser, headers: .epoch)
    /// S0-103.
    static let socialStatus = Bucket(
        name: "social-status", limit: 60, window: .seconds(60), counted: .byUser, headers: .epoch)
    /// S0-104.
    static let socialSearch = Bucket(
        name: "social-search", limit: 20, window: .seconds(60), counted: .byUser, headers: .epoch)
    /// S0-105.
    static let socialGeneral = Bucket(
        name: "social", limit: 100, window: .seconds(60), counted: .byUser, headers: .epoch)
    /// S0-105, for who is not logged in.
    static let socialStrangers = Bucket(
        name: "social", limit: 100, window: .seconds(60), counted: .byAddress, headers: .epoch)
    /// S0-106.
    static let integrationAchievement = Bucket(
        name: "integration-achievement", limit: 1_000, window: .seconds(60), counted: .byService, headers: .epoch)
    /// S0-107.
    static let integrationReview = Bucket(
        name: "integration-review", limit: 500, window: .seconds(60), counted: .byService, headers: .epoch)
    /// S0-108.
    static let integrationNotification = Bucket(
        name: "integration-notification", limit: 2_000, window: .seconds(60), counted: .byService, headers: .epoch)
}
