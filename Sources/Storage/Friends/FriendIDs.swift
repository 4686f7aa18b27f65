package import Domain

/// All friends of one person.
package struct FriendIDs: Sendable {
    /// Another one after every friendship that begins or ends.
    package let version: Int
    /// The newest first.
    package let ids: [UserID]
    /// Those of them who do not show when they are there.
    package let hidden: Set<UserID>

    /// - Parameters:
    ///   - ids: Sixteen bytes for each friend, the newest first.
    ///   - hidden: The same for those who hide, in any order.
    init(version: Int, ids: [UInt8] = [], hidden: [UInt8] = []) {
        self.version = version
        self.ids = Self.read(ids)
        self.hidden = Set(Self.read(hidden))
    }

    private static func read(_ bytes: [UInt8]) -> [UserID] {
        bytes.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count - 15, by: 16).map { start in
                let high = bytes.loadUnaligned(fromByteOffset: start, as: UInt64.self)
                let low = bytes.loadUnaligned(fromByteOffset: start + 8, as: UInt64.self)
                return UserID(Identifier(high: UInt64(bigEndian: high), low: UInt64(bigEndian: low)))
            }
        }
    }
}
