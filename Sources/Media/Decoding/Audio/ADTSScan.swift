import MediaStoring

/// What a pass over the frames of AAC in ADTS counts: whole frames that are in the file.
struct ADTSScan {
    private(set) var samples = 0
    /// Of the counted frames.
    private(set) var byteCount = 0
    let sampleRate: Int

    /// - Parameter start: Where the first frame begins.
    init(_ source: AudioSource, from start: Int) throws(MediaFailure) {
        guard let first = Self.frame(source, at: start) else { throw .corrupt(detail: "no frames") }
        sampleRate = first.sampleRate
        var position = start
        while position < source.byteCount {
            guard let frame = Self.frame(source, at: position), frame.identity == first.identity else {
                guard let next = Self.nextFrame(source, after: position, like: first.identity) else { break }
                position = next
                continue
            }
            guard position + frame.byteCount <= source.byteCount else { break }
            samples += frame.samples
            byteCount += frame.byteCount
            position += frame.byteCount
        }
        try source.check()
        guard samples > 0 else { throw .corrupt(detail: "no frames") }
    }

    /// Seconds. The header has the rate of the core; with spectral band replication a frame has twice the samples at
    /// twice the rate.
    var duration: Double { Double(samples) / Double(sampleRate) }

    private static func frame(_ source: AudioSource, at offset: Int) -> ADTSFrame? {
        source.view(at: offset, ADTSFrame.headerByteCount).flatMap { view in
            var word: UInt64 = 0
            for byte in view.prefix(ADTSFrame.headerByteCount) { word = word << 8 | UInt64(byte) }
            return ADTSFrame(header: word)
        }
    }

    private static func nextFrame(_ source: AudioSource, after offset: Int, like identity: UInt64) -> Int? {
        var offset = offset + 1
        while let candidate = source.position(of: 0xFF, from: offset) {
            if let frame = frame(source, at: candidate), frame.identity == identity {
                let next = candidate + frame.byteCount
                if next == source.byteCount || self.frame(source, at: next)?.identity == identity { return candidate }
            }
            offset = candidate + 1
        }
        return nil
    }
}
