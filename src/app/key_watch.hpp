#pragma once
// Looks at the credential key of a running node: warns in the log while its certificate nears its
// end (at the start, and again at 90, 30 and 7 days, and on each of the last days), and notices
// the next key.

#include "app/file_mark.hpp"
#include "app/key_renewal.hpp"
#include "app/ticker.hpp"

namespace salus::app {

class KeyWatch {
public:
    // Called from the watch's thread where a next key came, or its certificate: `fresh`. Again each
    // minute while one waits: the chain may know it by then. It alone changes the ring then.
    using Next = std::function<void(bool fresh)>;

    // Ring and clock outlive it. The next key that lies there already is not told of.
    KeyWatch(const KeyRing& ring, const std::filesystem::path& datadir, const Clock& clock,
             Next next);

    // How many warnings lie behind a certificate that has so many seconds left: 0 from 90 days up.
    static int stage_of(std::int64_t seconds_left);

private:
    struct Marks {
        std::optional<FileMark> key, certificate;
        friend bool operator==(const Marks&, const Marks&) = default;
    };
    Marks marks() const;
    void look();
    void look_for_next();
    void warn_of_end();

    const KeyRing& ring_;
    const std::filesystem::path datadir_;
    const Clock& clock_;
    const Next next_;
    Marks seen_;
    int told_ = 0;
    std::size_t looks_ = 0, waited_ = 0; // `waited_`: looks since the next key was tried
    std::unique_ptr<Ticker> ticker_;     // the last: it ends first
};

} // namespace salus::app
