/// The settings that every process reads.
package struct ChassisSettings: Sendable {
    package let log: Log
    /// How many event loops a process runs.
    package let eventLoops: Int
    /// The directory of embedded services, local media, generated secrets and local mail.
    package let dataDirectory: String
    /// Whether this is a production installation, which needs configured secrets.
    package let isProduction: Bool
    /// Where the first process serves its metrics; each further one takes the next free port. Nil: nowhere.
    package let metricsListen: SocketAddress?

    /// - Parameters:
    ///   - process: The name of the process in every log line.
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
        metricsListen = reader.read(
            Setting("METRICS_LISTEN", default: .some(nil), "HOST:PORT of the first process' metrics") { text in
                SocketAddress(text).map { .some($0) }
            })
    }

    /// Reads whether users may name push services on this machine's loopback addresses, which tests and tools run.
    /// In production it is off and cannot be switched on: such a request reaches services that trust this machine.
    package func readLocalEndpoints(_ reader: inout SettingsReader) -> Bool {
        let setting = Setting(
            "LOCAL_ENDPOINTS", default: !isProduction, "whether users may name push services on this machine")
        let isOn = reader.read(setting)
        if isOn && isProduction { reader.reject("LOCAL_ENDPOINTS must be off in production") }
        return isOn
    }

    private enum Environment: String, CaseIterable {
        case development, test, production
    }
}

/// The URL of the web client: its origin may read responses (CORS), and links in mails open its pages.
package struct WebClientURL: Sendable {
    /// Without a trailing slash.
    package let text: String

    /// Returns nil for a text that is no `http` or `https` URL.
    package init?(_ text: String) {
        let text = text.hasSuffix("/") ? String(text.dropLast()) : text
        guard text.wholeMatch(of: /https?:\/\/[A-Za-z0-9.\-]+(:[0-9]{1,5})?(\/[A-Za-z0-9._~\/\-]*)?/) != nil else {
            return nil
        }
        self.text = text
    }

    private init(local text: String) { self.text = text }

    /// Scheme, host and port, as browsers send them.
    package var origin: String {
        text.split(separator: "/", omittingEmptySubsequences: false).prefix(3).joined(separator: "/").lowercased()
    }

    package static let setting = Setting<WebClientURL>(
        "CLIENT_URL", default: WebClientURL(local: "http://localhost:5173"),
        "the web client, http://… or https://…", parse: { WebClientURL($0) }
    ).requiredInProduction()
}
