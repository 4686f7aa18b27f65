/// How a line is written.
package enum LogFormat: String, CaseIterable, Sendable {
    /// For people: `12:00:01.123 info  listening address=127.0.0.1:3000`
    case text
    /// For programs: one JSON object a line.
    case json
}
