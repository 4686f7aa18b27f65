/// Resumes whoever waits with the first of several answers. Loop-confined.
///
/// `@unchecked Sendable`: touched by its loop's thread alone.
final class FirstAnswer: @unchecked Sendable {
    private var continuation: UnsafeContinuation<Bool, Never>?

    init(_ continuation: UnsafeContinuation<Bool, Never>) {
        self.continuation = continuation
    }

    func give(_ answer: Bool) {
        continuation?.resume(returning: answer)
        continuation = nil
    }
}
