internal import CPostgres

/// One row, read column by column in the order of the SELECT list, so that the list and the Swift value it becomes
/// stand side by side. Each reader is strict: another type, another length or an unexpected NULL throws
/// ``PostgresError/unexpectedAnswer(_:)``.
package struct Row: Sendable {
    private let rows: Rows
    private let index: CInt
    private var column: CInt = 0

    init(of rows: Rows, at index: CInt) {
        self.rows = rows
        self.index = index
    }

    /// Moves to the next column and gives the bytes of this one; nil for NULL. They live as long as the rows.
    mutating func next(_ kind: ColumnKind) throws(PostgresError) -> UnsafeRawBufferPointer? {
        let column = self.column
        guard column < rows.columns else { throw .unexpectedAnswer("a row has only \(rows.columns) columns") }
        self.column += 1
        let type = PQftype(rows.result, column)
        guard kind.includes(type) else { throw unexpected("has type \(type), which is no \(kind)") }
        guard PQgetisnull(rows.result, index, column) == 0 else { return nil }
        let count = Int(PQgetlength(rows.result, index, column))
        if let length = kind.length, length != count { throw unexpected("has \(count) bytes instead of \(length)") }
        return UnsafeRawBufferPointer(start: PQgetvalue(rows.result, index, column), count: count)
    }

    /// Says what is wrong with the column that was just read.
    func unexpected(_ what: String) -> PostgresError {
        let name = PQfname(rows.result, column - 1).map { String(cString: $0) } ?? "?"
        return .unexpectedAnswer("column \(column) (\(name)) \(what)")
    }
}
