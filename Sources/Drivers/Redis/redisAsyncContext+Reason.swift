internal import CHiredis

extension redisAsyncContext {
    /// hiredis's words for what went wrong.
    var reason: String { err == 0 ? "closed" : errstr.map { String(cString: $0) } ?? "unknown" }
}
