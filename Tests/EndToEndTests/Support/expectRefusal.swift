import TestSupport
import Testing

/// S1-3: the musicians' surface says no with a sentence.
/// - Parameter sentence: The very sentence; nil for any.
func expectRefusal(
    _ answer: ProductAnswer, _ status: Int, _ sentence: String? = nil, sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(answer.status == status, "\(answer.text)", sourceLocation: sourceLocation)
    #expect(answer.json.names == ["success", "error"], "\(answer.text)", sourceLocation: sourceLocation)
    #expect(answer.json["success"] == .bool(false), sourceLocation: sourceLocation)
    let error = answer.json["error"].text
    #expect(error?.isEmpty == false, sourceLocation: sourceLocation)
    if let sentence { #expect(error == sentence, sourceLocation: sourceLocation) }
}
