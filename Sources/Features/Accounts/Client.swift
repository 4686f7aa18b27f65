import Domain
import HTTP

/// What is remembered of the program that logs in.
struct Client: Sendable {
    /// What it calls itself, at most 512 characters.
    let userAgent: String?
    let address: String
    /// What whoever uses it likes to read.
    let language: Language
    /// The request's id, carried into its jobs.
    let trace: String

    init(_ request: Request, behind proxies: TrustedProxies) {
        userAgent = request.head.header("user-agent").map { String($0.prefix(512)) }
        address = proxies.address(of: request).text
        language = Language(accepting: request.head.header("accept-language"))
        trace = request.id.description
    }
}
