import Chassis

extension Connection {
    /// Writes the status line and the headers, of which the framing is the server's business alone.
    func write(headOf response: Response, to output: inout [UInt8]) {
        output.append(contentsOf: "HTTP/1.1 ".utf8)
        output.appendDecimal(response.status.rawValue)
        output.append(UInt8(ascii: " "))
        output.append(contentsOf: response.status.phrase.utf8)
        output.append(contentsOf: "\r\n".utf8)
        output.append(contentsOf: server.dateLine)
        writeFraming(response, to: &output)
        for (name, value) in response.headers { writeLine(name, value, to: &output) }
        if let requestID {
            output.append(contentsOf: "X-Request-Id: ".utf8)
            requestID.write(to: &output)
            output.append(contentsOf: "\r\n".utf8)
        }
        if !keepsAlive {
            output.append(contentsOf: "Connection: close\r\n".utf8)
        } else if !isVersion11 {
            output.append(contentsOf: "Connection: keep-alive\r\n".utf8)
        }
        output.append(contentsOf: "\r\n".utf8)
    }

    private func writeFraming(_ response: Response, to output: inout [UInt8]) {
        switch response.body {
        case .none:
            if response.status.rawValue != 204, response.status.rawValue != 304 { writeLength(0, to: &output) }
        case .bytes(let bytes, let type):
            writeLine("Content-Type", type, to: &output)
            writeLength(bytes.count, to: &output)
        case .file(_, let range, let type):
            writeLine("Content-Type", type, to: &output)
            writeLength(range.count, to: &output)
        case .stream(let type, _):
            writeLine("Content-Type", type, to: &output)
            if isVersion11 { output.append(contentsOf: "Transfer-Encoding: chunked\r\n".utf8) }
        }
    }

    private func writeLength(_ count: Int, to output: inout [UInt8]) {
        output.append(contentsOf: "Content-Length: ".utf8)
        output.appendDecimal(count)
        output.append(contentsOf: "\r\n".utf8)
    }

    /// A value with a line break would end the line, and perhaps the head: it is left out.
    private func writeLine(_ name: StaticString, _ value: String, to output: inout [UInt8]) {
        guard !value.utf8.contains(where: { $0 < 0x20 && $0 != 0x09 }) else { return }
        name.withUTF8Buffer { output.append(contentsOf: $0) }
        output.append(contentsOf: ": ".utf8)
        output.append(contentsOf: value.utf8)
        output.append(contentsOf: "\r\n".utf8)
    }
}
