/// What must not be queued twice: a second promise with the same key changes nothing.
package struct Uniqueness: Sendable {
    let key: String
    let seconds: Int?

    /// Until the job is done, dead or cancelled.
    package static func whileQueued(_ key: String) -> Uniqueness { Uniqueness(key: key, seconds: nil) }

    /// For a time from its promise on, whatever becomes of it; death and cancelling free it earlier.
    package static func `for`(_ time: Duration, _ key: String) -> Uniqueness {
        Uniqueness(key: key, seconds: max(1, Int(time.components.seconds)))
    }
}
