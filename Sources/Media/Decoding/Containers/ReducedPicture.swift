import MediaStoring

/// An uploaded file without what decoding its first frame does not need.
///
/// The loaders make a field of every piece of metadata and an entry of every frame, and a file can hold millions of
/// each; and they refuse files for bytes that no viewer looks at.
struct ReducedPicture {
    let bytes: [UInt8]
    /// The number of frames in the file; nil if only the loader can tell.
    var frames: Int?
    /// What the pixels mean, if the loader does not know it.
    var colour: PictureColour?
    /// Whether the file lacks its last marker, which was added. Its data are complete only if decoding warns of
    /// nothing.
    var lacksEnd = false

    init(_ bytes: [UInt8], frames: Int? = nil, colour: PictureColour? = nil, lacksEnd: Bool = false) {
        self.bytes = bytes
        self.frames = frames
        self.colour = colour
        self.lacksEnd = lacksEnd
    }

    /// Reduces a file of a format.
    /// - Throws: ``MediaFailure/corrupt(detail:)`` if decoding would take too long.
    init(_ file: [UInt8], _ format: PictureFormat) throws(MediaFailure) {
        switch format {
        case .jpeg: self = try JPEGContainer.reduced(file)
        case .png: self = PNGContainer.reduced(file)
        case .webp: self = WebPContainer.reduced(file)
        case .gif: self = GIFContainer.reduced(file)
        case .avif, .heic: self.init(file, colour: HEIFColour.colour(of: file))
        }
    }
}

extension Int {
    /// Reads an unsigned number of up to seven bytes, the most significant first.
    init(bigEndian bytes: some Collection<UInt8>) {
        self = bytes.reduce(0) { $0 << 8 | Int($1) }
    }

    /// Reads an unsigned number of up to seven bytes, the least significant first.
    init(littleEndian bytes: some BidirectionalCollection<UInt8>) {
        self = bytes.reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
