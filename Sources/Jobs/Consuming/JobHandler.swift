/// One kind of job and what does it.
package struct JobHandler: Sendable {
    let kind: String
    let attempts: Int
    let timeout: Duration
    let run: @Sendable ([UInt8], JobContext) async throws -> Completion
    let whenDead: @Sendable ([UInt8]) async throws -> Void

    /// - Parameter work: May run twice for the same job, so it is idempotent: it finds its effect done, or has it in one
    ///   statement with the end of the job.
    /// - Parameter whenDead: What somebody should see when nobody will try again; may run twice too.
    package init<Kind: Job>(
        _ type: Kind.Type, _ work: @escaping @Sendable (Kind, JobContext) async throws -> Completion,
        whenDead: @escaping @Sendable (Kind) async throws -> Void = { _ in }
    ) {
        kind = type.kind
        attempts = type.attempts
        timeout = type.timeout
        run = { json, context in
            let job: Kind
            do {
                job = try Kind(payload: json)
            } catch {
                throw JobError.permanent(
                    reason: "the job cannot be read: \(String(decoding: json.prefix(500), as: UTF8.self))")
            }
            return try await work(job, context)
        }
        self.whenDead = { json in
            if let job = try? Kind(payload: json) { try await whenDead(job) }
        }
    }
}
