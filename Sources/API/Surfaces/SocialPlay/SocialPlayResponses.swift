import Chassis
import Domain
import Features
import HTTP

/// The response bodies of SocialPlay. No cache may store them: each is for one user.
struct SocialPlayResponses: Sendable {
    let publicBaseURL: String

    var avatarAddress: AvatarAddress { AvatarAddress(publicBaseURL: publicBaseURL) }

    func message(_ text: String) -> Response {
        object { $0.member("message", text) }
    }

    /// `{user, accessToken, refreshToken}` (S2-45).
    func registered(_ details: AccountProfile, _ tokens: IssuedTokens) -> Response {
        let response = object(201) { body in
            body.object("user") { user in
                user.member("id", details.account.id)
                user.member("email", details.account.email)
                user.member("username", details.account.username)
                user.member("firstName", details.firstName)
                user.member("lastName", details.lastName)
                user.member("avatar", avatar(details))
                user.member("createdAt", details.createdAt, .milliseconds)
            }
            write(tokens, to: &body)
        }
        return response.withDeviceToken(tokens.device)
    }

    /// `{user, accessToken, refreshToken}`, with everything but the password (S2-49).
    func loggedIn(_ details: AccountProfile, _ tokens: IssuedTokens) -> Response {
        let response = object { body in
            body.object("user") { write(details, to: &$0) }
            write(tokens, to: &body)
        }
        return response.withDeviceToken(tokens.device)
    }

    /// `{accessToken, refreshToken}` (S2-55).
    func refreshed(_ tokens: IssuedTokens) -> Response {
        object { write(tokens, to: &$0) }
    }

    /// S2-72.
    func account(_ details: AccountProfile) -> Response {
        object { write(details, to: &$0) }
    }

    /// `{sessions}`: beyond the document.
    func sessions(_ sessions: [Session]) -> Response {
        object { body in
            body.member("sessions", array: sessions) { list, session in
                list.object { entry in
                    entry.member("id", session.id)
                    entry.member("userAgent", session.userAgent)
                    entry.member("ipAddress", session.ipAddress)
                    entry.member("createdAt", session.createdAt, .milliseconds)
                    entry.member("lastUsedAt", session.refreshedAt, .milliseconds)
                    entry.member("expiresAt", session.expiresAt, .milliseconds)
                    entry.member("isCurrent", session.isCurrent)
                }
            }
        }
    }

    /// `{status, size, createdAt, readyAt, expiresAt, url}`: beyond the document.
    func export(_ export: DataExport, _ status: Status = 200) -> Response {
        object(status) { body in
            body.member("status", export.state.rawValue)
            if let count = export.byteCount { body.member("size", count) }
            body.member("createdAt", export.createdAt, .milliseconds)
            if let ready = export.readyAt { body.member("readyAt", ready, .milliseconds) }
            body.member("expiresAt", export.expiresAt, .milliseconds)
            if export.state == .ready { body.member("url", "\(publicBaseURL)/api/v1/users/me/export/download") }
        }
    }

    /// `{providers}`: beyond the document.
    func providers(_ providers: [Provider]) -> Response {
        object { body in
            body.member("providers", array: providers) { list, provider in
                list.object { entry in
                    entry.member("name", provider.name)
                    entry.member("issuer", provider.issuer)
                    entry.member("clientId", provider.clientID)
                }
            }
        }
    }

    /// `{nonce, expiresIn}`: beyond the document.
    func nonce(_ nonce: String) -> Response {
        object { body in
            body.member("nonce", nonce)
            body.member("expiresIn", LogInWithProvider.nonceSeconds)
        }
    }

    /// `{id}`, of what a job does: beyond the document.
    func accepted(_ id: String) -> Response {
        object(202) { $0.member("id", id) }
    }

    // MARK: Pieces

    func object(_ status: Status = 200, _ members: (inout JSONWriter) -> Void) -> Response {
        var writer = JSONWriter(reserving: 1_024)
        writer.object(members)
        return .json(status, writer.bytes).with("Cache-Control", "no-store")
    }

    private func write(_ tokens: IssuedTokens, to object: inout JSONWriter) {
        object.member("accessToken", tokens.access)
        object.member("refreshToken", tokens.refresh)
    }

    private func write(_ details: AccountProfile, to object: inout JSONWriter) {
        object.member("id", details.account.id)
        object.member("email", details.account.email)
        object.member("username", details.account.username)
        object.member("firstName", details.firstName)
        object.member("lastName", details.lastName)
        object.member("bio", details.bio)
        object.member("avatar", avatar(details))
        object.member("coverImage", details.coverImage)
        object.member("dateOfBirth", details.dateOfBirth.map { "\($0)T00:00:00.000Z" })
        object.member("phone", details.phone)
        object.member("language", details.language.rawValue)
        object.member("showOnlineStatus", details.showsOnlineStatus)
        object.member("isVerified", details.isVerified)
        object.member("isActive", details.isActive)
        object.member("role", details.account.role.rawValue)
        object.member("followersCount", details.followersCount)
        object.member("followingCount", details.followingCount)
        object.member("postsCount", details.postsCount)
        object.member("createdAt", details.createdAt, .milliseconds)
        object.member("updatedAt", details.updatedAt, .milliseconds)
        object.member("lastLoginAt", details.lastLoginAt, .milliseconds)
    }

    private func avatar(_ details: AccountProfile) -> String? {
        avatarAddress.address(details.avatar, of: details.account.id)
    }
}
