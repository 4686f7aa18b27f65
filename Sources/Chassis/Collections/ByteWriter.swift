import Glibc

/// Bytes that are written one after the other and taken once, at the end. An array checks at each byte that it is not
/// shared and has room; here room is made once for a value.
///
/// Unsafe inside: `start` is owned by this value alone, which cannot be copied, has `capacity` bytes, and the first
/// `count` of them are written.
package struct ByteWriter: ~Copyable {
    private var start: UnsafeMutablePointer<UInt8>
    private var capacity: Int
    package private(set) var count = 0

    package init(reserving capacity: Int) {
        self.capacity = max(capacity, 32)
        start = .allocate(capacity: self.capacity)
    }

    deinit { start.deallocate() }

    /// What was written.
    package var bytes: [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }

    @inline(__always)
    package mutating func append(_ byte: UInt8) {
        reserve(1)
        start[count] = byte
        count += 1
    }

    @inline(__always)
    package mutating func append(_ bytes: UnsafeRawBufferPointer) {
        append(atMost: bytes.count) { text in
            if let source = bytes.baseAddress { memcpy(text, source, bytes.count) }
            return bytes.count
        }
    }

    @inline(__always)
    package mutating func append(literal: StaticString) {
        append(UnsafeRawBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    package mutating func append(contentsOf bytes: some Sequence<UInt8>) {
        let isCopied: Void? = bytes.withContiguousStorageIfAvailable { append(UnsafeRawBufferPointer($0)) }
        if isCopied == nil { for byte in bytes { append(byte) } }
    }

    /// Appends an integer in decimal.
    package mutating func appendDecimal(_ number: Int) {
        var length = number < 0 ? 2 : 1
        var rest = number.magnitude
        while rest > 9 {
            rest /= 10
            length += 1
        }
        append(atMost: length) { text in
            var rest = number.magnitude
            var position = length
            repeat {
                position -= 1
                text[position] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
            if number < 0 { text[0] = UInt8(ascii: "-") }
            return length
        }
    }

    /// Appends what a closure writes.
    /// - Parameter write: It gets room for `limit` bytes, and returns how many of them it has written.
    @inline(__always)
    package mutating func append(atMost limit: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Int) {
        reserve(limit)
        let written = write(start + count)
        assert((0...limit).contains(written), "\(written) of \(limit) bytes")
        count += written
    }

    @inline(__always)
    private mutating func reserve(_ more: Int) {
        if capacity - count < more { grow(by: more) }
    }

    @inline(never)
    private mutating func grow(by more: Int) {
        capacity = max(2 * capacity, count + more)
        let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: capacity)
        larger.initialize(from: start, count: count)
        start.deallocate()
        start = larger
    }
}
