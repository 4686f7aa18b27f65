package import Domain

/// The keys of the files of media. The last two characters of the id, which are random, spread them over 256 folders.
package enum MediaBlobs {
    /// Returns the key of the uploaded file. That of a picture is never served, because its metadata may contain the
    /// place where it was taken.
    package static func original(of media: MediaID, for purpose: MediaPurpose) -> BlobKey {
        BlobKey(ofOwn: "\(folder(of: media, in: kind(of: purpose)))/original")
    }

    /// Returns the key of the waveform of a recording, as JSON.
    package static func waveform(of media: MediaID, for purpose: MediaPurpose) -> BlobKey {
        BlobKey(ofOwn: "\(folder(of: media, in: kind(of: purpose)))/waveform.json")
    }

    /// Returns the key of a variant of a picture.
    /// - Parameter name: The file's name, such as `square256.webp`.
    package static func picture(_ name: String, of media: MediaID) -> BlobKey {
        BlobKey(ofOwn: "\(folder(of: media, in: "pictures"))/\(name)")
    }

    /// Returns the key of a picture for posts and messages, as WebP: the path of its address (S2-140).
    package static func publicPicture(_ media: MediaID, of owner: UserID) -> BlobKey {
        BlobKey(ofOwn: "\(owner)/\(media)\(publicExtension)")
    }

    private static let publicExtension = ".webp"

    /// Returns the media that a key belongs to; nil if the key is none of media.
    package static func media(of key: BlobKey) -> MediaID? {
        let segments = key.segments
        if segments.count == 2, UserID(String(segments[0])) != nil, segments[1].hasSuffix(publicExtension) {
            return MediaID(String(segments[1].dropLast(publicExtension.count)))
        }
        guard segments.count == 4, kinds.contains(String(segments[0])), let media = MediaID(String(segments[2])),
            key.description.hasPrefix(folder(of: media, in: String(segments[0])) + "/")
        else { return nil }
        return media
    }

    /// Returns every key that media of any purpose may have.
    /// - Parameter variants: The names of the variants of pictures.
    package static func all(of media: MediaID, variants: [String]) -> [BlobKey] {
        let originals = kinds.map { "\(folder(of: media, in: $0))/original" }
        let waveforms = kinds.dropFirst().map { "\(folder(of: media, in: $0))/waveform.json" }
        let pictures = variants.map { "\(folder(of: media, in: kinds[0]))/\($0)" }
        return (originals + waveforms + pictures).map { BlobKey(ofOwn: $0) }
    }

    private static let kinds = ["pictures", "tracks", "files"]

    private static func kind(of purpose: MediaPurpose) -> String {
        switch purpose {
        case .avatar, .cover, .picture: kinds[0]
        case .track: kinds[1]
        case .other: kinds[2]
        }
    }

    private static func folder(of media: MediaID, in kind: String) -> String {
        let name = media.description
        return "\(kind)/\(name.suffix(2))/\(name)"
    }
}

/// The keys of the chunks of uploads that are not complete. Flat, so that an upload leaves no empty folder behind; the
/// last two characters of the upload's id spread them over 256 folders.
package enum UploadBlobs {
    package static func chunk(_ chunk: UploadChunkID, of upload: MediaID) -> BlobKey {
        BlobKey(ofOwn: "\(prefix(of: upload))\(chunk)")
    }

    /// Returns the upload that a key belongs to; nil if the key is none of a chunk.
    package static func upload(of key: BlobKey) -> MediaID? {
        let segments = key.segments
        guard segments.count == 3, let name = segments.last, let dot = name.firstIndex(of: "."),
            let upload = MediaID(String(name[..<dot])), key.description.hasPrefix(prefix(of: upload))
        else { return nil }
        return upload
    }

    /// Deletes every chunk of an upload that is in a store, also those of which no row says anything. Blocks.
    package static func deleteAll(of upload: MediaID, in store: any BlobStore) throws(BlobError) {
        let prefix = prefix(of: upload)
        let pageSize = 1_000
        var last = BlobKey(ofOwn: prefix)
        while true {
            let page = try store.page(after: last, limit: pageSize)
            let chunks = page.map(\.key).prefix { $0.description.hasPrefix(prefix) }
            for key in chunks { try store.delete(key) }
            guard let end = chunks.last, chunks.count == pageSize else { return }
            last = end
        }
    }

    private static func prefix(of upload: MediaID) -> String {
        let name = upload.description
        return "uploads/\(name.suffix(2))/\(name)."
    }
}
