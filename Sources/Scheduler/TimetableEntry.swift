/// One line of the timetable.
struct TimetableEntry: Sendable {
    let name: String
    let interval: Duration
    let work: @Sendable () async throws -> Int

    /// - Parameter work: Returns how much it found to do, for the log.
    init(_ name: String, every interval: Duration, _ work: @escaping @Sendable () async throws -> Int) {
        self.name = name
        self.interval = interval
        self.work = work
    }
}
