package import Chassis
internal import Glibc

/// A parameter of a ``Statement``. PostgreSQL infers the type of `$1` from its context; the comments name the types
/// that fit. Where it can infer nothing, the SQL needs a cast (`$1::uuid[]`).
package enum PostgresValue: Sendable {
    /// Fits every type.
    case null
    /// Fits every type with a text form. Must not contain U+0000, which PostgreSQL cannot store.
    case text(String)
    /// Fits `smallint`, `integer`, `bigint` and `numeric`.
    case integer(Int)
    /// Fits `uuid`: the first and the last eight bytes, big-endian.
    case uuid(UInt64, UInt64)
    /// Fits `bytea`.
    case bytes([UInt8])
    /// Fits `boolean`.
    case boolean(Bool)
    /// Fits `timestamptz`.
    case timestamp(Timestamp)
    /// Fits `uuid[]`.
    case uuids([(UInt64, UInt64)])
    /// Fits `text[]`.
    case texts([String])
    /// Fits `json` and `jsonb`.
    case json([UInt8])

    /// Fits `json` and `jsonb`: an array of texts that are JSON each.
    package static func jsonArray(_ elements: [[UInt8]]) -> PostgresValue {
        .json([UInt8(ascii: "[")] + elements.joined(separator: [UInt8(ascii: ",")]) + [UInt8(ascii: "]")])
    }
}

/// The parameters of one query in libpq's form: arrays of pointers, lengths and formats. One per connection, reused,
/// because libpq copies parameters before it returns.
struct ParameterBuffer {
    /// PostgreSQL counts microseconds from 2000-01-01.
    static let epochMicroseconds: Int64 = 946_684_800_000_000
    private static let uuidType: UInt32 = 2950
    private static let textType: UInt32 = 25

    private var bytes: [UInt8] = []
    private var count = 0
    // As long as the longest list so far; elements beyond the count are stale.
    /// The offset of each value in the bytes; -1 is NULL.
    private var offsets: [Int] = []
    private var lengths: [CInt] = []
    private var formats: [CInt] = []
    private var pointers: [UnsafePointer<CChar>?] = []

    /// Replaces the loaded parameters.
    /// - Returns: False if a text contains U+0000, at which C would truncate it.
    mutating func load(_ values: [PostgresValue]) -> Bool {
        bytes.removeAll(keepingCapacity: bytes.capacity <= 65_536)
        count = 0
        if values.count > offsets.count { makeRoom(for: values.count) }
        for value in values {
            guard append(value) else { return false }
        }
        return true
    }

    /// Calls a function of libpq with the number, values, lengths and formats of the loaded parameters.
    mutating func withPointers<Result>(
        _ call: (
            CInt, UnsafePointer<UnsafePointer<CChar>?>?, UnsafePointer<CInt>?, UnsafePointer<CInt>?
        ) -> Result
    ) -> Result {
        bytes.withUnsafeBytes { bytes in
            let base = bytes.assumingMemoryBound(to: CChar.self).baseAddress
            for index in 0..<count { pointers[index] = offsets[index] < 0 ? nil : base.map { $0 + offsets[index] } }
            return call(CInt(count), pointers, lengths, formats)
        }
    }

    private mutating func makeRoom(for count: Int) {
        offsets = Array(repeating: 0, count: count)
        lengths = Array(repeating: 0, count: count)
        formats = Array(repeating: 0, count: count)
        pointers = Array(repeating: nil, count: count)
    }

    private mutating func append(_ value: PostgresValue) -> Bool {
        let start = bytes.count
        switch value {
        case .null:
            finish(from: -1, isBinary: false)
        case .text(var text):
            text.withUTF8 { bytes.append(contentsOf: $0) }
            return finishText(from: start)
        case .json(let document):
            bytes.append(contentsOf: document)
            return finishText(from: start)
        case .integer(let number):
            bytes.appendDecimal(number)
            return finishText(from: start)
        case .boolean(let flag):
            bytes.append(UInt8(ascii: flag ? "t" : "f"))
            return finishText(from: start)
        case .uuid(let high, let low):
            append(high, low)
            finish(from: start, isBinary: true)
        case .bytes(let value):
            bytes.append(contentsOf: value)
            finish(from: start, isBinary: true)
        case .timestamp(let moment):
            append(bigEndian: UInt64(bitPattern: moment.microseconds &- Self.epochMicroseconds))
            finish(from: start, isBinary: true)
        case .uuids(let values):
            appendArrayHeader(count: values.count, elementType: Self.uuidType)
            for (high, low) in values {
                append(bigEndian: UInt32(16))
                append(high, low)
            }
            finish(from: start, isBinary: true)
        case .texts(let values):
            appendArrayHeader(count: values.count, elementType: Self.textType)
            for var text in values {
                append(bigEndian: UInt32(text.utf8.count))
                text.withUTF8 { bytes.append(contentsOf: $0) }
            }
            finish(from: start, isBinary: true)
        }
        return true
    }

    private mutating func finish(from start: Int, isBinary: Bool) {
        offsets[count] = start
        lengths[count] = start < 0 ? 0 : CInt(bytes.count - start)
        formats[count] = isBinary ? 1 : 0
        count += 1
        // An empty value still needs an address, and text needs its terminator.
        bytes.append(0)
    }

    private mutating func finishText(from start: Int) -> Bool {
        let holdsZero = bytes.withUnsafeBytes { bytes in
            bytes.baseAddress.map { memchr($0 + start, 0, bytes.count - start) != nil } ?? false
        }
        finish(from: start, isBinary: false)
        return !holdsZero
    }

    private mutating func append(_ high: UInt64, _ low: UInt64) {
        append(bigEndian: high)
        append(bigEndian: low)
    }

    /// Appends the header of an array without NULLs in binary form (`array_recv` in PostgreSQL's arrayfuncs.c):
    /// dimensions, NULL flag, element type, then size and lower bound of the one dimension.
    private mutating func appendArrayHeader(count: Int, elementType: UInt32) {
        append(bigEndian: UInt32(count == 0 ? 0 : 1))
        append(bigEndian: UInt32(0))
        append(bigEndian: elementType)
        guard count > 0 else { return }
        append(bigEndian: UInt32(count))
        append(bigEndian: UInt32(1))
    }

    private mutating func append(bigEndian number: some FixedWidthInteger) {
        withUnsafeBytes(of: number.bigEndian) { bytes.append(contentsOf: $0) }
    }
}
