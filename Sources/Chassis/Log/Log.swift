/// Writes structured log lines: a constant message and fields. Fields that were added with ``with(_:_:)`` (request,
/// user, job) stand on every line. Values under the names of secrets are redacted.
package struct Log: Sendable {
    private let sink: LogSink
    private let level: LogLevel
    private let format: LogFormat
    private var fields: [(name: String, value: LogValue)] = []

    /// - Parameter sink: Where lines go, normally ``LogSink/standardError``.
    package init(level: LogLevel, format: LogFormat, to sink: LogSink) {
        self.level = level
        self.format = format
        self.sink = sink
    }

    /// The same log with one more field on every line.
    package func with(_ name: String, _ value: LogValue) -> Log {
        var copy = self
        copy.fields.append((name, value))
        return copy
    }

    /// Whether lines of this level are written.
    package func isEnabled(_ level: LogLevel) -> Bool { level >= self.level }

    package func debug(_ message: StaticString, _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]) {
        write(.debug, message, fields)
    }

    package func info(_ message: StaticString, _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]) {
        write(.info, message, fields)
    }

    package func warning(_ message: StaticString, _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]) {
        write(.warning, message, fields)
    }

    package func error(_ message: StaticString, _ fields: @autoclosure () -> KeyValuePairs<String, LogValue> = [:]) {
        write(.error, message, fields)
    }

    /// Blocks until every line written so far has left the process; for its end.
    package func flush() {
        sink.flush()
    }

    private func write(
        _ level: LogLevel, _ message: StaticString, _ more: () -> KeyValuePairs<String, LogValue>
    ) {
        guard isEnabled(level) else { return }
        let line = LogLine(time: .now, level: level, message: message, fields: fields + more().map { ($0, $1) })
        sink.write(format == .json ? line.json : line.text)
    }
}

/// The importance of a log line. Libraries throw and do not log; processes log, each error once.
package enum LogLevel: String, CaseIterable, Comparable, Sendable {
    /// For debugging: one line a request or job.
    case debug
    /// A change of state: started, stopped, connected.
    case info
    /// A handled fault; an operator should look if it persists.
    case warning
    /// A requested effect did not happen.
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
