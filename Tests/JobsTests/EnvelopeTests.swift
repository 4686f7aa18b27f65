import Domain
import FoundationEssentials
import Jobs
import Testing

@Suite("An envelope")
struct EnvelopeTests {
    private let id = JobID(Identifier(high: 0x0190_0000_0000_7000, low: 0x8000_0000_0000_0001))

    @Test func `still reads the way it was first written`() throws {
        let text =
            #"{"v":1,"id":"01900000-0000-7000-8000-000000000001","kind":"send-welcome","attempt":2,"trace":"ab","args":{"email":"a@b.example","name":"ann"}}"#
        let envelope = try #require(Envelope(json: Array(text.utf8)))
        #expect(envelope.id == id)
        #expect(envelope.attempt == 2)
        #expect(envelope.trace == "ab")
        let job = try JSONDecoder().decode(SendWelcome.self, from: Data(envelope.args))
        #expect(job == SendWelcome(email: "a@b.example", name: "ann"))
        #expect(envelope.enqueuedAt == 0)
        #expect(!envelope.isEphemeral)
    }

    @Test func `keeps the names of kinds and queues`() {
        #expect(MakeAvatar.kind == "make-avatar")
        #expect(RemoveMedia.kind == "remove-media")
        #expect(SendWelcome.kind == "send-welcome")
        #expect(MakeAvatar.queue.rawValue == "images")
        #expect(SendWelcome.queue.rawValue == "email")
    }

    @Test func `without a trace has null and reads back`() throws {
        let envelope = Envelope(id: id, kind: "k", attempt: 0, trace: nil, args: Array(#"{"a":[1,{"b":"}\""}]}"#.utf8))
        let read = try #require(Envelope(json: envelope.json))
        #expect(read.trace == nil)
        #expect(read.args == envelope.args)
    }

    @Test(arguments: [
        "", "{}", "null", "[]",
        #"{"v":2,"id":"01900000-0000-7000-8000-000000000001","kind":"k","attempt":0,"args":{}}"#,
        #"{"v":1,"id":"no","kind":"k","attempt":0,"args":{}}"#,
        #"{"v":1,"id":"01900000-0000-7000-8000-000000000001","kind":"#,
    ])
    func `that cannot be decoded is refused as a whole`(text: String) {
        #expect(Envelope(json: Array(text.utf8)) == nil)
    }
}
