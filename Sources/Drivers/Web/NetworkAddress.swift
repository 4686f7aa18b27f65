internal import CCurl
import Glibc

/// An IPv4 or IPv6 address.
enum NetworkAddress: Hashable, Sendable {
    case v4(UInt32)
    /// The upper and the lower half.
    case v6(UInt64, UInt64)

    /// Parses the canonical text of an address; nil for any other text.
    init?(_ text: String) {
        var (four, six) = (in_addr(), in6_addr())
        if inet_pton(AF_INET, text, &four) == 1 {
            self = .v4(UInt32(bigEndian: four.s_addr))
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            self = withUnsafeBytes(of: &six) { Self.v6($0) }
        } else {
            return nil
        }
    }

    /// - Returns: Nil for an address of another family.
    init?(_ address: UnsafePointer<sockaddr>?) {
        guard let address else { return nil }
        switch CInt(address.pointee.sa_family) {
        case AF_INET:
            self = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                .v4(UInt32(bigEndian: $0.pointee.sin_addr.s_addr))
            }
        case AF_INET6:
            self = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
                withUnsafeBytes(of: $0.pointee.sin6_addr) { Self.v6($0) }
            }
        default: return nil
        }
    }

    private static func v6(_ bytes: UnsafeRawBufferPointer) -> NetworkAddress {
        .v6(
            UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self)))
    }

    var isLoopback: Bool {
        switch self {
        case .v4(let bits): bits >> 24 == 127
        case .v6(let high, let low): high == 0 && low == 1
        }
    }

    /// Whether it is a global unicast address: none of the special-purpose ranges of IANA's registries (RFC 6890), and
    /// none that carries an IPv4 address, which would lead past this check.
    var isPublic: Bool {
        switch self {
        case .v4(let bits): !Self.special4.contains { bits >> (32 - $0.length) == $0.prefix >> (32 - $0.length) }
        case .v6(let high, _):
            // Everything outside of 2000::/3 is not global unicast: ::/96, ::1, ::ffff:0:0/96 (mapped), 64:ff9b::/96
            // and 64:ff9b:1::/48 (NAT64), 100::/64, fc00::/7, fe80::/10, fec0::/10 (site-local), ff00::/8.
            high >> 61 == 1
                && !Self.special6.contains { high >> (64 - $0.length) == $0.prefix >> (64 - $0.length) }
        }
    }

    private static let special4: [(prefix: UInt32, length: UInt32)] = [
        (0x0000_0000, 8),  // 0.0.0.0/8, this network
        (0x0A00_0000, 8),  // 10.0.0.0/8, private
        (0x6440_0000, 10),  // 100.64.0.0/10, carrier-grade NAT
        (0x7F00_0000, 8),  // 127.0.0.0/8, loopback
        (0xA9FE_0000, 16),  // 169.254.0.0/16, link-local
        (0xAC10_0000, 12),  // 172.16.0.0/12, private
        (0xC000_0000, 24),  // 192.0.0.0/24, protocol assignments
        (0xC000_0200, 24),  // 192.0.2.0/24, documentation
        (0xC058_6300, 24),  // 192.88.99.0/24, relays of 6to4
        (0xC0A8_0000, 16),  // 192.168.0.0/16, private
        (0xC612_0000, 15),  // 198.18.0.0/15, benchmarks
        (0xC633_6400, 24),  // 198.51.100.0/24, documentation
        (0xCB00_7100, 24),  // 203.0.113.0/24, documentation
        (0xE000_0000, 4),  // 224.0.0.0/4, multicast
        (0xF000_0000, 4),  // 240.0.0.0/4, reserved and broadcast
    ]

    /// The upper halves of prefixes inside 2000::/3.
    private static let special6: [(prefix: UInt64, length: UInt64)] = [
        (0x2001_0000_0000_0000, 23),  // 2001::/23, protocol assignments, with Teredo and benchmarks
        (0x2001_0DB8_0000_0000, 32),  // 2001:db8::/32, documentation
        (0x2002_0000_0000_0000, 16),  // 2002::/16, 6to4
        (0x3FFF_0000_0000_0000, 20),  // 3fff::/20, documentation
    ]

    /// The addresses of this machine's interfaces, now.
    static var own: Set<NetworkAddress> {
        var list: UnsafeMutablePointer<ifaddrs>?
        guard getifaddrs(&list) == 0 else { return [] }
        defer { freeifaddrs(list) }
        var addresses: Set<NetworkAddress> = []
        var next = list
        while let interface = next {
            if let address = NetworkAddress(interface.pointee.ifa_addr) { addresses.insert(address) }
            next = interface.pointee.ifa_next
        }
        return addresses
    }
}
