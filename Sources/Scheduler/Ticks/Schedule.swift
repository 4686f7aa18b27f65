import Domain

/// When a tick is due, as the timetable writes it.
enum Schedule: Sendable {
    /// At every multiple of so many seconds since 1970, so that all schedulers mean the same moments.
    case every(seconds: Int)
    /// Five fields of crontab(5) in a time zone of the IANA database, such as `Europe/Berlin`; see ``Recurrence``.
    case cron(String, in: String = "UTC")
    /// Once a night, at a minute of this hour that the installation and the entry's name decide: installations that
    /// share a server do not all begin at once, and neither do the entries of one.
    case nightly(hour: Int, in: String = "UTC")

    /// - Parameters:
    ///   - name: Of the timetable's entry.
    ///   - installation: The same for every scheduler and for ever.
    /// - Throws: ``CronError``.
    func rhythm(of name: String, installation: Identifier) throws(CronError) -> Recurrence {
        switch self {
        case .every(let seconds):
            guard seconds > 0 else { throw CronError(expression: "every \(seconds) s", reason: "that is no interval") }
            return .interval(seconds: seconds)
        case .cron(let expression, let zone):
            guard Self.isZone(zone) else {
                throw CronError(expression: expression, reason: "\"\(zone)\" is no name of a time zone, Area/Place")
            }
            return .calendar(try CronExpression(expression), zone: zone)
        case .nightly(let hour, let zone):
            let minute = Self.minute(of: name, installation: installation)
            return try Schedule.cron("\(minute) \(hour) * * *", in: zone).rhythm(of: name, installation: installation)
        }
    }

    /// PostgreSQL takes more for a zone than names: `UTC+3`, say, which lies west of Greenwich.
    private static func isZone(_ name: String) -> Bool {
        let isName = name.contains("/") && !name.contains { $0.isNumber || $0 == "+" || $0 == "," || $0 == "<" }
        return name == "UTC" || isName
    }

    /// FNV-1a, because it must not change with a version of anything.
    private static func minute(of name: String, installation: Identifier) -> UInt64 {
        "\(installation)/\(name)".utf8.reduce(0xcbf2_9ce4_8422_2325) { hash, byte in
            (hash ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
        } % 60
    }
}
