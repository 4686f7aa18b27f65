import Domain

/// Turns the text of a tag, whose encoding may differ from what the file says, into valid Unicode on one line.
enum TagText {
    /// - Parameter bytes: UTF-8, if libavformat or the tagger converted it; else most often Windows-1252.
    static func repaired(_ bytes: UnsafeRawBufferPointer, limit: Int = AudioLimits.tagCharacters) -> String {
        // A character has at most four bytes; the cut may fall into one, which then is not the last of the result.
        let bytes = UnsafeRawBufferPointer(rebasing: bytes.prefix(4 * limit + 4))
        let text = utf8(bytes) ?? windows1252(bytes)
        var scalars = String.UnicodeScalarView()
        var pendingSpace = false
        for scalar in text.unicodeScalars where !isDropped(scalar) {
            if scalar.properties.isWhitespace || scalar.properties.generalCategory == .control {
                pendingSpace = !scalars.isEmpty
                continue
            }
            if pendingSpace { scalars.append(" ") }
            pendingSpace = false
            scalars.append(scalar)
            if scalars.count >= limit { break }
        }
        return String(scalars).composed
    }

    /// Byte order marks, characters without a meaning, and those that turn the direction of the text after them.
    private static func isDropped(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xFEFF, 0xFFFD, 0xFFF9...0xFFFB, 0x202A...0x202E, 0x2066...0x2069: true
        default: scalar.properties.generalCategory == .unassigned && scalar.value & 0xFFFE == 0xFFFE
        }
    }

    /// Returns nil for anything but UTF-8. An incomplete character at the end, where the text was cut, is removed.
    private static func utf8(_ bytes: UnsafeRawBufferPointer) -> String? {
        let continuations = bytes.reversed().prefix(3).prefix { $0 & 0xC0 == 0x80 }.count
        var end = bytes.count
        if let lead = bytes.dropLast(continuations).last, lead >= 0xC2 {
            let length = lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
            // A character that is alone is no rest of a text.
            if continuations + 1 < length, continuations + 1 < bytes.count { end -= continuations + 1 }
        }
        return String(validating: bytes.prefix(end), as: UTF8.self)
    }

    /// https://encoding.spec.whatwg.org/#windows-1252, which differs from Latin-1 in 0x80 to 0x9F alone.
    private static func windows1252(_ bytes: UnsafeRawBufferPointer) -> String {
        var scalars = String.UnicodeScalarView()
        for byte in bytes {
            let value = (0x80...0x9F).contains(byte) ? upper[Int(byte) - 0x80] : UInt16(byte)
            if let scalar = Unicode.Scalar(value) { scalars.append(scalar) }
        }
        return String(scalars)
    }

    private static let upper: [UInt16] = [
        0x20AC, 0x0081, 0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0x008D,
        0x017D, 0x008F, 0x0090, 0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A,
        0x0153, 0x009D, 0x017E, 0x0178,
    ]
}
