import Domain
import Testing

@Suite("Outbox jobs")
struct OutboxJobTests {
    @Test func `a provisional id is replaced wherever it stands, and nothing else`() {
        let (provisional, actual) = (Identifier(unixMilliseconds: 1), Identifier(unixMilliseconds: 2))
        let payload = #"{"entity":"\#(provisional)","event":"new:\#(provisional)","user":"ada"}"#
        let job = OutboxJob(
            id: JobID(unixMilliseconds: 3), queue: "q", kind: "k", payload: Array(payload.utf8), trace: "t",
            priority: 1, delay: 2, limits: nil, batch: nil, isUnique: true, isWaiting: false,
            record: Array(#"{"id":"j","payload":\#(payload)}"#.utf8))
        let named = job.naming(actual, insteadOf: provisional)
        let expected = #"{"entity":"\#(actual)","event":"new:\#(actual)","user":"ada"}"#
        #expect(String(decoding: named.payload, as: UTF8.self) == expected)
        #expect(String(decoding: named.record, as: UTF8.self) == #"{"id":"j","payload":\#(expected)}"#)
        #expect(named.id == job.id && named.trace == "t" && named.priority == 1 && named.delay == 2 && named.isUnique)
    }
}
