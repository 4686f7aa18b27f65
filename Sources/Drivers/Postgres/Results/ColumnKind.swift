/// What a reader expects of a column: the types by PostgreSQL's numbers of its built-in types (`pg_type.dat`), which
/// never change, and the length of their binary form.
enum ColumnKind {
    case uuid
    case text
    case number
    case boolean
    case bytes
    case timestamp
    case json

    func includes(_ type: UInt32) -> Bool {
        switch self {
        case .uuid: type == 2950
        case .text: type == 25 || type == 1043 || type == 19  // text, varchar, name
        case .number: type == 23 || type == 20 || type == 21  // integer, bigint, smallint
        case .boolean: type == 16
        case .bytes: type == 17
        case .timestamp: type == 1184  // timestamptz
        case .json: type == 3802 || type == 114  // jsonb, json
        }
    }

    /// Nil when the length varies.
    var length: Int? {
        switch self {
        case .uuid: 16
        case .timestamp: 8
        case .boolean: 1
        case .text, .number, .bytes, .json: nil
        }
    }
}
