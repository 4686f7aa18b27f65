import MediaStoring

/// The protocol between a process and its decoding helper process, over one stream socket.
///
/// Every frame is a length (4 bytes, little-endian) and that many bytes. All numbers are unsigned, little-endian.
///
///     helper → parent, once     ready      errno of: open, socket, fork, execute (4 bytes each)
///     parent → helper, per job  request    format (1 byte), then per variant: fit (1), size (4)
///                               picture    the bytes of the file
///     helper → parent, per job  decoded    0 (1), width (4), height (4), frames (4),
///                                          then per variant: width (4), height (4), WebP, fallback,
///                                          then ThumbHash, colour (3); files and hash: length (4), bytes
///                               tooLarge   1 (1), width (4), height (4), frames (4)
///                               corrupt    2 (1), text
///
/// A helper for audio gets an open descriptor of the file instead of its bytes, and reads what it needs of it.
/// A text is a length (4 bytes) and UTF-8. A real number is a double (8 bytes).
///
///     parent → helper, per job  request    operation (1), seconds (4), bytes of the file (4); the descriptor comes
///                                          with the frame's first byte (SCM_RIGHTS)
///     helper → parent, per job  probed     0 (1), format (1), duration (8), bitrate, sample rate, channels (4 each),
///                                          codec (text), number of tags (4), per tag: name, value (texts),
///                                          cover (length of 4, bytes)
///                               analysed   1 (1), sample rate, samples per point (4 each), duration (8), integrated
///                                          loudness, range, true peak (8 each; not a number for none), peaks
///                               failed     2 (1), what (1), number (4), text
///
/// Both ends are the same program, so there is no version. The parent trusts nothing: it bounds lengths before it
/// allocates memory, and checks every number and every picture in a response.
enum DecoderProtocol {
    static let headerByteCount = 4

    static let readyByteCount = 16
    static let corruptTextLimit = 300

    static let decoded: UInt8 = 0
    static let tooLarge: UInt8 = 1
    static let corrupt: UInt8 = 2

    static func framed(_ payload: [UInt8]) -> [UInt8] {
        var frame: [UInt8] = []
        frame.reserveCapacity(headerByteCount + payload.count)
        frame.appendNumber(payload.count)
        return frame + payload
    }

    /// Returns the text of a failure as one line of printable ASCII, for the log.
    static func printable(_ bytes: ArraySlice<UInt8>) -> String {
        let line = bytes.prefix(corruptTextLimit).map { (0x20...0x7E).contains($0) ? $0 : 0x20 }
        return String(decoding: line, as: UTF8.self)
    }

    /// Returns the most bytes that a response with these variants can have: a WebP at quality 80 is far smaller than
    /// its raw pixels, and a PNG hardly larger.
    static func responseLimit(for variants: [PictureVariant]) -> Int {
        let pictures = variants.map { 16 + 2 * ($0.size * $0.size * 4 + 65_536) }.reduce(0, +)
        return max(13 + pictures + 7 + ThumbHash.maximumByteCount, 1 + corruptTextLimit)
    }
}

/// Reads the fields of a frame, one after the other. Past the end every read returns nil.
struct FrameReader {
    private let bytes: [UInt8]
    private var offset = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { offset == bytes.count }

    mutating func byte() -> UInt8? {
        take(1)?.first
    }

    /// Four bytes, little-endian.
    mutating func number() -> Int? {
        take(4).map { Int(littleEndian: $0) }
    }

    /// Eight bytes, little-endian.
    mutating func real() -> Double? {
        take(8).map { bytes in
            Double(bitPattern: bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) })
        }
    }

    /// A length and so many bytes of UTF-8.
    mutating func text() -> String? {
        number().flatMap { take($0) }.flatMap { String(validating: $0, as: UTF8.self) }
    }

    /// Reads a number of bytes, and the bytes.
    mutating func counted(atMost limit: Int = .max) -> [UInt8]? {
        number().flatMap { $0 <= limit ? take($0) : nil }.map(Array.init)
    }

    mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
        guard count >= 0, bytes.count - offset >= count else { return nil }
        defer { offset += count }
        return bytes[offset..<offset + count]
    }

    mutating func rest() -> ArraySlice<UInt8> {
        defer { offset = bytes.count }
        return bytes[offset...]
    }
}

extension [UInt8] {
    /// Appends the number of bytes, and the bytes.
    mutating func appendCounted(_ bytes: [UInt8]) {
        appendNumber(bytes.count)
        append(contentsOf: bytes)
    }

    /// Appends four bytes, little-endian; a number that does not fit becomes the nearest that does.
    mutating func appendNumber(_ number: Int) {
        let value = UInt32(clamping: number)
        for shift in stride(from: 0, to: 32, by: 8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    /// Appends eight bytes, little-endian.
    mutating func appendReal(_ number: Double) {
        for shift in stride(from: 0, to: 64, by: 8) { append(UInt8(truncatingIfNeeded: number.bitPattern >> shift)) }
    }

    /// Appends a length and UTF-8.
    mutating func appendText(_ text: String) {
        appendNumber(text.utf8.count)
        append(contentsOf: text.utf8)
    }
}
