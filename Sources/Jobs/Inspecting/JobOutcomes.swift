import Domain

/// What became of a wish for several jobs, in their order.
package struct JobOutcomes: Sendable {
    /// As they were asked for; ids in their canonical form.
    package let names: [String]
    private var known: [String: JobOutcome] = [:]

    init(_ names: [String]) {
        self.names = names.map { JobID($0)?.description ?? $0 }
    }

    package subscript(name: String) -> JobOutcome { known[name] ?? .unknown }

    /// Those of which nothing is known yet.
    var open: [String] { names.filter { known[$0] == nil } }
    /// The same, without what cannot have a row.
    var openIDs: [JobID] { open.compactMap { JobID($0) } }

    mutating func note(_ outcome: JobOutcome, of names: some Sequence<String>) {
        for name in names { known[name] = outcome }
    }
}
