import Social

/// One job as the claim gives it.
struct Claimed {
    let id: JobID
    /// Nil when the envelope cannot be understood by this version.
    let envelope: Envelope?
    /// How many workers died with it.
    let crashes: Int

    /// Nil for an id that is none: somebody else's key.
    init?(id: String?, envelope: [UInt8]?, crashes: Int?) {
        guard let id = id.flatMap({ JobID($0) }), let envelope else { return nil }
        self.id = id
        self.envelope = Envelope(json: envelope)
        self.crashes = crashes ?? 0
    }
}
