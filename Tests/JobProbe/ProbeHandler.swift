import Chassis
import Domain
import Glibc
import JobProbing
import Jobs
import Postgres

/// Handles ``ProbeJob``: does what the job says.
struct ProbeHandler: Sendable {
    struct Unlucky: Error {}

    /// The most attempts that fail: the delay grows with each, and must end before a test times out.
    private static let failureLimit = 3

    private let loop: EventLoop
    private let database: Database
    private let lines: LineFile

    init(_ loop: EventLoop, _ database: Database, _ lines: LineFile) {
        self.loop = loop
        self.database = database
        self.lines = lines
    }

    @Sendable func run(_ job: ProbeJob, _ context: JobContext) async throws -> Completion {
        record(.begin, job)
        die(.before, job)
        if context.attempt < Self.failureLimit, Int.random(in: 0..<100) < job.failures ?? 0 { throw Unlucky() }
        if let milliseconds = job.burnMilliseconds { burn(milliseconds) }
        try await wait(job)
        die(.middle, job)
        let completion = try await takeEffect(job, context)
        die(.after, job)
        record(.end, job)
        return completion
    }

    @Sendable func deadLettered(_ job: ProbeJob) async throws {
        record(.dead, job)
    }

    private func record(_ word: ProbeLine.Word, _ job: ProbeJob) {
        lines.append(ProbeLine(word, job.number, process: Int(getpid())).text)
    }

    private func die(_ moment: ProbeJob.Death, _ job: ProbeJob) {
        guard job.death == moment, job.deathMark.map(Mark.make) ?? true else { return }
        kill(getpid(), SIGKILL)
    }

    /// Keeps the loop and one more thread per core busy.
    private func burn(_ milliseconds: Int) {
        let end = monotonicNanoseconds() + UInt64(milliseconds) * 1_000_000
        for _ in 0..<onlineCores() { startThread(named: "burn") { while monotonicNanoseconds() < end {} } }
        while monotonicNanoseconds() < end {}
    }

    private func wait(_ job: ProbeJob) async throws {
        let stubborn = job.isStubborn ?? false
        if let milliseconds = job.milliseconds { try await sleep(milliseconds, stubborn) }
        if let gate = job.gate {
            while access(gate, F_OK) != 0 { try await sleep(5, stubborn) }
        }
    }

    private func sleep(_ milliseconds: Int, _ isStubborn: Bool) async throws {
        guard isStubborn else { return try await loop.sleep(for: .milliseconds(milliseconds)) }
        await withUnsafeContinuation { continuation in
            loop.schedule(after: .milliseconds(milliseconds)) { continuation.resume() }
        }
    }

    private func takeEffect(_ job: ProbeJob, _ context: JobContext) async throws -> Completion {
        switch job.effect {
        case .none: return .finished
        case .line:
            record(.effect, job)
            return .finished
        case .row:
            let id = context.id.identifier
            let rows = try await database.write(Self.effect, [.uuid(id.high, id.low), .integer(job.number)])
            guard rows.count == 1 else { throw JobError.alreadyDone }
            return .recorded
        }
    }

    private static let effect = Statement(
        "probe_effect",
        """
        WITH mine AS (SELECT finish_job($1) AS id)
        INSERT INTO effects (job, number) SELECT id, $2 FROM mine WHERE id IS NOT NULL RETURNING number
        """)
}

/// Handles ``ProbeFan``: enqueues its children.
struct ProbeFanHandler: Sendable {
    private let database: Database
    private let producer: Producer
    private static let step = 500

    init(_ database: Database, _ producer: Producer) {
        self.database = database
        self.producer = producer
    }

    @Sendable func run(_ job: ProbeFan, _ context: JobContext) async throws -> Completion {
        var fan = FanOut(context, database: database, producer: producer)
        while true {
            let made = Int(fan.checkpoint ?? "") ?? 0
            guard made < job.children else { return .finished }
            let next = min(made + Self.step, job.children)
            let children = (made..<next).map { index in
                var child = ProbeJob(job.number + 1 + index)
                child.failures = job.failures
                return child
            }
            try await fan.step(children, checkpoint: "\(next)")
            if let mark = job.deathMark, Mark.make(mark) { kill(getpid(), SIGKILL) }
        }
    }
}
