#include "platform/win32/bcrypt.hpp"

#include "platform/win32/wide.hpp"

#include <bcrypt.h>

#include <format>

namespace svcwrap::platform::win32 {

namespace {

struct Bcrypt {
    LibraryHandle library = load_system_library(L"bcrypt.dll");
    decltype(&BCryptGenRandom) random = find_function<decltype(&BCryptGenRandom)>(library, "BCryptGenRandom");
    decltype(&BCryptOpenAlgorithmProvider) open =
        find_function<decltype(&BCryptOpenAlgorithmProvider)>(library, "BCryptOpenAlgorithmProvider");
    decltype(&BCryptHash) hash = find_function<decltype(&BCryptHash)>(library, "BCryptHash");
    decltype(&BCryptCloseAlgorithmProvider) close =
        find_function<decltype(&BCryptCloseAlgorithmProvider)>(library, "BCryptCloseAlgorithmProvider");

    [[nodiscard]] bool is_complete() const {
        return random != nullptr && open != nullptr && hash != nullptr && close != nullptr;
    }
};

// Never unloaded: threads that are left behind at the end of the process may still use it.
const Bcrypt& library() {
    static const Bcrypt& loaded = *new Bcrypt;
    return loaded;
}

std::unexpected<Error> fail_incomplete() {
    return fail(ErrorKind::internal, "cannot load the system's bcrypt.dll");
}

std::unexpected<Error> fail_status(std::string_view what, NTSTATUS status) {
    return fail(ErrorKind::internal, std::format("{} (status 0x{:08X})", what, static_cast<std::uint32_t>(status)));
}

}  // namespace

Status fill_random(std::span<std::byte> bytes) {
    const Bcrypt& bcrypt = library();
    if (!bcrypt.is_complete()) {
        return fail_incomplete();
    }
    const NTSTATUS status = bcrypt.random(nullptr, reinterpret_cast<UCHAR*>(bytes.data()),
                                          static_cast<ULONG>(bytes.size()), BCRYPT_USE_SYSTEM_PREFERRED_RNG);
    if (status < 0) {
        return fail_status("the system has no random numbers", status);
    }
    return {};
}

Result<std::array<std::uint32_t, 5>> sha1(std::span<const std::byte> bytes) {
    const Bcrypt& bcrypt = library();
    if (!bcrypt.is_complete()) {
        return fail_incomplete();
    }
    BCRYPT_ALG_HANDLE algorithm = nullptr;
    std::array<std::uint32_t, 5> digest{};
    NTSTATUS status = bcrypt.open(&algorithm, BCRYPT_SHA1_ALGORITHM, nullptr, 0);
    if (status >= 0) {
        // The parameter is no pointer to const, but an input (bcrypt.h: _In_reads_bytes_).
        auto* input = reinterpret_cast<UCHAR*>(const_cast<std::byte*>(bytes.data()));
        status = bcrypt.hash(algorithm, nullptr, 0, input, static_cast<ULONG>(bytes.size()),
                             reinterpret_cast<UCHAR*>(digest.data()), sizeof digest);
        bcrypt.close(algorithm, 0);
    }
    if (status < 0) {
        return fail_status("the system cannot compute a SHA-1 digest", status);
    }
    return digest;
}

}  // namespace svcwrap::platform::win32
