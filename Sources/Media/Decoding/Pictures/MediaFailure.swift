package import Chassis
package import MediaStoring

/// The reason why an uploaded file gives no variants.
package enum MediaFailure: MachineError, Hashable {
    case unsupportedType(MediaKind)
    case tooLarge(PictureExcess)
    /// - Parameter detail: The library's message, for the log. It may come from another picture: libvips has one error
    ///   buffer per process.
    case corrupt(detail: String)
    case timeout
    /// The helper process ended or broke the protocol while it decoded the picture.
    /// - Parameter detail: The exit status or the error, for the log.
    case crashed(detail: String)
    /// The system killed the helper process, as it does when the machine is out of memory. The picture may be valid.
    case killed
    /// No helper process could be started. The picture may be valid.
    /// - Parameter detail: The error, for the log.
    case unavailable(detail: String)
    /// The file cannot be read from the store. It may be valid.
    /// - Parameter code: The `errno`.
    case unreadable(code: Int32)

    /// A stable code, stored with the file.
    package var code: String {
        switch self {
        case .unsupportedType: "unsupportedType"
        case .tooLarge: "tooLarge"
        case .corrupt: "corrupt"
        case .timeout: "timeout"
        case .crashed: "crashed"
        case .killed: "killed"
        case .unavailable: "unavailable"
        case .unreadable: "unreadable"
        }
    }

    /// The retry policy of a failure.
    package enum Remedy: Sendable {
        /// No retry: the same bytes fail again.
        case none
        /// One retry: a second failure is final.
        case retryOnce
        /// Retries until it works: the machine is the cause.
        case retryLater
    }

    package var remedy: Remedy {
        switch self {
        case .unsupportedType, .tooLarge, .corrupt: .none
        case .timeout, .crashed: .retryOnce
        case .killed, .unavailable, .unreadable: .retryLater
        }
    }

    /// A sentence for the owner of the file. It contains no text of the file.
    package var reason: String {
        switch self {
        case .unsupportedType(let kind): Self.refusal(of: kind)
        case .tooLarge(let excess): excess.sentence
        case .corrupt: "The picture is damaged or incomplete."
        case .timeout: "The picture takes too long to read."
        case .crashed: "The picture cannot be read."
        case .killed, .unavailable, .unreadable: "Pictures cannot be read at the moment."
        }
    }

    package var machineCondition: MachineCondition? {
        switch self {
        case .killed: .outOfMemory
        case .unavailable: .decoderUnavailable
        case .unreadable(let code): MachineCondition(code: code) ?? .storeUnavailable
        case .unsupportedType, .tooLarge, .corrupt, .timeout, .crashed: nil
        }
    }

    private static func refusal(of kind: MediaKind) -> String {
        let accepted = "JPEG, PNG, WebP, GIF, AVIF and HEIC pictures are accepted."
        return switch kind {
        case .audio(let format): "This is \(format.name); \(accepted)"
        case .unsupported(let format): "This is \(format.rawValue); \(accepted)"
        case .picture, .unknown: "The file is not recognised; \(accepted)"
        }
    }
}
