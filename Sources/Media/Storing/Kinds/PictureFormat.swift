/// The picture formats that the product accepts.
package enum PictureFormat: String, CaseIterable, Sendable {
    case jpeg
    case png
    case webp
    case gif
    case avif
    case heic

    /// What goes into `Content-Type`.
    package var mimeType: String { "image/\(rawValue)" }

    /// The usual end of a file's name, without the dot.
    package var fileExtension: String { self == .jpeg ? "jpg" : rawValue }
}
