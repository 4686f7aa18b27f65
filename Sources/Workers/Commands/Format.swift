import Chassis

/// How numbers are told to people.
enum Format {
    /// `12ms`, `4.2s`, `45s`, `3m12s`, `2h05m`, `3d4h`.
    static func time(seconds: Double) -> String {
        guard seconds > 0 else { return "0s" }
        if seconds < 1 { return "\(max(1, Int(seconds * 1_000)))ms" }
        if seconds < 10 { return "\(Double(Int(seconds * 10)) / 10)s" }
        let whole = Int(seconds)
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return switch whole {
        case ..<60: "\(whole)s"
        case ..<3_600: "\(whole / 60)m\(two(whole % 60))s"
        case ..<86_400: "\(whole / 3_600)h\(two(whole / 60 % 60))m"
        default: "\(whole / 86_400)d\(whole / 3_600 % 24)h"
        }
    }

    /// How long ago a moment was, or how far ahead it is.
    static func distance(to moment: Timestamp) -> String {
        let seconds = Double(moment.microseconds - Timestamp.now.microseconds) / 1_000_000
        return seconds > 0 ? "in \(time(seconds: seconds))" : "\(time(seconds: -seconds)) ago"
    }

    static func rate(_ perSecond: Double) -> String {
        perSecond >= 100 ? "\(Int(perSecond))" : "\(Double(Int(perSecond * 10)) / 10)"
    }

    static func jobs(_ count: Int) -> String { count == 1 ? "1 job" : "\(count) jobs" }

    /// One line of at most so many characters.
    static func line(_ text: String, limit: Int = 60) -> String {
        let line = String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
        return line.count > limit ? line.prefix(limit - 1) + "…" : line
    }
}
