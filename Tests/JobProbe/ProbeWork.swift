import Chassis
import Domain
import Glibc
import JobProbing
import Jobs
import Postgres

/// Does what a ``ProbeJob`` says.
struct ProbeWork: Sendable {
    struct Unlucky: Error {}

    /// So many attempts may fail: the wait behind each is longer, and the worst must be over before a test gives up.
    private static let mayFail = 3

    private let loop: EventLoop
    private let database: Database
    private let lines: LineFile

    init(_ loop: EventLoop, _ database: Database, _ lines: LineFile) {
        self.loop = loop
        self.database = database
        self.lines = lines
    }

    @Sendable func run(_ job: ProbeJob, _ context: JobContext) async throws -> Completion {
        say(.begin, job)
        die(.before, job)
        if context.attempt < Self.mayFail, Int.random(in: 0..<100) < job.failures ?? 0 { throw Unlucky() }
        if let milliseconds = job.burnMilliseconds { burn(milliseconds) }
        try await wait(job)
        die(.middle, job)
        let completion = try await takeEffect(job, context)
        die(.after, job)
        say(.end, job)
        return completion
    }

    @Sendable func isDead(_ job: ProbeJob) async throws {
        say(.dead, job)
    }

    private func say(_ word: ProbeLine.Word, _ job: ProbeJob) {
        lines.append(ProbeLine(word, job.number, process: Int(getpid())).text)
    }

    private func die(_ moment: ProbeJob.Death, _ job: ProbeJob) {
        guard job.death == moment, job.deathMark.map(Mark.make) ?? true else { return }
        kill(getpid(), SIGKILL)
    }

    /// Keeps every thread of the process busy: the loop, and as many more as there are cores.
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
            say(.effect, job)
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
