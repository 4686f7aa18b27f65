/// A job whose row is inserted by the statement that writes its cause (transactional outbox): once that commits, the
/// job will run.
package struct OutboxJob: Sendable {
    package let id: JobID
    package let queue: String
    package let kind: String
    /// JSON, at most 64 KiB.
    package let payload: [UInt8]
    /// The identifier of the request that enqueued it, in the log lines of both.
    package let trace: String?
    /// 1 (high), 0 or -1 (low).
    package let priority: Int
    /// From the commit, in milliseconds.
    package let delay: Int
    /// The rules that decide when it may run, as JSON.
    package let limits: String?
    /// The job that waits until every job of the batch has ended.
    package let batch: JobID?
    /// Whether it has a unique key, so that it is not enqueued twice.
    package let isUnique: Bool
    /// Whether it waits for its batch.
    package let isWaiting: Bool
    /// All members as one JSON object, the parameter of the SQL function that inserts the row.
    package let record: [UInt8]

    package init(
        id: JobID, queue: String, kind: String, payload: [UInt8], trace: String?, priority: Int, delay: Int,
        limits: String?, batch: JobID?, isUnique: Bool, isWaiting: Bool, record: [UInt8]
    ) {
        self.id = id
        self.queue = queue
        self.kind = kind
        self.payload = payload
        self.trace = trace
        self.priority = priority
        self.delay = delay
        self.limits = limits
        self.batch = batch
        self.isUnique = isUnique
        self.isWaiting = isWaiting
        self.record = record
    }
}

extension OutboxJob {
    /// Returns the job with the id that a statement gave to a row, wherever the process wrote a provisional one. The
    /// inserted row has it already (`jobs_naming`).
    package func naming(_ actual: Identifier, insteadOf provisional: Identifier) -> OutboxJob {
        let (old, new) = (Array(provisional.description.utf8), Array(actual.description.utf8))
        return OutboxJob(
            id: id, queue: queue, kind: kind, payload: Self.renamed(payload, old, new), trace: trace,
            priority: priority, delay: delay, limits: limits, batch: batch, isUnique: isUnique, isWaiting: isWaiting,
            record: Self.renamed(record, old, new))
    }

    /// Returns JSON with another id of the same length in every place of an id.
    private static func renamed(_ json: [UInt8], _ old: [UInt8], _ new: [UInt8]) -> [UInt8] {
        var renamed = json
        var start = 0
        while start + old.count <= renamed.count {
            if renamed[start] == old[0], renamed[start..<start + old.count].elementsEqual(old) {
                for (offset, byte) in new.enumerated() { renamed[start + offset] = byte }
                start += old.count
            } else {
                start += 1
            }
        }
        return renamed
    }
}

extension Sequence<OutboxJob> {
    /// The records of all jobs, as one JSON array.
    package var records: [UInt8] {
        var bytes: [UInt8] = []
        for job in self {
            bytes.append(UInt8(ascii: bytes.isEmpty ? "[" : ","))
            bytes += job.record
        }
        return bytes.isEmpty ? Array("[]".utf8) : bytes + [UInt8(ascii: "]")]
    }
}

extension OutboxJob {
    /// The record as a JSON array of one.
    package var records: [UInt8] { CollectionOfOne(self).records }
}
