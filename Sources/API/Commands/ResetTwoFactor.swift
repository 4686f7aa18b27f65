import Chassis
import Domain
import Glibc
import Jobs
import Postgres
import Storage

/// `API reset-two-factor NAME`: removes the second factor of a user, the only way for an administrator who has lost it.
struct ResetTwoFactor {
    private let url: Secret<String>
    private let username: String
    private let log: Log
    private let operatorName: String

    init(_ username: String, _ environment: [String: String]) throws {
        var reader = SettingsReader(environment)
        url = StorageSettings.database(&reader, process: "reset two-factor").url
        log =
            ChassisSettings(
                &reader, process: "reset two-factor", defaultLoops: 1, isTerminal: isatty(STDERR_FILENO) == 1
            ).log
        try reader.finish()
        self.username = username
        operatorName = Operator.name(environment)
    }

    func run() throws -> Never {
        let change = try TwoFactorStore.reset(username: username, in: url) { user in
            try OutboxJob(
                SendTwoFactorChanged(account: user, change: .reset),
                id: JobID(unixMilliseconds: Timestamp.now.unixMilliseconds), trace: nil)
        }
        switch change {
        case .refused(.accountNotFound): Failure.end("no user has the name \(username)", code: 1)
        case .refused: Failure.end("\(username) has not enabled two-factor login", code: 1)
        case .changed(let ended, _):
            log.info(
                "two-factor login reset on the command line",
                ["operator": .text(operatorName), "target": .text(username), "sessions": .number(ended.count)])
            log.flush()
            print("two-factor login of \(username) is reset")
            exit(0)
        }
    }
}
