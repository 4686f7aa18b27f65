import MediaStoring

/// What a pass over the frames of an MP3 counts. Neither the bit rate of the first frame nor what a Xing header claims
/// is believed: only whole frames that are in the file count.
struct MPEGScan {
    private(set) var frames = 0
    /// Of the counted frames.
    private(set) var byteCount = 0
    let first: MPEGFrame
    /// Samples of silence that the encoder says it added before and after the audio.
    private(set) var delay = 0
    private(set) var padding = 0
    /// Whether the file ends within a frame; then it has lost its padding.
    private var isCutShort = false

    /// - Parameter start: Where the first frame may begin.
    init(_ source: AudioSource, from start: Int) throws(MediaFailure) {
        guard let (offset, frame) = Self.firstFrame(source, from: start) else {
            try source.check()
            throw .corrupt(detail: "no frames")
        }
        first = frame
        var position = offset
        if let header = EncoderHeader(source, at: offset, frame) {
            delay = header.delay
            padding = header.padding
            position += frame.byteCount
        }
        scan(source, from: position)
        try source.check()
        guard frames > 0 else { throw .corrupt(detail: "no frames") }
    }

    /// Seconds.
    var duration: Double {
        let silence = delay + (isCutShort ? 0 : padding)
        let samples = frames * first.samples
        return Double(silence < samples ? samples - silence : samples) / Double(first.sampleRate)
    }

    private mutating func scan(_ source: AudioSource, from start: Int) {
        var position = start
        while position < source.byteCount {
            guard let frame = Self.frame(source, at: position), frame.identity == first.identity else {
                guard let next = Self.nextFrame(source, after: position, like: first.identity) else { return }
                position = next
                continue
            }
            guard position + frame.byteCount <= source.byteCount else {
                isCutShort = true
                return
            }
            frames += 1
            byteCount += frame.byteCount
            position += frame.byteCount
        }
    }

    private static func frame(_ source: AudioSource, at offset: Int) -> MPEGFrame? {
        source.view(at: offset, MPEGFrame.headerByteCount).flatMap { view in
            MPEGFrame(header: UInt32(bigEndian: view.loadUnaligned(as: UInt32.self)))
        }
    }

    private static func firstFrame(_ source: AudioSource, from start: Int) -> (Int, MPEGFrame)? {
        var offset = start
        while let candidate = source.position(of: 0xFF, from: offset) {
            if let frame = frame(source, at: candidate), isFollowed(source, frame, at: candidate) {
                return (candidate, frame)
            }
            offset = candidate + 1
        }
        return nil
    }

    private static func nextFrame(_ source: AudioSource, after offset: Int, like identity: UInt32) -> Int? {
        var offset = offset + 1
        while let candidate = source.position(of: 0xFF, from: offset) {
            if let frame = frame(source, at: candidate), frame.identity == identity,
                isFollowed(source, frame, at: candidate)
            {
                return candidate
            }
            offset = candidate + 1
        }
        return nil
    }

    /// Whether another frame of the stream, or the end of the file, follows a frame.
    private static func isFollowed(_ source: AudioSource, _ frame: MPEGFrame, at offset: Int) -> Bool {
        let next = offset + frame.byteCount
        return next == source.byteCount || Self.frame(source, at: next)?.identity == frame.identity
    }
}

/// The first frame of many MP3s, which holds no audio but a description of the file: here only the silence that the
/// encoder added. Sources: the Xing header as LAME
/// writes it (http://gabriel.mp3-tech.org/mp3infotag.html), and the VBRI header of the Fraunhofer encoder.
struct EncoderHeader {
    private(set) var delay = 0
    private(set) var padding = 0

    init?(_ source: AudioSource, at offset: Int, _ frame: MPEGFrame) {
        let bytes = source.bytes(at: offset, min(frame.byteCount, 256))
        func has(_ text: String, at offset: Int) -> Bool { bytes.dropFirst(offset).starts(with: text.utf8) }
        func number(at offset: Int) -> Int? {
            guard offset + 4 <= bytes.count else { return nil }
            return bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
        }
        let isVersion1 = frame.samples == 1_152
        let isMono = frame.channels == 1
        let xing = MPEGFrame.headerByteCount + (isVersion1 ? (isMono ? 17 : 32) : (isMono ? 9 : 17))
        if has("Xing", at: xing) || has("Info", at: xing) {
            let flags = number(at: xing + 4) ?? 0
            var next = xing + 8
            // Frames, bytes, seek table, quality.
            next +=
                (flags & 1 != 0 ? 4 : 0) + (flags & 2 != 0 ? 4 : 0) + (flags & 4 != 0 ? 100 : 0)
                + (flags & 8 != 0 ? 4 : 0)
            if has("LAME", at: next) || has("Lavf", at: next) || has("Lavc", at: next),
                let silence = number(at: next + 20)
            {
                // Twelve bits each, after one byte of other flags.
                delay = silence >> 12 & 0xFFF
                padding = silence & 0xFFF
            }
        } else if !has("VBRI", at: MPEGFrame.headerByteCount + 32) {
            return nil
        }
    }
}
