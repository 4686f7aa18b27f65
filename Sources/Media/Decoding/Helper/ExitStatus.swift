/// How a process ended, as `waitpid` tells it.
struct ExitStatus: CustomStringConvertible {
    let status: Int32

    private var signal: Int32 { status & 0x7F }

    func isSignal(_ number: Int32) -> Bool { signal == number }

    var description: String {
        signal == 0 ? "exit code \(status >> 8 & 0xFF)" : "signal \(signal)"
    }
}
