package import Chassis
import Synchronization
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
    /// The tests of the suite share one product, each with users of its own.
    package static var product: Self { Self(options: ProductOptions()) }

    /// The same with another product than the usual one.
    package static func product(_ options: ProductOptions) -> Self { Self(options: options) }
}

extension Trait where Self == IssueHandlingTrait {
    /// When a test fails that has a ``Product``, the output of its processes is shown.
    package static var showingOutput: Self {
        .compactMapIssues { issue in
            Product.scoped?.noteIssue()
            return issue
        }
    }
}

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

/// Lets a few products run at a time, so that each is as quick as it would be alone.
final class ProductGate: Sendable {
    private struct State {
        var free: Int
        var waiting: [UnsafeContinuation<Void, Never>] = []
    }
    private let state: Mutex<State>

    init(places: Int) {
        state = Mutex(State(free: places))
    }

    func enter() async {
        await withUnsafeContinuation { continuation in
            let isIn = state.withLock { state in
                if state.free == 0 {
                    state.waiting.append(continuation)
                    return false
                }
                state.free -= 1
                return true
            }
            if isIn { continuation.resume() }
        }
    }

    func leave() {
        let next = state.withLock { state in
            if state.waiting.isEmpty {
                state.free += 1
                return UnsafeContinuation<Void, Never>?.none
            }
            return state.waiting.removeFirst()
        }
        next?.resume()
    }
}
