package import Domain

/// The program that sends a command, as far as its transport knows it. Properties are read only where they are needed,
/// so that a request that needs none of them pays for none.
package protocol Client: Sendable {
    /// The client's address, behind trusted proxies.
    var address: String { get }
    /// The key under which limits count the client: its address, of IPv6 the /64 network.
    var source: String { get }
    /// The token that an earlier login returned to recognise the device.
    var deviceToken: String? { get }
    /// The name that the client program gives itself, at most 512 characters.
    var userAgent: String? { get }
    /// The language that the client's user prefers.
    var language: Language { get }
    /// The identifier of the request or call, carried into its log lines and jobs.
    var trace: String { get }
}

/// The user and session of a valid access token.
package struct Principal: Sendable {
    package let user: UserID
    package let session: SessionID

    package init(user: UserID, session: SessionID) {
        self.user = user
        self.session = session
    }
}

/// An authenticated user and the client that acts for them: the first argument of every use case that needs a login.
package struct Caller: Sendable {
    package let principal: Principal
    package let client: any Client

    package init(_ principal: Principal, _ client: any Client) {
        self.principal = principal
        self.client = client
    }

    package var user: UserID { principal.user }
    package var session: SessionID { principal.session }
    package var trace: String { client.trace }

    /// Checks an input that names the user who acts: it may be missing and otherwise must be the caller.
    /// - Throws: `not_yourself`.
    package func requireSelf(_ claimed: String?, field: String) throws(DomainError) {
        guard let claimed else { return }
        guard UserID(claimed) == user else {
            throw DomainError(.notYourself, .forbidden, field: field, "\(field) is not yours")
        }
    }
}
