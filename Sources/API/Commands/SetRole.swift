import Chassis
import Domain
import Glibc
import Postgres
import Storage

/// `API make-admin NAME`, `make-moderator NAME`, `make-user NAME`: the only way to make or unmake an administrator.
struct SetRole {
    private let url: Secret<String>
    private let role: AccountRole
    private let username: String

    /// The roles by their commands.
    static let commands: [String: AccountRole] = [
        "make-admin": .admin, "make-moderator": .moderator, "make-user": .user,
    ]

    init(_ role: AccountRole, _ username: String, _ environment: [String: String]) throws {
        var reader = SettingsReader(environment)
        url = StorageSettings.database(&reader, process: "set role").url
        try reader.finish()
        self.role = role
        self.username = username
    }

    func run() throws -> Never {
        guard try AccountStore.setRole(role, ofUsername: username, in: url) else {
            Failure.end("no user has the name \(username)", code: 1)
        }
        print("\(username) is \(role.rawValue) now")
        exit(0)
    }
}
