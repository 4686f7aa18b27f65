import Chassis

/// What a test waited for did not come.
package struct Overdue: Error, CustomStringConvertible {
    package let description: String

    package init(description: String) {
        self.description = description
    }
}

/// Asks again and again, every few milliseconds, until the answer is yes.
/// - Parameters:
///   - what: Completes "did not happen within … s: ".
///   - seconds: After them it gives up.
/// - Throws: ``Overdue``, or what the condition throws.
package func eventually(
    _ what: String, within seconds: Int = 30, _ condition: () async throws -> Bool
) async throws {
    _ = try await eventually(what, within: seconds) { try await condition() ? true : nil }
}

/// Asks again and again, every few milliseconds, until there is a value.
/// - Parameters:
///   - what: Completes "did not happen within … s: ".
///   - seconds: After them it gives up.
/// - Throws: ``Overdue``, or what the question throws.
package func eventually<Value>(
    _ what: String, within seconds: Int = 30, _ value: () async throws -> Value?
) async throws -> Value {
    let end = monotonicNanoseconds() + UInt64(seconds) * 1_000_000_000
    while true {
        if let value = try await value() { return value }
        guard monotonicNanoseconds() < end else {
            throw Overdue(description: "did not happen within \(seconds) s: \(what)")
        }
        try await Task.sleep(for: .milliseconds(15))
    }
}
