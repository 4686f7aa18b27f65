/// A writer of Prometheus' text exposition format 0.0.4: one metric family after the other.
package struct PrometheusText {
    package enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// The samples of one family.
    package struct Samples {
        fileprivate let name: String
        fileprivate var lines = ""

        /// Adds one sample.
        /// - Parameters:
        ///   - suffix: Follows the family's name, for the series of a histogram.
        ///   - labels: In the order in which they are written.
        package mutating func add(_ value: Double, suffix: String = "", _ labels: [(String, String)] = []) {
            lines += name + suffix
            if !labels.isEmpty {
                lines += "{" + labels.map { "\($0)=\"\(PrometheusText.escaped($1))\"" }.joined(separator: ",") + "}"
            }
            lines += " \(PrometheusText.number(value))\n"
        }
    }

    package private(set) var text = ""

    package init() {}

    /// Adds a family; without samples it is left out.
    package mutating func family(_ name: String, _ kind: Kind, _ help: String, _ write: (inout Samples) -> Void) {
        var samples = Samples(name: name)
        write(&samples)
        guard !samples.lines.isEmpty else { return }
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n" + samples.lines
    }

    private static func number(_ value: Double) -> String {
        value.rounded() == value && abs(value) < 1e15 ? "\(Int(value))" : "\(value)"
    }

    /// Label values such as the kinds of jobs are read from Redis, where they may hold anything.
    private static func escaped(_ label: String) -> String {
        String(label.prefix(100).filter { $0 != "\"" && $0 != "\\" && !$0.isNewline })
    }
}
