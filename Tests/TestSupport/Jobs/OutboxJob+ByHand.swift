package import Domain

extension OutboxJob {
    /// One as another version, or somebody's hand, may have written it. Texts must need no escape in JSON.
    package init(id: JobID, queue: String, kind: String, payload: String, trace: String? = nil) {
        let traceMember = trace.map { #","trace":"\#($0)""# } ?? ""
        let record =
            #"{"id":"\#(id)","queue":"\#(queue)","kind":"\#(kind)","payload":\#(payload)\#(traceMember)}"#
        self.init(
            id: id, queue: queue, kind: kind, payload: Array(payload.utf8), trace: trace, priority: 0, delay: 0,
            limits: nil, batch: nil, isUnique: false, isWaiting: false, record: Array(record.utf8))
    }
}
