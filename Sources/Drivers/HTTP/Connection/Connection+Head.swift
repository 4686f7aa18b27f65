import Chassis

extension Connection {
    /// Writes the response head. Only the server writes the headers of the framing.
    func write(headOf response: Response, to output: OutputBuffer) {
        output.append(literal: "HTTP/1.1 ")
        output.append(decimal: response.status.rawValue)
        output.append(literal: " ")
        output.append(literal: response.status.phrase)
        output.append(literal: "\r\n")
        output.append(server.commonLines)
        writeFraming(response, to: output)
        for (name, value) in response.headers { writeLine(name, value, to: output) }
        if let requestID {
            output.append(literal: "X-Request-Id: ")
            requestID.write(to: output)
            output.append(literal: "\r\n")
        }
        if !keepsAlive {
            output.append(literal: "Connection: close\r\n")
        } else if !isVersion11 {
            output.append(literal: "Connection: keep-alive\r\n")
        }
        output.append(literal: "\r\n")
    }

    private func writeFraming(_ response: Response, to output: OutputBuffer) {
        switch response.body {
        case .none:
            if response.status.rawValue != 204, response.status.rawValue != 304 { writeLength(0, to: output) }
        case .bytes(let bytes, let type):
            writeType(type, to: output)
            writeLength(bytes.count, to: output)
        case .file(_, let range, let type):
            writeLine("Content-Type", type, to: output)
            writeLength(range.count, to: output)
        case .parts(_, let parts, let type):
            writeLine("Content-Type", type, to: output)
            writeLength(parts.reduce(0) { $0 + $1.byteCount }, to: output)
        case .sized(let count, let type, _):
            writeLine("Content-Type", type, to: output)
            writeLength(count, to: output)
        case .stream(let type, _):
            writeLine("Content-Type", type, to: output)
            if isVersion11 { output.append(literal: "Transfer-Encoding: chunked\r\n") }
        }
    }

    private func writeType(_ type: StaticString, to output: OutputBuffer) {
        output.append(literal: "Content-Type: ")
        output.append(literal: type)
        output.append(literal: "\r\n")
    }

    private func writeLength(_ count: Int, to output: OutputBuffer) {
        output.append(literal: "Content-Length: ")
        output.append(decimal: count)
        output.append(literal: "\r\n")
    }

    /// Writes one header. Omits it if its value holds a line break (response splitting).
    private func writeLine(_ name: StaticString, _ value: String, to output: OutputBuffer) {
        var value = value
        value.withUTF8 { bytes in
            for byte in bytes where byte < 0x20 && byte != 0x09 { return }
            output.append(literal: name)
            output.append(literal: ": ")
            output.append(UnsafeRawBufferPointer(bytes))
            output.append(literal: "\r\n")
        }
    }
}
