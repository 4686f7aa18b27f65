import TestSupport
import Testing

/// One product for all tests that only need people of their own.
@Suite(.product, .showingOutput)
struct SharedProduct {}
