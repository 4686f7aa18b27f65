internal import CLinux

/// The environment of the process, read once at start.
package func processEnvironment() -> [String: String] {
    var environment: [String: String] = [:]
    guard var entry = clinux_environment() else { return environment }
    while let text = entry.pointee {
        let pair = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        if pair.count == 2 { environment[String(pair[0])] = String(pair[1]) }
        entry += 1
    }
    return environment
}
