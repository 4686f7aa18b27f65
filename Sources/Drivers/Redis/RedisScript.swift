import Synchronization

/// A Lua script. Make it once, as a constant: what a connection has loaded it knows by this value and its copies.
package struct RedisScript: Sendable {
    let id = scriptCount.add(1, ordering: .relaxed).newValue
    let name: StaticString
    let source: RedisArgument

    /// - Parameters:
    ///   - name: Stands before the message when the script fails.
    ///   - source: What the server runs.
    package init(name: StaticString, source: String) {
        self.name = name
        self.source = RedisArgument(source)
    }

    /// - Parameters:
    ///   - name: Stands before the message when the script fails.
    ///   - source: UTF-8, as an embedded resource is.
    package init(name: StaticString, source: [UInt8]) {
        self.name = name
        self.source = RedisArgument(source)
    }
}

private let scriptCount = Atomic<Int>(0)
