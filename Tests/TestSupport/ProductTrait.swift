package import Testing

/// Gives all tests of a suite one ``Product``, as ``Product/current``.
package struct ProductTrait: SuiteTrait, TestScoping {
    let options: ProductOptions

    package func scopeProvider(for test: Test, testCase: Test.Case?) -> Self? { test.isSuite ? self : nil }

    package func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @concurrent @Sendable () async throws -> Void
    ) async throws {
        try await Product.run(options) { _ in try await function() }
    }
}

extension Trait where Self == ProductTrait {
    /// The tests of the suite share a product that nobody disturbs: they have people of their own.
    package static var product: Self { Self(options: ProductOptions()) }
}

extension Trait where Self == IssueHandlingTrait {
    /// When a test fails that has a ``Product``, what its processes wrote is shown.
    package static var showingOutput: Self {
        .compactMapIssues { issue in
            Product.scoped?.noteIssue()
            return issue
        }
    }
}
