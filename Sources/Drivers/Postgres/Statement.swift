internal import Chassis

/// A prepared statement: constant SQL, with values passed as parameters `$1`, `$2`, …, never as text.
///
/// Prepared on each connection at its first use there. Keep it in a `static let`. A class, so that a waiting query
/// carries one reference.
package final class Statement: Sendable {
    /// The name of the prepared statement on the server.
    let name: StaticString
    let sql: StaticString
    /// Whether it may run long enough to delay short reads, so that it uses another connection.
    let isLong: Bool
    /// A hash that identifies the statement; compared faster than its name.
    let key: UInt64

    /// - Parameters:
    ///   - name: Unique in the process; shown in `pg_prepared_statements`.
    ///   - isLong: Whether it may read thousands of rows; it then uses another connection than short reads.
    package init(_ name: StaticString, _ sql: StaticString, isLong: Bool = false) {
        self.name = name
        self.sql = sql
        self.isLong = isLong
        key = FNV1a.hash(sql.bytes, after: FNV1a.hash(name.bytes))
    }
}

extension StaticString {
    fileprivate var bytes: UnsafeBufferPointer<UInt8> {
        UnsafeBufferPointer(start: utf8Start, count: utf8CodeUnitCount)
    }

    /// The text as a C string; the compiler terminates literals with a zero byte, and they live as long as the process.
    var cString: UnsafePointer<CChar> { UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self) }
}

/// The statements that one connection has prepared. Each preparation has a number, so that the failure of a query sent
/// with an old preparation does not invalidate the new one.
struct Preparations {
    private var numbers: [UInt64: Int] = [:]
    private var stale: Set<UInt64> = []
    private var failures: [UInt64: PostgresFailure] = [:]
    private var last = 0

    /// Returns the number of the current preparation, or nil.
    func number(of statement: Statement) -> Int? { numbers[statement.key] }

    /// Returns the error of the last preparation, if it failed.
    func failure(of statement: Statement) -> PostgresFailure? { failures[statement.key] }

    /// Records that the statement is being prepared.
    /// - Returns: Whether an old preparation of the same name must be deallocated first.
    mutating func begin(_ statement: Statement) -> Bool {
        last += 1
        numbers[statement.key] = last
        failures[statement.key] = nil
        return stale.remove(statement.key) != nil
    }

    mutating func fail(_ statement: Statement, _ failure: PostgresFailure) {
        numbers[statement.key] = nil
        failures[statement.key] = failure
    }

    /// Invalidates the preparation with which a query failed, unless there is a newer one.
    /// If the server still knows it, it must be deallocated there.
    mutating func forget(_ statement: Statement, _ number: Int, isKnown: Bool) {
        guard numbers[statement.key] == number else { return }
        numbers[statement.key] = nil
        if isKnown { stale.insert(statement.key) }
    }
}
