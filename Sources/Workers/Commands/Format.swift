import Chassis

/// Numbers, times and tables as an operator reads them.
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

    /// The distance of a moment from now: `3m12s ago` or `in 3m12s`.
    static func distance(to moment: Timestamp) -> String {
        let seconds = Double(moment.microseconds - Timestamp.now.microseconds) / 1_000_000
        return seconds > 0 ? "in \(time(seconds: seconds))" : "\(time(seconds: -seconds)) ago"
    }

    static func rate(_ perSecond: Double) -> String {
        perSecond >= 100 ? "\(Int(perSecond))" : "\(Double(Int(perSecond * 10)) / 10)"
    }

    static func jobs(_ count: Int) -> String { count == 1 ? "1 job" : "\(count) jobs" }

    /// Returns the text on one line, cut to a number of characters.
    static func line(_ text: String, limit: Int = 60) -> String {
        let line = String(text.map { $0.isNewline || $0 == "\t" ? " " : $0 })
        return line.count > limit ? line.prefix(limit - 1) + "…" : line
    }
}

/// Rows in aligned columns; numbers are aligned to the right.
struct Table {
    private let titles: [String]
    private let isNumber: [Bool]
    private var rows: [[String]] = []

    /// - Parameter titles: A title that ends with `#` marks a column of numbers.
    init(_ titles: String...) {
        isNumber = titles.map { $0.hasSuffix("#") }
        self.titles = titles.map { $0.hasSuffix("#") ? String($0.dropLast()) : $0 }
    }

    mutating func add(_ cells: String...) {
        rows.append(cells)
    }

    var text: String {
        let lines = [titles] + rows
        let widths = titles.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { cells in
            let padded = cells.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return isNumber[column] ? space + cell : cell + space
            }
            let line = padded.joined(separator: "  ")
            return String(line.prefix(line.count - line.reversed().prefix { $0 == " " }.count))
        }.joined(separator: "\n")
    }
}
