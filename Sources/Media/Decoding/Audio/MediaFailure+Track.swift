import MediaStoring

extension MediaFailure {
    /// A sentence for the owner of a track. It contains no text of the file.
    package var trackReason: String {
        switch self {
        case .unsupportedType(let kind): Self.refusalOfTrack(of: kind)
        case .tooLarge: "The track is too large; at most \(AudioLimits.byteCount) bytes are accepted."
        case .corrupt: "The track is damaged or incomplete."
        case .timeout: "The track takes too long to read."
        case .crashed: "The track cannot be read."
        case .killed, .unavailable, .unreadable: "Tracks cannot be read at the moment."
        }
    }

    private static func refusalOfTrack(of kind: MediaKind) -> String {
        let accepted = "MP3, WAV, Ogg Vorbis, Opus, FLAC, M4A and AAC recordings are accepted."
        return switch kind {
        case .audio(let format): "This is \(format.name) with a codec that it should not have; \(accepted)"
        case .unsupported(let format): "This is \(format.rawValue); \(accepted)"
        case .picture: "This is a picture; \(accepted)"
        case .unknown: "The file is not recognised; \(accepted)"
        }
    }
}
