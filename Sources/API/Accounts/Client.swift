import HTTP

/// What is remembered of the program that logs in.
struct Client: Sendable {
    /// What it calls itself, at most 512 characters.
    let userAgent: String?
    let address: String
    /// The request's id, carried into its jobs.
    let trace: String

    init(_ request: Request) {
        userAgent = request.head.header("user-agent").map { String($0.prefix(512)) }
        address = request.peer
        trace = request.id.description
    }
}
