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
