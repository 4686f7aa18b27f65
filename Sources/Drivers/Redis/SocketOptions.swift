import Glibc

/// What every TCP connection to Redis gets: no waiting for more to send, and a dead peer is noticed within 30 s even
/// when nothing is sent.
func setSocketOptions(of descriptor: CInt) {
    let options = [
        (SOL_SOCKET, SO_KEEPALIVE, 1), (CInt(IPPROTO_TCP), TCP_NODELAY, 1), (CInt(IPPROTO_TCP), TCP_KEEPIDLE, 15),
        (CInt(IPPROTO_TCP), TCP_KEEPINTVL, 5), (CInt(IPPROTO_TCP), TCP_KEEPCNT, 3),
    ]
    for (level, option, value) in options {
        var value = CInt(value)
        setsockopt(descriptor, level, option, &value, socklen_t(MemoryLayout<CInt>.size))
    }
}
