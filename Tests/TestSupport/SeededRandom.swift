/// A random number generator whose numbers the seed decides, so that a failure can be repeated: SplitMix64 (Steele,
/// Lea, Flood, "Fast splittable pseudorandom number generators").
package struct SeededRandom: RandomNumberGenerator {
    private var state: UInt64

    package init(_ seed: UInt64) {
        state = seed
    }

    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = (state ^ (state >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// Returns two different numbers below a limit.
    package mutating func pair(below limit: Int) -> (Int, Int) {
        let one = Int.random(in: 0..<limit, using: &self)
        return (one, (one + Int.random(in: 1..<limit, using: &self)) % limit)
    }
}
