import Domain

/// The outcome of a command for one job.
package enum JobOutcome: Sendable, Equatable {
    case done
    /// It is running; its worker stops it within about a second.
    case interrupting
    /// It is in a state or place in which the command is not possible.
    case refused(place: String)
    /// Neither PostgreSQL nor Redis knows it.
    case unknown
}

/// The outcomes of a command for several jobs, in their order.
package struct JobOutcomes: Sendable {
    /// The ids that the caller named, in their canonical form.
    package let names: [String]
    private var known: [String: JobOutcome] = [:]

    init(_ names: [String]) {
        self.names = names.map { JobID($0)?.description ?? $0 }
    }

    package subscript(name: String) -> JobOutcome { known[name] ?? .unknown }

    /// The names without an outcome so far.
    var open: [String] { names.filter { known[$0] == nil } }
    /// The same, without those that cannot have a row.
    var openIDs: [JobID] { open.compactMap { JobID($0) } }

    mutating func record(_ outcome: JobOutcome, of names: some Sequence<String>) {
        for name in names { known[name] = outcome }
    }
}
