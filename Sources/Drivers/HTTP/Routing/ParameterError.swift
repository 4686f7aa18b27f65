/// A part of the path or query is not what it must be.
package struct ParameterError: Error, Equatable {
    package let name: String
    package let reason: String

    package init(name: String, reason: String) {
        self.name = name
        self.reason = reason
    }
}
