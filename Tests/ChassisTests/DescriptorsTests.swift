import Chassis
import Foundation
import Testing

@Suite("Open files")
struct DescriptorsTests {
    @Test func `are limited by the system's hard limit, not by the soft limit at the start`() async {
        await #expect(processExitsWith: .success) {
            var limit = rlimit()
            getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            limit.rlim_cur = 64
            setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
            let raised = Descriptors.raiseLimit()
            #expect(raised > 64)
            #expect(raised == Int(clamping: limit.rlim_max))
        }
    }
}
