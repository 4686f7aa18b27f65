package import Chassis

/// How a ``Database`` connects and what it puts up with.
package struct DatabaseSettings: Sendable {
    /// `postgresql://…`, as libpq reads it.
    package var url: Secret<String>
    /// After this the server ends a statement: ``PostgresError/timedOut``.
    package var statementTimeout: Duration
    /// A server that owes an answer and sends nothing for the statement timeout and this is given up.
    package var patience: Duration
    /// How many connections each event loop has. One is right for short reads, because a pipeline keeps the server busy.
    /// With four, short reads, long ones and writes do not stand in each other's way.
    package var connections: Int
    /// What `pg_stat_activity` shows.
    package var applicationName: String
    /// How many queries of one loop may be unanswered before new ones throw ``PostgresError/unavailable``.
    package var queueLimit: Int
    /// How long connecting may take, once the name of the host is resolved.
    package var connectTimeout: Duration

    package init(
        url: Secret<String>, statementTimeout: Duration = .seconds(5),
        patience: Duration = .seconds(5), connections: Int = 1,
        applicationName: String = "socialplay", queueLimit: Int = 10_000, connectTimeout: Duration = .seconds(5)
    ) {
        self.url = url
        self.statementTimeout = statementTimeout
        self.patience = patience
        self.connections = connections
        self.applicationName = applicationName
        self.queueLimit = queueLimit
        self.connectTimeout = connectTimeout
    }
}

/// What the process shows of its work with PostgreSQL; one for all its loops.
package struct DatabaseMetrics: Sendable {
    let queries: Histogram
    let refused: Counter
    let repeated: Counter
    let lost: Counter

    package init(in metrics: Metrics) {
        queries = metrics.histogram("postgres_query_seconds", "From asking to the answer, waiting included.")
        refused = metrics.counter("postgres_queries_unavailable_total", "Queries that found no connection or no room.")
        repeated = metrics.counter(
            "postgres_queries_repeated_total", "Queries sent again: a neighbour failed, or the connection broke.")
        lost = metrics.counter("postgres_connections_lost_total", "Connections that broke while they were in use.")
    }
}
