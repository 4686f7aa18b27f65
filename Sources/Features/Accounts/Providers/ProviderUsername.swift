import Domain

/// User names for somebody whom a provider has named: what they like to be called, else what their address begins with;
/// then the same with digits behind it.
struct ProviderUsername {
    private let base: String
    private var tries = 0

    init(_ preferred: String?, _ email: EmailAddress) {
        let wished = [preferred, String(email.description.prefix { $0 != "@" })].compactMap { $0 }
        let clean = wished.map { text in
            String(text.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) }.prefix(24))
        }
        base = clean.first { (try? Username($0)) != nil } ?? "player"
    }

    /// Nil when it is time to give up.
    mutating func next() -> Username? {
        tries += 1
        guard tries <= 6 else { return nil }
        let digits = tries == 1 ? "" : "\(Int.random(in: 1_000...99_999))"
        return try? Username(base + digits)
    }
}
