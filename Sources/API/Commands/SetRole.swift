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
    private let log: Log
    /// The user of the operating system who runs the command.
    private let operatorName: String

    /// The roles by their commands.
    static let commands: [String: AccountRole] = [
        "make-admin": .admin, "make-moderator": .moderator, "make-user": .user,
    ]

    init(_ role: AccountRole, _ username: String, _ environment: [String: String]) throws {
        var reader = SettingsReader(environment)
        url = StorageSettings.database(&reader, process: "set role").url
        log =
            ChassisSettings(&reader, process: "set role", defaultLoops: 1, isTerminal: isatty(STDERR_FILENO) == 1).log
        try reader.finish()
        self.role = role
        self.username = username
        let name = environment["SUDO_USER"] ?? environment["USER"]
        operatorName = name.map { "\($0) (uid \(getuid()))" } ?? "uid \(getuid())"
    }

    func run() throws -> Never {
        guard try AccountStore.setRole(role, ofUsername: username, in: url) else {
            Failure.end("no user has the name \(username)", code: 1)
        }
        log.info(
            "role set on the command line",
            ["operator": .text(operatorName), "target": .text(username), "role": .text(role.rawValue)])
        log.flush()
        print("\(username) is \(role.rawValue) now")
        exit(0)
    }
}
