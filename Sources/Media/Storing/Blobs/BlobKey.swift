package import Domain

/// The name of a stored blob: segments of letters, digits, `.`, `_` and `-` between single slashes.
///
/// A segment does not start with a dot, so that no key leads out of the store or names a hidden file.
package struct BlobKey: Hashable, Sendable, CustomStringConvertible {
    /// The longest key in bytes.
    package static let maximumLength = 512
    /// The longest segment in bytes: file systems take 255.
    package static let maximumSegmentLength = 200

    /// The text of the key.
    package let description: String

    /// - Returns: nil if the text is not a key.
    package init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= Self.maximumLength else { return nil }
        let segments = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard segments.allSatisfy(Self.isSegment) else { return nil }
        description = text
    }

    /// A key made of the product's own names and ids, whose characters satisfy the rules.
    init(ofOwn text: String) {
        guard let key = BlobKey(text) else { preconditionFailure("\(text) is no key") }
        self = key
    }

    var segments: [Substring] { description.split(separator: "/") }

    static func isSegment(_ text: some Collection<UInt8>) -> Bool {
        guard let first = text.first, first != UInt8(ascii: "."), text.count <= maximumSegmentLength else {
            return false
        }
        return text.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
    }
}

/// The keys of the files of exported account data.
package enum ExportBlobs {
    package static func file(of user: UserID) -> BlobKey {
        let name = user.description
        return BlobKey(ofOwn: "exports/\(name.suffix(2))/\(name).json")
    }
}
