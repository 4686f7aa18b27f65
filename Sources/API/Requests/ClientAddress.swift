/// Where a request comes from.
struct ClientAddress: Sendable {
    /// As it is shown and stored.
    let text: String
    /// By what limits count it.
    let limitKey: String

    init(_ text: String) {
        self.text = text
        limitKey = text.contains(":") ? IPAddress(text)?.limitKey ?? text : text
    }
}
