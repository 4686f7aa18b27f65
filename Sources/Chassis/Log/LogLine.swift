/// One log line before it is formatted.
struct LogLine {
    var time: Timestamp
    var level: LogLevel
    var message: StaticString
    var fields: [(name: String, value: LogValue)]

    /// Values under these names never reach a log.
    private static let secretNames: Set<String> = [
        "password", "oldpassword", "newpassword", "token", "accesstoken", "refreshtoken", "authorization", "cookie",
        "secret", "hash", "passwordhash",
    ]

    var json: [UInt8] {
        var writer = JSONWriter()
        writer.object { object in
            object.member("time", time, .milliseconds)
            object.member("level", level.rawValue)
            object.member("message", "\(message)")
            for (name, value) in fields {
                switch redacted(name, value) {
                case .text(let text): object.member(named: name, text)
                case .number(let number): object.member(named: name, number)
                case .decimal(let decimal): object.member(named: name, decimal)
                }
            }
        }
        return writer.bytes + [UInt8(ascii: "\n")]
    }

    var text: [UInt8] {
        var line = "\(time.text(.milliseconds).dropFirst(11).dropLast()) \(level.rawValue.padded(to: 7)) \(message)"
        for (name, value) in fields {
            switch redacted(name, value) {
            case .text(let text): line += " \(name)=\(text.asOneWord)"
            case .number(let number): line += " \(name)=\(number)"
            case .decimal(let decimal): line += " \(name)=\(decimal)"
            }
        }
        return Array((line + "\n").utf8)
    }

    private func redacted(_ name: String, _ value: LogValue) -> LogValue {
        Self.secretNames.contains(name.lowercased()) ? "[redacted]" : value
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }

    /// Quotes a value that could be read as several; control characters are escaped, so that no value can forge a line.
    fileprivate var asOneWord: String {
        let isPlain = !isEmpty && unicodeScalars.allSatisfy { $0.value > 32 && $0 != "\"" && !$0.isTerminalControl }
        if isPlain { return self }
        var writer = JSONWriter()
        writer.value(self)
        return String(decoding: writer.bytes, as: UTF8.self).unicodeScalars.reduce(into: "") { text, scalar in
            if scalar.isTerminalControl {
                text += "\\u" + String(0x10000 + scalar.value, radix: 16).dropFirst()
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
    }
}

extension Unicode.Scalar {
    /// Characters that JSON allows and terminals or line readers interpret: DEL, the C1 controls and Unicode's line
    /// breaks.
    fileprivate var isTerminalControl: Bool {
        (0x7F...0x9F).contains(value) || value == 0x2028 || value == 0x2029
    }
}

/// The format of log lines.
package enum LogFormat: String, CaseIterable, Sendable {
    /// For a terminal: `12:00:01.123 info  listening address=127.0.0.1:3000`
    case text
    /// For programs: one JSON object a line.
    case json
}

/// A value in a log line.
package enum LogValue: Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByStringInterpolation
{
    case text(String)
    case number(Int)
    case decimal(Double)

    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int) { self = .number(value) }
}
