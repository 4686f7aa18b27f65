import Domain

/// One job as the claim gives it.
struct Claimed {
    /// The id as it stands in Redis.
    let name: String
    /// Nil for a name that is no id.
    let id: JobID?
    /// Nil when the envelope cannot be understood by this version.
    let envelope: Envelope?
    /// What Redis holds.
    let bytes: [UInt8]
    /// How many workers died with it.
    let crashes: Int

    init?(name: String?, bytes: [UInt8]?, crashes: Int?) {
        guard let name, let bytes else { return nil }
        self.name = name
        self.bytes = bytes
        self.crashes = crashes ?? 0
        id = JobID(name)
        let envelope = Envelope(json: bytes)
        self.envelope = envelope?.id == id ? envelope : nil
    }

    /// Whether a row may stand behind it.
    var isDurable: Bool { id != nil && envelope?.isEphemeral != true }
}
