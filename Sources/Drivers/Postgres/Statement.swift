/// SQL that never varies. Values can never become text: they travel beside it, as parameters `$1`, `$2`, …
///
/// Prepared on each connection when it is first used there. Keep it in a `static let`. A class, so
/// that what waits for its answer carries one reference.
package final class Statement: Sendable {
    /// What the server calls it.
    let name: StaticString
    let sql: StaticString
    /// Whether it may take long enough to be kept away from short reads.
    let isLong: Bool
    /// Tells statements apart faster than their names.
    let key: UInt64

    /// - Parameters:
    ///   - name: Unique in the product, and what PostgreSQL's own views show.
    ///   - isLong: It may read thousands of rows, and goes where short reads do not.
    package init(_ name: StaticString, _ sql: StaticString, isLong: Bool = false) {
        self.name = name
        self.sql = sql
        self.isLong = isLong
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for text in [name, sql] {
            for byte in UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount) {
                hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
            }
        }
        key = hash
    }
}

extension StaticString {
    /// The text as C wants it; the compiler ends literals with a zero byte, and they live as long as the process.
    var cString: UnsafePointer<CChar> { UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self) }
}

/// Which statements one connection has prepared. Each preparation has a number, so that queries that were sent with
/// an old one do not undo the new one when they fail.
struct Preparations {
    private var numbers: [UInt64: Int] = [:]
    private var stale: Set<UInt64> = []
    private var failures: [UInt64: PostgresFailure] = [:]
    private var last = 0

    /// The number of the present preparation; nil when there is none.
    func number(of statement: Statement) -> Int? { numbers[statement.key] }

    /// Why the last preparation failed, if it did.
    func failure(of statement: Statement) -> PostgresFailure? { failures[statement.key] }

    /// Notes that the statement is being prepared.
    /// - Returns: Whether an old preparation of the same name has to be removed first.
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

    /// Forgets the preparation with which a query failed, unless there is a newer one.
    /// If the server still knows it, it has to be removed there.
    mutating func forget(_ statement: Statement, _ number: Int, isKnown: Bool) {
        guard numbers[statement.key] == number else { return }
        numbers[statement.key] = nil
        if isKnown { stale.insert(statement.key) }
    }
}
