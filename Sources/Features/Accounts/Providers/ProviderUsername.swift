import Domain

/// Candidates for the user name of a new account: the provider's preferred name, else the local part of the address;
/// then the same with random digits.
struct ProviderUsername {
    private let base: String
    private var attempts = 0

    init(_ preferred: String?, _ email: EmailAddress) {
        let wished = [preferred, email.localPart].compactMap { $0 }
        let clean = wished.map { text in
            String(text.filter { $0.isASCII && ($0.isLetter || $0.isNumber || "_.-".contains($0)) }.prefix(24))
        }
        base = clean.first { (try? Username($0)) != nil } ?? "player"
    }

    /// Returns nil after six candidates.
    mutating func next() -> Username? {
        attempts += 1
        guard attempts <= 6 else { return nil }
        let digits = attempts == 1 ? "" : "\(Int.random(in: 1_000...99_999))"
        return try? Username(base + digits)
    }
}
