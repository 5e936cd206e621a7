#pragma once
// Security descriptors for tests, written as the SDDL that Windows' tools show.
#include <string_view>

#include "platform/security_descriptor.hpp"

namespace svcwrap::testing {

// Reads "O:BAD:PAI(A;OICI;FA;;;SY)...": owner, the flag P, entries A, D, OA, OD, XA, XD and others, rights as letters
// or numbers, SIDs or the usual aliases, D:NO_ACCESS_CONTROL; no D: at all is a null DACL. Throws std::invalid_argument
// for what it does not know.
[[nodiscard]] platform::SecurityDescriptor from_sddl(std::string_view text);

}  // namespace svcwrap::testing
