import Domain
import Testing

@Suite struct CalendarDayTests {
    @Test(arguments: [
        ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2026-11-30", 20_787), ("1600-03-01", -135_080),
        ("0001-01-01", -719_162), ("9999-12-31", 2_932_896),
    ])
    func `a day has the number of days since 1970`(text: String, number: Int) throws {
        #expect(try CalendarDay(text, field: "from").number == number)
        #expect(CalendarDay(number: number).description == text)
    }

    @Test func `every day of four centuries is read as it is written, and follows the one before`() throws {
        var last = ""
        for number in -135_140..<10_957 {
            let text = CalendarDay(number: number).description
            #expect(try CalendarDay(text, field: "from").number == number)
            #expect(last < text)
            last = text
        }
    }

    @Test(arguments: [
        "", "2026-11-31", "2025-02-29", "1900-02-29", "2026-13-01", "2026-00-01", "2026-01-00", "0000-01-01",
        "2026-1-1", "2026-11-30T00:00:00Z", "+026-01-01", "2026/11/30", "٢٠٢٦-11-30",
    ])
    func `what is no day is refused`(text: String) {
        #expect(throws: DomainError.self) { try CalendarDay(text, field: "from") }
    }

    @Test func `a day begins at midnight in UTC`() {
        #expect(CalendarDay(unixSeconds: 86_399).number == 0)
        #expect(CalendarDay(unixSeconds: 86_400).number == 1)
        #expect(CalendarDay(unixSeconds: -1).number == -1)
        #expect(CalendarDay(unixSeconds: -86_400).number == -1)
        #expect(CalendarDay(unixSeconds: -86_401).number == -2)
    }
}
