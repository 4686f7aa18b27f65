import Crypto
import Testing

@Suite struct ChecksumTests {
    @Test(arguments: [
        (Checksum.Algorithm.sha1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
        (.sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    ])
    func `digests are those of NIST`(algorithm: Checksum.Algorithm, digest: String) {
        var checksum = Checksum(algorithm)
        checksum.update(Array("a".utf8).span)
        checksum.update([UInt8]().span)
        checksum.update(Array("bc".utf8).span)
        let found = checksum.finish()
        #expect(hex(found) == digest)
        #expect(found.count == algorithm.size)
    }
}
