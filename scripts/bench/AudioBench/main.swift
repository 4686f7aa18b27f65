import Chassis
import Glibc
import MediaDecoding
import MediaStoring
import Synchronization

// AudioBench probe HELPER THREADS SECONDS FILE...    how many tracks a second the sandboxed helpers describe
// AudioBench analyse HELPER FILE...                  the time of the waveform and the loudness of each
// AudioBench length HELPER FILE...                   the length of each

/// One file that is read again and again.
struct Track: Sendable {
    let path: String
    let descriptor: Int32
    let byteCount: Int

    init(_ path: String) {
        self.path = path
        descriptor = open(path, O_RDONLY)
        byteCount = Int(lseek(descriptor, 0, SEEK_END))
        guard descriptor >= 0 else { fail("cannot open \(path)") }
    }
}

nonisolated func fail(_ message: String) -> Never {
    print(message)
    exit(1)
}

func rounded(_ value: Double) -> Double { (value * 10_000).rounded() / 10_000 }

/// What the threads of a measurement share.
final class Measurement: Sendable {
    let count = Atomic(0)
    let running: Atomic<Int>
    private let deadline = Mutex<UInt64?>(nil)

    init(threads: Int) { running = Atomic(threads) }

    /// The end of the time that begins with the first call.
    func end(after seconds: Int) -> UInt64 {
        deadline.withLock { deadline in
            let end = deadline ?? monotonicNanoseconds() + UInt64(seconds) * 1_000_000_000
            deadline = end
            return end
        }
    }

    /// Probes tracks with a helper of its own until the end.
    func probe(_ helper: String, seconds: Int, _ tracks: [Track]) throws(MediaFailure) {
        let decoder = AudioDecoder(executable: helper)
        // The start of a helper is not a probe.
        _ = try decoder.probe(descriptor: tracks[0].descriptor, byteCount: tracks[0].byteCount)
        let end = end(after: seconds)
        var index = 0
        while monotonicNanoseconds() < end {
            let track = tracks[index % tracks.count]
            _ = try decoder.probe(descriptor: track.descriptor, byteCount: track.byteCount)
            index += 1
            count.add(1, ordering: .relaxed)
        }
    }
}

/// Probes tracks on threads of their own, each with a helper, as the worker does.
func probe(_ helper: String, threads: Int, seconds: Int, _ tracks: [Track]) {
    let measurement = Measurement(threads: threads)
    let pool = BlockingPool(name: "bench", threads: threads, queueLimit: 100)
    for _ in 0..<threads {
        Task.detached {
            do {
                try await pool.run { try measurement.probe(helper, seconds: seconds, tracks) }
            } catch {
                fail("\(error)")
            }
            measurement.running.subtract(1, ordering: .sequentiallyConsistent)
        }
    }
    while measurement.running.load(ordering: .sequentiallyConsistent) > 0 { usleep(1_000) }
    print("audio \(measurement.count.load(ordering: .relaxed) / seconds)")
}

func analyse(_ helper: String, _ tracks: [Track]) {
    let decoder = AudioDecoder(executable: helper)
    for track in tracks {
        do {
            let start = monotonicNanoseconds()
            let analysis = try decoder.analyse(descriptor: track.descriptor, byteCount: track.byteCount)
            let seconds = Double(monotonicNanoseconds() - start) / 1e9
            print("analysis", rounded(seconds), analysis.loudness, analysis.duration, track.path)
        } catch {
            print("\(track.path): \(error)")
        }
    }
}

func length(_ helper: String, _ tracks: [Track]) {
    let decoder = AudioDecoder(executable: helper)
    for track in tracks {
        do {
            print("length", try decoder.probe(descriptor: track.descriptor, byteCount: track.byteCount).duration)
        } catch {
            print("\(track.path): \(error)")
        }
    }
}

let arguments = CommandLine.arguments
signal(SIGPIPE, SIG_IGN)
switch arguments.dropFirst().first {
case "probe" where arguments.count > 5:
    probe(
        arguments[2], threads: Int(arguments[3]) ?? 2, seconds: Int(arguments[4]) ?? 5,
        arguments.dropFirst(5).map(Track.init))
case "analyse" where arguments.count > 3: analyse(arguments[2], arguments.dropFirst(3).map(Track.init))
case "length" where arguments.count > 3: length(arguments[2], arguments.dropFirst(3).map(Track.init))
default: fail("AudioBench probe HELPER THREADS SECONDS FILE... | analyse HELPER FILE... | length HELPER FILE...")
}
