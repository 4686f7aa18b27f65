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
