extension Request {
    /// A parameter of the route as text.
    package func parameter(_ name: String) -> String {
        guard let index = parameterNames.firstIndex(of: name), parameters.indices.contains(index) else {
            preconditionFailure("the route has no parameter \(name)")
        }
        return parameters[index]
    }

    /// A parameter of the route as a value.
    /// - Throws: ``ParameterError`` when the text is not one.
    package func parameter<Value: LosslessStringConvertible>(
        _ name: String, as type: Value.Type
    ) throws(ParameterError) -> Value {
        guard let value = Value(parameter(name)) else {
            throw ParameterError(name: name, reason: "\(name) is not valid")
        }
        return value
    }
}
