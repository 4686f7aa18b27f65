/// Parses one chunked body (RFC 9112, 7.1). Extensions and trailers are checked, discarded and bounded.
///
/// Own, because llhttp 8.1 refuses a second extension behind one with a value. Stricter than the grammar where parsers
/// disagree: every line ends with CR and LF, and no white space stands before or after a size without an extension.
final class ChunkedParser {
    enum Step {
        case more
        /// The body ended; `used` bytes of the input belonged to it.
        case finished(used: Int)
        case malformed
    }

    private enum State {
        /// At the first digit of a size.
        case sizeStart
        case size
        /// Behind white space that only an extension may follow.
        case beforeExtension
        /// In the extensions, outside of quotes.
        case extensions
        case quoted
        /// Behind a backslash in quotes.
        case escaped
        /// Behind the CR of a size's line.
        case sizeEnd
        case data
        /// At the CR, then at the LF behind the data.
        case dataEnd, dataLineFeed
        /// At the first byte of a trailer, or of the empty line that ends the body.
        case trailerStart
        case trailerName, trailerValue
        /// At the LF of a trailer, and of the body's last line.
        case trailerEnd, lastLineFeed
    }

    private var state = State.sizeStart
    /// What is left of the current chunk; its size while that is read.
    private var left = 0
    private var payload: [UInt8] = []
    private var total = 0
    private var payloadTotal = 0

    /// Parses input; the payload found waits for ``takePayload()``.
    func feed(_ input: UnsafeRawBufferPointer) -> Step {
        var index = 0
        while index < input.count {
            if case .data = state {
                let count = min(left, input.count - index)
                payload.append(contentsOf: UnsafeRawBufferPointer(rebasing: input[index..<index + count]))
                payloadTotal += count
                left -= count
                index += count
                if left == 0 { state = .dataEnd }
                continue
            }
            let isLast = if case .lastLineFeed = state { true } else { false }
            guard let next = next(after: input[index]) else { return .malformed }
            index += 1
            if isLast { return .finished(used: index) }
            state = next
        }
        total += input.count
        // One-byte chunks are legal; endless extensions and trailers are an attack.
        return total - payloadTotal <= 16_384 + 8 * payloadTotal ? .more : .malformed
    }

    /// Returns the payload of the last ``feed(_:)``, of all its chunks in one array: small chunks shall not cost an
    /// array each.
    func takePayload() -> [UInt8] {
        let taken = payload
        payload = []
        return taken
    }

    /// Returns the state behind a byte that is no data; nil if the byte must not be there.
    private func next(after byte: UInt8) -> State? {
        switch state {
        case .sizeStart:
            left = 0
            return append(digit: byte)
        case .size:
            switch byte {
            case 13: return .sizeEnd
            case UInt8(ascii: ";"): return .extensions
            case UInt8(ascii: " "), 9: return .beforeExtension
            default: return append(digit: byte)
            }
        case .beforeExtension:
            switch byte {
            case UInt8(ascii: ";"): return .extensions
            case UInt8(ascii: " "), 9: return .beforeExtension
            default: return nil
            }
        case .extensions:
            switch byte {
            case 13: return .sizeEnd
            case UInt8(ascii: "\""): return .quoted
            default: return Self.isText(byte) ? .extensions : nil
            }
        case .quoted:
            switch byte {
            case UInt8(ascii: "\""): return .extensions
            case UInt8(ascii: "\\"): return .escaped
            default: return Self.isText(byte) ? .quoted : nil
            }
        case .escaped: return Self.isText(byte) ? .quoted : nil
        case .sizeEnd: return byte == 10 ? left > 0 ? .data : .trailerStart : nil
        case .data: return nil
        case .dataEnd: return byte == 13 ? .dataLineFeed : nil
        case .dataLineFeed: return byte == 10 ? .sizeStart : nil
        case .trailerStart: return byte == 13 ? .lastLineFeed : Self.isToken(byte) ? .trailerName : nil
        case .trailerName:
            return byte == UInt8(ascii: ":") ? .trailerValue : Self.isToken(byte) ? .trailerName : nil
        case .trailerValue: return byte == 13 ? .trailerEnd : Self.isText(byte) ? .trailerValue : nil
        case .trailerEnd: return byte == 10 ? .trailerStart : nil
        case .lastLineFeed: return byte == 10 ? .lastLineFeed : nil
        }
    }

    private func append(digit byte: UInt8) -> State? {
        guard let digit = PercentEncoding.nibble(byte), left >> 58 == 0 else { return nil }
        left = left << 4 | Int(digit)
        return .size
    }

    /// Whether a byte may stand in a value (RFC 9110, 5.5): a tab, a space, a visible character or one beyond ASCII.
    private static func isText(_ byte: UInt8) -> Bool { byte >= 0x20 && byte != 0x7F || byte == 9 }

    /// Whether a byte may stand in a name (RFC 9110, 5.6.2).
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }
}
