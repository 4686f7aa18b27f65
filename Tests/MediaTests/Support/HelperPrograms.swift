import Glibc
import MediaDecoding
import TestSupport

/// The program that decodes: the product's `Workers`, built beside the tests.
enum Helper {
    static let executable = ProductExecutable.path("Workers")

    static func decoder(deadline: Duration = .seconds(15), jobsPerHelper: Int = 200) -> PictureDecoder {
        PictureDecoder(executable: executable, deadline: deadline, jobsPerHelper: jobsPerHelper)
    }
}

/// A shell script that runs in place of the helper process and breaks the protocol.
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

    /// Sends the frame that reports EPERM for every forbidden system call.
    static let pretendReady = Self.send([16, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0])

    /// Waits until the first bytes of a request arrive.
    static let awaitJob = "/usr/bin/head -c 4 >/dev/null"

    static func send(_ bytes: [UInt8]) -> String {
        "printf '" + bytes.map { "\\" + String($0, radix: 8) }.joined() + "' >&0"
    }
}
