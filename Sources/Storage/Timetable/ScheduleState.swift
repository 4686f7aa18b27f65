package import Chassis

/// How far a tick of the timetable has come.
package struct ScheduleState: Sendable {
    /// By PostgreSQL's clock.
    package let now: Timestamp
    /// The newest that has fired, or when the timetable first knew it.
    package let last: Timestamp
    /// What clocks on the wall show now, in minutes since they showed 1970-01-01 00:00.
    package let wallMinute: Int
    package let lastWallMinute: Int
}
