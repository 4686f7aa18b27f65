import Glibc

/// The place of a member's name in a document.
struct JSONName {
    let start: UInt32
    let count: UInt32
    /// Of the name without escapes.
    let hash: UInt32
    /// Of its object.
    let depth: UInt8
    let isEscaped: Bool
}

/// The names of the members of the objects that are open, to find repeated ones.
///
/// Small objects compare the hashes of their names one by one, which needs no allocation; an object that becomes large
/// moves to a set, so that a hostile document costs no quadratic time.
struct JSONNames {
    /// The names in all small objects together: with 16 bytes for each, what fits on the stack.
    static let capacity = 64
    /// The most names of a small object.
    private static let smallObject = 24

    private let document: UnsafeBufferPointer<UInt8>
    private let names: UnsafeMutableBufferPointer<JSONName>
    private var count = 0
    /// The large objects, outermost first.
    private var large: [(depth: Int, names: Set<[UInt8]>)] = []

    /// - Parameters:
    ///   - names: Room for ``capacity`` names.
    init(of document: UnsafeBufferPointer<UInt8>, in names: UnsafeMutableBufferPointer<JSONName>) {
        self.document = document
        self.names = names
    }

    /// Adds a name to the innermost object.
    /// - Parameter depth: Of the object.
    /// - Returns: Whether it is new there.
    mutating func insert(_ range: Range<Int>, _ isEscaped: Bool, _ depth: Int) -> Bool {
        if let last = large.indices.last, large[last].depth == depth {
            return large[last].names.insert(text(range, isEscaped)).inserted
        }
        let name = JSONName(
            start: UInt32(range.lowerBound), count: UInt32(range.count), hash: hash(range, isEscaped),
            depth: UInt8(depth), isEscaped: isEscaped)
        var first = count
        while first > 0, names[first - 1].depth == name.depth {
            first -= 1
            if names[first].hash == name.hash, areEqual(names[first], name) { return false }
        }
        if count < Self.capacity, count - first < Self.smallObject {
            names.initializeElement(at: count, to: name)
            count += 1
        } else {
            let all = names[first..<count] + [name]
            large.append((depth, Set(all.map(text))))
            count = first
        }
        return true
    }

    /// Forgets the names of the innermost object, which is closed.
    mutating func removeAll(of depth: Int) {
        while count > 0, names[count - 1].depth == depth { count -= 1 }
        if large.last?.depth == depth { large.removeLast() }
    }

    private func areEqual(_ name: JSONName, _ other: JSONName) -> Bool {
        guard !name.isEscaped, !other.isEscaped else { return text(name) == text(other) }
        guard name.count == other.count, let start = document.baseAddress else { return false }
        return memcmp(start + Int(name.start), start + Int(other.start), Int(name.count)) == 0
    }

    /// FNV-1a of the name without escapes.
    private func hash(_ range: Range<Int>, _ isEscaped: Bool) -> UInt32 {
        var hash: UInt32 = 2_166_136_261
        if isEscaped {
            for byte in text(range, true) { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        } else {
            for index in range { hash = (hash ^ UInt32(document[index])) &* 16_777_619 }
        }
        return hash
    }

    private func text(_ name: JSONName) -> [UInt8] {
        text(Int(name.start)..<Int(name.start + name.count), name.isEscaped)
    }

    /// Returns a name without its escapes, because `"\u0061"` is the member `"a"`. The escapes are valid.
    private func text(_ range: Range<Int>, _ isEscaped: Bool) -> [UInt8] {
        guard isEscaped else { return Array(document[range]) }
        var units: [UInt16] = []
        var rest = String(decoding: document[range], as: UTF8.self).utf16[...]
        while let unit = rest.popFirst() {
            guard unit == UInt16(UInt8(ascii: "\\")), let escaped = rest.popFirst() else {
                units.append(unit)
                continue
            }
            switch UInt8(truncatingIfNeeded: escaped) {
            case UInt8(ascii: "u"):
                units.append(UInt16(String(rest.prefix(4)) ?? "", radix: 16) ?? escaped)
                rest = rest.dropFirst(4)
            case UInt8(ascii: "b"): units.append(0x08)
            case UInt8(ascii: "f"): units.append(0x0C)
            case UInt8(ascii: "n"): units.append(0x0A)
            case UInt8(ascii: "r"): units.append(0x0D)
            case UInt8(ascii: "t"): units.append(0x09)
            default: units.append(escaped)
            }
        }
        return Array(String(decoding: units, as: UTF16.self).utf8)
    }
}
