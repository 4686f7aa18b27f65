/// A pair of tokens as a client gets it.
struct IssuedTokens: Sendable {
    let access: String
    let refresh: String
}
