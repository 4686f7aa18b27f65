import Chassis

/// Runs work that blocks on a thread that exists for it alone, so that any number of clients may wait at once.
package func onOwnThread<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withUnsafeThrowingContinuation { continuation in
        startThread(named: "test-client") { continuation.resume(with: Result { try work() }) }
    }
}
