/// The settings that every process reads.
package struct ChassisSettings: Sendable {
    package let log: Log
    /// How many event loops a process runs.
    package let eventLoops: Int
    /// Where embedded services, local media, generated secrets and local mail live.
    package let dataDirectory: String
    /// Whether this is a production installation, which must not invent secrets.
    package let isProduction: Bool

    /// - Parameters:
    ///   - process: The name that every line of the log carries.
    ///   - defaultLoops: How many loops when `EVENT_LOOPS` is unset.
    package init(_ reader: inout SettingsReader, process: String, defaultLoops: Int, isTerminal: Bool) {
        let level = reader.read(Setting<LogLevel>("LOG_LEVEL", default: .info, oneOf: "how much is logged"))
        let format = reader.read(
            Setting<LogFormat>("LOG_FORMAT", default: isTerminal ? .text : .json, oneOf: "how it is written"))
        log = Log(level: level, format: format, to: .standardError).with("process", .text(process))
        eventLoops = reader.read(Setting("EVENT_LOOPS", default: defaultLoops, in: 1...64, "event loops a process"))
        dataDirectory = reader.read(Setting("DATA_DIR", default: ".data", "where local data lives"))
        isProduction =
            reader.read(Setting<Environment>("APP_ENV", default: .development, oneOf: "what this is")) == .production
    }

    private enum Environment: String, CaseIterable {
        case development, test, production
    }
}
