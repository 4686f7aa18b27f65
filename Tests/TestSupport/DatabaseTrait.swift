package import Testing

/// Gives each test a database of its own, as ``TestDatabase/current``.
package struct DatabaseTrait: TestTrait, SuiteTrait, TestScoping {
    package let isRecursive = true

    package func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { testCase == nil ? nil : self }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await TestDatabase.withNew { database in
            try await TestDatabase.$scoped.withValue(database) { try await function() }
        }
    }
}

extension Trait where Self == DatabaseTrait {
    /// Each test of the suite has a database of its own.
    package static var database: Self { Self() }
}
