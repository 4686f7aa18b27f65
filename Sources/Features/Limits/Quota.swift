/// What a bucket says to one request.
struct Quota: Sendable {
    let isGranted: Bool
    /// How many more would be granted now.
    let remaining: Int
    /// Until the oldest that is counted is forgotten, so that one more is granted.
    let milliseconds: Int

    /// The same, rounded up; at least one.
    var seconds: Int { max(1, (milliseconds + 999) / 1_000) }
}
