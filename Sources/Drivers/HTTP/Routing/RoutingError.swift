/// Why no route took a request.
package enum RoutingError: Error, Equatable {
    case notFound
    /// The path exists for other methods, listed as `Allow` has them.
    case methodNotAllowed(allow: String)
    /// The path is not valid percent-encoded UTF-8.
    case malformedPath
}
