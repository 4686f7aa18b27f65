internal import CSandbox
import Glibc

/// The locks of the helper process.
enum Sandbox {
    private static let memory: UInt64 = 1_500 << 20
    private static let descriptors: UInt64 = 64
    /// The parent kills earlier, by the clock. This is for a helper that lost its parent, or has several threads.
    private static let secondsPerJob: UInt64 = 30

    /// After this the process can compute, and read and write what is open: no files, no connections, no processes.
    /// There is no way back.
    static func enter() -> Bool {
        csandbox_limit_memory(memory) == 0 && csandbox_limit_descriptors(descriptors) == 0
            && csandbox_limit_files() == 0 && csandbox_lock() == 0
    }

    /// To be called before each job: the limit of CPU time counts from the start of the process.
    static func beginJob() -> Bool {
        csandbox_allow_cpu(secondsPerJob) == 0
    }
}
