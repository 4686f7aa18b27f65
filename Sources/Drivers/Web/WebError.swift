/// Why there is no answer to use.
package enum WebError: Error, Equatable {
    /// The URL is none that may be asked: `https`, or `http` on this machine.
    case refusedURL
    /// Nobody answered, or not in time; libcurl's words.
    case failed(String)
    case status(Int)
    /// The answer has more bytes than are wanted.
    case tooLarge
}
