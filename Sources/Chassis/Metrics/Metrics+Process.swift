internal import CLinux
import Glibc

extension Metrics {
    /// Registers the memory and CPU time of this process.
    package func addProcessMetrics() {
        gauge("process_resident_memory_bytes", "Resident memory, in bytes.") { Double(residentBytes()) }
        gauge("process_cpu_seconds_total", "User and system CPU time, in seconds.") {
            var usage = rusage()
            clinux_own_usage(&usage)
            let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
            return Double(seconds) + Double(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1_000_000
        }
    }
}

/// Returns the resident set size: the second field of /proc/self/statm, which counts pages.
private func residentBytes() -> Int {
    guard let file = fopen("/proc/self/statm", "re") else { return 0 }
    defer { fclose(file) }
    var text = [CChar](repeating: 0, count: 128)
    guard fgets(&text, CInt(text.count), file) != nil else { return 0 }
    let fields = String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(
        separator: " ")
    return fields.count > 1 ? (Int(fields[1]) ?? 0) * sysconf(CInt(_SC_PAGESIZE)) : 0
}
