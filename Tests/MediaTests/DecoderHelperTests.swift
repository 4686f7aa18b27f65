import Chassis
import Glibc
import MediaStoring
import TestSupport
import Testing

@testable import MediaDecoding

@Suite("The helper process") struct DecoderHelperTests {
    let directory = TemporaryDirectory()

    @Test func `runs in a sandbox`() throws {
        let decoder = Helper.decoder()
        _ = try decoder.decode(Samples.jpeg, into: [])
        let helper = try #require(decoder.helperIdentifier)
        let status = text(of: "/proc/\(helper)/status")
        #expect(status.contains("Seccomp:\t2"))
        #expect(status.contains("NoNewPrivs:\t1"))
        let limits = text(of: "/proc/\(helper)/limits").split(separator: "\n")
        #expect(limits.contains { $0.hasPrefix("Max address space") && $0.contains("1572864000") })
        #expect(limits.contains { $0.hasPrefix("Max file size") && $0.contains(" 0 ") })
    }

    @Test func `is refused open, socket, fork and execute`() throws {
        let process = try DecoderProcess.spawn(Helper.executable)
        let ready = try process.channel.receive(limit: DecoderProtocol.readyByteCount, until: .max)
        #expect(
            Sandbox.Restrictions(decoding: ready)
                == Sandbox.Restrictions(open: Int(EPERM), socket: Int(EPERM), fork: Int(EPERM), execute: Int(EPERM)))
    }

    @Test func `is not used if a forbidden system call succeeds`() throws {
        let open: [UInt8] = [16, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0]
        #expect(try failure(of: Script.send(open)) == .unavailable(detail: "the helper process is not sandboxed"))
    }

    @Test func `decodes several pictures, and is replaced after its number of jobs`() throws {
        let decoder = Helper.decoder(jobsPerHelper: 2)
        #expect(decoder.helperIdentifier == nil)
        _ = try decoder.decode(Samples.jpeg, into: [])
        let first = try #require(decoder.helperIdentifier)
        _ = try decoder.decode(Samples.jpeg, into: [])
        #expect(decoder.helperIdentifier == nil)
        #expect(kill(first, 0) == -1)
        _ = try decoder.decode(Samples.jpeg, into: [])
        #expect(decoder.helperIdentifier != first)
    }

    @Test func `continues after a picture that it refuses`() throws {
        let decoder = Helper.decoder()
        _ = try decoder.decode(Samples.jpeg, into: [])
        let helper = decoder.helperIdentifier
        #expect(throws: MediaFailure.self) { try decoder.decode(Array(Samples.jpeg.prefix(100))) }
        #expect(decoder.helperIdentifier == helper)
    }

    @Test func `is killed at the deadline, and the next picture works`() throws {
        let decoder = Helper.decoder(deadline: .milliseconds(500))
        _ = try decoder.decode(Samples.jpeg, into: [])
        let helper = try #require(decoder.helperIdentifier)
        kill(helper, SIGSTOP)
        #expect(throws: MediaFailure.timeout) { try decoder.decode(Samples.jpeg, into: []) }
        #expect(kill(helper, 0) == -1)
        _ = try decoder.decode(Samples.jpeg, into: [])
    }

    @Test func `is replaced without an error if it ended between two pictures`() throws {
        let decoder = Helper.decoder()
        _ = try decoder.decode(Samples.jpeg, into: [])
        let helper = try #require(decoder.helperIdentifier)
        kill(helper, SIGKILL)
        var death = siginfo_t()
        #expect(waitid(P_PID, id_t(helper), &death, WEXITED | WNOWAIT) == 0)
        _ = try decoder.decode(Samples.jpeg, into: [])
    }

    @Test func `that crashes is reported, and the next picture works`() throws {
        let script = Script(
            in: directory,
            """
            if ! mkdir \(directory.path)/once; then exec \(Helper.executable) "$1"; fi
            \(Script.pretendReady); \(Script.awaitJob); kill -SEGV $$
            """)
        let decoder = PictureDecoder(executable: script.path)
        let failure = try #require(throws: MediaFailure.self) { try decoder.decode(Samples.jpeg) }
        #expect(failure == .crashed(detail: "signal 11"))
        #expect(failure.remedy == .retryOnce)
        #expect(try decoder.decode(Samples.jpeg, into: []).report.width == 64)
    }

    @Test func `that the system kills leaves the picture for a later retry`() throws {
        let failure = try failure(of: "\(Script.pretendReady); \(Script.awaitJob); kill -KILL $$")
        #expect(failure == .killed)
        #expect(failure.remedy == .retryLater && failure.machineCondition == .outOfMemory)
    }

    @Test func `that closes its socket and continues counts as crashed`() throws {
        let body = "\(Script.pretendReady); \(Script.awaitJob); exec sleep 600 <&- >/dev/null"
        let failure = try failure(of: body)
        #expect(failure.code == "crashed" && failure.machineCondition == nil)
    }

    @Test func `that exceeds its CPU time fails as a timeout`() throws {
        #expect(try failure(of: "\(Script.pretendReady); \(Script.awaitJob); kill -XCPU $$") == .timeout)
    }

    @Test func `that never responds fails as a timeout`() throws {
        #expect(
            try failure(of: "\(Script.pretendReady); exec cat >/dev/null", deadline: .milliseconds(200)) == .timeout)
    }

    @Test func `that never reads fails as a timeout`() throws {
        let picture = Samples.jpeg + [UInt8](repeating: 0, count: 8 << 20)
        let body = "\(Script.pretendReady); exec sleep 600"
        #expect(try failure(of: body, picture, deadline: .milliseconds(200)) == .timeout)
    }

    @Test(
        arguments: [
            ("a response of two gigabytes", [0xFF, 0xFF, 0xFF, 0x7F]), ("an empty response", [0, 0, 0, 0]),
            ("an unknown response", [1, 0, 0, 0, 9]), ("a picture of no pixels", [1, 0, 0, 0, 0]),
        ] as [(String, [UInt8])])
    func `that sends an invalid response counts as crashed`(name: String, response: [UInt8]) throws {
        let failure = try failure(
            of: "\(Script.pretendReady); \(Script.awaitJob); \(Script.send(response)); exec cat >/dev/null")
        #expect(failure.code == "crashed", "\(name)")
    }

    @Test(arguments: ["/nonexistent", "/bin/false", "/dev/null"])
    func `that cannot start leaves the picture for a later retry`(executable: String) throws {
        let decoder = PictureDecoder(executable: executable)
        let failure = try #require(throws: MediaFailure.self) { try decoder.decode(Samples.jpeg) }
        #expect(failure.code == "unavailable")
        #expect(failure.remedy == .retryLater && failure.machineCondition == .decoderUnavailable)
    }

    @Test func `inherits no descriptor, no environment and no blocked signal`() throws {
        let inherited = dup2(STDERR_FILENO, 200)
        defer { close(inherited) }
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGTERM)
        var previous = sigset_t()
        pthread_sigmask(SIG_BLOCK, &signals, &previous)
        defer { pthread_sigmask(SIG_SETMASK, &previous, nil) }
        _ = try failure(
            of: """
                /bin/ls /proc/$$/fd > \(directory.path)/descriptors
                /usr/bin/tr '\\0' '\\n' < /proc/$$/environ > \(directory.path)/environment
                while read name value; do
                    if [ "$name" = SigBlk: ]; then echo "$value" > \(directory.path)/signals; fi
                done < /proc/$$/status
                """)
        let descriptors = text(of: directory.path + "/descriptors").split(separator: "\n")
        #expect(Set(descriptors).isSuperset(of: ["0", "1", "2"]))
        #expect(!descriptors.contains("200"))
        #expect(text(of: directory.path + "/environment") == "MALLOC_ARENA_MAX=2\n")
        // Read by the shell itself: it blocks all signals while it starts another program.
        #expect(text(of: directory.path + "/signals") == "0000000000000000\n")
    }

    private func failure(
        of script: String, _ picture: [UInt8] = Samples.jpeg, deadline: Duration = .seconds(15)
    ) throws -> MediaFailure {
        let script = Script(in: directory, script)
        let decoder = PictureDecoder(executable: script.path, deadline: deadline)
        return try #require(throws: MediaFailure.self) { try decoder.decode(picture) }
    }

    private func text(of path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = fread(&bytes, 1, bytes.count, file)
        return String(decoding: bytes.prefix(count), as: UTF8.self)
    }
}
