import MediaStoring

/// The format of a track, and where its audio begins. ID3 tags are skipped: what follows them decides.
struct AudioLayout: Equatable {
    let format: AudioFormat
    /// Of the first byte after all ID3 tags.
    let start: Int

    init(of source: AudioSource) throws(MediaFailure) {
        var offset = 0
        for _ in 0..<AudioLimits.tagCount {
            guard let tag = ID3Tag(header: source.bytes(at: offset, ID3Tag.headerByteCount)) else { break }
            offset += tag.byteCount
            guard offset <= AudioLimits.tagBytes else { throw .corrupt(detail: "an ID3 tag of \(tag.byteCount) bytes") }
            guard offset < source.byteCount else { throw .corrupt(detail: "nothing follows the ID3 tag") }
        }
        guard ID3Tag(header: source.bytes(at: offset, ID3Tag.headerByteCount)) == nil else {
            throw .corrupt(detail: "more than \(AudioLimits.tagCount) ID3 tags")
        }
        start = offset
        let kind = MediaKind(sniffing: source.bytes(at: offset, MediaKind.sniffedByteCount))
        try source.check()
        switch kind {
        case .audio(.mp3), .audio(.aac), .audio(.flac): format = kind.audioFormat ?? .mp3
        case .audio(let other) where offset == 0: format = other
        // Padding that the tag does not count: the scan finds the first frame.
        case .unknown where offset > 0: format = .mp3
        default: throw .unsupportedType(kind)
        }
    }
}
