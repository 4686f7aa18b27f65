import Domain
import HTTP

extension Request {
    /// A parameter of the route as an identifier. Here and not in HTTP, so that the compiler can specialise it.
    func parameter<ID: EntityID>(_ name: String, as type: ID.Type) throws(Refusal) -> ID {
        guard let identifier = Identifier(parameter(name)) else { throw .invalid("\(name) is not valid") }
        return ID(identifier)
    }
}
