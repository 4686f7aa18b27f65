import Glibc

/// An address of IPv4 or IPv6, as sixteen bytes; one of IPv4 as IPv6 maps it (RFC 4291, 2.5.5.2).
struct IPAddress: Hashable, Sendable {
    let bytes: [UInt8]
    private static let mapped: [UInt8] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF]

    /// Nil for a text that is no numeric address.
    init?(_ text: some StringProtocol) {
        let text = String(text)
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = Self.mapped + withUnsafeBytes(of: four) { Array($0) }
            return
        }
        var six = in6_addr()
        guard inet_pton(AF_INET6, text, &six) == 1 else { return nil }
        bytes = withUnsafeBytes(of: six) { Array($0) }
    }

    var isIPv4: Bool { bytes.starts(with: Self.mapped) }

    /// By what limits count it: a household of IPv6 has 2^64 addresses, which are as one.
    var limitKey: String {
        if isIPv4 { return bytes[12...].map { "\($0)" }.joined(separator: ".") }
        return stride(from: 0, to: 8, by: 2).map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }
            .joined(separator: ":")
    }
}
