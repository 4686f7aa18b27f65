internal import CPostgres

/// The result of a statement: its rows and the number of affected rows.
///
/// `@unchecked Sendable`: libpq never changes a complete result, and every call made here only reads it; it is freed
/// with the last reference.
package final class Rows: @unchecked Sendable {
    let result: OpaquePointer
    /// The number of rows.
    package let count: Int
    let columns: CInt

    /// Takes ownership of a complete result.
    init(_ result: OpaquePointer) {
        self.result = result
        count = Int(PQntuples(result))
        columns = PQnfields(result)
    }

    deinit {
        PQclear(result)
    }

    package var isEmpty: Bool { count == 0 }

    /// The number of rows that an INSERT, UPDATE or DELETE affected, or that a SELECT returned.
    package var affected: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    /// Returns a row, positioned at its first column.
    package subscript(index: Int) -> Row {
        precondition(index >= 0 && index < count, "row index out of range")
        return Row(of: self, at: CInt(index))
    }

    /// The first row, or nil.
    package var first: Row? { isEmpty ? nil : self[0] }
}

extension Rows: Sequence {
    package struct Iterator: IteratorProtocol {
        private let rows: Rows
        private var index = 0

        init(_ rows: Rows) {
            self.rows = rows
        }

        package mutating func next() -> Row? {
            guard index < rows.count else { return nil }
            defer { index += 1 }
            return rows[index]
        }
    }

    package func makeIterator() -> Iterator { Iterator(self) }
}

/// The column types that a reader accepts, by the OIDs of PostgreSQL's built-in types (`pg_type.dat`), which never
/// change, and the length of their binary form.
enum ColumnKind {
    case uuid
    case text
    case number
    case boolean
    case bytes
    case timestamp
    case json

    func includes(_ type: UInt32) -> Bool {
        switch self {
        case .uuid: type == 2950
        case .text: type == 25 || type == 1043 || type == 19  // text, varchar, name
        case .number: type == 23 || type == 20 || type == 21  // integer, bigint, smallint
        case .boolean: type == 16
        case .bytes: type == 17
        case .timestamp: type == 1184  // timestamptz
        case .json: type == 3802 || type == 114  // jsonb, json
        }
    }

    /// The length in bytes; nil if it varies.
    var length: Int? {
        switch self {
        case .uuid: 16
        case .timestamp: 8
        case .boolean: 1
        case .text, .number, .bytes, .json: nil
        }
    }
}
