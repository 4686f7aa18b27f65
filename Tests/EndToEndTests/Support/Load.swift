import Chassis
import Synchronization
import TestSupport

/// Clients that send requests one after the other on connections they keep, until they are told to close.
final class Load: Sendable {
    private struct State {
        var answers = 0
        var failures: [String] = []
        var running: Int
        var waiting: UnsafeContinuation<Void, Never>?
    }
    private let state: Mutex<State>

    init(on port: Int, requests: [ProductRequest], connections: Int) {
        state = Mutex(State(running: connections))
        for first in 0..<connections {
            startThread(named: "load") { self.run(on: port, requests, from: first) }
        }
    }

    /// How many requests were answered with a status below 500.
    var answers: Int { state.withLock { $0.answers } }

    /// What went wrong.
    var failures: [String] { state.withLock { $0.failures } }

    /// Waits until every client was told to close its connection.
    func finished() async {
        await withUnsafeContinuation { continuation in
            let isOver = state.withLock { state in
                if state.running > 0 { state.waiting = continuation }
                return state.running == 0
            }
            if isOver { continuation.resume() }
        }
    }

    private func run(on port: Int, _ requests: [ProductRequest], from first: Int) {
        do {
            let connection = try ProductConnection(port: port)
            var next = first
            while true {
                let answer = try connection.exchange(requests[next % requests.count])
                next += 1
                state.withLock { state in
                    if answer.status < 500 {
                        state.answers += 1
                    } else {
                        state.failures.append("\(answer.status): \(answer.text)")
                    }
                }
                if answer.headers["connection"]?.lowercased() == "close" { break }
            }
        } catch {
            state.withLock { $0.failures.append("\(error)") }
        }
        let waiting = state.withLock { state in
            state.running -= 1
            return state.running == 0 ? state.waiting : nil
        }
        waiting?.resume()
    }
}
