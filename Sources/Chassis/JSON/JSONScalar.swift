/// A value that JSON has without containers.
package protocol JSONScalar {
    func write(to writer: inout JSONWriter)
}

extension String: JSONScalar {
    package func write(to writer: inout JSONWriter) { writer.value(self) }
}

extension Int: JSONScalar {
    package func write(to writer: inout JSONWriter) { writer.value(self) }
}

extension Double: JSONScalar {
    package func write(to writer: inout JSONWriter) { writer.value(self) }
}
