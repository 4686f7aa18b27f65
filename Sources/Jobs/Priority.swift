/// Which jobs of a queue go first. Under load six of ten are high, three normal and one low, so nobody starves; within a
/// priority first come, first served.
package enum Priority: Int, Sendable, CaseIterable {
    case low = -1
    case normal = 0
    case high = 1

    /// The scripts' name for it.
    var letter: String {
        switch self {
        case .high: "h"
        case .normal: "n"
        case .low: "l"
        }
    }

    /// Unknown numbers, from a later version, are normal.
    init(number: Int) { self = Priority(rawValue: number) ?? .normal }
}
