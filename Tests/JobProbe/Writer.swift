import Chassis
import Domain
import JobProbing
import Jobs

/// Enqueues jobs of many kinds and records that: `want first last` before the statement, `have first last` after its
/// commit. Whether jobs with only the first line were committed is unknown.
///
/// `@unchecked Sendable`: loop-confined.
final class Writer: Service, @unchecked Sendable {
    let name = "writer"
    private let connections: ProbeConnections
    private let journal: LineFile
    private let log: Log
    private let rate: Int
    private var next: Int
    private var nextBatch: Int
    private var task: Task<Void, Never>?

    init(_ connections: ProbeConnections, _ settings: ProbeSettings) throws {
        self.connections = connections
        journal = try LineFile(settings.journal)
        log = settings.log
        rate = settings.rate
        next = settings.first
        nextBatch = settings.first + ProbeJob.firstOfBatches
    }

    func start() async throws {
        let loop = connections.loop
        await loop.call { self.task = loop.spawn { await self.run() } }
    }

    func stop() async {
        task?.cancel()
        await task?.value
    }

    private func run() async {
        let outbox = Outbox(connections.database)
        var count = 0
        repeat {
            do {
                let (jobs, numbers) = try Int.random(in: 0..<50) == 0 ? makeBatch() : make()
                count = numbers.count
                journal.append("want \(numbers.lowerBound) \(numbers.upperBound - 1)\n")
                for job in try await outbox.add(jobs) { connections.producer.push(job) }
                journal.append("have \(numbers.lowerBound) \(numbers.upperBound - 1)\n")
            } catch {
                log.warning("not enqueued", ["error": "\(error)"])
            }
        } while (try? await connections.loop.sleep(for: .milliseconds(max(1, count * 1_000 / rate)))) != nil
    }

    private func make() throws -> ([OutboxJob], Range<Int>) {
        let numbers = next..<(next + Int.random(in: 1...20))
        next = numbers.upperBound
        return (
            try numbers.map { number in
                let delay = number % 10 == 0 ? Duration.milliseconds(Int.random(in: 1...3_000)) : .zero
                return try connections.producer.outboxJob(Self.job(number), trace: nil, after: delay)
            }, numbers
        )
    }

    /// The first number is that of the completion job.
    private func makeBatch() throws -> ([OutboxJob], Range<Int>) {
        var fan = ProbeFan(nextBatch, children: Int.random(in: 0...1_500))
        fan.failures = 5
        let numbers = nextBatch..<(nextBatch + 1 + fan.children)
        nextBatch = numbers.upperBound
        let last = ProbeJob(numbers.lowerBound)
        return (try connections.producer.outboxBatch(of: [fan], then: last, trace: nil), numbers)
    }

    /// The last digit of the number chooses the kind of job; from 5 on it is a plain one.
    private static func job(_ number: Int) -> ProbeJob {
        var job = ProbeJob(number)
        switch number % 10 {
        case 1: job.failures = 15
        case 2:
            job.running = 2
            job.limitKey = "key \(number / 10 % 3)"
        case 3, 4: job.effect = .line
        default: break
        }
        if Int.random(in: 0..<3) == 0 { job.milliseconds = Int.random(in: 0...50) }
        return job
    }
}
