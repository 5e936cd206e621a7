#include "platform/libraries.hpp"

#include "platform/boost_library.hpp"

namespace svcwrap::platform {

// The runtime of the compiler is the system's here.
std::vector<Library> linked_libraries() {
    return {boost_library()};
}

}  // namespace svcwrap::platform
