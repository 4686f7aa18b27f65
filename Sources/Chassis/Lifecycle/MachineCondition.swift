import Glibc

/// A condition of the machine, or of a service that the whole installation uses, in which nothing of a kind can be
/// done. What was asked is not its cause, so it is done when the condition has ended.
package enum MachineCondition: String, Sendable, CaseIterable {
    case diskFull = "disk_full"
    case outOfMemory = "out_of_memory"
    case outOfDescriptors = "out_of_descriptors"
    /// The files of the product cannot be read or written.
    case storeUnavailable = "store_unavailable"
    /// The helper process that decodes pictures or audio does not start.
    case decoderUnavailable = "decoder_unavailable"
    case databaseUnavailable = "database_unavailable"
    case redisUnavailable = "redis_unavailable"
    case mailServerUnavailable = "mail_server_unavailable"

    /// Returns the condition that an `errno` means; nil if it means none of the machine.
    package init?(code: Int32) {
        switch code {
        case ENOSPC, EDQUOT: self = .diskFull
        case ENOMEM: self = .outOfMemory
        case EMFILE, ENFILE: self = .outOfDescriptors
        default: return nil
        }
    }
}

/// An error of which some cases are a condition of the machine.
package protocol MachineError: Error {
    /// Nil if the cause is what was asked.
    var machineCondition: MachineCondition? { get }
}
