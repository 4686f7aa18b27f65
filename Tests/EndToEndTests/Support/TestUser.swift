import Foundation
import TestSupport
import Testing

/// A registered user with the tokens of one login.
struct TestUser: Sendable {
    let id: String
    let email: String
    let username: String
    let password: String
    var accessToken: String
    var refreshToken: String

    /// A registration or login was not answered with a user and tokens.
    struct LoginFailed: Error {
        let answer: ProductAnswer
    }

    static let usualPassword = "correct horse battery staple"

    /// Registers a user with a unique address and user name.
    static func register(at client: ProductClient, password: String = usualPassword) async throws -> TestUser {
        let name = newName()
        let answer = try await client.post(
            "/auth/register", json: registration(email: "\(name)@example.com", name, password))
        return try TestUser(answer, password: password)
    }

    /// Logs in on another device.
    func logIn(at client: ProductClient, password: String? = nil) async throws -> TestUser {
        let answer = try await client.post("/auth/login", json: Self.login(email: email, password ?? self.password))
        return try TestUser(answer, password: password ?? self.password)
    }

    init(
        id: String, email: String, username: String, password: String, accessToken: String, refreshToken: String
    ) {
        self.id = id
        self.email = email
        self.username = username
        self.password = password
        self.accessToken = accessToken
        self.refreshToken = refreshToken
    }

    init(_ answer: ProductAnswer, password: String) throws {
        let user = answer.json["user"]
        guard answer.status == 200, let id = user["id"].text, let email = user["email"].text,
            let username = user["username"].text, let access = answer.json["accessToken"].text,
            let refresh = answer.json["refreshToken"].text
        else { throw LoginFailed(answer: answer) }
        self.id = id
        self.email = email
        self.username = username
        self.password = password
        accessToken = access
        refreshToken = refresh
    }

    /// Uploads an avatar, as a browser does.
    func upload(
        _ picture: [UInt8], to client: ProductClient, called fileName: String = "me.jpg"
    ) async throws -> ProductAnswer {
        var form = Form()
        form.add("userId", id)
        form.add("file", file: picture, called: fileName)
        return try await send(form, to: client)
    }

    /// Uploads an avatar and waits until it is served, which on a busy machine may be after the answer.
    func replaceAvatar(_ picture: [UInt8], at client: ProductClient) async throws {
        let shown = { try await client.get("/media/avatar/\(id)").headers["etag"] }
        let before = try await shown()
        #expect(try await upload(picture, to: client).status == 200)
        try await eventually("the picture is shown", within: 30) {
            let now = try await shown()
            return now != nil && now != before
        }
    }

    func send(_ form: Form, to client: ProductClient) async throws -> ProductAnswer {
        let headers = ["Authorization": "Bearer \(accessToken)", "Content-Type": form.contentType]
        return try await client.send(
            ProductRequest("POST", "/media/upload/avatar", headers: headers, body: form.bytes))
    }

    /// Reads the status of an uploaded file.
    func status(of file: String, at client: ProductClient) async throws -> ProductAnswer {
        try await client.get("/media/file/\(file)/status", headers: ["Authorization": "Bearer \(accessToken)"])
    }

    /// Returns whether the access token is accepted: the status of an unknown file is 404 then.
    func isAuthenticated(at client: ProductClient) async throws -> Bool {
        try await status(of: UUID().uuidString.lowercased(), at: client).status == 404
    }

    static func newName() -> String {
        "p" + UUID().uuidString.lowercased().filter { $0 != "-" }.prefix(20)
    }

    static func registration(email: String, _ username: String, _ password: String = usualPassword) -> String {
        #"{"email":"\#(email)","username":"\#(username)","password":"\#(password)"}"#
    }

    static func login(email: String, _ password: String = usualPassword) -> String {
        #"{"email":"\#(email)","password":"\#(password)"}"#
    }
}
