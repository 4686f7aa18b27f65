/// The audio formats that the product accepts: a container together with the codecs that it may hold.
package enum AudioFormat: String, CaseIterable, Sendable {
    /// MPEG audio, layer III.
    case mp3
    /// Uncompressed samples in RIFF.
    case wav
    /// Vorbis in Ogg.
    case ogg
    /// Opus in Ogg.
    case opus
    case flac
    /// AAC or ALAC in an ISO base media file.
    case m4a
    /// AAC in ADTS.
    case aac

    /// The value of `Content-Type`. Opus in Ogg has that of Ogg (RFC 7845, section 9).
    package var mimeType: String {
        switch self {
        case .mp3: "audio/mpeg"
        case .wav: "audio/wav"
        case .ogg, .opus: "audio/ogg"
        case .flac: "audio/flac"
        case .m4a: "audio/mp4"
        case .aac: "audio/aac"
        }
    }

    /// The usual extension of a file's name, without the dot.
    package var fileExtension: String { rawValue }

    /// Completes "This is …".
    package var name: String {
        switch self {
        case .mp3: "an MP3 recording"
        case .wav: "a WAV recording"
        case .ogg: "an Ogg Vorbis recording"
        case .opus: "an Opus recording"
        case .flac: "a FLAC recording"
        case .m4a: "an M4A recording"
        case .aac: "an AAC recording"
        }
    }
}

extension AudioFormat {
    /// A file that begins with an ID3 tag counts as an MP3: the tag may be longer than what is sniffed, and only the
    /// bytes behind it tell whether MP3, FLAC or AAC follows. The worker reads them.
    init?(_ signature: Signature) {
        if ID3Tag(signature) != nil || signature.beginsWithMPEGFrames {
            self = .mp3
        } else if signature.beginsWithADTSFrames {
            self = .aac
        } else if signature.has("RIFF"), signature.has("WAVE", at: 8), Self.isChunkName(signature.bytes.dropFirst(12)) {
            self = .wav
        } else if signature.has("fLaC"), let type = signature.byte(4), type & 0x7F == 0,
            signature.has([0, 0, 34], at: 5)
        {
            self = .flac
        } else if let format = Self.ofFirstPage(signature) ?? Self.ofBrands(signature.brands) {
            self = format
        } else {
            return nil
        }
    }

    /// The name of the first chunk after `WAVE`, in any order: four printable characters of ASCII.
    private static func isChunkName(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.count >= 4 && bytes.prefix(4).allSatisfy { (0x20...0x7E).contains($0) }
    }

    /// The first page of an Ogg stream (RFC 3533, section 6) begins with the codec's identification header: of Vorbis
    /// (Vorbis I, section 4.2.1) or Opus (RFC 7845, section 5.1).
    private static func ofFirstPage(_ signature: Signature) -> AudioFormat? {
        guard signature.has("OggS"), signature.byte(4) == 0, let flags = signature.byte(5), flags & 0x02 != 0,
            let segments = signature.byte(26)
        else { return nil }
        let packet = 27 + Int(segments)
        if signature.has([1] + Array("vorbis".utf8), at: packet) { return .ogg }
        return signature.has("OpusHead", at: packet) ? .opus : nil
    }

    /// Apple's brands name audio. The general ones of MP4 say nothing about the tracks: a brand of a video codec makes
    /// it a film at once, and the worker refuses a file with a video track.
    private static func ofBrands(_ brands: [String]) -> AudioFormat? {
        let general: Set = ["isom", "iso2", "iso4", "iso5", "iso6", "mp41", "mp42"]
        let video: Set = ["avc1", "hvc1", "hev1", "av01", "vp09", "M4V ", "M4VH", "M4VP", "qt  "]
        guard let major = brands.first else { return nil }
        if major == "M4A " || major == "M4B " { return .m4a }
        return general.contains(major) && !brands.contains(where: video.contains) && !brands.contains("dash")
            ? .m4a : nil
    }
}
