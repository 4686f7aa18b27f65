/// What responses say of a stored file: its media type and format, and the extension of its generated name.
package struct FileType: Hashable, Sendable {
    /// The value of `Content-Type`.
    package let mimeType: String
    package let format: String
    /// Without the dot.
    package let fileExtension: String

    package init(mimeType: String, format: String, fileExtension: String) {
        self.mimeType = mimeType
        self.format = format
        self.fileExtension = fileExtension
    }

    /// Of any kind of file. What a browser would run or show as a page is only a sequence of bytes.
    package init(_ kind: MediaKind) {
        switch kind {
        case .picture(let picture):
            self.init(mimeType: picture.mimeType, format: picture.rawValue, fileExtension: picture.fileExtension)
        case .audio(let audio):
            self.init(mimeType: audio.mimeType, format: audio.rawValue, fileExtension: audio.fileExtension)
        case .unsupported(let other): self = Self.others[other] ?? .bytes
        case .unknown: self = .bytes
        }
    }

    private static let bytes = FileType(
        mimeType: "application/octet-stream", format: "binary", fileExtension: "bin")

    private static let others: [UnsupportedFormat: FileType] = [
        .aiff: FileType(mimeType: "audio/aiff", format: "aiff", fileExtension: "aiff"),
        .bmp: FileType(mimeType: "image/bmp", format: "bmp", fileExtension: "bmp"),
        .gzip: FileType(mimeType: "application/gzip", format: "gzip", fileExtension: "gz"),
        .jpegXL: FileType(mimeType: "image/jxl", format: "jxl", fileExtension: "jxl"),
        .jpeg2000: FileType(mimeType: "image/jp2", format: "jp2", fileExtension: "jp2"),
        .matroska: FileType(mimeType: "video/x-matroska", format: "matroska", fileExtension: "mkv"),
        .mp4: FileType(mimeType: "video/mp4", format: "mp4", fileExtension: "mp4"),
        .pdf: FileType(mimeType: "application/pdf", format: "pdf", fileExtension: "pdf"),
        .tiff: FileType(mimeType: "image/tiff", format: "tiff", fileExtension: "tiff"),
        .zip: FileType(mimeType: "application/zip", format: "zip", fileExtension: "zip"),
    ]
}
