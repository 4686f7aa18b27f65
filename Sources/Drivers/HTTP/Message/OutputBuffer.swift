/// A buffer in which responses are serialised. One per loop, reused: an array would check its uniqueness at each
/// append.
final class OutputBuffer {
    private static let usual = 65_536
    private var start = UnsafeMutableRawPointer.allocate(byteCount: usual, alignment: 16)
    private var capacity = usual
    private var count = 0

    deinit {
        start.deallocate()
    }

    /// The appended bytes; valid until the next mutation.
    var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

    /// Clears the buffer and releases the capacity of an exceptionally large response.
    func clear() {
        count = 0
        if capacity > 4 * Self.usual { resize(to: Self.usual) }
    }

    func append(_ bytes: UnsafeRawBufferPointer) {
        if bytes.count > capacity - count { resize(to: max(count + bytes.count, 2 * capacity)) }
        if let source = bytes.baseAddress { (start + count).copyMemory(from: source, byteCount: bytes.count) }
        count += bytes.count
    }

    func append(_ bytes: [UInt8]) {
        bytes.withUnsafeBytes { append($0) }
    }

    func append(literal: StaticString) {
        append(UnsafeRawBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    /// Appends a non-negative integer in decimal.
    func append(decimal number: Int) {
        withUnsafeTemporaryAllocation(byteCount: 20, alignment: 1) { digits in
            var start = 20
            var rest = number
            repeat {
                start -= 1
                digits[start] = UInt8(ascii: "0") + UInt8(rest % 10)
                rest /= 10
            } while rest > 0
            append(UnsafeRawBufferPointer(rebasing: digits[start...]))
        }
    }

    private func resize(to size: Int) {
        let other = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
        other.copyMemory(from: start, byteCount: count)
        start.deallocate()
        start = other
        capacity = size
    }
}
