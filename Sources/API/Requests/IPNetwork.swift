/// The addresses that begin with the same bits: `10.0.0.0/8`, or one address alone.
struct IPNetwork: Sendable {
    private let address: IPAddress
    private let bits: Int

    /// Nil for a text that is no network.
    init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(first) else { return nil }
        let width = address.isIPv4 ? 32 : 128
        guard let length = parts.count > 1 ? Int(parts[1]) : width, (0...width).contains(length) else { return nil }
        self.address = address
        bits = 128 - width + length
    }

    func contains(_ other: IPAddress) -> Bool {
        let whole = bits / 8
        guard address.bytes[..<whole] == other.bytes[..<whole] else { return false }
        guard bits % 8 != 0 else { return true }
        return (address.bytes[whole] ^ other.bytes[whole]) >> (8 - bits % 8) == 0
    }
}
