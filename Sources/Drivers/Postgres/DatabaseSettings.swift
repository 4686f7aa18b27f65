package import Chassis

/// The settings of a ``Database``: URL, timeouts, limits.
package struct DatabaseSettings: Sendable {
    /// A connection URI of libpq, `postgresql://…`.
    package var url: Secret<String>
    /// The server's `statement_timeout`: ``PostgresError/timedOut``.
    package var statementTimeout: Duration
    /// A connection with queries in flight on which nothing arrives for the statement timeout plus this is considered
    /// lost.
    package var responseGrace: Duration
    /// Connections per event loop. One suffices for short reads, because a pipeline keeps the server busy. With four,
    /// short reads, long reads and writes do not delay each other.
    package var connections: Int
    /// The `application_name` in `pg_stat_activity`.
    package var applicationName: String
    /// Queries in flight per loop; further ones throw ``PostgresError/unavailable``.
    package var queueLimit: Int
    /// The timeout for connecting, after the host name is resolved.
    package var connectTimeout: Duration
    /// Whether a statement is planned for the parameters of each call, which suits commands that run it once. Otherwise
    /// a connection plans it at its first use, for any parameters: PostgreSQL's default would plan the first five calls
    /// anew, and each one with an array (decision 34).
    package var plansEachCall: Bool
    /// Parameters of the server's sessions, which statements read with `current_setting`. Names and values are words of
    /// ours without spaces.
    package var parameters: [String: String] = [:]

    package init(
        url: Secret<String>, statementTimeout: Duration = .seconds(5),
        responseGrace: Duration = .seconds(5), connections: Int = 1,
        applicationName: String = "socialplay", queueLimit: Int = 10_000, connectTimeout: Duration = .seconds(5),
        plansEachCall: Bool = false
    ) {
        self.url = url
        self.statementTimeout = statementTimeout
        self.responseGrace = responseGrace
        self.connections = connections
        self.applicationName = applicationName
        self.queueLimit = queueLimit
        self.connectTimeout = connectTimeout
        self.plansEachCall = plansEachCall
    }
}

/// The metrics of a process's PostgreSQL queries, shared by its loops.
package struct DatabaseMetrics: Sendable {
    let queries: Histogram
    let rejected: Counter
    let resent: Counter
    let lost: Counter

    package init(in metrics: Metrics) {
        queries = metrics.histogram(
            "postgres_query_seconds", "Time from submitting a query to its result, queueing included, in seconds.")
        rejected = metrics.counter(
            "postgres_queries_unavailable_total", "Queries rejected: no connection, or the queue is full.")
        resent = metrics.counter(
            "postgres_queries_repeated_total", "Queries sent again after an aborted pipeline or a lost connection.")
        lost = metrics.counter("postgres_connections_lost_total", "Established connections that were lost.")
    }
}
