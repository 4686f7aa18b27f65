import Chassis
import Crypto
import Domain
import Storage

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

    /// Returns the key with the digest of what a request asks for; nil without a key.
    /// - Parameters:
    ///   - kind: Names the kind of request: keys are the user's, whatever they are used for.
    ///   - write: Writes everything that decides what the request creates.
    /// - Throws: `validation_failed`.
    static func request(
        _ key: String?, _ kind: StaticString, _ write: (inout JSONWriter) -> Void
    ) throws(DomainError) -> RequestKey? {
        guard let key = try key.map({ text throws(DomainError) in try IdempotencyKey(text) }) else { return nil }
        var writer = JSONWriter()
        writer.object { object in
            object.member("kind", literal: kind)
            write(&object)
        }
        return RequestKey(text: key.text, digest: SHA256.digest(writer.bytes.span))
    }
}

extension PostDraft {
    /// Writes the members for the digest of a request.
    func write(to object: inout JSONWriter) {
        object.member("content", content)
        object.member("mediaUrls", array: mediaURLs) { $0.value($1) }
        object.member("mediaType", mediaType?.rawValue)
        object.member("visibility", visibility.rawValue)
    }
}

extension DomainError {
    static let idempotencyKeyReused = DomainError(
        .idempotencyKeyReused, .conflict, "The Idempotency-Key was used for another request")
}
