/// The hash function FNV-1a with 64 bits (Fowler, Noll, Vo; draft-eastlake-fnv). Stable over versions and machines, which
/// Swift's `Hasher` is not; no protection against an adversary.
package enum FNV1a {
    package static func hash(_ bytes: some Sequence<UInt8>) -> UInt64 {
        bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01b3 }
    }
}
