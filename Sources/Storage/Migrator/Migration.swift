/// One step of the schema: SQL that is run once, in a transaction, and never edited after it was shipped.
package struct Migration: Sendable, Equatable {
    /// Numbered, so that the names sort in the order of the steps: `m0001_foundation`.
    package let name: String
    package let sql: String

    package init(name: String, sql: String) {
        self.name = name
        self.sql = sql
    }

    init(name: String, embedded: [UInt8]) {
        self.init(name: name, sql: String(decoding: embedded, as: UTF8.self))
    }

    /// Tells an edited step from the shipped one. FNV-1a with 64 bits: a guard against mistakes, not against malice.
    package var checksum: String {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in sql.utf8 { hash = (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
        let digits = String(hash, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
