import Chassis
import Domain

/// A value that a ``SharedCache`` keeps as bytes.
protocol CachedValue: Sendable {
    /// Changes with the bytes, so that processes of two versions have entries of their own.
    static var format: Int { get }
    func write(to writer: inout CacheWriter)
    /// - Throws: ``CacheReader/Malformed``.
    init(from reader: inout CacheReader) throws(CacheReader.Malformed)
}

extension CachedValue {
    var cacheBytes: [UInt8] {
        var writer = CacheWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// - Returns: Nil for bytes that are no such value.
    init?(cacheBytes: [UInt8]) {
        var reader = CacheReader(cacheBytes)
        guard let value = try? Self(from: &reader), reader.isAtEnd else { return nil }
        self = value
    }
}

/// Writes values one behind the other: integers of eight bytes, texts behind their length.
struct CacheWriter {
    private(set) var bytes: [UInt8] = []

    mutating func write(_ number: Int) {
        withUnsafeBytes(of: UInt64(bitPattern: Int64(number)).littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func write(_ id: Identifier) {
        write(Int(bitPattern: UInt(id.high)))
        write(Int(bitPattern: UInt(id.low)))
    }

    mutating func write(_ content: [UInt8]) {
        write(content.count)
        bytes.append(contentsOf: content)
    }

    mutating func write(_ text: String) {
        var text = text
        text.withUTF8 {
            write($0.count)
            bytes.append(contentsOf: $0)
        }
    }

    mutating func write(_ isTrue: Bool) { bytes.append(isTrue ? 1 : 0) }

    mutating func write<Value>(_ value: Value?, _ write: (inout CacheWriter, Value) -> Void) {
        self.write(value != nil)
        if let value { write(&self, value) }
    }
}

/// Reads what a ``CacheWriter`` wrote.
struct CacheReader {
    struct Malformed: Error {}

    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    private mutating func take(_ count: Int) throws(Malformed) -> ArraySlice<UInt8> {
        guard count >= 0, count <= bytes.count - position else { throw Malformed() }
        defer { position += count }
        return bytes[position..<position + count]
    }

    mutating func int() throws(Malformed) -> Int {
        Int(bitPattern: UInt(try take(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }))
    }

    mutating func id<ID: EntityID>(_ type: ID.Type = ID.self) throws(Malformed) -> ID {
        let high = UInt64(UInt(bitPattern: try int()))
        return ID(Identifier(high: high, low: UInt64(UInt(bitPattern: try int()))))
    }

    mutating func content() throws(Malformed) -> [UInt8] { Array(try take(try int())) }

    mutating func text() throws(Malformed) -> String { String(decoding: try take(try int()), as: UTF8.self) }

    mutating func bool() throws(Malformed) -> Bool { try take(1).first == 1 }

    mutating func optional<Value>(
        _ read: (inout CacheReader) throws(Malformed) -> Value
    ) throws(Malformed) -> Value? {
        try bool() ? try read(&self) : nil
    }

    mutating func word<Word: RawRepresentable<String>>(_ type: Word.Type = Word.self) throws(Malformed) -> Word {
        guard let word = Word(rawValue: try text()) else { throw Malformed() }
        return word
    }
}
