import Chassis
import Domain
import Features
import HTTP

/// The response bodies of the musicians' surface.
struct MusiciansResponses: Sendable {
    let publicBaseURL: String

    var avatars: AvatarAddress { AvatarAddress(publicBaseURL: publicBaseURL) }

    /// `{success: true}`
    static let success = Response.json(200, Array(#"{"success":true}"#.utf8))

    /// `{success: false, error}` (S1-3), and a code where programs must tell errors of one status apart.
    func refusal(_ status: Status, _ message: String, code: String? = nil) -> Response {
        var writer = JSONWriter()
        writer.object { body in
            body.member("success", false)
            body.member("error", message)
            if let code { body.member("code", code) }
        }
        return .json(status, writer.bytes)
    }

    /// `{success, user, accessToken, refreshToken}` (S1-10, S1-11, S1-17, X-8).
    func login(_ account: Account, _ tokens: IssuedTokens) -> Response {
        var writer = JSONWriter(reserving: 1_024)
        writer.object { body in
            body.member("success", true)
            body.object("user") { user in
                user.member("id", account.id)
                user.member("email", account.email)
                user.member("username", account.username)
                user.member("role", account.role == .admin ? "admin" : account.persona.rawValue)
            }
            body.member("accessToken", tokens.access)
            body.member("refreshToken", tokens.refresh)
        }
        return .json(200, writer.bytes).with("Cache-Control", "no-store").withDeviceToken(tokens.device)
    }

    /// `{success, file}` (S1-54, S1-79).
    func uploaded(_ file: UploadedFile) -> Response {
        var writer = JSONWriter()
        writer.object { body in
            body.member("success", true)
            body.object("file") { write(file, to: &$0) }
        }
        return .json(200, writer.bytes)
    }

    /// `{success, file, status, reason?}`: beyond the document, for the owner.
    func status(_ file: UploadedFile) -> Response {
        var writer = JSONWriter()
        writer.object { body in
            body.member("success", true)
            body.object("file") { write(file, to: &$0) }
            body.member("status", file.state.rawValue)
            if let failure = file.failure { body.member("reason", failure) }
        }
        return .json(200, writer.bytes).with("Cache-Control", "no-store")
    }

    /// S1-35, S1-54, S1-60, S1-82.
    func url(of file: UploadedFile) -> String {
        switch file.purpose {
        case .avatar: avatars.upload(of: file.owner)
        case .track: "\(publicBaseURL)/media/track/\(file.id)"
        case .cover, .other, .picture: "\(publicBaseURL)/media/file/\(file.id)"
        }
    }

    func write(_ file: UploadedFile, to object: inout JSONWriter) {
        object.member("fileId", file.id)
        object.member("userId", file.owner)
        object.member("type", file.purpose.rawValue)
        object.member("originalName", file.originalName)
        object.member("fileName", file.fileName)
        object.member("mimeType", file.mimeType)
        object.member("size", file.byteCount)
        object.member("url", url(of: file))
        if let metadata = file.metadata { object.member("metadata", json: metadata) }
        object.member("createdAt", file.createdAt, .milliseconds)
        object.member("updatedAt", file.updatedAt, .milliseconds)
    }
}
