internal import CPostgres
internal import Chassis
internal import Glibc

/// The connection parameters for libpq: those of the URL, completed by defaults.
struct ConnectionParameters: Sendable {
    private var values: [String: String]

    /// Parses a URL; nil if libpq rejects it. (libpq's message would repeat the password.)
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

    /// Completes the parameters for a pipeline: a dead network is detected within about ten seconds, and statements
    /// time out.
    init?(_ settings: DatabaseSettings) {
        self.init(url: settings.url)
        suggest("application_name", settings.applicationName)
        suggest("keepalives", "1")
        suggest("keepalives_idle", "10")
        suggest("keepalives_interval", "3")
        suggest("keepalives_count", "3")
        suggest("tcp_user_timeout", "10000")
        // Plans are cached for the connection's life: one made while a table was empty would scan all of it when it is
        // long, hence enable_seqscan=off. Short statements gain nothing from JIT compilation and parallel workers.
        let planning = settings.plansEachCall ? "force_custom_plan" : "force_generic_plan"
        var overrides =
            "-c statement_timeout=\(settings.statementTimeout.milliseconds) -c plan_cache_mode=\(planning)"
            + " -c enable_seqscan=off -c jit=off -c max_parallel_workers_per_gather=0"
        for (name, value) in settings.parameters.sorted(by: { $0.key < $1.key }) { overrides += " -c \(name)=\(value)" }
        values["options"] = values["options"].map { "\($0) \(overrides)" } ?? overrides
    }

    /// Host, port and database for the log: no user, no password.
    var address: String {
        let host = values["host"] ?? values["hostaddr"] ?? "local"
        return "\(host):\(values["port"] ?? "5432")/\(values["dbname"] ?? "")"
    }

    /// Starts to connect. Resolves the host name, which may block. Nil if memory is exhausted.
    func start() -> OpaquePointer? { withCArrays { PQconnectStartParams($0, $1, 0) } }

    /// Connects; blocks until it has succeeded or failed.
    func connect() -> OpaquePointer? { withCArrays { PQconnectdbParams($0, $1, 0) } }

    /// Sets a parameter unless the URL has set it.
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
