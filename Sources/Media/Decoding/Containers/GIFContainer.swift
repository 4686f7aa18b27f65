/// Filters a GIF, which is a sequence of blocks (https://www.w3.org/Graphics/GIF/spec-gif89a.txt).
enum GIFContainer {
    private static let extensionIntroducer: UInt8 = 0x21
    private static let graphicControl: UInt8 = 0xF9
    private static let imageSeparator: UInt8 = 0x2C
    private static let trailer: UInt8 = 0x3B

    /// Returns the file with its first frame only, and without comments, application data and what follows its end: the
    /// loader keeps an entry for each frame of the file. A missing end is added. A damaged file stays as it is.
    static func reduced(_ file: [UInt8]) -> ReducedPicture {
        guard file.count >= 13 else { return ReducedPicture(file, frames: 1) }
        var offset = 13 + colourTable(file[10])
        guard offset <= file.count else { return ReducedPicture(file, frames: 1) }
        var result = Array(file[..<offset])
        var control: Range<Int>?
        var frames = 0
        while offset < file.count, let next = endOfBlock(in: file, at: offset) {
            if file[offset] == imageSeparator {
                frames += 1
                if frames == 1 {
                    result += file[control ?? 0..<0] + file[offset..<min(next, file.count)]
                    if next > file.count { result.append(0) }
                }
            } else if file[offset + 1] == graphicControl {
                control = offset..<min(next, file.count)
            }
            offset = next
        }
        guard frames > 0 else { return ReducedPicture(file, frames: 1) }
        return ReducedPicture(result + [trailer], frames: frames)
    }

    /// Returns the end of a block; one more than the size of the file if only the block's terminator is missing. Nil at
    /// the trailer, at a block of an unknown kind, and for an incomplete block.
    private static func endOfBlock(in file: [UInt8], at start: Int) -> Int? {
        var offset: Int
        switch file[start] {
        case extensionIntroducer:
            offset = start + 2
        case imageSeparator where start + 10 <= file.count:
            // Position, size, flags and colour table, then the code size of the data.
            offset = start + 10 + colourTable(file[start + 9]) + 1
        default:
            return nil
        }
        while offset < file.count, file[offset] != 0 { offset += 1 + Int(file[offset]) }
        return offset <= file.count ? offset + 1 : nil
    }

    /// Returns the size of the colour table that a byte of flags announces.
    private static func colourTable(_ flags: UInt8) -> Int {
        flags & 0x80 == 0 ? 0 : 3 << (Int(flags & 7) + 1)
    }
}
