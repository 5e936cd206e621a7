#pragma once
// What waits to be done, each thing once. Who adds to a long queue does not search all of it.
#include <deque>
#include <functional>
#include <set>
#include <utility>

namespace svcwrap::logs {

template <class T, class Less = std::less<T>>
class UniqueQueue {
public:
    // False: it waits already.
    bool push(T value) {
        const auto [place, is_new] = waiting_.insert(std::move(value));
        if (is_new) {
            order_.push_back(place);
        }
        return is_new;
    }
    [[nodiscard]] bool empty() const { return order_.empty(); }
    // The one that waits for longest. There must be one.
    [[nodiscard]] const T& front() const { return *order_.front(); }
    void pop() {
        waiting_.erase(order_.front());
        order_.pop_front();
    }

private:
    std::set<T, Less> waiting_;
    std::deque<typename std::set<T, Less>::const_iterator> order_;
};

}  // namespace svcwrap::logs
