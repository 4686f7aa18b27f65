/// What a file is by its first bytes. The name and the type that a client states are never believed.
package enum MediaKind: Hashable, Sendable {
    case picture(PictureFormat)
    /// Something well known that is not accepted as a picture.
    case foreign(ForeignFormat)
    case unknown

    /// How many first bytes of a file are enough to recognise it.
    package static let sniffedByteCount = 512

    /// Recognises a file by its first ``sniffedByteCount`` bytes, or by all of them if it is shorter.
    ///
    /// Strict: a signature alone is not enough where the format says what must follow it. Sources: the
    /// specifications of the formats, and https://mimesniff.spec.whatwg.org for the patterns of refused ones.
    package init(sniffing bytes: [UInt8]) {
        let signature = Signature(bytes: Array(bytes.prefix(Self.sniffedByteCount)))
        if let picture = PictureFormat(signature) {
            self = .picture(picture)
        } else if let foreign = ForeignFormat(signature) {
            self = .foreign(foreign)
        } else {
            self = .unknown
        }
    }

    /// The picture format, if it is a picture that the product accepts.
    package var pictureFormat: PictureFormat? {
        guard case .picture(let format) = self else { return nil }
        return format
    }
}
