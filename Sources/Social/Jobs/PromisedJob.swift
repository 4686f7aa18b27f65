/// A job as it is written beside its cause, in the same statement: from that commit on it will be done.
package struct PromisedJob: Sendable {
    package let id: JobID
    package let queue: String
    package let kind: String
    /// JSON, at most 64 KiB.
    package let payload: [UInt8]
    /// The request it came from, so that logs of both can be put together.
    package let trace: String?

    package init(id: JobID, queue: String, kind: String, payload: [UInt8], trace: String?) {
        self.id = id
        self.queue = queue
        self.kind = kind
        self.payload = payload
        self.trace = trace
    }
}
