/// Names one request in every log line: random for the process, counted within it.
package struct RequestID: Sendable, CustomStringConvertible {
    private let value: UInt64

    init(_ value: UInt64) {
        self.value = value
    }

    package var description: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    func write(to output: OutputBuffer) {
        withUnsafeTemporaryAllocation(byteCount: 16, alignment: 1) { digits in
            var rest = value
            for index in stride(from: 15, through: 0, by: -1) {
                let digit = UInt8(truncatingIfNeeded: rest & 15)
                digits[index] = digit < 10 ? UInt8(ascii: "0") &+ digit : UInt8(ascii: "a") &+ digit &- 10
                rest >>= 4
            }
            output.append(UnsafeRawBufferPointer(digits))
        }
    }
}
