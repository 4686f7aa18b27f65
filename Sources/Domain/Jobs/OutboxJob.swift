/// A job as it is written beside its cause, in the same statement: from that commit on it will be done.
package struct OutboxJob: Sendable {
    package let id: JobID
    package let queue: String
    package let kind: String
    /// JSON, at most 64 KiB.
    package let payload: [UInt8]
    /// The request it came from, so that logs of both can be put together.
    package let trace: String?
    /// 1 before the others, 0, or -1 after them.
    package let priority: Int
    /// From its commit on, in milliseconds.
    package let delay: Int
    /// The rules that decide when it may run, as JSON.
    package let limits: String?
    /// The job that waits until all of its batch have ended.
    package let batch: JobID?
    /// Whether it must not be queued a second time; see `promised_unique_jobs` in the schema.
    package let isUnique: Bool
    /// Whether it is the one that waits for a batch.
    package let isWaiting: Bool
    /// All of it as one JSON object, for the schema's function `promised_jobs`.
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

extension Sequence<OutboxJob> {
    /// The records of all of them, as one JSON array.
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
    /// The record as the only one of a JSON array.
    package var records: [UInt8] { CollectionOfOne(self).records }
}
