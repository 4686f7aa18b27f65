/// A job's JSON is over the limit: put the data into a row or a file, and its id into the job.
package struct JobTooLarge: Error, CustomStringConvertible {
    package static let limit = 65_536
    let kind: String
    let byteCount: Int

    /// A job's JSON, if it is within the limit.
    static func check<Kind: Job>(_ job: Kind) throws -> [UInt8] {
        let payload = try job.payload()
        guard payload.count <= limit else { throw JobTooLarge(kind: Kind.kind, byteCount: payload.count) }
        return payload
    }

    package var description: String {
        "\(kind) has \(byteCount) bytes of JSON, at most \(Self.limit) are allowed: put data into a row, its id into the job"
    }
}
