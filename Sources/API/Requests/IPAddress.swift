import Glibc

/// An IPv4 or IPv6 address as sixteen bytes; IPv4 is mapped into IPv6 (RFC 4291, section 2.5.5.2).
struct IPAddress: Hashable, Sendable {
    let bytes: [UInt8]
    private static let mappedPrefix: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

    /// Returns nil for a text that is no numeric address.
    init?(_ text: some StringProtocol) {
        let text = String(text)
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = Self.mappedPrefix + withUnsafeBytes(of: four) { Array($0) }
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        bytes = withUnsafeBytes(of: six) { Array($0) }
    }

    var isIPv4: Bool { bytes.starts(with: Self.mappedPrefix) }

    /// The key under which limits count the address. A household of IPv6 has 2^64 addresses, which count as one.
    var limitKey: String {
        if isIPv4 { return bytes[12...].map { "\($0)" }.joined(separator: ".") }
        return stride(from: 0, to: 8, by: 2).map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }
            .joined(separator: ":")
    }
}

/// The addresses that begin with the same bits: `10.0.0.0/8`, or one address alone.
struct IPNetwork: Sendable {
    private let address: IPAddress
    private let bits: Int

    /// Returns nil for a text that is no network.
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
