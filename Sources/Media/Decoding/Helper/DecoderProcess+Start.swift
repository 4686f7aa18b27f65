internal import CSandbox
import Chassis
import Glibc

extension DecoderProcess {
    /// Starts a helper process and waits until it reports that its sandbox is in force.
    ///
    /// It inherits one socket as its standard input and nothing else: no other descriptor, no environment, no signal
    /// mask. It has its own process group, so that Ctrl-C in a terminal lets a running job finish. It ends with the
    /// thread that starts it.
    /// - Parameter argument: The kind of helper: ``DecoderMain/pictures`` or ``DecoderMain/audio``.
    static func start(_ executable: String, _ argument: String) throws(MediaFailure) -> DecoderProcess {
        let process = try spawn(executable, argument)
        let deadline = monotonicNanoseconds() + startTime
        do {
            let ready = try process.channel.receive(limit: DecoderProtocol.readyByteCount, until: deadline)
            guard Sandbox.Restrictions(decoding: ready)?.areEnforced == true else {
                throw MediaFailure.unavailable(detail: "the helper process is not sandboxed")
            }
        } catch let failure as MediaFailure {
            throw failure
        } catch {
            throw .unavailable(detail: "the helper process does not start: \(error)")
        }
        return process
    }

    /// Loading libvips and libavformat takes about 50 ms; a busy machine may need long.
    private static let startTime: UInt64 = 10_000_000_000

    /// With more than two arenas, malloc doubles the memory of the helper process.
    private static let environment = ["MALLOC_ARENA_MAX=2"]

    /// Starts a helper process, whose first frame reports the state of its sandbox.
    static func spawn(
        _ executable: String, _ argument: String = DecoderMain.pictures
    ) throws(MediaFailure) -> DecoderProcess {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else {
            throw .unavailable(detail: "socketpair failed: errno \(errno)")
        }
        let channel = DecoderChannel(owning: ends[0])
        defer { close(ends[1]) }

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, ends[1], STDIN_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        csandbox_close_from(&actions, STDERR_FILENO + 1)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))

        var identifier: pid_t = 0
        let result = withCStrings([executable, argument]) { arguments in
            withCStrings(environment) { environment in
                posix_spawn(&identifier, executable, &actions, &attributes, arguments, environment)
            }
        }
        guard result == 0 else { throw .unavailable(detail: "posix_spawn failed: errno \(result)") }
        return DecoderProcess(identifier: identifier, channel: channel)
    }

    /// Calls `body` with the texts as an array of C strings that ends with a null pointer.
    private static func withCStrings<Value>(
        _ texts: [String], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> Value
    ) -> Value {
        var pointers = texts.map { strdup($0) } + [nil]
        defer { for pointer in pointers { free(pointer) } }
        return pointers.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { preconditionFailure("an array of one element has an address") }
            return body(start)
        }
    }
}
