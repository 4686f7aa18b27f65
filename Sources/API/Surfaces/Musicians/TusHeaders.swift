import Domain
import Features
import FoundationEssentials
import HTTP

/// The headers of tus 1.0.0 (https://tus.io/protocols/resumable-upload).
enum TusHeaders {
    static let version = "1.0.0"
    static let contentType = "application/offset+octet-stream"
    private static let extensions = "creation,creation-with-upload,termination,checksum,expiration"
    private static let algorithms = ExpectedChecksum.algorithms.joined(separator: ",")

    /// What the server can do.
    static func capabilities(maximumBytes: Int) -> [(name: StaticString, value: String)] {
        [
            ("Tus-Version", version), ("Tus-Max-Size", "\(maximumBytes)"), ("Tus-Extension", extensions),
            ("Tus-Checksum-Algorithm", algorithms),
        ]
    }

    /// Returns the number in a header; nil without it.
    /// - Parameter name: In lower case.
    /// - Throws: `validation_failed` for anything but a number of digits.
    static func number(_ name: StaticString, of request: Request) throws(DomainError) -> Int? {
        guard let text = request.head.header(name) else { return nil }
        guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text) else {
            throw .invalid("\(name) must be a number of bytes")
        }
        return number
    }

    /// Reads `Upload-Checksum`; nil without it.
    static func checksum(of request: Request) throws(DomainError) -> ExpectedChecksum? {
        guard let text = request.head.header("upload-checksum") else { return nil }
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 2, let digest = Data(base64Encoded: String(parts[1])) else {
            throw .invalid("Upload-Checksum must be an algorithm and a digest in base64")
        }
        guard let expected = ExpectedChecksum(String(parts[0]), Array(digest)) else {
            throw .invalid("Upload-Checksum must have an algorithm of \(algorithms), and a digest of its length")
        }
        return expected
    }

    /// Decodes `Upload-Metadata`: pairs of a key and a value in base64, separated by commas.
    static func metadata(_ text: String) throws(DomainError) -> [String: String] {
        var values: [String: String] = [:]
        for pair in text.split(separator: ",", omittingEmptySubsequences: false) {
            let words = pair.split(separator: " ")
            if words.isEmpty, text.allSatisfy({ $0 == " " }) { break }
            guard let key = words.first, words.count <= 2, key.utf8.allSatisfy({ $0 < 0x80 }),
                let value = Data(base64Encoded: words.count == 2 ? String(words[1]) : "")
            else { throw .invalid("Upload-Metadata must be pairs of a key and a value in base64") }
            guard values.updateValue(String(decoding: value, as: UTF8.self), forKey: String(key)) == nil else {
                throw .invalid("Upload-Metadata has a key twice")
            }
        }
        return values
    }
}
