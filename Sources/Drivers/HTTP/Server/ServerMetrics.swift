package import Chassis
import Synchronization

/// What a server counts about itself.
package final class ServerMetrics: Sendable {
    private let requests: [Counter]
    private let duration: Histogram
    private let connectionCount: ConnectionCount

    package init(_ metrics: Metrics) {
        requests = (1...5).map { metrics.counter("http_requests_total", "Answered requests.", ["status": "\($0)xx"]) }
        duration = metrics.histogram("http_request_seconds", "From the head's last byte to the answer's first.")
        let count = ConnectionCount()
        connectionCount = count
        metrics.gauge("http_connections", "Open connections.") { Double(count.value) }
    }

    func opened() { connectionCount.add(1) }
    func closed() { connectionCount.add(-1) }

    func answered(_ status: Status, after nanoseconds: UInt64) {
        let index = status.rawValue / 100 - 1
        if requests.indices.contains(index) { requests[index].increment() }
        duration.observe(nanoseconds: nanoseconds)
    }
}

private final class ConnectionCount: Sendable {
    private let count = Atomic<Int>(0)
    var value: Int { count.load(ordering: .relaxed) }
    func add(_ amount: Int) { count.wrappingAdd(amount, ordering: .relaxed) }
}
