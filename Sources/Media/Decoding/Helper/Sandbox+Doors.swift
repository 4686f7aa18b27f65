internal import CSandbox
import Glibc

extension Sandbox {
    /// What happened when the helper tried the doors itself: the `errno` of each refusal, 0 for an open door.
    struct Doors: Equatable {
        let open: Int
        let socket: Int
        let fork: Int
        let execute: Int

        var areShut: Bool {
            [open, socket, fork, execute].allSatisfy { $0 == Int(EPERM) }
        }

        static func tried() -> Doors {
            Doors(
                open: Int(csandbox_try_open()), socket: Int(csandbox_try_socket()), fork: Int(csandbox_try_fork()),
                execute: Int(csandbox_try_execute()))
        }

        var encoded: [UInt8] {
            var bytes: [UInt8] = []
            for door in [open, socket, fork, execute] { bytes.appendNumber(door) }
            return bytes
        }
    }
}

extension Sandbox.Doors {
    init?(decoding bytes: [UInt8]) {
        var reader = FrameReader(bytes)
        guard let open = reader.number(), let socket = reader.number(), let fork = reader.number(),
            let execute = reader.number(), reader.isAtEnd
        else { return nil }
        self.init(open: open, socket: socket, fork: fork, execute: execute)
    }
}
