internal import CPostgres
package import Chassis

/// One row of a result, read column by column in the order of the SELECT list. Each reader is strict: another type,
/// another length or an unexpected NULL throws
/// ``PostgresError/unexpectedResult(_:)``.
package struct Row: Sendable {
    private let rows: Rows
    private let index: CInt
    private var column: CInt = 0

    init(of rows: Rows, at index: CInt) {
        self.rows = rows
        self.index = index
    }

    /// Returns the bytes of the current column, nil for NULL, and advances to the next. They live as long as the rows.
    mutating func next(_ kind: ColumnKind) throws(PostgresError) -> UnsafeRawBufferPointer? {
        let column = self.column
        guard column < rows.columns else { throw .unexpectedResult("a row has only \(rows.columns) columns") }
        self.column += 1
        let type = PQftype(rows.result, column)
        guard kind.includes(type) else { throw unexpected("has type \(type), not \(kind)") }
        // NULL has no length either.
        let count = Int(PQgetlength(rows.result, index, column))
        if count == 0, PQgetisnull(rows.result, index, column) != 0 { return nil }
        if let length = kind.length, length != count { throw unexpected("has \(count) bytes instead of \(length)") }
        return UnsafeRawBufferPointer(start: PQgetvalue(rows.result, index, column), count: count)
    }

    /// Advances behind columns without reading them.
    package mutating func skip(_ count: Int) {
        column += CInt(count)
    }

    /// Returns an error about the column that was just read.
    func unexpected(_ what: String) -> PostgresError {
        let name = PQfname(rows.result, column - 1).map { String(cString: $0) } ?? "?"
        return .unexpectedResult("column \(column) (\(name)) \(what)")
    }
}

extension Row {
    /// A `uuid`: its first and last eight bytes, big-endian.
    package mutating func uuid() throws(PostgresError) -> (UInt64, UInt64) {
        guard let value = try optionalUUID() else { throw unexpected("is NULL") }
        return value
    }

    /// A `uuid` or NULL.
    package mutating func optionalUUID() throws(PostgresError) -> (UInt64, UInt64)? {
        guard let bytes = try next(.uuid) else { return nil }
        return (
            UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        )
    }

    /// A `text`, `varchar` or `name`.
    package mutating func text() throws(PostgresError) -> String {
        guard let value = try optionalText() else { throw unexpected("is NULL") }
        return value
    }

    /// A `text`, `varchar`, `name` or NULL.
    package mutating func optionalText() throws(PostgresError) -> String? {
        guard let bytes = try next(.text) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A `smallint`, `integer` or `bigint`.
    package mutating func int() throws(PostgresError) -> Int {
        guard let value = try optionalInt() else { throw unexpected("is NULL") }
        return value
    }

    /// A `smallint`, `integer`, `bigint` or NULL.
    package mutating func optionalInt() throws(PostgresError) -> Int? {
        guard let bytes = try next(.number) else { return nil }
        switch bytes.count {
        case 4: return Int(Int32(bigEndian: bytes.loadUnaligned(as: Int32.self)))
        case 8: return Int(Int64(bigEndian: bytes.loadUnaligned(as: Int64.self)))
        case 2: return Int(Int16(bigEndian: bytes.loadUnaligned(as: Int16.self)))
        default: throw unexpected("is a number of \(bytes.count) bytes")
        }
    }

    /// A `boolean`.
    package mutating func bool() throws(PostgresError) -> Bool {
        guard let value = try optionalBool() else { throw unexpected("is NULL") }
        return value
    }

    /// A `boolean` or NULL.
    package mutating func optionalBool() throws(PostgresError) -> Bool? {
        guard let bytes = try next(.boolean) else { return nil }
        return bytes[0] != 0
    }

    /// A `bytea`.
    package mutating func bytes() throws(PostgresError) -> [UInt8] {
        guard let value = try optionalBytes() else { throw unexpected("is NULL") }
        return value
    }

    /// A `bytea` or NULL.
    package mutating func optionalBytes() throws(PostgresError) -> [UInt8]? {
        guard let bytes = try next(.bytes) else { return nil }
        return Array(bytes)
    }

    /// A `timestamptz`, which must not be infinite.
    package mutating func timestamp() throws(PostgresError) -> Timestamp {
        guard let value = try optionalTimestamp() else { throw unexpected("is NULL") }
        return value
    }

    /// A `timestamptz` or NULL.
    package mutating func optionalTimestamp() throws(PostgresError) -> Timestamp? {
        guard let bytes = try next(.timestamp) else { return nil }
        let microseconds = Int64(bigEndian: bytes.loadUnaligned(as: Int64.self))
        guard microseconds != .max, microseconds != .min else { throw unexpected("is infinite") }
        return Timestamp(microseconds: microseconds + ParameterBuffer.epochMicroseconds)
    }

    /// A `json` or `jsonb` document.
    package mutating func json() throws(PostgresError) -> [UInt8] {
        guard let value = try optionalJSON() else { throw unexpected("is NULL") }
        return value
    }

    /// A `json` or `jsonb` document, or NULL.
    package mutating func optionalJSON() throws(PostgresError) -> [UInt8]? {
        guard let bytes = try next(.json) else { return nil }
        // The binary form of jsonb begins with a version byte, with which no document can begin.
        return Array(bytes.first == 1 ? bytes.dropFirst() : bytes[...])
    }
}
