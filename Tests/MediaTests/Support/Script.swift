import Glibc

/// A shell script that stands in for the helper process and misbehaves.
struct Script {
    let path: String

    /// The standard input of the body is the socket to the parent.
    init(in directory: TemporaryDirectory, _ body: String) {
        path = "\(directory.path)/helper"
        guard let file = fopen(path, "w") else { return }
        fputs("#!/bin/sh\n\(body)\n", file)
        fclose(file)
        chmod(path, 0o700)
    }

    /// Sends the frame that says: every door answers EPERM.
    static let pretendReady = Self.send([16, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0])

    /// Waits until the order of a job has begun to arrive.
    static let awaitJob = "/usr/bin/head -c 4 >/dev/null"

    static func send(_ bytes: [UInt8]) -> String {
        "printf '" + bytes.map { "\\" + String($0, radix: 8) }.joined() + "' >&0"
    }
}
