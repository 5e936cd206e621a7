#include "platform/code_page.hpp"

namespace svcwrap::platform {

std::string from_code_page(CodePage /*page*/, std::string_view bytes) {
    return std::string(bytes);
}

}  // namespace svcwrap::platform
