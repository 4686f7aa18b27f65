/// A value that must never be printed: its description says only that there is one.
package struct Secret<Value: Sendable>: Sendable, CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    /// The value itself, for the one place that needs it.
    package let exposed: Value

    package init(_ value: Value) {
        exposed = value
    }

    package var description: String { "[redacted]" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}
