/// An error that Redis answered.
package struct RedisFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// Its first word: `WRONGTYPE`, `NOSCRIPT`, `READONLY`, `LOADING`, `OOM`, `MISCONF`, …; `ERR` for those without.
    package let code: String
    /// The whole line, code included; the failure of a script has its name before it.
    package let message: String

    init(message: String) {
        let first = message.prefix { $0 != " " }
        let isCode = !first.isEmpty && first.utf8.allSatisfy { (0x41...0x5a).contains($0) }
        code = isCode ? String(first) : "ERR"
        self.message = message
    }

    private init(code: String, message: String) {
        self.code = code
        self.message = message
    }

    /// The same, telling where it happened: Redis itself only knows the script's hash.
    func inScript(_ name: StaticString) -> RedisFailure {
        RedisFailure(code: code, message: "\(name): \(message)")
    }

    package var description: String { message }
}
