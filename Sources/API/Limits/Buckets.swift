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
}
