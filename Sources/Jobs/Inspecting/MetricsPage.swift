/// Prometheus' text format 0.0.4, family after family.
struct MetricsPage {
    typealias Line = ([(String, String)], Double) -> Void
    private(set) var text = ""

    /// - Parameter series: Gives each series' labels and value. Without any the family is left out.
    mutating func family(_ name: String, _ type: String, _ help: String, _ series: (Line) -> Void) {
        var lines = ""
        series { labels, value in
            let pairs = labels.map { "\($0)=\"\(Self.escaped($1))\"" }.joined(separator: ",")
            let number = value.rounded() == value && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
            lines += "\(name){\(pairs)} \(number)\n"
        }
        if !lines.isEmpty { text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n" + lines }
    }

    /// Kinds come out of Redis, where anybody could have written.
    private static func escaped(_ label: String) -> String {
        String(label.prefix(100).filter { $0 != "\"" && $0 != "\\" && !$0.isNewline })
    }
}
