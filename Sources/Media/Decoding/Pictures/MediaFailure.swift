package import MediaStoring

/// Why an uploaded file became nothing.
package enum MediaFailure: Error, Hashable {
    case unsupportedType(MediaKind)
    case tooLarge(PictureExcess)
    /// - Parameter detail: What the library said, for the log. It may come from another picture: libvips has one
    ///   error buffer per process.
    case corrupt(detail: String)
    case timeout
    /// The helper process died of the picture, or misbehaved.
    /// - Parameter detail: How, for the log.
    case crashed(detail: String)
    /// No helper process could be started: this says nothing about the picture.
    /// - Parameter detail: Why, for the log.
    case unavailable(detail: String)

    /// A stable word to store beside the file.
    package var code: String {
        switch self {
        case .unsupportedType: "unsupportedType"
        case .tooLarge: "tooLarge"
        case .corrupt: "corrupt"
        case .timeout: "timeout"
        case .crashed: "crashed"
        case .unavailable: "unavailable"
        }
    }

    /// What is worth doing about it.
    package enum Remedy: Sendable {
        /// The same bytes will fail again.
        case none
        /// One more try; a second failure is final.
        case retryOnce
        /// Try again like any work that met a busy machine.
        case retryLater
    }

    package var remedy: Remedy {
        switch self {
        case .unsupportedType, .tooLarge, .corrupt: .none
        case .timeout, .crashed: .retryOnce
        case .unavailable: .retryLater
        }
    }

    /// A sentence for the owner of the file; nothing in it comes from the file's text.
    package var reason: String {
        switch self {
        case .unsupportedType(let kind): Self.refusal(of: kind)
        case .tooLarge(let excess): excess.sentence
        case .corrupt: "The picture is damaged or incomplete."
        case .timeout: "The picture takes too long to read."
        case .crashed: "The picture cannot be read."
        case .unavailable: "Pictures cannot be read at the moment."
        }
    }

    private static func refusal(of kind: MediaKind) -> String {
        let accepted = "JPEG, PNG, WebP, GIF, AVIF and HEIC pictures are accepted."
        return switch kind {
        case .foreign(let format): "This is \(format.rawValue); \(accepted)"
        case .picture, .unknown: "The file is not recognised; \(accepted)"
        }
    }
}
