/// Reads the fields of a frame, one after the other. Past the end everything is nil.
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
    /// Four bytes, little-endian; numbers that do not fit become the nearest that does.
    mutating func appendNumber(_ number: Int) {
        let value = UInt32(clamping: number)
        for shift in stride(from: 0, to: 32, by: 8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
}
