package import Chassis
package import Domain
package import Postgres

extension SessionStore {
    /// Returns the open sessions of a user, the most recently refreshed first.
    package func open(of user: UserID, limit: Int = 100) async throws(PostgresError) -> [OpenSession] {
        var sessions: [OpenSession] = []
        for var row in try await database.read(Self.list, [.id(user), .integer(limit)]) {
            sessions.append(try Self.session(&row))
        }
        return sessions
    }

    private static let list = Statement(
        "list_sessions",
        """
        SELECT id, user_agent, ip_address, created_at, refreshed_at, expires_at FROM sessions
        WHERE user_id = $1 AND ended_at IS NULL AND expires_at > now()
        ORDER BY refreshed_at DESC, id DESC
        LIMIT $2
        """)

    /// Returns a session of a user, open or not; nil if the user has no such session.
    package func find(_ session: SessionID, of user: UserID) async throws(PostgresError) -> OpenSession? {
        guard var row = try await database.read(Self.find, [.id(session), .id(user)]).first else { return nil }
        return try Self.session(&row)
    }

    private static let find = Statement(
        "find_session",
        """
        SELECT id, user_agent, ip_address, created_at, refreshed_at, expires_at FROM sessions
        WHERE id = $1 AND user_id = $2
        """)

    private static func session(_ row: inout Row) throws(PostgresError) -> OpenSession {
        OpenSession(
            id: try row.id(SessionID.self), userAgent: try row.optionalText(), ipAddress: try row.optionalText(),
            createdAt: try row.timestamp(), refreshedAt: try row.timestamp(), expiresAt: try row.timestamp())
    }
}

/// A session as it is first written.
package struct NewSession: Sendable {
    package let id: SessionID
    /// SHA-256 of the refresh token: a reader of the table cannot use it.
    package let refreshHash: [UInt8]
    package let expiresAt: Timestamp
    /// The header `User-Agent`, at most 512 characters.
    package let userAgent: String?
    package let ipAddress: String
    /// The key under which limits count the address.
    package let source: String

    /// - Parameter source: Nil if it is the address itself.
    package init(
        id: SessionID, refreshHash: [UInt8], expiresAt: Timestamp, userAgent: String?, ipAddress: String,
        source: String? = nil
    ) {
        self.id = id
        self.refreshHash = refreshHash
        self.expiresAt = expiresAt
        self.userAgent = userAgent
        self.ipAddress = ipAddress
        self.source = source ?? ipAddress
    }
}

/// A session as its owner sees it.
package struct OpenSession: Sendable {
    package let id: SessionID
    package let userAgent: String?
    package let ipAddress: String?
    package let createdAt: Timestamp
    package let refreshedAt: Timestamp
    package let expiresAt: Timestamp
}

/// The reason why a session ended without a logout.
package enum SessionEnd: String, Sendable {
    /// The password was changed with the old one, or two-factor login was changed.
    case password
    /// The password was reset by mail.
    case reset
    /// Its owner ended it in the list of sessions.
    case ended
    case deactivated
    case deleted
}
