import Domain

/// A client's name for a request: a repetition under the same key has no further effect and the same answer.
struct IdempotencyKey: Sendable {
    let text: String

    /// - Throws: `validation_failed`.
    init(_ text: String) throws(DomainError) {
        guard (1...255).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw DomainError(
                field: "Idempotency-Key", reason: "Idempotency-Key must be 1 to 255 visible ASCII characters")
        }
        self.text = text
    }
}
