import Glibc

/// Writes JSON straight into bytes. It adds the commas; the caller writes names and values.
///
/// Strings are escaped as RFC 8259 requires and otherwise left as they are, so UTF-8 goes through byte for byte.
package struct JSONWriter: ~Copyable {
    private var output: ByteWriter
    private var needsComma = false

    package init(reserving capacity: Int = 256) {
        output = ByteWriter(reserving: capacity)
    }

    /// What was written so far.
    package var bytes: [UInt8] { output.bytes }

    // MARK: Containers

    package mutating func object(_ members: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        members(&self)
        close(UInt8(ascii: "}"))
    }

    package mutating func array<Elements: Sequence>(
        of elements: Elements, _ write: (inout JSONWriter, Elements.Element) -> Void
    ) {
        open(UInt8(ascii: "["))
        for element in elements { write(&self, element) }
        close(UInt8(ascii: "]"))
    }

    // MARK: Members of an object

    package mutating func member(_ name: StaticString, _ value: String) {
        key(name)
        self.value(value)
    }

    /// A member whose value is a literal that needs no escape.
    package mutating func member(_ name: StaticString, literal value: StaticString) {
        key(name)
        output.append(UInt8(ascii: "\""))
        output.append(literal: value)
        output.append(UInt8(ascii: "\""))
        needsComma = true
    }

    package mutating func member(_ name: StaticString, _ value: String?) {
        key(name)
        if let value { self.value(value) } else { null() }
    }

    /// A member whose name is not a literal.
    package mutating func member(named name: String, _ value: some JSONScalar) {
        self.value(name)
        output.append(UInt8(ascii: ":"))
        needsComma = false
        value.write(to: &self)
    }

    package mutating func member(_ name: StaticString, _ value: Int) {
        key(name)
        self.value(value)
    }

    package mutating func member(_ name: StaticString, _ value: Double) {
        key(name)
        self.value(value)
    }

    package mutating func member(_ name: StaticString, _ value: Bool) {
        key(name)
        self.value(value)
    }

    package mutating func member(_ name: StaticString, _ value: Timestamp, _ precision: Timestamp.Precision) {
        key(name)
        output.append(UInt8(ascii: "\""))
        value.write(precision, to: &output)
        output.append(UInt8(ascii: "\""))
        needsComma = true
    }

    package mutating func member(_ name: StaticString, _ value: Timestamp?, _ precision: Timestamp.Precision) {
        guard let value else { return member(name, String?.none) }
        member(name, value, precision)
    }

    /// A member whose value is a text of a known length that needs no escape.
    /// - Parameter write: It fills the bytes that it gets.
    package mutating func member(_ name: StaticString, length: Int, _ write: (UnsafeMutablePointer<UInt8>) -> Void) {
        key(name)
        output.append(atMost: length + 2) { text in
            text[0] = UInt8(ascii: "\"")
            write(text + 1)
            text[length + 1] = UInt8(ascii: "\"")
            return length + 2
        }
        needsComma = true
    }

    package mutating func object(_ name: StaticString, _ members: (inout JSONWriter) -> Void) {
        key(name)
        object(members)
    }

    /// A member that is an object and whose name is not a literal.
    package mutating func object(named name: String, _ members: (inout JSONWriter) -> Void) {
        value(name)
        output.append(UInt8(ascii: ":"))
        needsComma = false
        object(members)
    }

    /// The members of an object that is JSON already, and has some; the caller vouches for it.
    package mutating func members(json: [UInt8]) {
        separate()
        output.append(contentsOf: json.dropFirst().dropLast())
        needsComma = true
    }

    package mutating func member<Elements: Sequence>(
        _ name: StaticString, array elements: Elements, _ write: (inout JSONWriter, Elements.Element) -> Void
    ) {
        key(name)
        array(of: elements, write)
    }

    /// A member whose value is JSON already; the caller vouches for it.
    package mutating func member(_ name: StaticString, json: some Sequence<UInt8>) {
        key(name)
        output.append(contentsOf: json)
        needsComma = true
    }

    // MARK: Values

    package mutating func value(_ value: String) {
        separate()
        var value = value
        value.withUTF8 { writeString(UnsafeRawBufferPointer($0)) }
        needsComma = true
    }

    package mutating func value(_ value: Int) {
        separate()
        output.appendDecimal(value)
        needsComma = true
    }

    /// Numbers that JSON cannot hold (infinite, not a number) become null.
    package mutating func value(_ value: Double) {
        separate()
        output.append(contentsOf: (value.isFinite ? "\(value)" : "null").utf8)
        needsComma = true
    }

    package mutating func value(_ value: Bool) {
        separate()
        output.append(literal: value ? "true" : "false")
        needsComma = true
    }

    package mutating func null() {
        separate()
        output.append(literal: "null")
        needsComma = true
    }

    // MARK: Pieces

    /// Names are literals of ours: they hold nothing that needs an escape, and are copied as they are.
    private mutating func key(_ name: StaticString) {
        let length = name.utf8CodeUnitCount
        let comma = needsComma ? 1 : 0
        output.append(atMost: length + 4) { text in
            text[0] = UInt8(ascii: ",")
            text[comma] = UInt8(ascii: "\"")
            memcpy(text + comma + 1, name.utf8Start, length)
            text[comma + length + 1] = UInt8(ascii: "\"")
            text[comma + length + 2] = UInt8(ascii: ":")
            return comma + length + 3
        }
        needsComma = false
    }

    private mutating func separate() {
        if needsComma { output.append(UInt8(ascii: ",")) }
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        output.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        output.append(bracket)
        needsComma = true
    }

    /// Copies runs of plain bytes at once and escapes what lies between them.
    private mutating func writeString(_ text: UnsafeRawBufferPointer) {
        output.append(UInt8(ascii: "\""))
        var rest = text
        while true {
            let plain = rest.plainCount
            output.append(UnsafeRawBufferPointer(rebasing: rest[..<plain]))
            guard plain < rest.count else { break }
            escape(rest[plain])
            rest = UnsafeRawBufferPointer(rebasing: rest[(plain + 1)...])
        }
        output.append(UInt8(ascii: "\""))
    }

    private mutating func escape(_ byte: UInt8) {
        output.append(UInt8(ascii: "\\"))
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): output.append(byte)
        case 0x0A: output.append(UInt8(ascii: "n"))
        case 0x0D: output.append(UInt8(ascii: "r"))
        case 0x09: output.append(UInt8(ascii: "t"))
        default:
            output.append(literal: byte < 16 ? "u000" : "u001")
            output.append(byte & 15 < 10 ? UInt8(ascii: "0") + byte & 15 : UInt8(ascii: "a") - 10 + byte & 15)
        }
    }
}

extension UnsafeRawBufferPointer {
    /// How many bytes from the start need no escape. Eight are looked at in one step, with the tests for a zero byte
    /// and a byte less than a number of "Bit Twiddling Hacks" (https://graphics.stanford.edu/~seander/bithacks.html).
    /// One step may take a byte behind the first that needs an escape for another one, so bytes decide in the end.
    fileprivate var plainCount: Int {
        let ones: UInt64 = 0x0101_0101_0101_0101
        let highBits: UInt64 = 0x8080_8080_8080_8080
        var index = 0
        while index + 8 <= count {
            let word = loadUnaligned(fromByteOffset: index, as: UInt64.self)
            let quote = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
            let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
            let isEscaped =
                (word &- ones &* 0x20) & ~word | (quote &- ones) & ~quote | (backslash &- ones) & ~backslash
            guard isEscaped & highBits == 0 else { break }
            index += 8
        }
        while index < count {
            let byte = self[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            index += 1
        }
        return index
    }
}

/// A JSON value that is no container.
package protocol JSONScalar {
    func write(to writer: inout JSONWriter)
}

extension String: JSONScalar {
    package func write(to writer: inout JSONWriter) { writer.value(self) }
}

extension Int: JSONScalar {
    package func write(to writer: inout JSONWriter) { writer.value(self) }
}

extension Double: JSONScalar {
    package func write(to writer: inout JSONWriter) { writer.value(self) }
}
