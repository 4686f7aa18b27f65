package import Chassis

/// How a ``Product`` of a test differs from the usual one, which has one process of each kind and no rate limits.
package struct ProductOptions: Sendable {
    package var isRateLimited = false
    /// A Redis of the test's own, as `redis://…`; otherwise the one of all tests.
    package var redisURL: String?
    /// An empty database on a server of the test's own; otherwise one on the server of all tests.
    package var databaseURL: Secret<String>?
    /// More settings, or other ones.
    package var environment: [String: String] = [:]
    package var kinds = ProductProcess.Kind.allCases

    package init() {}
}
