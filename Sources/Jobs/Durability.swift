/// Where a kind of job lives until it is done.
package enum Durability: Sendable {
    /// In a row that is committed with its cause: survives everything.
    case durable
    /// In Redis alone: lost when Redis loses it. Only for work that comes again anyway; the reason says why.
    case ephemeral(because: StaticString)

    var isDurable: Bool { if case .durable = self { true } else { false } }
}
