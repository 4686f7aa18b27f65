import Chassis
import Jobs
import Postgres
import Redis

/// Writes the metrics of this process and of all queues in the text format of Prometheus.
package struct ReadMetrics: Sendable {
    let metrics: Metrics
    let database: Database
    let redis: Redis
    let loop: EventLoop

    /// Queues that cannot be read at the moment are left out.
    package func callAsFunction() async -> String {
        let inspector = QueueInspector(database: database, redis: redis)
        return metrics.text + (await QueueMetrics(inspector, on: loop).text())
    }
}
