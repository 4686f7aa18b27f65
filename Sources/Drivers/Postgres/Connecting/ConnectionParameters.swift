internal import CPostgres
internal import Chassis
internal import Glibc

/// What libpq is told when it connects: the URL's own words, completed by ours.
struct ConnectionParameters: Sendable {
    private var values: [String: String]

    /// - Returns: Nil when the URL is none that libpq understands. Its own message would repeat the password.
    init?(url: Secret<String>) {
        guard let options = PQconninfoParse(url.exposed, nil) else { return nil }
        defer { PQconninfoFree(options) }
        values = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            if let value = option.pointee.val { values[String(cString: keyword)] = String(cString: value) }
            option += 1
        }
        values["client_encoding"] = "UTF8"
    }

    /// Completes them for a pipeline: a dead network shows within about ten seconds, and statements end.
    init?(_ settings: DatabaseSettings) {
        self.init(url: settings.url)
        suggest("application_name", settings.applicationName)
        suggest("keepalives", "1")
        suggest("keepalives_idle", "10")
        suggest("keepalives_interval", "3")
        suggest("keepalives_count", "3")
        suggest("tcp_user_timeout", "10000")
        // A plan is kept for the connection's life, and one that was made while the outbox was empty would read all of it
        // when it is long. Statements this short gain nothing by being compiled.
        let ours =
            "-c statement_timeout=\(settings.statementTimeout.milliseconds) -c enable_seqscan=off -c jit=off"
        values["options"] = values["options"].map { "\($0) \(ours)" } ?? ours
    }

    /// Where the server is, for the log: no user, no password.
    var address: String {
        let host = values["host"] ?? values["hostaddr"] ?? "local"
        return "\(host):\(values["port"] ?? "5432")/\(values["dbname"] ?? "")"
    }

    /// Begins to connect, which resolves the host's name and may block for that long. Nil when memory is exhausted.
    func start() -> OpaquePointer? { withCArrays { PQconnectStartParams($0, $1, 0) } }

    /// Connects; blocks until it is done or has failed.
    func connect() -> OpaquePointer? { withCArrays { PQconnectdbParams($0, $1, 0) } }

    /// Says what only an unanswered option may say.
    mutating func suggest(_ keyword: String, _ value: String) {
        if values[keyword] == nil { values[keyword] = value }
    }

    private func withCArrays(
        _ call: (UnsafePointer<UnsafePointer<CChar>?>, UnsafePointer<UnsafePointer<CChar>?>) -> OpaquePointer?
    ) -> OpaquePointer? {
        let pairs = Array(values)
        let keywords = pairs.map { strdup($0.key) }
        let texts = pairs.map { strdup($0.value) }
        defer {
            for copy in keywords + texts { free(copy) }
        }
        return call(
            keywords.map { UnsafePointer($0) } + [nil],
            texts.map { UnsafePointer($0) } + [nil])
    }
}
