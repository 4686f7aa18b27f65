internal import CCurl
import Glibc

/// One request of libcurl while it is under way: opens its sockets, and receives head and body of the response.
final class Transfer {
    private static let headLimit = 1 << 16

    private(set) var status = 0
    private(set) var body: [UInt8] = []
    private(set) var isTooLarge = false
    /// Whether the head is complete and nothing more is wanted.
    private(set) var isAnswered = false
    private let destinations: WebDestinations
    private let limit: Int
    private let endsWithHead: Bool
    private var headSize = 0
    private var fields: [String: String] = [:]
    private var opened = 0
    private var refused = 0

    /// - Parameters:
    ///   - limit: The maximal size of the body, in bytes.
    ///   - endsWithHead: Whether the transfer ends when the head of the response is complete.
    init(_ destinations: WebDestinations, limit: Int, endsWithHead: Bool) {
        self.destinations = destinations
        self.limit = limit
        self.endsWithHead = endsWithHead
    }

    /// Whether no connection was tried because each address of the host is disallowed.
    var isRefused: Bool { refused > 0 && opened == 0 }

    /// The value of `Retry-After`: seconds, or a date, which is compared with the response's own clock if it has one.
    var retryAfter: Duration? {
        guard let text = fields["retry-after"] else { return nil }
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return .seconds(Int64(text.prefix(10)) ?? 0)
        }
        let then = curl_getdate(text, nil)
        guard then >= 0 else { return nil }
        let date = fields["date"].map { curl_getdate($0, nil) } ?? -1
        return .seconds(max(0, then - (date >= 0 ? date : time(nil))))
    }

    /// Sets the callbacks of a request to this transfer, which must outlive it.
    func options(_ curl: UnsafeMutableRawPointer) -> [CURLcode] {
        let this = Unmanaged.passUnretained(self).toOpaque()
        return [
            ccurl_set_opener(curl) { transfer, _, address in
                guard let transfer, let address else { return -1 }
                return Unmanaged<Transfer>.fromOpaque(transfer).takeUnretainedValue().open(address)
            },
            ccurl_set_pointer(curl, CURLOPT_OPENSOCKETDATA, this),
            ccurl_set_header_writer(curl) { bytes, size, count, transfer in
                guard let bytes, let transfer else { return 0 }
                let line = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return Unmanaged<Transfer>.fromOpaque(transfer).takeUnretainedValue().receive(line: line)
            },
            ccurl_set_pointer(curl, CURLOPT_HEADERDATA, this),
            ccurl_set_writer(curl) { bytes, size, count, transfer in
                guard let bytes, let transfer else { return 0 }
                let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
                return Unmanaged<Transfer>.fromOpaque(transfer).takeUnretainedValue().receive(body: piece)
            },
            ccurl_set_pointer(curl, CURLOPT_WRITEDATA, this),
        ]
    }

    /// Opens a socket, unless the address is disallowed.
    private func open(_ address: UnsafePointer<curl_sockaddr>) -> curl_socket_t {
        guard let resolved = NetworkAddress(ccurl_address(address)), destinations.allow(resolved) else {
            refused += 1
            return -1
        }
        opened += 1
        return ccurl_open(address)
    }

    /// - Returns: The number of accepted bytes; fewer than given end the transfer.
    private func receive(line: UnsafeRawBufferPointer) -> Int {
        headSize += line.count
        guard headSize <= Self.headLimit else {
            isTooLarge = true
            return 0
        }
        let text = String(decoding: line.prefix { $0 != 0x0D && $0 != 0x0A }, as: UTF8.self)
        if text.hasPrefix("HTTP/") {
            // The head of a further response follows an interim one.
            status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            fields = [:]
        } else if text.isEmpty {
            isAnswered = endsWithHead && status >= 200
            return isAnswered ? 0 : line.count
        } else if let colon = text.firstIndex(of: ":") {
            let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            let trailing = value.reversed().prefix { $0 == " " || $0 == "\t" }.count
            fields[text[..<colon].lowercased()] = String(value.dropLast(trailing))
        }
        return line.count
    }

    private func receive(body piece: UnsafeRawBufferPointer) -> Int {
        guard body.count + piece.count <= limit else {
            isTooLarge = true
            return 0
        }
        body += piece
        return piece.count
    }
}
