import Chassis
import Domain

/// The bytes that the envelopes of many jobs have in common, encoded once.
struct EnvelopeForm {
    private static let head = Array(#"{"v":1,"id":""#.utf8)
    /// Everything between the id and the arguments.
    private let middle: [UInt8]

    init(
        kind: String, attempt: Int, trace: String?, enqueuedAt: Int, priority: Priority, batch: JobID?,
        isEphemeral: Bool
    ) {
        var writer = JSONWriter()
        writer.object { object in
            object.member("kind", kind)
            object.member("attempt", attempt)
            if let trace { object.member("trace", trace) }
            object.member("enqueuedAt", enqueuedAt)
            if priority != .normal { object.member("priority", priority.rawValue) }
            if let batch { object.member("batch", batch.description) }
            if isEphemeral { object.member("ephemeral", true) }
        }
        middle = Array(#"","#.utf8) + writer.bytes.dropFirst().dropLast() + Array(#","args":"#.utf8)
    }

    /// The form of new ephemeral jobs of one kind.
    init<Kind: Job>(ephemeral kind: Kind.Type, trace: String?) {
        self.init(
            kind: Kind.kind, attempt: 0, trace: trace, enqueuedAt: Timestamp.now.unixMilliseconds,
            priority: Kind.priority, batch: nil, isEphemeral: true)
    }

    /// Returns the envelope of one job.
    /// - Parameter args: JSON.
    func json(_ id: JobID, _ args: [UInt8]) -> [UInt8] {
        let head = Self.head.count
        let count = head + Identifier.textLength + middle.count + args.count + 1
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
            let bytes = UnsafeMutableRawBufferPointer(buffer)
            bytes.copyBytes(from: Self.head)
            buffer.baseAddress.map { id.identifier.write(to: $0 + head) }
            UnsafeMutableRawBufferPointer(rebasing: bytes[(head + Identifier.textLength)...]).copyBytes(from: middle)
            UnsafeMutableRawBufferPointer(rebasing: bytes[(count - 1 - args.count)...]).copyBytes(from: args)
            bytes[count - 1] = UInt8(ascii: "}")
            initialized = count
        }
    }
}
