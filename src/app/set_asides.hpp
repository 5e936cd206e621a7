#pragma once
// What an upgrade under running services leaves behind.
#include "app/parts.hpp"

namespace svcwrap::app {

// Removes the earlier svcwrap.exe that the installer has renamed to svcwrap.exe.old-N beside this one, because services
// still ran it, where none does any more. For commands of an elevated prompt; does nothing in another. What can't be
// removed stays for the next time.
void remove_set_asides(const AppParts& parts);

}  // namespace svcwrap::app
