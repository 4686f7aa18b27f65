package import Domain

/// One page of a list, chosen by its number.
package struct Page: Sendable {
    /// From 1 on.
    package let number: Int
    /// Entries of a page.
    package let limit: Int

    /// Bounds the offset that PostgreSQL has to skip.
    private static let lastNumber = 1_000_000

    package var offset: Int { (number - 1) * limit }

    /// Returns how many pages a list of `total` entries has.
    package func pages(of total: Int) -> Int { (total + limit - 1) / limit }

    /// Reads the texts of the parameters `page` and `limit`. A limit above the maximum is clamped (S0-31).
    /// - Throws: `validation_failed` for a text that is no whole number from 1 on.
    package init(
        number: String?, limit: String?, defaultLimit: Int, maximumLimit: Int
    ) throws(DomainError) {
        let errors = FieldErrors()
        let (chosen, size) = try errors.all(
            errors.read { () throws(DomainError) in try Self.number("page", number) },
            errors.read { () throws(DomainError) in try Self.number("limit", limit) })
        self.number = min(chosen ?? 1, Self.lastNumber)
        self.limit = min(size ?? defaultLimit, maximumLimit)
    }

    private static func number(_ name: String, _ text: String?) throws(DomainError) -> Int? {
        guard let text else { return nil }
        guard text.utf8.count <= 18, let number = Int(text), number >= 1 else {
            throw DomainError(field: name, reason: "\(name) must be a whole number from 1 on")
        }
        return number
    }
}
