import MediaStoring

/// The conversation with the helper process, over one stream socket.
///
/// Every frame is a length (4 bytes, little-endian) and that many bytes. All numbers are unsigned, little-endian.
///
///     helper → parent, once     ready      errno of: open, socket, fork, execute (4 bytes each)
///     parent → helper, per job  order      format (1 byte), then per variant: fit (1), size (4)
///                               picture    the bytes of the file
///     helper → parent, per job  decoded    0 (1), width (4), height (4), frames (4),
///                                          then per variant: width (4), height (4), length (4), bytes
///                               tooLarge   1 (1), width (4), height (4), frames (4)
///                               corrupt    2 (1), text
///
/// The two ends are the same program, so there is no version. The parent believes nothing: lengths are bounded
/// before memory is taken, and every number and every picture in a reply is checked.
enum DecoderFrames {
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

    /// The largest reply that these variants can make: no WebP at quality 80 comes near its raw pixels.
    static func replyLimit(for variants: [PictureVariant]) -> Int {
        let pictures = variants.map { 12 + $0.size * $0.size * 4 + 65_536 }.reduce(0, +)
        return max(13 + pictures, 1 + corruptTextLimit)
    }
}
