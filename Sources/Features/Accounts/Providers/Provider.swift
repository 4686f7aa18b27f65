import Web

/// An OpenID provider whose word about people is taken.
struct Provider: Sendable, Equatable {
    /// What clients call it.
    let name: String
    /// Exactly as it stands in its tokens.
    let issuer: String
    /// What the provider calls us.
    let clientID: String

    /// - Parameter text: `NAME=ISSUER|CLIENT_ID`.
    init?(_ text: Substring) {
        let parts = text.split(separator: "=" as Character, maxSplits: 1).map(String.init)
        guard parts.count == 2, parts[0].wholeMatch(of: /[a-z0-9\-]{1,30}/) != nil else { return nil }
        let rest = parts[1].split(separator: "|" as Character, maxSplits: 1).map(String.init)
        guard rest.count == 2, !rest[1].isEmpty, WebClient.mayAsk(rest[0]) else { return nil }
        name = parts[0]
        issuer = rest[0]
        clientID = rest[1]
    }

    /// All of a setting, separated by spaces; nil when one is wrong or a name is there twice.
    static func list(_ text: String) -> [Provider]? {
        let providers = text.split(separator: " ").map { Provider($0) }
        let known = providers.compactMap { $0 }
        guard known.count == providers.count, Set(known.map(\.name)).count == known.count else { return nil }
        return known
    }
}
