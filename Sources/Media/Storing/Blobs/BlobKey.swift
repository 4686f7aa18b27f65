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

/// The keys of a picture's files. The last two characters of the id, which are random, spread them over 256 folders.
package struct PictureBlobs: Sendable {
    /// The uploaded file. It is never served, because its metadata may contain the place where it was taken.
    package let original: BlobKey
    private let folder: String

    /// Nil never happens for an id; the key's rules hold for its characters.
    package init?(of media: MediaID) {
        let name = media.description
        folder = "pictures/\(name.suffix(2))/\(name)"
        guard let original = BlobKey("\(folder)/original") else { return nil }
        self.original = original
    }

    /// Returns the picture that a key belongs to; nil if the key is not one of a picture.
    package static func media(of key: BlobKey) -> MediaID? {
        let segments = key.segments
        guard segments.count == 4, let media = MediaID(String(segments[2])),
            let blobs = PictureBlobs(of: media), key.description.hasPrefix(blobs.folder + "/")
        else { return nil }
        return media
    }

    /// Returns the key of a variant.
    /// - Parameter name: The variant's name, such as `square256`.
    package func variant(_ name: String) -> BlobKey? {
        BlobKey("\(folder)/\(name).webp")
    }
}

/// The keys of the files of exported account data.
package enum ExportBlobs {
    /// Nil never happens for an id; the key's rules hold for its characters.
    package static func file(of user: UserID) -> BlobKey? {
        let name = user.description
        return BlobKey("exports/\(name.suffix(2))/\(name).json")
    }
}
