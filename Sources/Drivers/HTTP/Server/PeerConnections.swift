internal import CLinux
import Glibc
import Synchronization

/// Counts the open connections of each client address, over all loops of a server, against one limit.
///
/// An address has one entry while it has connections; a household of IPv6 has 2^64 addresses, which count as one.
final class PeerConnections: Sendable {
    /// An IPv4 address, or the first 64 bits of one of IPv6; zero is not counted.
    typealias Key = UInt64

    private let limit: Int
    private let counts = Mutex<[Key: Int]>([:])

    /// - Parameter limit: Connections of one address.
    init(limit: Int) {
        self.limit = limit
    }

    /// Counts a connection.
    /// - Returns: Whether the address may have it; if not it is not counted.
    func open(_ key: Key) -> Bool {
        guard key != 0 else { return true }
        return counts.withLock { counts in
            let count = counts[key, default: 0]
            guard count < limit else { return false }
            counts[key] = count + 1
            return true
        }
    }

    func close(_ key: Key) {
        guard key != 0 else { return }
        counts.withLock { counts in
            let count = counts[key, default: 1] - 1
            counts[key] = count > 0 ? count : nil
        }
    }

    static func key(of storage: inout sockaddr_storage) -> Key {
        withUnsafePointer(to: &storage) { pointer in
            guard pointer.pointee.ss_family == sa_family_t(AF_INET6) else {
                return pointer.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
                    ofIPv4(UInt32(bigEndian: $0.pointee.sin_addr.s_addr))
                }
            }
            return pointer.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { six in
                withUnsafeBytes(of: six.pointee.sin6_addr) { bytes in
                    let halves = bytes.bindMemory(to: UInt64.self)
                    let (high, low) = (UInt64(bigEndian: halves[0]), UInt64(bigEndian: halves[1]))
                    return high == 0 && low >> 32 == 0xFFFF ? ofIPv4(UInt32(truncatingIfNeeded: low)) : max(1, high)
                }
            }
        }
    }

    /// No network of IPv6 begins with these bits.
    private static func ofIPv4(_ address: UInt32) -> Key { 0xFFFF << 32 | UInt64(address) }
}
