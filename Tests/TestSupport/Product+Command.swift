import Foundation

extension Product {
    /// Runs one of its programs as an operator does, with its settings, and waits until it ends.
    /// - Parameter program: Such as `Workers`.
    /// - Returns: How it ended, and what it wrote.
    package func run(
        _ program: String, _ arguments: [String]
    ) async throws -> (exit: ChildProcess.Exit, output: String) {
        try await command([ProductExecutable.path(program)] + arguments, environment: environment)
    }

    /// Runs a program and waits until it ends.
    /// - Parameters:
    ///   - command: A path and arguments.
    ///   - environment: All of it.
    /// - Returns: How it ended, and what it wrote.
    package func command(
        _ command: [String], environment: [String: String]
    ) async throws -> (exit: ChildProcess.Exit, output: String) {
        let log = "\(directory)/command-\(UUID().uuidString.prefix(13)).log"
        let child = try await ChildProcess.start(command, environment: environment, output: log)
        let exit = await child.exited()
        return (exit, String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self))
    }
}
