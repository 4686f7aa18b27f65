/// Rows in columns that line up; numbers to the right.
struct Table {
    private let titles: [String]
    private let isNumber: [Bool]
    private var rows: [[String]] = []

    /// - Parameter titles: One that ends with `#` is a column of numbers.
    init(_ titles: String...) {
        isNumber = titles.map { $0.hasSuffix("#") }
        self.titles = titles.map { $0.hasSuffix("#") ? String($0.dropLast()) : $0 }
    }

    mutating func add(_ cells: String...) {
        rows.append(cells)
    }

    var text: String {
        let lines = [titles] + rows
        let widths = titles.indices.map { column in lines.map { $0[column].count }.max() ?? 0 }
        return lines.map { cells in
            let padded = cells.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return isNumber[column] ? space + cell : cell + space
            }
            let line = padded.joined(separator: "  ")
            return String(line.prefix(line.count - line.reversed().prefix { $0 == " " }.count))
        }.joined(separator: "\n")
    }
}
