package import Domain

/// Where the files of a picture are. Two characters of the id's random end spread them over 256 folders.
package struct PictureBlobs: Sendable {
    /// The file as it came; never served, because it may say where it was taken.
    package let original: BlobKey
    private let folder: String

    /// Nil never happens for an id; the key's rules hold for its characters.
    package init?(of media: MediaID) {
        let name = media.description
        folder = "pictures/\(name.suffix(2))/\(name)"
        guard let original = BlobKey("\(folder)/original") else { return nil }
        self.original = original
    }

    /// Whose file a key names; nil when it is no picture's.
    package static func media(of key: BlobKey) -> MediaID? {
        let segments = key.segments
        guard segments.count == 4, let media = MediaID(String(segments[2])),
            let blobs = PictureBlobs(of: media), key.description.hasPrefix(blobs.folder + "/")
        else { return nil }
        return media
    }

    /// One of the variants that workers make.
    /// - Parameter name: Such as `square256`.
    package func variant(_ name: String) -> BlobKey? {
        BlobKey("\(folder)/\(name).webp")
    }
}
