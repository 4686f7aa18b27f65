/// Checks one document against the grammar of JSON (RFC 8259).
struct JSONScanner {
    /// The first thing that is wrong with a document.
    enum Flaw: Error {
        case syntax
        /// Not UTF-8.
        case encoding
        case depth
        /// The place of the name that an object has twice.
        case repeated(Range<Int>)
    }

    private enum Expected {
        case value, valueOrEnd, name, nameOrEnd, colon, commaOrEnd, nothing
    }

    let bytes: UnsafeBufferPointer<UInt8>
    private let depthLimit: Int
    var index = 0
    private var depth = 0
    /// One bit for each open container, the innermost lowest: whether it is an object.
    private var objects: UInt64 = 0
    private var names: JSONNames

    /// - Parameter names: Room for the names of the open objects.
    init(_ bytes: UnsafeBufferPointer<UInt8>, depth: Int, names: UnsafeMutableBufferPointer<JSONName>) {
        self.bytes = bytes
        depthLimit = depth
        self.names = JSONNames(of: bytes, in: names)
    }

    /// Returns what is wrong with the document; nil if it is valid.
    mutating func scan() -> Flaw? {
        do {
            try scanDocument()
            return nil
        } catch {
            return error
        }
    }

    private mutating func scanDocument() throws(Flaw) {
        try skipByteOrderMark()
        var expected = Expected.value
        while true {
            skipSpace()
            guard index < bytes.count else { break }
            let byte = bytes[index]
            index += 1
            switch (expected, byte) {
            case (.valueOrEnd, UInt8(ascii: "]")), (.nameOrEnd, UInt8(ascii: "}")): expected = close()
            case (.value, _), (.valueOrEnd, _): expected = try scanValue(byte)
            case (.name, UInt8(ascii: "\"")), (.nameOrEnd, UInt8(ascii: "\"")):
                let start = index
                let isEscaped = try scanString()
                guard names.insert(start..<index - 1, isEscaped, depth) else { throw .repeated(start..<index - 1) }
                expected = .colon
            case (.colon, UInt8(ascii: ":")): expected = .value
            case (.commaOrEnd, UInt8(ascii: ",")): expected = objects & 1 == 1 ? .name : .value
            case (.commaOrEnd, UInt8(ascii: "}")) where objects & 1 == 1: expected = close()
            case (.commaOrEnd, UInt8(ascii: "]")) where objects & 1 == 0: expected = close()
            default: throw .syntax
            }
        }
        guard case .nothing = expected else { throw .syntax }
    }

    // MARK: Values

    private mutating func scanValue(_ first: UInt8) throws(Flaw) -> Expected {
        switch first {
        case UInt8(ascii: "{"): return try open(isObject: true)
        case UInt8(ascii: "["): return try open(isObject: false)
        case UInt8(ascii: "\""): _ = try scanString()
        case UInt8(ascii: "t"): try scanWord("rue")
        case UInt8(ascii: "f"): try scanWord("alse")
        case UInt8(ascii: "n"): try scanWord("ull")
        default: try scanNumber(first)
        }
        return depth == 0 ? .nothing : .commaOrEnd
    }

    private mutating func open(isObject: Bool) throws(Flaw) -> Expected {
        depth += 1
        guard depth <= depthLimit else { throw .depth }
        objects = objects << 1 | (isObject ? 1 : 0)
        return isObject ? .nameOrEnd : .valueOrEnd
    }

    private mutating func close() -> Expected {
        if objects & 1 == 1 { names.removeAll(of: depth) }
        depth -= 1
        objects >>= 1
        return depth == 0 ? .nothing : .commaOrEnd
    }

    private mutating func scanWord(_ rest: StaticString) throws(Flaw) {
        for offset in 0..<rest.utf8CodeUnitCount {
            guard take() == rest.utf8Start[offset] else { throw .syntax }
        }
    }

    private mutating func scanNumber(_ first: UInt8) throws(Flaw) {
        let digit = first == UInt8(ascii: "-") ? take() : first
        guard let digit, Self.isDigit(digit) else { throw .syntax }
        if digit != UInt8(ascii: "0") { skipDigits() }
        if peek() == UInt8(ascii: ".") {
            index += 1
            try scanDigits()
        }
        if let exponent = peek(), exponent | 0x20 == UInt8(ascii: "e") {
            index += 1
            if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { index += 1 }
            try scanDigits()
        }
    }

    private mutating func scanDigits() throws(Flaw) {
        guard let digit = take(), Self.isDigit(digit) else { throw .syntax }
        skipDigits()
    }

    private mutating func skipDigits() {
        while let digit = peek(), Self.isDigit(digit) { index += 1 }
    }

    // MARK: Bytes

    /// Skips the mark of UTF-8, and finds UTF-16 and UTF-32 by their marks or by the zeros of their first characters.
    private mutating func skipByteOrderMark() throws(Flaw) {
        guard bytes.count >= 2 else { return }
        let (first, second) = (bytes[0], bytes[1])
        guard first != 0, second != 0, !(first == 0xFE && second == 0xFF), !(first == 0xFF && second == 0xFE) else {
            throw .encoding
        }
        if bytes.count >= 3, first == 0xEF, second == 0xBB, bytes[2] == 0xBF { index = 3 }
    }

    private mutating func skipSpace() {
        while index < bytes.count {
            switch bytes[index] {
            case 0x20, 0x09, 0x0A, 0x0D: index += 1
            default: return
            }
        }
    }

    private func peek() -> UInt8? { index < bytes.count ? bytes[index] : nil }

    mutating func take() -> UInt8? {
        guard index < bytes.count else { return nil }
        index += 1
        return bytes[index - 1]
    }

    static func isDigit(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 10 }
}
