import Glibc

/// An address cannot be listened on; the text says what to do.
package struct ListenError: Error, CustomStringConvertible {
    let address: String
    let code: CInt

    package var description: String {
        let hint = code == EADDRINUSE ? "another process uses it: stop that one or change LISTEN" : "change LISTEN"
        return "cannot listen on \(address): \(String(cString: strerror(code))); \(hint)"
    }
}
