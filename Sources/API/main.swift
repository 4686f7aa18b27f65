import Chassis
import Glibc

Signals.block()
Descriptors.raiseLimit()
do {
    let environment = processEnvironment()
    let arguments = CommandLine.arguments.dropFirst()
    switch arguments.first {
    case nil: try Server(APISettings(environment, isTerminal: isatty(STDERR_FILENO) == 1)).run()
    case "migrate": try Migrate(environment, isDryRun: arguments.contains("--dry-run")).run()
    case "check-settings":
        _ = try APISettings(environment, isTerminal: false)
        print("the settings are usable")
    case "--version": print("SocialPlay \(ProductVersion.version)")
    case "routes": try ListRoutes(APISettings(environment, isTerminal: false)).run()
    case "reset-two-factor" where arguments.count == 2:
        try ResetTwoFactor(arguments[arguments.startIndex + 1], environment).run()
    case .some(let word):
        guard let role = SetRole.commands[word], arguments.count == 2, let name = arguments.last else {
            Failure.end(
                "API has no command \(word); it has: migrate [--dry-run], check-settings, routes, --version, make-admin NAME, "
                    + "make-moderator NAME, make-user NAME, reset-two-factor NAME", code: 64)
        }
        try SetRole(role, name, environment).run()
    }
} catch let error as SettingsError {
    Failure.end("\(error)", code: Failure.wrongSettings)
} catch {
    Failure.end("cannot start: \(error)", code: 1)
}
