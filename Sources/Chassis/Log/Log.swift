/// Writes structured lines: a message that never varies, and fields that do. Fields that were added with
/// ``with(_:_:)`` (request, user, job) go along on every line. Values under names that mean a secret are
/// replaced, whatever they hold.
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

    /// Whether lines of that level are written: to spare the work for those that are not.
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

    /// Waits until every line written so far has left the process; for the last moments of one.
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
