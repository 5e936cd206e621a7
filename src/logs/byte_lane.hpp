#pragma once
// A few bytes looked at in one step, to find out which of them are of a kind. Pure. Two of the same make: of eight
// bytes in a word, which works everywhere, and of sixteen where the machine has the instructions for it (all x64
// machines do).
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

#if defined(__SSE2__) || defined(_M_X64)
#define SVCWRAP_HAS_SSE2 1
#include <emmintrin.h>
#else
#define SVCWRAP_HAS_SSE2 0
#endif

namespace svcwrap::logs {

// Every answer has bit i set where byte i is meant. A Tally counts: up to k_most lanes, then total().
class WordLane {
public:
    static constexpr std::size_t k_size = 8;
    class Tally {
    public:
        static constexpr std::size_t k_most = 255;

        void add(const WordLane& lane, char c) { sums_ += lane.are(c); }
        [[nodiscard]] std::uint64_t total() const {
            constexpr std::uint64_t k_even_bytes = 0x00FF00FF00FF00FF;
            return (((sums_ & k_even_bytes) + ((sums_ >> 8) & k_even_bytes)) * 0x0001000100010001) >> 48;
        }

    private:
        std::uint64_t sums_ = 0;
    };

    explicit WordLane(const char* bytes) {
        std::memcpy(&word_, bytes, sizeof word_);
        if constexpr (std::endian::native == std::endian::big) {
            word_ = std::byteswap(word_);
        }
    }
    [[nodiscard]] std::uint64_t equal(char c) const { return one_bit_each(are(c)); }
    // What can't stand in a JSON string as it is, or is no ASCII: below 0x20, above 0x7F, a quote, a backslash.
    [[nodiscard]] std::uint64_t special() const {
        return one_bit_each(are('"') | are('\\') | zero_bytes(word_ & (0xE0 * k_each_byte)) |
                            ((word_ >> 7) & k_each_byte));
    }

private:
    static constexpr std::uint64_t k_each_byte = 0x0101010101010101;
    static constexpr std::uint64_t k_low_bits = 0x7F * k_each_byte;

    // The lowest bit of each byte that is zero: exact, without carries from byte to byte.
    static std::uint64_t zero_bytes(std::uint64_t word) {
        const std::uint64_t not_zero = ((word & k_low_bits) + k_low_bits) | word;
        return (~not_zero >> 7) & k_each_byte;
    }
    // Moves bit 8 * i to bit i: each factor's bit brings one of them to the highest byte, and no two to one place.
    static std::uint64_t one_bit_each(std::uint64_t lowest_bits) { return (lowest_bits * 0x0102040810204080) >> 56; }

    [[nodiscard]] std::uint64_t are(char c) const {
        return zero_bytes(word_ ^ (static_cast<unsigned char>(c) * k_each_byte));
    }

    std::uint64_t word_ = 0;
};

#if SVCWRAP_HAS_SSE2
class SseLane {
public:
    static constexpr std::size_t k_size = 16;
    class Tally {
    public:
        static constexpr std::size_t k_most = 255;

        void add(const SseLane& lane, char c) { sums_ = _mm_sub_epi8(sums_, lane.are(c)); }
        [[nodiscard]] std::uint64_t total() const {
            const __m128i halves = _mm_sad_epu8(sums_, _mm_setzero_si128());
            return static_cast<unsigned>(_mm_cvtsi128_si32(_mm_add_epi32(halves, _mm_srli_si128(halves, 8))));
        }

    private:
        __m128i sums_ = _mm_setzero_si128();
    };

    explicit SseLane(const char* bytes) : bytes_(_mm_loadu_si128(reinterpret_cast<const __m128i*>(bytes))) {}

    [[nodiscard]] std::uint64_t equal(char c) const { return one_bit_each(are(c)); }
    // As above. Signed, the bytes above 0x7F are below 0x20, too.
    [[nodiscard]] std::uint64_t special() const {
        return one_bit_each(
            _mm_or_si128(_mm_or_si128(are('"'), are('\\')), _mm_cmplt_epi8(bytes_, _mm_set1_epi8(0x20))));
    }

private:
    static std::uint64_t one_bit_each(__m128i bytes) { return static_cast<unsigned>(_mm_movemask_epi8(bytes)); }
    [[nodiscard]] __m128i are(char c) const { return _mm_cmpeq_epi8(bytes_, _mm_set1_epi8(c)); }

    __m128i bytes_;
};
using ByteLane = SseLane;
#else
using ByteLane = WordLane;
#endif

template <class Lane = ByteLane>
[[nodiscard]] std::uint64_t count_bytes(std::string_view bytes, char wanted) {
    std::uint64_t count = 0;
    while (bytes.size() >= Lane::k_size) {
        typename Lane::Tally tally;
        const std::size_t end = std::min(bytes.size() / Lane::k_size, Lane::Tally::k_most) * Lane::k_size;
        for (std::size_t i = 0; i < end; i += Lane::k_size) {
            tally.add(Lane(bytes.data() + i), wanted);
        }
        count += tally.total();
        bytes.remove_prefix(end);
    }
    return count + static_cast<std::uint64_t>(std::ranges::count(bytes, wanted));
}

}  // namespace svcwrap::logs
