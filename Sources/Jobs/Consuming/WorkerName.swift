import Glibc
import Synchronization

/// The name of one worker: `host:process:start`, and `:number` when it is not the first of its process. The start time
/// tells a process from a later one with the same number, so that a starting worker can see which of its own host are
/// dead.
struct WorkerName {
    let description: String
    private static let count = Atomic(0)

    init() {
        let own = getpid()
        let number = Self.count.add(1, ordering: .relaxed).oldValue
        let process = "\(Self.host):\(own):\(Self.startTime(of: own) ?? "0")"
        description = number == 0 ? process : "\(process):\(number)"
    }

    /// Returns whether a name of this host belongs to a process that has ended.
    static func isDead(_ name: String) -> Bool {
        let parts = name.split(separator: ":")
        guard parts.count >= 3, parts[0] == host, let process = pid_t(parts[1]) else { return false }
        return startTime(of: process) != String(parts[2])
    }

    private static let host: String = {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
        return String(decoding: bytes, as: UTF8.self).split(separator: ":").joined()
    }()

    /// Returns the 22nd field of /proc/<pid>/stat; nil when there is no such process.
    private static func startTime(of process: pid_t) -> String? {
        guard let file = fopen("/proc/\(process)/stat", "re") else { return nil }
        defer { fclose(file) }
        var text = [CChar](repeating: 0, count: 1024)
        guard fgets(&text, CInt(text.count), file) != nil else { return nil }
        let line = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        // The second field is in parentheses and may hold anything.
        let fields = line.split(separator: ")").last?.split(separator: " ") ?? []
        return fields.count > 19 ? String(fields[19]) : nil
    }
}
