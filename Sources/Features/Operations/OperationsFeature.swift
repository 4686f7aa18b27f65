/// The use cases of operators, of one event loop.
package struct OperationsFeature: Sendable {
    package let checkHealth: CheckHealth
    package let readMetrics: ReadMetrics

    package init(_ environment: FeatureEnvironment) {
        let (database, redis, loop) = (environment.database, environment.redis, environment.loop)
        checkHealth = CheckHealth(environment)
        readMetrics = ReadMetrics(
            metrics: environment.shared.metrics, database: database, redis: redis, loop: loop)
    }
}
