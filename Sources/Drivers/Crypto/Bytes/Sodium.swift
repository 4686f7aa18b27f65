internal import CSodium

/// libsodium must be started before its first use.
enum Sodium {
    private static let started = sodium_init() >= 0

    static func start() {
        precondition(started, "libsodium does not start")
    }
}
