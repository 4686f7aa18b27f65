internal import CSandbox
import Glibc

/// The resource limits and the seccomp filter of the helper process.
enum Sandbox {
    private static let memory: UInt64 = 1_500 << 20
    private static let descriptors: UInt64 = 64
    /// The parent's deadline comes earlier. This limit stops a helper process that has lost its parent, or that uses
    /// several threads.
    static let secondsPerPicture: UInt64 = 30

    /// Restricts the process, for the rest of its life, to computing and to reading and writing its open descriptors:
    /// it can open no files or connections and start no processes.
    static func enter() -> Bool {
        csandbox_limit_memory(memory) == 0 && csandbox_limit_descriptors(descriptors) == 0
            && csandbox_limit_files() == 0 && csandbox_lock() == 0
    }

    /// Renews the limit of CPU time, which the kernel counts from the start of the process. Call before each job.
    static func beginJob(seconds: UInt64) -> Bool {
        csandbox_allow_cpu(seconds) == 0
    }
}

extension Sandbox {
    /// The `errno` of each forbidden system call when the helper process tested it; 0 for a call that succeeded.
    struct Restrictions: Equatable {
        let open: Int
        let socket: Int
        let fork: Int
        let execute: Int

        var areEnforced: Bool {
            [open, socket, fork, execute].allSatisfy { $0 == Int(EPERM) }
        }

        /// Makes each forbidden system call and returns the results.
        static func tested() -> Restrictions {
            Restrictions(
                open: Int(csandbox_try_open()), socket: Int(csandbox_try_socket()), fork: Int(csandbox_try_fork()),
                execute: Int(csandbox_try_execute()))
        }

        var encoded: [UInt8] {
            var bytes: [UInt8] = []
            for result in [open, socket, fork, execute] { bytes.appendNumber(result) }
            return bytes
        }
    }
}

extension Sandbox.Restrictions {
    init?(decoding bytes: [UInt8]) {
        var reader = FrameReader(bytes)
        guard let open = reader.number(), let socket = reader.number(), let fork = reader.number(),
            let execute = reader.number(), reader.isAtEnd
        else { return nil }
        self.init(open: open, socket: socket, fork: fork, execute: execute)
    }
}
