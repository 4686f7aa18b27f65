import TestSupport

/// The rules of deliveries, in the simplest form: what ``DeliveryWorld`` must do. Times are seconds of the model's
/// clock.
struct DeliveryModel {
    struct Host {
        var failures = 0
        var opened = 0
        /// While the circuit is open; 0 if it is closed.
        var until = 0.0
    }

    struct Browser {
        var refusals = 0
        var isRemoved = false
        var throttled = 0
        var until = 0.0
    }

    struct Delivery {
        var attempt = 0
        var isOver = false
        /// How many requests were answered 2xx.
        var accepted = 0
    }

    static let attempts = 8
    var now = 0.0
    var isQuiet = false
    var hosts: [Host]
    var browsers: [Browser]
    var deliveries: [Delivery]
    /// How many requests must have arrived.
    var requests = 0

    /// Returns what an attempt must lead to.
    mutating func attempt(
        _ delivery: Int, of browser: Int, at host: Int, _ behaviour: EndpointServer.Behaviour
    ) -> DeliveryWorld.Outcome {
        guard !browsers[browser].isRemoved else { return end(delivery) }
        // The quiet hours of the test end within two hours; the exact time is the database's.
        guard !isQuiet else { return .snoozed(3_600) }
        guard browsers[browser].until <= now else { return .snoozed(browsers[browser].until - now) }
        guard hosts[host].until <= now else { return .snoozed(hosts[host].until - now) }
        requests += 1
        switch behaviour {
        case .answer(200..<300, _), .endlessBody(200..<300):
            hosts[host] = Host()
            browsers[browser] = Browser()
            deliveries[delivery].accepted += 1
            return end(delivery)
        case .answer(404, _), .answer(410, _):
            hosts[host] = Host()
            browsers[browser].isRemoved = true
            return end(delivery)
        case .answer(429, let headers):
            hosts[host] = Host()
            browsers[browser].throttled += 1
            let row = Double(min(browsers[browser].throttled - 1, 20))
            let wait = min(86_400, max(Self.retryAfter(headers), min(600, Self.power(row))))
            browsers[browser].until = now + wait
            return .snoozed(wait)
        case .answer(503, let headers) where !headers.isEmpty:
            let wait = open(host) { min(86_400, max(Self.retryAfter(headers), Self.power(Double(min($0 - 1, 9))))) }
            return .snoozed(wait)
        case .answer(300..<500, _) where behaviour != .answer(408):
            hosts[host] = Host()
            (browsers[browser].throttled, browsers[browser].until) = (0, 0)
            browsers[browser].refusals += 1
            guard browsers[browser].refusals < 3 else {
                browsers[browser].isRemoved = true
                return end(delivery)
            }
            _ = end(delivery)
            return .dead
        default:
            if hosts[host].until > 0 || hosts[host].failures + 1 >= 5 {
                _ = open(host) { min(600, 30 * Self.power(Double(min($0 - 1, 20)))) }
            } else {
                hosts[host].failures += 1
            }
            deliveries[delivery].attempt += 1
            if deliveries[delivery].attempt >= Self.attempts { deliveries[delivery].isOver = true }
            return .failed
        }
    }

    /// Whether something comes due within some seconds from now.
    func hasDeadline(within seconds: Double) -> Bool {
        (hosts.map(\.until) + browsers.map(\.until)).contains { $0 > now && $0 < now + seconds }
    }

    private mutating func end(_ delivery: Int) -> DeliveryWorld.Outcome {
        deliveries[delivery].isOver = true
        return .finished
    }

    private mutating func open(_ host: Int, for wait: (Int) -> Double) -> Double {
        hosts[host].failures += 1
        hosts[host].opened += 1
        let time = wait(hosts[host].opened)
        hosts[host].until = now + time
        return time
    }

    private static func retryAfter(_ headers: [String]) -> Double {
        headers.first.flatMap { Double($0.dropFirst("Retry-After: ".count)) } ?? -1
    }

    private static func power(_ exponent: Double) -> Double {
        (0..<Int(exponent)).reduce(1) { result, _ in result * 2 }
    }
}
