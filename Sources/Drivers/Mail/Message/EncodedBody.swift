internal import FoundationEssentials

/// A text body as ASCII lines of at most 76 characters, in the shorter encoding of RFC 2045.
struct EncodedBody {
    enum Encoding: String {
        case quotedPrintable = "quoted-printable"
        case base64
    }

    let encoding: Encoding
    /// The encoded lines, without CRLF.
    let lines: [String]

    private static let longestLine = 76

    /// - Parameter text: Lines end in CR, LF or CRLF.
    init(_ text: String) {
        let lines = Self.lines(of: text)
        let base64 = Self.base64(lines)
        let quotedPrintable = lines.flatMap(Self.quotedPrintable)
        if Self.size(base64) < Self.size(quotedPrintable) {
            (encoding, self.lines) = (.base64, base64)
        } else {
            (encoding, self.lines) = (.quotedPrintable, quotedPrintable)
        }
    }

    private static func lines(of text: String) -> [ArraySlice<UInt8>] {
        let bytes = Array(text.utf8)
        var lines: [ArraySlice<UInt8>] = []
        var start = 0
        for (index, byte) in bytes.enumerated() where byte == 0x0A || byte == 0x0D {
            let endsCRLF = byte == 0x0A && index > 0 && bytes[index - 1] == 0x0D
            if !endsCRLF { lines.append(bytes[start..<index]) }
            start = index + 1
        }
        if start < bytes.count { lines.append(bytes[start...]) }
        return lines
    }

    private static func size(_ lines: [String]) -> Int { lines.reduce(0) { $0 + $1.utf8.count + 2 } }

    private static func base64(_ lines: [ArraySlice<UInt8>]) -> [String] {
        let digits = Array(Data(lines.flatMap { $0 + [0x0D, 0x0A] }).base64EncodedString().utf8)
        return stride(from: 0, to: digits.count, by: longestLine).map { start in
            String(decoding: digits[start..<min(start + longestLine, digits.count)], as: UTF8.self)
        }
    }

    /// Encodes a line as quoted-printable; a soft line break is `=` (RFC 2045, section 6.7).
    private static func quotedPrintable(_ line: ArraySlice<UInt8>) -> [String] {
        var lines: [String] = []
        var current = ""
        for (index, byte) in zip(line.indices, line) {
            let isLast = index == line.endIndex - 1
            let piece = quotedPrintable(byte, isLast: isLast)
            if current.utf8.count + piece.utf8.count > longestLine - (isLast ? 0 : 1) {
                lines.append(current + "=")
                current = ""
            }
            current += piece
        }
        return lines + [current]
    }

    /// Encodes a byte. White space at the end of a line is encoded, because transports may strip it.
    private static func quotedPrintable(_ byte: UInt8, isLast: Bool) -> String {
        let isBlank = byte == 0x20 || byte == 0x09
        let isPlain = (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "=")
        if isPlain || (isBlank && !isLast) { return String(Unicode.Scalar(byte)) }
        let digits = String(byte, radix: 16, uppercase: true)
        return digits.utf8.count == 1 ? "=0" + digits : "=" + digits
    }
}
