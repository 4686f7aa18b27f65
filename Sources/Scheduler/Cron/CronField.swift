/// One of the five fields of a cron expression, in their order.
enum CronField: Int, CaseIterable {
    case minute, hour, dayOfMonth, month, dayOfWeek

    /// The error for an invalid field.
    struct Mistake: Error {
        let reason: String
    }

    var name: String {
        switch self {
        case .minute: "minute"
        case .hour: "hour"
        case .dayOfMonth: "day of month"
        case .month: "month"
        case .dayOfWeek: "day of week"
        }
    }

    /// Sunday is 0 and also 7.
    private var bounds: ClosedRange<Int> {
        switch self {
        case .minute: 0...59
        case .hour: 0...23
        case .dayOfMonth: 1...31
        case .month: 1...12
        case .dayOfWeek: 0...7
        }
    }

    /// The three-letter names of the values, from the lower bound on.
    private var names: [Substring] {
        switch self {
        case .minute, .hour, .dayOfMonth: []
        case .month: "jan feb mar apr may jun jul aug sep oct nov dec".split(separator: " ")
        case .dayOfWeek: "sun mon tue wed thu fri sat".split(separator: " ")
        }
    }

    /// Returns the values that a field names: a list of `*`, numbers, names and ranges; `*` and ranges with an optional
    /// step.
    func values(in text: some StringProtocol) throws(Mistake) -> Set<Int> {
        var values: Set<Int> = []
        for item in text.split(separator: ",", omittingEmptySubsequences: false) {
            let parts = item.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count <= 2 else { throw mistake("\"\(item)\" has more than one step") }
            let range = try range(parts[0])
            guard parts.count == 2 else {
                values.formUnion(range)
                continue
            }
            guard parts[0].contains("*") || parts[0].contains("-") else {
                throw mistake("\"\(item)\" has a step without a range or *")
            }
            guard let step = Int(parts[1]), step > 0 else { throw mistake("\"\(parts[1])\" is no step") }
            values.formUnion(stride(from: range.lowerBound, through: range.upperBound, by: step))
        }
        if self == .dayOfWeek, values.remove(7) != nil { values.insert(0) }
        return values
    }

    private func range(_ text: some StringProtocol) throws(Mistake) -> ClosedRange<Int> {
        if text == "*" { return bounds }
        let ends = text.split(separator: "-", omittingEmptySubsequences: false)
        guard ends.count <= 2 else { throw mistake("\"\(text)\" is no range") }
        let lower = try value(ends[0])
        guard ends.count == 2 else { return lower...lower }
        let upper = try value(ends[1])
        guard lower <= upper else { throw mistake("the range \"\(text)\" ends before it begins") }
        return lower...upper
    }

    private func value(_ text: some StringProtocol) throws(Mistake) -> Int {
        if let index = names.firstIndex(of: Substring(text.lowercased())) { return bounds.lowerBound + index }
        guard let number = Int(text), text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) else {
            throw mistake("\"\(text)\" is neither a number nor a name")
        }
        guard bounds.contains(number) else {
            throw mistake("\(number) is not in \(bounds.lowerBound) to \(bounds.upperBound)")
        }
        return number
    }

    private func mistake(_ reason: String) -> Mistake { Mistake(reason: "in its \(name), \(reason)") }
}
