internal import CPostgres

/// The answer to a statement.
///
/// `@unchecked Sendable`: libpq never changes a result once it is complete, and every call made here only reads it;
/// it is freed with the last reference.
package final class Rows: @unchecked Sendable {
    let result: OpaquePointer
    /// How many rows there are.
    package let count: Int
    let columns: CInt

    /// Takes over a complete result.
    init(_ result: OpaquePointer) {
        self.result = result
        count = Int(PQntuples(result))
        columns = PQnfields(result)
    }

    deinit {
        PQclear(result)
    }

    package var isEmpty: Bool { count == 0 }

    /// How many rows an INSERT, UPDATE or DELETE touched; of a SELECT, how many it returned.
    package var affected: Int { Int(String(cString: PQcmdTuples(result))) ?? 0 }

    /// A row, to be read from its first column.
    package subscript(index: Int) -> Row {
        precondition(index >= 0 && index < count, "there is no such row")
        return Row(of: self, at: CInt(index))
    }

    /// The first row, if there is one.
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
