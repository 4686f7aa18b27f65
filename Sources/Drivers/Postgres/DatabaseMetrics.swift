package import Chassis

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
