import Chassis
import Domain
import Glibc
import Postgres
import Storage

/// The user of the operating system who runs a command, for the log.
enum Operator {
    static func name(_ environment: [String: String]) -> String {
        let name = environment["SUDO_USER"] ?? environment["USER"]
        return name.map { "\($0) (uid \(getuid()))" } ?? "uid \(getuid())"
    }
}

/// `API make-admin NAME`, `make-moderator NAME`, `make-user NAME`: the only way to make or unmake an administrator.
struct SetRole {
    private let url: Secret<String>
    private let role: AccountRole
    private let username: String
    private let log: Log
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
        operatorName = Operator.name(environment)
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
