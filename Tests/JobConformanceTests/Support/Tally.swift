import Synchronization

/// Numbers that handlers saw; any thread.
final class Tally: Sendable {
    private let numbers = Mutex<[Int]>([])
    func add(_ number: Int) { numbers.withLock { $0.append(number) } }
    var all: [Int] { numbers.withLock { $0 } }
    var count: Int { numbers.withLock { $0.count } }
}
