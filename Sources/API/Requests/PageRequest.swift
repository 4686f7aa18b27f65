import Domain
import HTTP

/// Which page of a list, by number.
struct PageRequest: Sendable {
    /// From 1 on.
    let number: Int
    let limit: Int

    /// A page behind this one is empty whatever there is: nobody counts that far, but a stranger can ask.
    private static let lastNumber = 1_000_000

    var offset: Int { (number - 1) * limit }

    /// How many pages so many entries make.
    func pages(of total: Int) -> Int { (total + limit - 1) / limit }

    /// Reads `page` and `limit`. What is above the greatest limit is taken for it (S0-31).
    /// - Throws: `ValidationError` for what is no number, or below 1.
    init(_ request: Request, limit usual: Int, atMost greatest: Int) throws(ValidationError) {
        number = min(try Self.number("page", request) ?? 1, Self.lastNumber)
        limit = min(try Self.number("limit", request) ?? usual, greatest)
    }

    private static func number(_ name: String, _ request: Request) throws(ValidationError) -> Int? {
        guard let text = request.query(name) else { return nil }
        guard text.utf8.count <= 18, let number = Int(text), number >= 1 else {
            throw ValidationError(field: name, reason: "\(name) must be a whole number from 1 on")
        }
        return number
    }
}
