extension RedisConnection {
    /// Sends a command and waits for its answer, at most so many nanoseconds.
    func command(_ arguments: [RedisArgument], within limit: UInt64) async throws(RedisError) -> RedisValue {
        try await result(of: arguments, within: limit).get()
    }

    /// The same, for those who cannot have a typed error.
    func result(of arguments: [RedisArgument], within limit: UInt64) async -> Result<RedisValue, RedisError> {
        await withUnsafeContinuation { (waiter: Waiter) in
            if !send(arguments, within: limit, to: waiter) { waiter.resume(returning: .failure(.unavailable)) }
        }
    }
}
