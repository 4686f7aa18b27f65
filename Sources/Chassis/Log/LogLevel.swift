/// How much an operator should care. Libraries throw and stay quiet; processes log, each error once.
package enum LogLevel: String, CaseIterable, Comparable, Sendable {
    /// For whoever hunts a bug: one line a request or job.
    case debug
    /// What changed: started, stopped, connected.
    case info
    /// Handled, but somebody should look when it goes on.
    case warning
    /// Something that was asked for did not happen.
    case error

    package static func < (left: LogLevel, right: LogLevel) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .debug: 0
        case .info: 1
        case .warning: 2
        case .error: 3
        }
    }
}
