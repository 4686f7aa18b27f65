internal import CLinux
import Glibc

/// A client's socket on 127.0.0.1 whose calls block, each for at most a time limit. Use it on threads of your own.
package final class BlockingSocket: Sendable {
    /// Why a call gave nothing.
    package enum Failure: Error, Equatable {
        case timedOut
        /// The connection was reset, or another error of the system (`errno`).
        case system(CInt)
    }

    private let descriptor: CInt

    /// Connects.
    /// - Parameters:
    ///   - seconds: How long one call may wait for the server.
    ///   - receiveBuffer: Bytes that the kernel may keep for a client that does not read; nil for its own choice.
    ///   - host: The last number of the address 127.0.0.x of the client.
    package init(
        port: Int, seconds: Int = 20, receiveBuffer: Int? = nil, from host: UInt8 = 1
    ) throws(Failure) {
        descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        if let receiveBuffer { set(SOL_SOCKET, SO_RCVBUF, CInt(receiveBuffer)) }
        set(CInt(IPPROTO_TCP), TCP_NODELAY, 1)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0000 | UInt32(host)).bigEndian
        if host != 1 {
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            guard result == 0 else { throw Self.failure() }
        }
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(INADDR_LOOPBACK).bigEndian
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard result == 0 else { throw Self.failure() }
    }

    deinit {
        close(descriptor)
    }

    /// Sends everything.
    package func send(_ bytes: [UInt8]) throws(Failure) {
        var sent = 0
        while sent < bytes.count {
            sent += try sendSome(bytes[sent...])
        }
    }

    /// Sends as much as there is room for, at least one byte.
    /// - Returns: How many bytes.
    package func sendSome(_ bytes: ArraySlice<UInt8>) throws(Failure) -> Int {
        let count = bytes.withUnsafeBytes { Glibc.send(descriptor, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL)) }
        guard count > 0 else { throw Self.failure() }
        return count
    }

    /// What there is, at most 64 KiB; empty at the end.
    package func receive(limit: Int = 65_536) throws(Failure) -> [UInt8] {
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: limit) { buffer, initialized in
            count = recv(descriptor, buffer.baseAddress, limit, 0)
            initialized = max(0, count)
        }
        guard count >= 0 else { throw Self.failure() }
        return bytes
    }

    /// Half closes: the server reads an end and may still answer.
    package func finishSending() {
        shutdown(descriptor, CInt(SHUT_WR))
    }

    /// Ends the connection with a reset instead of a regular end.
    package func reset() {
        // Connecting to "no family" is how Linux disconnects a socket while the descriptor stays.
        var noAddress = sockaddr()
        noAddress.sa_family = sa_family_t(AF_UNSPEC)
        connect(descriptor, &noAddress, socklen_t(MemoryLayout<sockaddr>.size))
    }

    private func set(_ level: CInt, _ option: CInt, _ value: CInt) {
        var value = value
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
    }

    private static func failure() -> Failure {
        errno == EAGAIN || errno == EINPROGRESS ? .timedOut : .system(errno)
    }
}
