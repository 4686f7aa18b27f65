import Chassis
import Domain

extension JSONWriter {
    mutating func member(_ name: StaticString, _ value: Identifier) {
        member(name, length: Identifier.textLength) { value.write(to: $0) }
    }

    mutating func member(_ name: StaticString, _ value: Identifier?) {
        if let value { member(name, value) } else { member(name, String?.none) }
    }

    mutating func member(_ name: StaticString, _ value: some EntityID) {
        member(name, value.identifier)
    }

    mutating func member(_ name: StaticString, _ value: (some EntityID)?) {
        member(name, value?.identifier)
    }
}
